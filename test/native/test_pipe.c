/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Pipes, as pipe(7) and fs/pipe.c have them: capacity in page-sized slots, merging, packets,
 * resizing, atomic writes, and what either end sees when the other closes.
 */
#define _GNU_SOURCE
#include "pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "check.h"
#include "ear.h"
#include "host_native.h"

#define IN (POLLIN | POLLRDNORM)
#define OUT (POLLOUT | POLLWRNORM)

static char buf[1 << 20], text[1 << 20];

static void open_pipe(int fds[2], int flags) {
  CHECK_EQ(pipe_open(fds, flags | O_NONBLOCK), 0);
}

static void close_pipe(const int fds[2]) {
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

static int unread(const int fds[2]) {
  int n = -1;
  CHECK_EQ(call_ioctl(fds[0], FIONREAD, &n), 0);
  return n;
}

static void test_open(void) {
  int fds[2] = {-7, -8};
  CHECK_EQ(pipe_open(fds, O_APPEND), -EINVAL);
  CHECK_EQ(pipe_open(NULL, 0), -EFAULT);
  CHECK_EQ(fds[0], -7);
  CHECK_EQ(pipe_open(fds, O_CLOEXEC | O_NONBLOCK | O_DIRECT), 0);
  CHECK_EQ(fds[1], fds[0] + 1);
  struct file *r = file_get(fds[0]), *w = file_get(fds[1]);
  CHECK_EQ(r->flags, O_RDONLY | O_NONBLOCK); /* create_pipe_files(): packets are the writer's */
  CHECK_EQ(w->flags, O_WRONLY | O_NONBLOCK | O_DIRECT);
  CHECK_EQ(fd_get_flags(fds[0]), FD_CLOEXEC);
  CHECK_EQ(fd_get_flags(fds[1]), FD_CLOEXEC);
  file_put(r);
  file_put(w);
  close_pipe(fds);
}

static void test_readiness(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_readiness(fds[0]), 0);
  CHECK_EQ(call_readiness(fds[1]), OUT);
  CHECK_EQ(call_write(fds[1], text, 1), 1);
  CHECK_EQ(call_readiness(fds[0]), IN);
  CHECK_EQ(call_write(fds[1], text, 100000), 61440 + 1696); /* 1696 fill the first page up */
  CHECK_EQ(call_readiness(fds[1]), 0);
  CHECK_EQ(call_write(fds[1], text, 4096), -EAGAIN);
  close_pipe(fds);
}

/* A slot is free again only when all of it has been read. */
static void test_slots(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_write(fds[1], text, 65536), 65536);
  CHECK_EQ(call_read(fds[0], buf, 4095), 4095);
  CHECK_EQ(call_readiness(fds[1]), 0);
  CHECK_EQ(call_write(fds[1], text, 1), -EAGAIN);
  CHECK_EQ(call_read(fds[0], buf, 1), 1);
  CHECK_EQ(call_readiness(fds[1]), OUT);
  CHECK_EQ(call_write(fds[1], text, 5000), 4096);
  CHECK_EQ(unread(fds), 65536);
  close_pipe(fds);
}

/* Small writes fill the last page up; one that does not fit whole begins a new one. */
static void test_merge(void) {
  int fds[2];
  open_pipe(fds, 0);
  for (int i = 0; i < 4096; i++) {
    CHECK_EQ(call_write(fds[1], text + i, 1), 1);
  }
  for (int i = 0; i < 15; i++) {
    CHECK_EQ(call_write(fds[1], text, 3000), 3000); /* two of them do not share a page */
  }
  CHECK_EQ(call_write(fds[1], text, 3000), -EAGAIN);
  CHECK_EQ(call_write(fds[1], text, 1096), 1096); /* although the pipe is full: behind the last */
  CHECK_EQ(unread(fds), 4096 + 15 * 3000 + 1096);
  CHECK_EQ(call_read(fds[0], buf, 4096), 4096);
  CHECK_BYTES(buf, text, 4096);
  close_pipe(fds);
}

/* Any order of reads and writes of odd sizes gives the bytes in order. */
static void test_bytes_in_order(void) {
  int fds[2];
  size_t in = 0, out = 0;
  open_pipe(fds, 0);
  for (unsigned i = 1; in < 900000; i++) {
    size_t want = i * 7919 % 9001 + 1;
    ssize_t n = call_write(fds[1], text + in, want);
    CHECK(n == -EAGAIN || (n > 0 && (size_t)n <= want));
    CHECK(n == (ssize_t)want || want > 4096 || n == -EAGAIN); /* PIPE_BUF is all or nothing */
    in += n > 0 ? n : 0;
    n = call_read(fds[0], buf + out, i * 104729 % 8009 + 1);
    CHECK(n > 0);
    out += n;
    CHECK_EQ(unread(fds), in - out);
  }
  CHECK_EQ(call_read(fds[0], buf + out, sizeof buf - out), in - out);
  CHECK_BYTES(buf, text, in);
  CHECK_EQ(call_read(fds[0], buf, 1), -EAGAIN);
  close_pipe(fds);
}

/* O_DIRECT, pipe(2): each write is a packet, a read takes one, and discards what does not fit. */
static void test_packets(void) {
  int fds[2];
  open_pipe(fds, O_DIRECT);
  CHECK_EQ(call_write(fds[1], "one", 3), 3);
  CHECK_EQ(call_write(fds[1], "three", 5), 5);
  CHECK_EQ(call_write(fds[1], text, 5000), 5000); /* split into two */
  CHECK_EQ(call_read(fds[0], buf, 100), 3);
  CHECK_BYTES(buf, "one", 3);
  CHECK_EQ(call_read(fds[0], buf, 2), 2);
  CHECK_BYTES(buf, "th", 2);
  CHECK_EQ(call_read(fds[0], buf, 10000), 4096);
  CHECK_EQ(call_read(fds[0], buf, 10000), 904);
  CHECK_EQ(call_read(fds[0], buf, 1), -EAGAIN);
  for (int i = 0; i < 16; i++) {
    CHECK_EQ(call_write(fds[1], text, 1), 1);
  }
  CHECK_EQ(call_write(fds[1], text, 1), -EAGAIN); /* 16 packets, however small */
  close_pipe(fds);
}

/* fcntl(F_SETFL, O_DIRECT) changes how later writes are kept, not what is in the pipe. */
static void test_packets_among_bytes(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_write(fds[1], "ab", 2), 2);
  call_set_flags(fds[1], O_NONBLOCK | O_DIRECT);
  CHECK_EQ(call_write(fds[1], "cd", 2), 2); /* merged: the slot before it is no packet */
  CHECK_EQ(call_write(fds[1], text, 4096), 4096);
  call_set_flags(fds[1], O_NONBLOCK);
  CHECK_EQ(call_write(fds[1], "ef", 2), 2);
  CHECK_EQ(call_read(fds[0], buf, 10000), 4100); /* up to the end of the packet */
  CHECK_BYTES(buf, "abcd", 4);
  CHECK_EQ(call_read(fds[0], buf, 10000), 2);
  close_pipe(fds);
}

static void test_resize(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_fcntl(fds[0], F_GETPIPE_SZ, 0), 65536);
  CHECK_EQ(call_fcntl(fds[0], F_SETPIPE_SZ, 0), 4096);
  CHECK_EQ(call_fcntl(fds[1], F_SETPIPE_SZ, 4097), 8192);
  CHECK_EQ(call_fcntl(fds[1], F_GETPIPE_SZ, 0), 8192);
  CHECK_EQ(call_fcntl(fds[1], F_SETPIPE_SZ, -1L), -EINVAL);
  CHECK_EQ(call_fcntl(fds[1], F_GETLK, 0), -EINVAL);
  CHECK_EQ(call_write(fds[1], text, 10000), 8192);
  CHECK_EQ(call_read(fds[0], buf, 1000), 1000);
  CHECK_EQ(call_fcntl(fds[1], F_SETPIPE_SZ, 4096), -EBUSY); /* two slots are in use */
  CHECK_EQ(call_readiness(fds[1]), 0);
  CHECK_EQ(call_fcntl(fds[1], F_SETPIPE_SZ, 262144), 262144);
  CHECK_EQ(call_readiness(fds[1]), OUT);
  CHECK_EQ(call_write(fds[1], text + 8192, 300000), 262144 - 8192);
  CHECK_EQ(call_read(fds[0], buf + 1000, sizeof buf), 262144 - 1000);
  CHECK_BYTES(buf, text, 262144);
  close_pipe(fds);
}

/* The ring keeps its order when it is moved while it wraps around. */
static void test_resize_of_a_ring_that_wraps(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_write(fds[1], text, 65536), 65536);
  CHECK_EQ(call_read(fds[0], buf, 40960), 40960);
  CHECK_EQ(call_write(fds[1], text + 65536, 8192), 8192);
  CHECK_EQ(call_fcntl(fds[0], F_SETPIPE_SZ, 32768), 32768); /* 8 slots, all used */
  CHECK_EQ(call_readiness(fds[1]), 0);
  CHECK_EQ(call_read(fds[0], buf + 40960, sizeof buf), 32768);
  CHECK_BYTES(buf, text, 73728);
  close_pipe(fds);
}

static void test_ioctl(void) {
  int fds[2], n = -1;
  open_pipe(fds, 0);
  CHECK_EQ(call_write(fds[1], text, 5000), 5000);
  CHECK_EQ(call_ioctl(fds[0], FIONREAD, &n), 0);
  CHECK_EQ(n, 5000);
  CHECK_EQ(call_ioctl(fds[1], FIONREAD, &n), 0); /* either end tells */
  CHECK_EQ(n, 5000);
  CHECK_EQ(call_ioctl(fds[0], FIONREAD, NULL), -EFAULT);
  CHECK_EQ(call_ioctl(fds[0], TIOCGWINSZ, &n), -ENOTTY);
  close_pipe(fds);
}

static void test_nothing(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_read(fds[0], buf, 0), 0);
  CHECK_EQ(call_write(fds[1], buf, 0), 0);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(call_write(fds[1], buf, 0), 0); /* no EPIPE for no bytes */
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

static void test_the_writer_closes_first(void) {
  int fds[2];
  open_pipe(fds, 0);
  CHECK_EQ(call_write(fds[1], text, 100), 100);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  CHECK_EQ(call_readiness(fds[0]), IN | POLLHUP);
  CHECK_EQ(call_read(fds[0], buf, 60), 60);
  CHECK_EQ(call_read(fds[0], buf, 60), 40);
  CHECK_EQ(call_readiness(fds[0]), POLLHUP);
  CHECK_EQ(call_read(fds[0], buf, 60), 0);
  CHECK_EQ(call_read(fds[0], buf, 60), 0);
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

static void test_the_reader_closes_first(void) {
  int fds[2], sigpipes = native_sigpipes();
  open_pipe(fds, 0);
  CHECK_EQ(call_write(fds[1], text, 100000), 65536);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(call_readiness(fds[1]), POLLERR); /* full, and it stays so */
  CHECK_EQ(call_write(fds[1], text, 1), -EPIPE);
  CHECK_EQ(native_sigpipes(), sigpipes + 1);
  CHECK_EQ(host_fd_close(fds[1]), 0);

  open_pipe(fds, 0);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(call_readiness(fds[1]), OUT | POLLERR);
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

/* ---- Who is told ------------------------------------------------------------------------------- */

static void test_notifications(void) {
  int fds[2];
  struct ear reader, writer;
  open_pipe(fds, 0);
  listen_to(&reader, fds[0]);
  listen_to(&writer, fds[1]);
  CHECK_EQ(call_write(fds[1], text, 65536), 65536);
  CHECK_EQ(heard(&reader), IN);
  CHECK_EQ(heard(&writer), 0);
  CHECK_EQ(call_write(fds[1], text, 1), -EAGAIN);
  CHECK_EQ(heard(&reader), IN);
  CHECK_EQ(call_read(fds[0], buf, 100), 100);
  CHECK_EQ(heard(&reader), 0);
  CHECK_EQ(heard(&writer), 0); /* no slot is free yet */
  CHECK_EQ(call_read(fds[0], buf, 4000), 4000);
  CHECK_EQ(heard(&writer), OUT);
  CHECK_EQ(call_fcntl(fds[0], F_SETPIPE_SZ, 131072), 131072);
  CHECK_EQ(heard(&writer), ANY_EVENT); /* though it was not full */
  CHECK_EQ(call_write(fds[1], text, 200000), 131072 - 61440);
  CHECK_EQ(call_fcntl(fds[0], F_SETPIPE_SZ, 262144), 262144);
  CHECK_EQ(heard(&writer), ANY_EVENT);
  CHECK_EQ(heard(&reader), IN);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  CHECK_EQ(heard(&writer), POLLNVAL);
  CHECK_EQ(heard(&reader), ANY_EVENT);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(heard(&reader), POLLNVAL);
  CHECK(heard(&writer) & POLLERR);
  stop_listening(&reader);
  stop_listening(&writer);
}

/* A node whose pipe is closed can still be asked. */
static void test_poll_after_close(void) {
  int fds[2];
  open_pipe(fds, 0);
  struct node *r = node_of_fd(fds[0]), *w = node_of_fd(fds[1]);
  close_pipe(fds);
  CHECK_EQ(r->ops->poll(r), POLLHUP);
  CHECK_EQ(w->ops->poll(w), OUT | POLLERR);
  node_put(r);
  CHECK_EQ(w->ops->poll(w), OUT | POLLERR);
  node_put(w);
}

int main(void) {
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (char)(i * 2654435761u >> 13);
  }
  test_open();
  test_readiness();
  test_slots();
  test_merge();
  test_bytes_in_order();
  test_packets();
  test_packets_among_bytes();
  test_resize();
  test_resize_of_a_ring_that_wraps();
  test_ioctl();
  test_nothing();
  test_the_writer_closes_first();
  test_the_reader_closes_first();
  test_notifications();
  test_poll_after_close();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
