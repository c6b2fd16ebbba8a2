/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Several writers and readers on one pipe, while it is resized and looked at: records up to
 * PIPE_BUF stay whole and in order, no byte is lost or doubled, and the readers see the end when
 * the last writer has closed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "host_native.h"
#include "pipe.h"
#include "poll_fds.h"
#include "stress.h"

enum { WRITERS = 3, READERS = 3, SIZE = 64 };

/* They divide a page, so that as many of them fit as of bytes, and none lies across a border. */
struct record {
  int64_t writer, number;
  char rest[SIZE - 16];
};

static int fds[2];
static int write_fds[WRITERS];
static int64_t written[WRITERS];
static _Atomic int64_t read_of[WRITERS];
static _Atomic bool ended;

static void *write_records(void *index) {
  int me = (int)(intptr_t)index;
  struct record r = {.writer = me};
  while (stress_goes_on()) {
    r.number = ++written[me];
    memset(r.rest, (char)r.number, sizeof r.rest);
    CHECK_EQ(call_write(write_fds[me], &r, sizeof r), sizeof r);
  }
  CHECK_EQ(host_fd_close(write_fds[me]), 0);
  return NULL;
}

static void check_record(const struct record *r, int64_t *last) {
  CHECK(r->writer >= 0 && r->writer < WRITERS);
  CHECK(r->number > last[r->writer]); /* nobody overtakes himself */
  last[r->writer] = r->number;
  for (size_t i = 0; i < sizeof r->rest; i++) {
    CHECK_EQ(r->rest[i], (char)r->number);
  }
}

static void *read_records(void *index) {
  int64_t last[WRITERS] = {0};
  unsigned random = (unsigned)(intptr_t)index + 1;
  struct record r[8];
  ssize_t n;
  while ((n = call_read(fds[0], r, (stress_random(&random, 8) + 1) * sizeof *r)) > 0) {
    CHECK_EQ(n % SIZE, 0);
    for (int i = 0; i < n / SIZE; i++) {
      check_record(&r[i], last);
      read_of[r[i].writer]++;
    }
  }
  CHECK_EQ(n, 0);
  return NULL;
}

/* More than PIPE_BUF at a time: they may mix, but no byte is lost. */
static void *write_much(void *index) {
  int me = (int)(intptr_t)index;
  unsigned random = (unsigned)me + 1;
  char bytes[20000];
  memset(bytes, me + 1, sizeof bytes);
  while (stress_goes_on()) {
    size_t n = stress_random(&random, sizeof bytes) + 1;
    CHECK_EQ(call_write(write_fds[me], bytes, n), n);
    written[me] += n;
  }
  CHECK_EQ(host_fd_close(write_fds[me]), 0);
  return NULL;
}

static void *read_much(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  char bytes[20000];
  int64_t count[WRITERS] = {0};
  ssize_t n;
  while ((n = call_read(fds[0], bytes, stress_random(&random, sizeof bytes) + 1)) > 0) {
    for (ssize_t i = 0; i < n; i++) {
      CHECK(bytes[i] >= 1 && bytes[i] <= WRITERS);
      count[bytes[i] - 1]++;
    }
  }
  CHECK_EQ(n, 0);
  for (int i = 0; i < WRITERS; i++) {
    read_of[i] += count[i];
  }
  return NULL;
}

static void *meddle(void *index) {
  unsigned random = 77 + (unsigned)(intptr_t)index;
  while (!ended) {
    int size = 4096 << stress_random(&random, 5), unread;
    int r = call_fcntl(fds[0], F_SETPIPE_SZ, size);
    CHECK(r == size || r == -EBUSY);
    r = call_fcntl(fds[0], F_GETPIPE_SZ, 0);
    CHECK(r >= 4096 && r <= 65536);
    CHECK_EQ(call_ioctl(fds[0], FIONREAD, &unread), 0);
    CHECK(unread >= 0 && unread <= 65536);
    struct pollfd p = {.fd = fds[0], .events = POLLIN};
    CHECK(poll_fds(&p, 1, host_now() + 100000) >= 0);
    CHECK(!(p.revents & ~(POLLIN | POLLHUP)));
  }
  return NULL;
}

static void run(void *(*writer)(void *), void *(*reader)(void *)) {
  pthread_t writers[WRITERS], readers[READERS], meddlers[2];
  CHECK_EQ(pipe_open(fds, 0), 0);
  ended = false;
  for (int i = 0; i < WRITERS; i++) {
    written[i] = 0;
    read_of[i] = 0;
    write_fds[i] = i ? native_dup(fds[1]) : fds[1];
  }
  stress_begin();
  stress_start(readers, READERS, reader);
  stress_start(writers, WRITERS, writer);
  stress_start(meddlers, 2, meddle);
  stress_join(writers, WRITERS);
  stress_join(readers, READERS);
  ended = true;
  stress_join(meddlers, 2);
  for (int i = 0; i < WRITERS; i++) {
    CHECK(written[i] > 0);
    CHECK_EQ(read_of[i], written[i]);
  }
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

int main(void) {
  run(write_records, read_records);
  run(write_much, read_much);
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
