/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Where a system call returns to the program: the point at which signals are delivered, and at which
 * a call that was interrupted is made again or fails with EINTR (signal(7)).
 *
 * A call that can wait is made so, in the function that replaces libc's, when everything that it held
 * has been let go of (a handler may leave by longjmp):
 *
 *     do {
 *       r = file_read(...);
 *     } while (syscall_restarts(&r));
 *
 * A program that uses neither signals nor <emscripten/interrupt.h> has no hook here.
 */
#ifndef EMWAKE_CORE_SYSCALL_EXIT_H
#define EMWAKE_CORE_SYSCALL_EXIT_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "waiter.h"

/*
 * What the core says of a call that was interrupted, as include/linux/errno.h does; no program sees
 * them. ERESTARTSYS: to be made again unless a handler without SA_RESTART ran. ERESTARTNOHAND: to be
 * made again unless any handler ran, or EINTR itself came of a wait.
 */
#define ERESTARTSYS 512
#define ERESTARTNOHAND 514

/* The signal mask that is to be in force when the call has ended: of ppoll and its kin. */
struct mask_to_restore {
  bool restores;
  uint64_t mask;
};

/* Set by thread.c, as is waiter_signal_hook. m may be NULL. */
extern bool (*syscall_exit_hook)(ssize_t *r, struct mask_to_restore *m);

/*
 * Set by signal.c, NULL in programs without signals: the calling thread's signal mask is another until
 * the call has ended with m (signal_mask_swap()); its mask (signal_mask()); and the call raises a signal
 * for its thread, SIGPIPE (signal_raise()).
 */
extern void (*signal_swap_hook)(const sigset_t *mask, struct mask_to_restore *m);
extern int (*signal_mask_hook)(int how, const sigset_t *set, sigset_t *old);
extern int (*signal_raise_hook)(int sig, int code);

/* Runs what handlers there are to run. True: the call is to be made again; else *r is for the
   program. */
static inline bool syscall_restarts(ssize_t *r) {
  return syscall_exit_hook && syscall_exit_hook(r, NULL);
}

/* For poll, select, epoll_wait, pause and their kin, which no SA_RESTART restarts. */
static inline bool syscall_restarts_unhandled(ssize_t *r, struct mask_to_restore *m) {
  if (*r == -EINTR) {
    *r = -ERESTARTNOHAND;
  }
  return syscall_exit_hook && syscall_exit_hook(r, m);
}

/* For a call that never waits. */
static inline void syscall_exit(void) {
  ssize_t done = 0;
  syscall_restarts(&done);
}

/* For one that waits with a limit of its own (SO_RCVTIMEO), EINTR is final (sock_intr_errno()). */
static inline int interrupted_until(int err, deadline_t deadline) {
  return err == -EINTR && deadline == DEADLINE_NONE ? -ERESTARTSYS : err;
}

#endif
