/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * select(2): which bits of poll make up its three sets, what it counts, and what it does with
 * descriptors that are closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>

#include "check.h"
#include "fake_node.h"
#include "file.h"
#include "host_native.h"
#include "poll_fds.h"

#define MS INT64_C(1000000)
#define NOW 0

static struct fake_node fake, other;
static int fd, other_fd;
static fd_set r, w, e;

static void open_fakes(int ready) {
  fake_init(&fake, &fake_ops);
  fake_init(&other, &fake_ops);
  fake.ready = ready;
  fd = fd_open(&fake.node, O_RDWR);
  other_fd = fd_open(&other.node, O_RDWR);
  CHECK(fd >= 0 && other_fd == fd + 1);
}

static void close_fakes(void) {
  CHECK(!fake.node.queue.head && !other.node.queue.head);
  host_fd_close(fd);
  host_fd_close(other_fd);
  CHECK_EQ(fake.frees, 1);
  CHECK_EQ(other.frees, 1);
}

static void set_all(void) {
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_ZERO(&e);
  FD_SET(fd, &r);
  FD_SET(fd, &w);
  FD_SET(fd, &e);
  FD_SET(other_fd, &r);
}

/* fs/select.c: POLLIN_SET, POLLOUT_SET, POLLEX_SET. */
static void test_which_bit_is_in_which_set(void) {
  static const struct {
    int ready, in, out, ex;
  } rows[] = {
    {POLLIN, 1, 0, 0},     {POLLRDNORM, 1, 0, 0},
    {POLLRDBAND, 1, 0, 0}, {POLLHUP, 1, 0, 0},
    {POLLERR, 1, 1, 0},    {POLLOUT, 0, 1, 0},
    {POLLWRNORM, 0, 1, 0}, {POLLWRBAND, 0, 1, 0},
    {POLLPRI, 0, 0, 1},    {POLLIN | POLLOUT | POLLPRI, 1, 1, 1},
    {0, 0, 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    open_fakes(rows[i].ready);
    set_all();
    CHECK_EQ(select_fds(other_fd + 1, &r, &w, &e, NOW), rows[i].in + rows[i].out + rows[i].ex);
    CHECK_EQ(FD_ISSET(fd, &r) != 0, rows[i].in);
    CHECK_EQ(FD_ISSET(fd, &w) != 0, rows[i].out);
    CHECK_EQ(FD_ISSET(fd, &e) != 0, rows[i].ex);
    CHECK(!FD_ISSET(other_fd, &r));
    close_fakes();
  }
}

/* An error shows only in the sets that the descriptor was in. */
static void test_only_the_sets_that_were_asked_for(void) {
  open_fakes(POLLERR);
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_SET(fd, &w);
  CHECK_EQ(select_fds(fd + 1, &r, &w, NULL, DEADLINE_NONE), 1);
  CHECK(FD_ISSET(fd, &w));
  CHECK(!FD_ISSET(fd, &r));
  close_fakes();
}

static void test_arguments(void) {
  CHECK_EQ(select_fds(-1, NULL, NULL, NULL, NOW), -EINVAL);
  CHECK_EQ(select_fds(0, NULL, NULL, NULL, NOW), 0);
  CHECK_EQ(select_fds(INT32_MAX, NULL, NULL, NULL, NOW), 0);
  int64_t start = host_now();
  CHECK_EQ(select_fds(0, NULL, NULL, NULL, start + MS), 0);
  CHECK_EQ(host_now(), start + MS);
}

/* Bits from n on are not looked at, nor is anything beyond FD_SETSIZE. */
static void test_n_is_a_limit(void) {
  open_fakes(POLLIN);
  FD_ZERO(&r);
  FD_SET(fd, &r);
  FD_SET(FD_SETSIZE - 1, &r);
  CHECK_EQ(select_fds(fd, &r, NULL, NULL, NOW), 0);
  FD_ZERO(&r);
  FD_SET(fd, &r);
  FD_SET(FD_SETSIZE - 1, &r);
  CHECK_EQ(select_fds(fd + 1, &r, NULL, NULL, NOW), 1);
  /* Of just its own size, for a sanitizer to see. */
  fd_set *exact = malloc(sizeof *exact);
  FD_ZERO(exact);
  FD_SET(fd, exact);
  CHECK_EQ(select_fds(INT32_MAX, exact, NULL, NULL, NOW), 1);
  CHECK(FD_ISSET(fd, exact));
  free(exact);
  close_fakes();
}

/* Not open when it begins: EBADF, and the sets stay as they are. */
static void test_bad_descriptor(void) {
  open_fakes(POLLIN);
  set_all();
  FD_SET(other_fd + 1, &w);
  CHECK_EQ(select_fds(other_fd + 2, &r, &w, &e, NOW), -EBADF);
  CHECK_EQ(select_fds(other_fd + 2, &r, &w, &e, DEADLINE_NONE), -EBADF);
  CHECK(FD_ISSET(fd, &r) && FD_ISSET(other_fd, &r) && FD_ISSET(fd, &w) && FD_ISSET(fd, &e));
  close_fakes();
}

/* ---- Sleeping ---------------------------------------------------------------------------------- */

static int becomes;

static void become(void *arg) {
  (void)arg;
  native_alone(NULL, NULL); /* once */
  fake_become(&fake, becomes);
}

static void test_sleep(void) {
  open_fakes(0);
  set_all();
  becomes = POLLOUT;
  native_alone(become, NULL);
  CHECK_EQ(select_fds(other_fd + 1, &r, &w, &e, DEADLINE_NONE), 1);
  CHECK(FD_ISSET(fd, &w));
  CHECK(!FD_ISSET(fd, &r) && !FD_ISSET(fd, &e) && !FD_ISSET(other_fd, &r));
  close_fakes();
}

/* A hang-up is readable, and nothing to one who waits to write (a pipe's end never has it). */
static void test_a_hang_up_is_not_writable(void) {
  open_fakes(0);
  FD_ZERO(&w);
  FD_SET(fd, &w);
  becomes = POLLHUP;
  native_alone(become, NULL);
  CHECK_EQ(select_fds(fd + 1, NULL, &w, NULL, host_now() + MS), 0);
  CHECK(!FD_ISSET(fd, &w));
  close_fakes();
}

static void test_deadline_and_host_errors(void) {
  open_fakes(0);
  set_all();
  native_alone(NULL, NULL);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(select_fds(other_fd + 1, &r, &w, &e, DEADLINE_NONE), -EINTR);
  CHECK(FD_ISSET(fd, &r) && FD_ISSET(fd, &w) && FD_ISSET(fd, &e)); /* as they were */
  int64_t start = host_now();
  CHECK_EQ(select_fds(other_fd + 1, &r, &w, &e, start + MS), 0);
  CHECK_EQ(host_now(), start + MS);
  CHECK(!FD_ISSET(fd, &r) && !FD_ISSET(fd, &w) && !FD_ISSET(fd, &e));
  close_fakes();
}

/* Closed during the wait: it shows as ready in the sets that it is in (do_select() takes EPOLLNVAL
   into each), and the read that follows says EBADF. 0 would say that the time is up. */
static void close_it(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(fd), 0);
}

static void test_closed_while_waiting(void) {
  open_fakes(0);
  FD_ZERO(&r);
  FD_ZERO(&e);
  FD_SET(fd, &r);
  FD_SET(fd, &e);
  FD_SET(other_fd, &r);
  native_alone(close_it, NULL);
  CHECK_EQ(select_fds(other_fd + 1, &r, NULL, &e, DEADLINE_NONE), 2);
  CHECK(FD_ISSET(fd, &r) && FD_ISSET(fd, &e));
  CHECK(!FD_ISSET(other_fd, &r));
  close_fakes();
}

int main(void) {
  native_alone(NULL, NULL);
  test_which_bit_is_in_which_set();
  test_only_the_sets_that_were_asked_for();
  test_arguments();
  test_n_is_a_limit();
  test_bad_descriptor();
  test_sleep();
  test_a_hang_up_is_not_writable();
  test_deadline_and_host_errors();
  test_closed_while_waiting();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
