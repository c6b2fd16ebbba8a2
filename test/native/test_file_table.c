/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The descriptor table: what a number refers to, how long a description lives, and what happens at
 * the ends of the table.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "calls.h"
#include "check.h"
#include "fake_node.h"
#include "host_native.h"

static int open_fake(struct fake_node *fake, int flags) {
  fake_init(fake, &fake_ops);
  return fd_open(&fake->node, flags);
}

static void test_a_number_refers_to_a_description(void) {
  struct fake_node fake;
  int fd = open_fake(&fake, O_RDWR | O_NONBLOCK);
  CHECK(fd >= 0);
  struct file *f = file_get(fd);
  CHECK(f && f->node == &fake.node);
  CHECK_EQ(f->flags, O_RDWR | O_NONBLOCK);
  CHECK(fd_refers_to(fd, f));
  CHECK(!fd_refers_to(fd + 1, f));
  struct node *n = node_of_fd(fd);
  CHECK(n == &fake.node);
  node_put(n);
  file_put(f);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(fake.closes, 1);
  CHECK_EQ(fake.frees, 1);
  CHECK(!file_get(fd));
  CHECK(!node_of_fd(fd));
  CHECK_EQ(host_fd_close(fd), -EBADF);
}

static void test_numbers_that_are_none(void) {
  static const int none[] = {-1, INT32_MIN, 65535, 65536, INT32_MAX};
  for (int i = 0; i < 5; i++) {
    CHECK(!file_get(none[i]));
    CHECK(!node_of_fd(none[i]));
    CHECK_EQ(fd_get_flags(none[i]), 0);
    fd_set_flags(none[i], FD_CLOEXEC);
    CHECK_EQ(fd_get_flags(none[i]), 0);
    fd_detach(none[i]);
  }
}

static void test_lowest_number(void) {
  struct fake_node fakes[4];
  int fds[4];
  for (int i = 0; i < 4; i++) {
    fds[i] = open_fake(&fakes[i], O_RDONLY);
    CHECK_EQ(fds[i], fds[0] + i);
  }
  CHECK_EQ(host_fd_close(fds[1]), 0);
  CHECK_EQ(open_fake(&fakes[1], O_RDONLY), fds[1]);
  for (int i = 0; i < 4; i++) {
    CHECK_EQ(host_fd_close(fds[i]), 0);
  }
}

/* dup(2): the descriptors share the description, and it is closed with the last of them. */
static void test_dup(void) {
  struct fake_node fake;
  int a = open_fake(&fake, O_RDONLY);
  int b = native_dup(a);
  CHECK(b > a);
  struct file *f = file_get(a);
  CHECK(fd_refers_to(b, f));
  f->flags |= O_NONBLOCK;
  file_put(f);
  CHECK_EQ(host_fd_close(a), 0);
  CHECK_EQ(fake.closes, 0);
  f = file_get(b);
  CHECK_EQ(f->flags, O_RDONLY | O_NONBLOCK);
  file_put(f);
  CHECK_EQ(host_fd_close(b), 0);
  CHECK_EQ(fake.closes, 1);
  CHECK_EQ(fake.frees, 1);
}

static void test_dup2_closes_its_target(void) {
  struct fake_node from, to;
  int a = open_fake(&from, O_RDONLY), b = open_fake(&to, O_RDONLY);
  CHECK_EQ(native_dup2(a, b), b);
  CHECK_EQ(to.closes, 1);
  CHECK_EQ(to.frees, 1);
  CHECK_EQ(host_fd_close(a), 0);
  CHECK_EQ(from.closes, 0);
  CHECK_EQ(host_fd_close(b), 0);
  CHECK_EQ(from.closes, 1);
}

/* FD_CLOEXEC is the number's, not the description's, and does not survive a close. */
static void test_cloexec(void) {
  struct fake_node fake, next;
  int a = open_fake(&fake, O_RDONLY | O_CLOEXEC);
  struct file *f = file_get(a);
  CHECK_EQ(f->flags, O_RDONLY);
  file_put(f);
  int b = native_dup(a);
  CHECK_EQ(fd_get_flags(a), FD_CLOEXEC);
  CHECK_EQ(fd_get_flags(b), 0);
  fd_set_flags(a, 0);
  CHECK_EQ(fd_get_flags(a), 0);
  fd_set_flags(a, ~0);
  CHECK_EQ(fd_get_flags(a), FD_CLOEXEC);
  CHECK_EQ(host_fd_close(a), 0);
  CHECK_EQ(open_fake(&next, O_RDONLY), a);
  CHECK_EQ(fd_get_flags(a), 0);
  CHECK_EQ(host_fd_close(a), 0);
  CHECK_EQ(host_fd_close(b), 0);
}

/* An operation under way keeps the description open, close(2); a reference to the node alone keeps
   just its memory. */
static void test_close_during_an_operation(void) {
  struct fake_node fake;
  int fd = open_fake(&fake, O_RDONLY);
  struct node *n = node_of_fd(fd);
  struct file *f = file_get(fd);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK(!fd_refers_to(fd, f));
  CHECK_EQ(fake.closes, 0);
  file_put(f);
  CHECK_EQ(fake.closes, 1);
  CHECK_EQ(fake.frees, 0);
  node_put(n);
  CHECK_EQ(fake.frees, 1);
}

static int heard;

static void hear(struct listener *l, int events) {
  (void)l;
  heard |= events;
}

static void test_close_notifies(void) {
  struct fake_node fake;
  struct listener l;
  int fd = open_fake(&fake, O_RDONLY), dup = native_dup(fd);
  node_get(&fake.node);
  listener_init(&l, hear, 0);
  wait_queue_add(&fake.node.queue, &l);
  CHECK_EQ(host_fd_close(dup), 0);
  CHECK_EQ(heard,
           POLLNVAL); /* also if another descriptor remains: who waits on this one must look */
  heard = 0;
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(heard, POLLNVAL);
  wait_queue_remove(&l);
  node_put(&fake.node);
  CHECK_EQ(fake.frees, 1);
}

/* A failure to get a number closes the description at once. */
static void test_no_number(void) {
  struct fake_node fake;
  native_limit_fds(0);
  CHECK_EQ(open_fake(&fake, O_RDONLY), -EMFILE);
  CHECK_EQ(fake.closes, 1);
  CHECK_EQ(fake.frees, 1);
  native_limit_fds(-1);
}

/* The table ends at 65536; a number beyond it is no number at all. */
static void test_end_of_the_table(void) {
  struct fake_node last, beyond;
  native_first_fd(65535);
  CHECK_EQ(open_fake(&last, O_RDONLY), 65535);
  CHECK_EQ(open_fake(&beyond, O_RDONLY), -EMFILE);
  CHECK_EQ(beyond.frees, 1);
  CHECK_EQ(host_fd_close(65535), 0);
  CHECK_EQ(last.frees, 1);
  struct file f = {.refs = 1};
  CHECK_EQ(fd_attach(-1, &f), -EMFILE);
  CHECK_EQ(fd_attach(INT32_MAX, &f), -EMFILE);
  CHECK_EQ(f.refs, 1);
  native_first_fd(300);
}

/* Numbers that the core does not know are the host's. */
static void test_foreign_descriptors(void) {
  struct fake_node fake;
  fake_init(&fake, &fake_ops);
  int fd = native_foreign_fd(&fake.node);
  CHECK(!file_get(fd));
  struct node *n = node_of_fd(fd);
  CHECK(n == &fake.node);
  node_put(n);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK(!node_of_fd(fd));
  CHECK_EQ(fake.frees, 0);
}

int main(void) {
  test_a_number_refers_to_a_description();
  test_numbers_that_are_none();
  test_lowest_number();
  test_dup();
  test_dup2_closes_its_target();
  test_cloexec();
  test_close_during_an_operation();
  test_close_notifies();
  test_no_number();
  test_end_of_the_table();
  test_foreign_descriptors();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
