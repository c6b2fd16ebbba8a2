/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Inodes to which something happens on several threads, while instances watch them, read, and come and
 * go: one that stays hears of everything, in order, and no watch is left over.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>

#include "calls.h"
#include "host_native.h"
#include "inotify.h"
#include "stress.h"

enum { PRODUCERS = 2, VISITORS = 2 };

static int steady;
static int64_t produced[PRODUCERS], seen[PRODUCERS];
static _Atomic int producing = PRODUCERS;

static int watch(int fd, uint64_t inode, uint32_t mask) {
  struct file *f;
  CHECK_EQ(inotify_begin_watch(fd, mask, &f), 0);
  int wd = inotify_watch(f->node, inode, mask);
  file_put(f);
  return wd;
}

/* A producer does not get further ahead than the queue is long. */
static void *produce(void *index) {
  int me = (int)(intptr_t)index;
  char name[24];
  while (stress_goes_on()) {
    snprintf(name, sizeof name, "%lld", (long long)produced[me]);
    inotify_report((uint64_t)me, IN_CREATE, 0, name, false);
    produced[me]++;
    while (produced[me] - __atomic_load_n(&seen[me], __ATOMIC_RELAXED) > 5000 && stress_goes_on()) {
      sched_yield();
    }
  }
  if (--producing == 0) {
    inotify_forget(0);
  }
  return NULL;
}

static void *visit(void *index) {
  static char bufs[VISITORS][4096] __attribute__((aligned(8)));
  unsigned random = (unsigned)(intptr_t)index + 1;
  while (stress_goes_on()) {
    int fd = inotify_open(IN_NONBLOCK);
    CHECK(fd >= 0);
    int wd = watch(fd, stress_random(&random, 3), IN_CREATE | (random & 1 ? IN_ONESHOT : 0));
    CHECK_EQ(wd, 1);
    watch(fd, stress_random(&random, 3), IN_CREATE);
    while (stress_random(&random, 4)) {
      call_read(fd, bufs[(intptr_t)index], sizeof bufs[0]);
    }
    struct file *f = file_get(fd);
    inotify_unwatch(f->node, 1);
    file_put(f);
    CHECK_EQ(host_fd_close(fd), 0);
  }
  return NULL;
}

static void read_until_ignored(void) {
  static char buf[1 << 16] __attribute__((aligned(8)));
  for (;;) {
    ssize_t n = call_read(steady, buf, sizeof buf);
    CHECK(n > 0);
    for (ssize_t at = 0; at < n;) {
      struct inotify_event *e = (struct inotify_event *)(buf + at);
      at += (ssize_t)sizeof *e + e->len;
      if (e->mask & IN_IGNORED) {
        return;
      }
      CHECK_EQ(e->mask, IN_CREATE);
      CHECK_EQ(atoll(e->name), seen[e->wd - 1]);
      __atomic_fetch_add(&seen[e->wd - 1], 1, __ATOMIC_RELAXED);
    }
  }
}

int main(void) {
  pthread_t producers[PRODUCERS], visitors[VISITORS];
  steady = inotify_open(0);
  for (int i = 0; i < PRODUCERS; i++) {
    CHECK_EQ(watch(steady, (uint64_t)i, IN_CREATE), i + 1);
  }
  stress_begin();
  stress_start(producers, PRODUCERS, produce);
  stress_start(visitors, VISITORS, visit);
  read_until_ignored();
  stress_join(producers, PRODUCERS);
  stress_join(visitors, VISITORS);
  for (int i = 0; i < PRODUCERS; i++) {
    CHECK(seen[i] > 100);
    CHECK_EQ(seen[i], produced[i]);
  }
  CHECK_EQ(host_fd_close(steady), 0);
  CHECK_EQ(native_watched_inodes(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
