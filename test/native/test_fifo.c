/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * FIFOs, as fifo(7), open(2) and fs/pipe.c have them: who waits in open, what an end sees as others
 * come and go, and what is left when all have gone.
 */
#define _GNU_SOURCE
#include "fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "check.h"
#include "ear.h"
#include "host_native.h"
#include "syscall_exit.h"

#define IN (POLLIN | POLLRDNORM)
#define OUT (POLLOUT | POLLWRNORM)

static char text[100000], buf[100000];

/* The descriptor, or the error. */
static int open_at(uint64_t inode, int flags) {
  struct node *end;
  int err = fifo_open(inode, flags, &end);
  return err ? err : fd_open(end, flags);
}

static int open_fifo(int flags) {
  return open_at(1, flags);
}

static void close_fd(int fd) {
  CHECK_EQ(host_fd_close(fd), 0);
}

static void test_nonblocking_open(void) {
  CHECK_EQ(open_fifo(O_WRONLY | O_RDWR), -EINVAL);
  CHECK_EQ(open_fifo(O_WRONLY | O_NONBLOCK), -ENXIO);
  int r = open_fifo(O_RDONLY | O_NONBLOCK);
  CHECK_EQ(call_readiness(r), 0);
  CHECK_EQ(call_read(r, buf, 1), 0); /* nobody writes */
  CHECK_EQ(open_at(2, O_WRONLY | O_NONBLOCK), -ENXIO);
  int w = open_fifo(O_WRONLY | O_NONBLOCK);
  CHECK_EQ(call_readiness(w), OUT);
  CHECK_EQ(call_read(r, buf, 1), -EAGAIN);
  CHECK_EQ(call_read(w, buf, 1), -EBADF);
  CHECK_EQ(call_write(r, buf, 1), -EBADF);
  CHECK_EQ(call_write(w, "abc", 3), 3);
  CHECK_EQ(call_readiness(r), IN);
  CHECK_EQ(call_read(r, buf, 9), 3);
  close_fd(w);
  CHECK_EQ(call_readiness(r), POLLHUP);
  close_fd(r);
}

/* A reader that was there before any writer sees no hang-up until one has come and gone; nor does
   one that comes after that writer has gone. */
static void test_hang_up(void) {
  int first = open_fifo(O_RDONLY | O_NONBLOCK);
  close_fd(open_fifo(O_WRONLY));
  int second = open_fifo(O_RDONLY | O_NONBLOCK);
  CHECK_EQ(call_readiness(first), POLLHUP);
  CHECK_EQ(call_readiness(second), 0);
  int w = open_fifo(O_WRONLY);
  CHECK_EQ(call_readiness(first), 0);
  CHECK_EQ(call_read(first, buf, 1), -EAGAIN);
  CHECK_EQ(call_write(w, "x", 1), 1);
  close_fd(w);
  CHECK_EQ(call_readiness(first), IN | POLLHUP);
  CHECK_EQ(call_readiness(second), IN | POLLHUP);
  CHECK_EQ(call_read(second, buf, 2), 1);
  CHECK_EQ(call_read(first, buf, 2), 0);
  close_fd(first);
  close_fd(second);
}

static void test_both_ways(void) {
  int both = open_fifo(O_RDWR);
  CHECK_EQ(call_readiness(both), OUT);
  CHECK_EQ(call_write(both, text, 1), 1);
  CHECK_EQ(call_readiness(both), IN | OUT);
  int w = open_fifo(O_WRONLY | O_NONBLOCK);
  int r = open_fifo(O_RDONLY);
  close_fd(w);
  CHECK_EQ(call_readiness(r), IN); /* both still writes */
  close_fd(both);
  CHECK_EQ(call_readiness(r), IN | POLLHUP);
  close_fd(r);
}

static void test_the_readers_leave(void) {
  int sigpipes = native_sigpipes();
  int r = open_fifo(O_RDONLY | O_NONBLOCK), second = open_fifo(O_RDONLY | O_NONBLOCK);
  int w = open_fifo(O_WRONLY | O_NONBLOCK);
  CHECK_EQ(call_write(w, text, sizeof text), 65536);
  close_fd(r);
  CHECK_EQ(call_readiness(w), 0);
  close_fd(second);
  CHECK_EQ(call_readiness(w), POLLERR);
  CHECK_EQ(call_write(w, text, 1), -EPIPE);
  CHECK_EQ(native_sigpipes(), sigpipes + 1);
  r = open_fifo(O_RDONLY); /* what was written is still there */
  CHECK_EQ(call_readiness(w), 0);
  CHECK_EQ(call_read(r, buf, 4096), 4096);
  CHECK_BYTES(buf, text, 4096);
  CHECK_EQ(call_readiness(w), OUT);
  close_fd(w);
  close_fd(r);
}

/* The bytes and the size of the ring go with the last description. */
static void test_all_leave(void) {
  int both = open_fifo(O_RDWR), n = -1;
  CHECK_EQ(call_write(both, text, 10), 10);
  CHECK_EQ(call_fcntl(both, F_SETPIPE_SZ, 4096), 4096);
  CHECK_EQ(call_write(both, text, 4086), 4086);
  CHECK_EQ(call_readiness(both), IN);
  CHECK_EQ(call_fcntl(both, F_SETPIPE_SZ, 8192), 8192);
  CHECK_EQ(call_readiness(both), IN | OUT);
  CHECK_EQ(call_ioctl(both, FIONREAD, &n), 0);
  CHECK_EQ(n, 4096);
  close_fd(both);
  both = open_fifo(O_RDWR);
  CHECK_EQ(call_ioctl(both, FIONREAD, &n), 0);
  CHECK_EQ(n, 0);
  CHECK_EQ(call_fcntl(both, F_GETPIPE_SZ, 0), 65536);
  close_fd(both);
}

static void test_poll_after_close(void) {
  int r = open_fifo(O_RDONLY | O_NONBLOCK), w = open_fifo(O_WRONLY);
  struct node *reader = node_of_fd(r), *writer = node_of_fd(w);
  close_fd(r);
  close_fd(w);
  CHECK_EQ(reader->ops->poll(reader), POLLHUP);
  CHECK_EQ(writer->ops->poll(writer), OUT | POLLERR);
  node_put(reader);
  node_put(writer);
}

/* ---- Waiting in open --------------------------------------------------------------------------- */

static int partner;

static void open_writer(void *arg) {
  (void)arg;
  partner = open_fifo(O_WRONLY | O_NONBLOCK); /* the reader that waits counts as one */
}

static void open_reader(void *arg) {
  (void)arg;
  partner = open_fifo(O_RDONLY | O_NONBLOCK);
}

static void open_both(void *arg) {
  (void)arg;
  partner = open_fifo(O_RDWR);
}

static void writer_comes_and_goes(void *arg) {
  (void)arg;
  int w = open_fifo(O_WRONLY);
  CHECK_EQ(call_write(w, "gone", 4), 4);
  close_fd(w);
}

static void test_open_waits(void) {
  int sleeps = native_sleeps();
  native_alone(open_writer, NULL);
  int fd = open_fifo(O_RDONLY);
  CHECK_EQ(native_sleeps(), sleeps + 1);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK_EQ(call_readiness(partner), OUT);
  close_fd(partner);
  CHECK_EQ(call_readiness(fd), POLLHUP);
  close_fd(fd);

  native_alone(open_reader, NULL);
  fd = open_fifo(O_WRONLY);
  CHECK_EQ(native_sleeps(), sleeps + 2);
  close_fd(fd);
  close_fd(partner);

  native_alone(open_both, NULL);
  fd = open_fifo(O_WRONLY);
  CHECK_EQ(native_sleeps(), sleeps + 3);
  close_fd(fd);
  close_fd(partner);
}

/* A partner that has left again by the time that the sleeper looks has been there. */
static void test_partner_that_has_left(void) {
  native_alone(writer_comes_and_goes, NULL);
  int fd = open_fifo(O_RDONLY);
  CHECK_EQ(call_read(fd, buf, 10), 4);
  CHECK_EQ(call_read(fd, buf, 10), 0);
  CHECK_EQ(call_readiness(fd), POLLHUP);
  close_fd(fd);
}

static void test_interrupted(void) {
  native_alone(NULL, NULL);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(open_fifo(O_RDONLY), -ERESTARTSYS);
  CHECK_EQ(open_fifo(O_WRONLY | O_NONBLOCK), -ENXIO); /* it has left no trace */
  native_end_next_sleep(-EDEADLK);
  CHECK_EQ(open_fifo(O_WRONLY), -EDEADLK);
  int r = open_fifo(O_RDONLY | O_NONBLOCK);
  CHECK_EQ(call_readiness(r), 0);
  close_fd(r);
}

/* ---- Who is told ------------------------------------------------------------------------------- */

static void test_notifications(void) {
  struct ear first, second, writer;
  int r1 = open_fifo(O_RDONLY | O_NONBLOCK), r2 = open_fifo(O_RDONLY | O_NONBLOCK);
  listen_to(&first, r1);
  listen_to(&second, r2);
  int w = open_fifo(O_WRONLY | O_NONBLOCK);
  listen_to(&writer, w);
  CHECK_EQ(heard(&first), IN); /* wake_up_partner() */
  CHECK_EQ(heard(&second), IN);
  close_fd(open_fifo(O_WRONLY));
  CHECK_EQ(heard(&first), 0);
  CHECK_EQ(call_write(w, text, 65536), 65536);
  CHECK_EQ(heard(&first), IN);
  CHECK_EQ(heard(&second), IN);
  CHECK_EQ(heard(&writer), 0);
  CHECK_EQ(call_read(r2, buf, 4096), 4096);
  CHECK_EQ(heard(&first), 0);
  CHECK_EQ(heard(&writer), OUT);
  close_fd(r2);
  CHECK_EQ(heard(&second), POLLNVAL);
  CHECK_EQ(heard(&writer), 0);
  close_fd(w);
  CHECK_EQ(heard(&first), ANY_EVENT);
  CHECK_EQ(heard(&writer), POLLNVAL);
  close_fd(r1);
  CHECK_EQ(heard(&writer), 0);
  struct ear *ears[] = {&first, &second, &writer};
  for (int i = 0; i < 3; i++) {
    stop_listening(ears[i]);
  }
}

static void test_out_of_memory(void) {
  for (int n = 0; n < 3; n++) { /* the end, the FIFO, its slots */
    native_fail_alloc(n, false);
    CHECK_EQ(open_fifo(O_RDWR), -ENOMEM);
  }
  native_fail_alloc(-1, false);
}

int main(void) {
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (char)(i * 2654435761u >> 13);
  }
  test_nonblocking_open();
  test_hang_up();
  test_both_ways();
  test_the_readers_leave();
  test_all_leave();
  test_poll_after_close();
  test_open_waits();
  test_partner_that_has_left();
  test_interrupted();
  test_notifications();
  test_out_of_memory();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
