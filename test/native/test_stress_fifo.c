/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Readers and writers that open a FIFO, exchange some records and leave, all the time: each finds a
 * partner, a record comes whole, and nobody waits for ever in open, read or write.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "calls.h"
#include "fifo.h"
#include "host_native.h"
#include "stress.h"

enum { THREADS = 6, SIZE = 64 };

static _Atomic int running = THREADS;
static _Atomic int64_t sent, received, meetings;

static int open_fifo(int flags) {
  struct node *end;
  int err = fifo_open(7, flags, &end);
  return err ? err : fd_open(end, flags);
}

static void send_records(unsigned *random) {
  unsigned char record[SIZE];
  int fd = open_fifo(O_WRONLY);
  CHECK(fd >= 0);
  for (unsigned n = stress_random(random, 8); n; n--) {
    memset(record, (int)n, sizeof record);
    ssize_t r = call_write(fd, record, sizeof record);
    if (r == -EPIPE) {
      break;
    }
    CHECK_EQ(r, SIZE);
    sent++;
  }
  CHECK_EQ(host_fd_close(fd), 0);
}

static void receive_records(unsigned *random) {
  unsigned char record[SIZE];
  ssize_t r = 1;
  int fd = open_fifo(O_RDONLY);
  CHECK(fd >= 0);
  meetings++;
  for (unsigned n = stress_random(random, 12); n && r; n--) {
    r = call_read(fd, record, sizeof record);
    CHECK(r == 0 || r == SIZE);
    for (int i = 1; r && i < SIZE; i++) {
      CHECK_EQ(record[i], record[0]);
    }
    received += r > 0;
  }
  CHECK_EQ(host_fd_close(fd), 0);
}

static void *run(void *index) {
  int me = (int)(intptr_t)index;
  unsigned random = (unsigned)me + 1;
  while (stress_goes_on()) {
    if (me % 2) {
      send_records(&random);
    } else {
      receive_records(&random);
    }
  }
  running--;
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  stress_begin();
  stress_start(threads, THREADS, run);
  while (stress_goes_on()) {
    sched_yield();
  }
  while (running) { /* a partner for those who still wait for one */
    CHECK_EQ(host_fd_close(open_fifo(O_RDWR)), 0);
    sched_yield();
  }
  stress_join(threads, THREADS);
  CHECK(meetings > 20);
  CHECK(received > 20);
  CHECK(received <= sent);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
