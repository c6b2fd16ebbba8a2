/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Signals and interrupts against waits and wakes, from many threads: none is lost, and no byte is. A
 * wait that is not ended shows in the runner's time limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>

#include "calls.h"
#include "host_native.h"
#include "host_signal.h"
#include "interrupt.h"
#include "pipe.h"
#include "poll_fds.h"
#include "signal.h"
#include "stress.h"
#include "syscall_exit.h"

#define SIG 40 /* real-time: every one counts */
#define END 'E'

enum { WAITERS = 3, SENDERS = 2 };

static int fds[WAITERS][2];
static _Atomic int tids[WAITERS], ids[WAITERS];
static _Atomic long sent[WAITERS], handled[WAITERS], written[WAITERS], got[WAITERS], interrupted;
static _Thread_local int self = -1;

static void count(int sig) {
  CHECK_EQ(sig, SIG);
  CHECK(self >= 0);
  handled[self]++;
}

static void set_mask(int how) {
  sigset_t set;
  sigmask_to(&set, SIGNAL_BIT(SIG));
  CHECK_EQ(signal_mask(how, &set, NULL), 0);
  syscall_exit();
}

static ssize_t read_call(int fd, char *byte) {
  ssize_t r;
  do {
    r = call_read(fd, byte, 1);
  } while (syscall_restarts(&r));
  return r;
}

static ssize_t poll_call(int fd, deadline_t deadline) {
  struct pollfd in = {fd, POLLIN, 0};
  ssize_t r;
  do {
    r = poll_fds(&in, 1, deadline);
  } while (syscall_restarts_unhandled(&r, NULL));
  return r;
}

static void begin(int i) {
  self = i;
  ids[i] = interrupt_self();
  tids[i] = host_tid();
}

static void start_waiters(pthread_t *threads, void *(*run)(void *index)) {
  for (int i = 0; i < WAITERS; i++) {
    CHECK_EQ(pipe_open(fds[i], 0), 0);
    tids[i] = 0;
    sent[i] = handled[i] = written[i] = got[i] = 0;
  }
  stress_begin();
  stress_start(threads, WAITERS, run);
  for (int i = 0; i < WAITERS; i++) {
    while (!tids[i]) {
      sched_yield();
    }
  }
}

static void end_waiters(pthread_t *threads) {
  for (int i = 0; i < WAITERS; i++) {
    CHECK_EQ(call_write(fds[i][1], "E", 1), 1);
  }
  stress_join(threads, WAITERS);
  for (int i = 0; i < WAITERS; i++) {
    CHECK_EQ(host_fd_close(fds[i][0]), 0);
    CHECK_EQ(host_fd_close(fds[i][1]), 0);
  }
}

/* ---- To one thread each ---------------------------------------------------------------------------- */

static void *read_all(void *index) {
  int i = (int)(intptr_t)index;
  char byte = 0;
  begin(i);
  while (byte != END) {
    if (i % 2) {
      poll_call(fds[i][0], DEADLINE_NONE);
    }
    ssize_t r = read_call(fds[i][0], &byte);
    CHECK(r == 1 || r == -EINTR);
    got[i] += r == 1 && byte != END;
  }
  return index;
}

static void *send_and_write(void *index) {
  unsigned state = 77 + (unsigned)(intptr_t)index;
  while (stress_goes_on()) {
    int i = (int)stress_random(&state, WAITERS);
    if (stress_random(&state, 2)) {
      siginfo_t info = signal_info(SIG, SI_QUEUE);
      CHECK_EQ(signal_send_tid(tids[i], SIG, &info), 0);
      sent[i]++;
    } else if (written[i] - got[i] < 1000) {
      CHECK_EQ(call_write(fds[i][1], "x", 1), 1);
      written[i]++;
    }
    if (!stress_random(&state, 8)) {
      sched_yield();
    }
  }
  return index;
}

static void test_directed(void) {
  pthread_t waiters[WAITERS], senders[SENDERS];
  start_waiters(waiters, read_all);
  stress_start(senders, SENDERS, send_and_write);
  stress_join(senders, SENDERS);
  end_waiters(waiters);
  for (int i = 0; i < WAITERS; i++) {
    CHECK(sent[i] > 10);
    CHECK_EQ(handled[i], sent[i]);
    CHECK_EQ(got[i], written[i]);
  }
}

/* ---- To the process -------------------------------------------------------------------------------- */

/* Each blocks the signal now and then, but not all at once for ever. Nothing but a signal, or the
   end, ends the other wait. */
static void *wait_for_any(void *index) {
  int i = (int)(intptr_t)index;
  unsigned state = 99 + (unsigned)i;
  begin(i);
  do {
    if (!stress_random(&state, 4)) {
      set_mask(SIG_BLOCK);
      poll_call(fds[i][0], host_now() + 200000);
      set_mask(SIG_UNBLOCK);
    }
  } while (poll_call(fds[i][0], DEADLINE_NONE) != 1);
  return index;
}

static long all_handled(void) {
  long sum = 0;
  for (int i = 0; i < WAITERS; i++) {
    sum += handled[i];
  }
  return sum;
}

static void test_process(void) {
  pthread_t waiters[WAITERS];
  long n = 0;
  unsigned state = 5;
  set_mask(SIG_BLOCK); /* main does not take them */
  start_waiters(waiters, wait_for_any);
  while (stress_goes_on()) {
    siginfo_t info = signal_info(SIG, SI_QUEUE);
    for (int burst = 1 + (int)stress_random(&state, 3); burst > 0; burst--, n++) {
      CHECK_EQ(signal_send(SIG, &info), 0);
    }
    while (all_handled() < n) { /* before anything else would wake them */
      sched_yield();
    }
  }
  end_waiters(waiters);
  CHECK(n > 20);
  CHECK_EQ(all_handled(), n);
  set_mask(SIG_UNBLOCK);
}

/* ---- Interrupts ------------------------------------------------------------------------------------ */

static void *be_interrupted(void *index) {
  int i = (int)(intptr_t)index;
  char byte = 0;
  begin(i);
  while (byte != END) {
    ssize_t r = read_call(fds[i][0], &byte);
    interrupted += r == -EINTR;
  }
  return index;
}

static void test_interrupts(void) {
  pthread_t waiters[WAITERS];
  long n = 0;
  start_waiters(waiters, be_interrupted);
  while (stress_goes_on()) {
    CHECK_EQ(interrupt_send(ids[n % WAITERS]), 0);
    n++;
    while (interrupted < n) {
      sched_yield();
    }
  }
  end_waiters(waiters);
  CHECK(n > 20);
  CHECK_EQ(interrupted, n);
  CHECK_EQ(interrupt_send(ids[0]), -ESRCH);
}

int main(void) {
  struct sigaction action = {.sa_handler = count};
  CHECK_EQ(signal_action(SIG, &action, NULL), 0);
  test_directed();
  test_process();
  test_interrupts();
  return 0;
}
