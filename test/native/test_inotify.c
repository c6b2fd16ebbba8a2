/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * inotify instances: watches by inode, the queue and what is read from it, masks, and the end of
 * watches, of inodes and of instances.
 */
#include "inotify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"

#define IN (POLLIN | POLLRDNORM)
#define HEAD ((int)sizeof(struct inotify_event))

static char buf[1 << 20] __attribute__((aligned(8)));

static int open_instance(void) {
  int fd = inotify_open(IN_NONBLOCK);
  CHECK(fd >= 0);
  return fd;
}

static int watch(int fd, uint64_t inode, uint32_t mask) {
  struct file *f;
  int r = inotify_begin_watch(fd, mask, &f);
  if (!r) {
    r = inotify_watch(f->node, inode, mask);
    file_put(f);
  }
  return r;
}

static int unwatch(int fd, int wd) {
  struct file *f;
  CHECK_EQ(inotify_get(fd, &f), 0);
  int r = inotify_unwatch(f->node, wd);
  file_put(f);
  return r;
}

static void report(uint64_t inode, uint32_t events, const char *name) {
  inotify_report(inode, events, 0, name, false);
}

/* Reads one event. */
static void expect(int fd, int wd, uint32_t mask, uint32_t cookie, const char *name) {
  static char one[HEAD + 256] __attribute__((aligned(8)));
  size_t len = name ? (strlen(name) / HEAD + 1) * HEAD : 0;
  CHECK_EQ(call_read(fd, one, HEAD + len), HEAD + len);
  const struct inotify_event *e = (const struct inotify_event *)one;
  CHECK_EQ(e->wd, wd);
  CHECK_EQ(e->mask, mask);
  CHECK_EQ(e->cookie, cookie);
  CHECK_EQ(e->len, len);
  for (size_t i = name ? strlen(name) : 0; i < len; i++) {
    CHECK_EQ(e->name[i], 0);
  }
  CHECK(!name || !strcmp(e->name, name));
}

static void expect_nothing(int fd) {
  CHECK_EQ(call_read(fd, buf, sizeof buf), -EAGAIN);
  CHECK_EQ(call_readiness(fd), 0);
}

static void close_fd(int fd) {
  CHECK_EQ(host_fd_close(fd), 0);
}

static void test_open(void) {
  struct file *f;
  CHECK_EQ(inotify_open(O_APPEND), -EINVAL);
  int fd = inotify_open(IN_CLOEXEC);
  CHECK_EQ(fd_get_flags(fd), FD_CLOEXEC);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK_EQ(call_write(fd, "x", 1), -EBADF);
  CHECK_EQ(watch(fd, 1, 0), -EINVAL);
  CHECK_EQ(watch(fd, 1, IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE), -EINVAL);
  CHECK_EQ(watch(9999, 1, 0), -EINVAL);
  CHECK_EQ(watch(9999, 1, IN_OPEN), -EBADF);
  close_fd(fd);
  CHECK_EQ(inotify_get(fd, &f), -EBADF);
  for (int n = 0; n < 2; n++) {
    native_fail_alloc(n, false);
    CHECK_EQ(inotify_open(0), -ENOMEM);
  }
  native_fail_alloc(-1, false);
}

static void test_masks(void) {
  int fd = open_instance();
  CHECK_EQ(watch(fd, 5, IN_OPEN), 1);
  CHECK_EQ(watch(fd, 5 + 256, IN_OPEN), 2); /* in the same bucket */
  CHECK_EQ(native_watched_inodes(), 2);
  CHECK(inotify_watches(5));
  CHECK(!inotify_watches(6));
  report(5, IN_CREATE, "a");
  report(6, IN_OPEN, NULL);
  expect_nothing(fd);
  report(5, IN_OPEN | IN_ISDIR, "a");
  CHECK_EQ(call_readiness(fd), IN);
  expect(fd, 1, IN_OPEN | IN_ISDIR, 0, "a");
  CHECK_EQ(watch(fd, 5, IN_CREATE | IN_MASK_CREATE), -EEXIST);
  CHECK_EQ(watch(fd, 5, IN_CREATE | IN_MASK_ADD), 1);
  report(5, IN_CREATE, "a");
  report(5, IN_OPEN, NULL);
  expect(fd, 1, IN_CREATE, 0, "a");
  expect(fd, 1, IN_OPEN, 0, NULL);
  CHECK_EQ(watch(fd, 5, IN_ATTRIB), 1);
  report(5, IN_CREATE, "a");
  report(5, IN_ATTRIB | IN_MODIFY, NULL);
  expect(fd, 1, IN_ATTRIB | IN_MODIFY, 0, NULL);
  CHECK_EQ(watch(fd, 5, IN_EXCL_UNLINK | IN_ALL_EVENTS), 1);
  inotify_report(5, IN_MODIFY, 0, "gone", true);
  expect_nothing(fd);
  report(5, IN_MOVE_SELF | IN_ISDIR, NULL);
  expect(fd, 1, IN_MOVE_SELF, 0, NULL);
  close_fd(fd);
  CHECK_EQ(native_watched_inodes(), 0);
  CHECK(!inotify_watches(5));
}

static void test_same_events_are_one(void) {
  int fd = open_instance();
  CHECK_EQ(watch(fd, 1, IN_ALL_EVENTS), 1);
  report(1, IN_MODIFY, "a");
  report(1, IN_MODIFY, "a");
  report(1, IN_MODIFY, "b");
  report(1, IN_MODIFY, NULL);
  report(1, IN_MODIFY, NULL);
  report(1, IN_ATTRIB, NULL);
  report(1, IN_MODIFY, NULL);
  inotify_report(1, IN_MOVED_TO, 7, "c", false);
  inotify_report(1, IN_MOVED_TO, 8, "c", false); /* whatever the cookie */
  expect(fd, 1, IN_MODIFY, 0, "a");
  expect(fd, 1, IN_MODIFY, 0, "b");
  expect(fd, 1, IN_MODIFY, 0, NULL);
  expect(fd, 1, IN_ATTRIB, 0, NULL);
  expect(fd, 1, IN_MODIFY, 0, NULL);
  expect(fd, 1, IN_MOVED_TO, 7, "c");
  expect_nothing(fd);
  close_fd(fd);
}

static void test_read(void) {
  int fd = open_instance(), n = -1;
  CHECK_EQ(watch(fd, 1, IN_CREATE), 1);
  CHECK_EQ(call_read(fd, buf, 0), -EAGAIN);
  report(1, IN_CREATE, "123456789012345");
  report(1, IN_CREATE, "1234567890123456");
  report(1, IN_CREATE, NULL);
  CHECK_EQ(call_ioctl(fd, FIONREAD, &n), 0);
  CHECK_EQ(n, 3 * HEAD + 16 + 32);
  CHECK_EQ(call_ioctl(fd, FIONREAD, NULL), -EFAULT);
  CHECK_EQ(call_ioctl(fd, TIOCGWINSZ, &n), -ENOTTY);
  CHECK_EQ(call_read(fd, buf, 0), -EINVAL);
  CHECK_EQ(call_read(fd, buf, HEAD + 15), -EINVAL);
  CHECK_EQ(call_read(fd, buf, HEAD + 16 + HEAD + 31), HEAD + 16); /* the second does not fit */
  CHECK_EQ(call_read(fd, buf, sizeof buf), HEAD + 32 + HEAD);
  expect_nothing(fd);
  close_fd(fd);
}

static void test_end_of_watches(void) {
  int fd = open_instance(), other = open_instance();
  CHECK_EQ(watch(fd, 1, IN_OPEN | IN_ONESHOT), 1);
  CHECK_EQ(watch(other, 1, IN_OPEN), 1);
  report(1, IN_CREATE, "a");
  report(1, IN_OPEN, NULL);
  report(1, IN_OPEN, NULL);
  expect(fd, 1, IN_OPEN, 0, NULL);
  expect(fd, 1, IN_IGNORED, 0, NULL);
  expect_nothing(fd);
  CHECK_EQ(native_watched_inodes(), 1);
  CHECK_EQ(unwatch(fd, 1), -EINVAL);
  CHECK_EQ(watch(fd, 1, IN_DELETE_SELF), 2); /* a number is not used twice */
  CHECK_EQ(watch(fd, 2, IN_OPEN), 3);
  CHECK_EQ(unwatch(fd, 3), 0);
  report(1, IN_DELETE_SELF | IN_ISDIR, NULL);
  inotify_forget(1);
  CHECK_EQ(native_watched_inodes(), 0);
  expect(fd, 3, IN_IGNORED, 0, NULL);
  expect(fd, 2, IN_DELETE_SELF, 0, NULL);
  expect(fd, 2, IN_IGNORED, 0, NULL);
  expect(other, 1, IN_OPEN, 0, NULL);
  expect(other, 1, IN_IGNORED, 0, NULL);
  CHECK_EQ(watch(fd, 4, IN_OPEN), 4);
  report(4, IN_UNMOUNT, NULL);
  expect(fd, 4, IN_UNMOUNT, 0, NULL);
  CHECK_EQ(watch(other, 4, IN_OPEN), 2);
  CHECK_EQ(watch(other, 5, IN_OPEN), 3);
  report(4, IN_OPEN, NULL);
  close_fd(other);
  CHECK_EQ(native_watched_inodes(), 1);
  report(4, IN_OPEN, NULL);
  expect(fd, 4, IN_OPEN, 0, NULL);
  close_fd(fd);
}

enum { MAX_QUEUED = 16384 };

static void test_overflow(void) {
  int fd = open_instance(), n = -1;
  CHECK_EQ(watch(fd, 1, IN_ALL_EVENTS), 1);
  for (int i = 0; i < MAX_QUEUED + 100; i++) {
    report(1, i % 2 ? IN_OPEN : IN_CREATE, NULL);
  }
  CHECK_EQ(unwatch(fd, 1), 0); /* this does not fit either */
  CHECK_EQ(call_ioctl(fd, FIONREAD, &n), 0);
  CHECK_EQ(n, (MAX_QUEUED + 1) * HEAD);
  for (int i = 0; i < MAX_QUEUED; i++) {
    expect(fd, 1, i % 2 ? IN_OPEN : IN_CREATE, 0, NULL);
  }
  expect(fd, -1, IN_Q_OVERFLOW, 0, NULL);
  expect_nothing(fd);
  CHECK_EQ(watch(fd, 1, IN_OPEN), 2);
  for (int round = 0; round < 2; round++) {
    native_fail_alloc(0, false);
    report(1, IN_OPEN, NULL); /* no memory is an overflow, too */
    native_fail_alloc(-1, false);
    report(1, IN_OPEN, NULL);
    expect(fd, -1, IN_Q_OVERFLOW, 0, NULL);
    expect(fd, 2, IN_OPEN, 0, NULL);
  }
  native_fail_alloc(0, false);
  CHECK_EQ(watch(fd, 3, IN_OPEN), -ENOMEM);
  native_fail_alloc(-1, false);
  report(1, IN_OPEN, NULL);
  close_fd(fd); /* with an event in its queue */
}

/* ---- Waiting ----------------------------------------------------------------------------------- */

static void open_file(void *arg) {
  (void)arg;
  report(1, IN_OPEN, "name");
}

static void test_wait(void) {
  int fd = inotify_open(0);
  CHECK_EQ(watch(fd, 1, IN_OPEN), 1);
  int sleeps = native_sleeps();
  native_alone(open_file, NULL);
  expect(fd, 1, IN_OPEN, 0, "name");
  CHECK_EQ(native_sleeps(), sleeps + 1);
  close_fd(fd);
}

int main(void) {
  test_open();
  test_masks();
  test_same_events_are_one();
  test_read();
  test_end_of_watches();
  test_overflow();
  test_wait();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
