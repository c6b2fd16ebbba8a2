/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Pending signals, of a thread or of the process: which, and what came with each (signal(7)). Of a
 * standard signal one is kept, real-time signals queue in their order. Every function is called with
 * the lock of the threads held.
 */
#ifndef EMWAKE_CORE_SIGNAL_QUEUE_H
#define EMWAKE_CORE_SIGNAL_QUEUE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* A set of signals, 1 to 64: bit sig - 1. The first eight bytes of a sigset_t of Linux. */
typedef uint64_t sigmask_t;

#define SIGNALS 64
#define SIGNAL_BIT(sig) ((sigmask_t)1 << ((sig)-1))
/* The kernel's SIGRTMIN; that of libc is higher. */
#define FIRST_REAL_TIME 32

/* SIG_KERNEL_IGNORE_MASK, and those that would stop or continue the process: nothing here could
   continue it again. */
static inline bool signal_is_ignored_by_default(int sig) {
  switch (sig) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
      return true;
    default:
      return false;
  }
}

struct queued_signal {
  struct queued_signal *next;
  siginfo_t info;
  /* NULL: allocated by signal_queue_add(). Else it belongs to a timer, which fills in what is only
     known when the signal is taken. */
  void (*taken)(struct queued_signal *q);
};

struct signal_queue {
  sigmask_t set;
  struct queued_signal *first, *last;
};

/* Whether a signal of this kind that is pending already swallows another. */
bool signal_queue_coalesces(const struct signal_queue *q, int sig);

/* Adds a copy of info, of info->si_signo. False: out of memory, and the signal is pending without
   more than its number. */
bool signal_queue_add(struct signal_queue *q, const siginfo_t *info);

/* Adds an entry of a timer, which is in no queue. */
void signal_queue_append(struct signal_queue *q, struct queued_signal *entry);

/* Takes an entry of a timer out, if it is in q. */
void signal_queue_remove(struct signal_queue *q, struct queued_signal *entry);

/* The signal of mask that is to be delivered first; 0 if none is pending. */
int signal_queue_next(const struct signal_queue *q, sigmask_t mask);

/* Takes the first pending sig out. */
void signal_queue_take(struct signal_queue *q, int sig, siginfo_t *info);

/* Forgets what is pending of mask. */
void signal_queue_flush(struct signal_queue *q, sigmask_t mask);

/* Moves everything from one queue to another. */
void signal_queue_move(struct signal_queue *to, struct signal_queue *from);

#endif
