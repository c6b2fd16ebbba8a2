/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Signals, after kernel/signal.c: dispositions, masks, what is pending, who gets what. Handlers run
 * on the thread that a signal is for, where a system call returns to the program
 * (syscall_exit.h), or from its event loop. Functions return -errno, or as said.
 */
#ifndef EMWAKE_CORE_SIGNAL_H
#define EMWAKE_CORE_SIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "syscall_exit.h"
#include "thread.h"
#include "waiter.h"

/* ---- Dispositions and masks ---------------------------------------------------------------------- */

/* sigaction(2). -EINVAL: no such signal, or one whose action cannot be changed. */
int signal_action(int sig, const struct sigaction *action, struct sigaction *old);

/* pthread_sigmask(3). set may be NULL. -EINVAL: how. */
int signal_mask(int how, const sigset_t *set, sigset_t *old);

/* The mask of the calling thread until the system call that it makes has ended with m. */
void signal_mask_swap(const sigset_t *mask, struct mask_to_restore *m);

/* sigpending(2) */
void signal_pending(sigset_t *set);

/* ---- Sending --------------------------------------------------------------------------------------- */

/* All: -EINVAL (no such signal), -ESRCH (no such thread), -EAGAIN (a real-time signal, and no memory
   to queue it). 0 as the signal only looks whether there is a receiver. */

/* To the process, as kill(2) and sigqueue(3): any thread that does not block it, main first. */
int signal_send(int sig, siginfo_t *info);

/* To a thread. */
int signal_send_tid(pid_t tid, int sig, siginfo_t *info);
#if EMWAKE_THREADS
int signal_send_thread(pthread_t thread, int sig, siginfo_t *info);
#endif

/* To the calling thread, to be delivered on the running stack where the system call ends. */
int signal_raise(int sig, int code);

/* From the event loop of the host, in whose stack nothing of the program can run. */
void signal_send_from_host(int sig);

/* A siginfo_t of the calling process. */
siginfo_t signal_info(int sig, int code);

/* ---- Waiting --------------------------------------------------------------------------------------- */

/* sigtimedwait(2): the signal, -EAGAIN (the deadline has passed), -EINTR, -EDEADLK. */
int signal_wait(const sigset_t *set, siginfo_t *info, deadline_t deadline);

/* pause(2). -EINTR or -EDEADLK. */
int signal_pause(void);

/* ---- With the lock of the threads held: for timers and signalfd ------------------------------------ */

/* What sending has to do when the lock has been released. */
struct signals_sent {
  sigmask_t pending;
  int fatal; /* it ends the program */
};

/* Adds to sent. thread: NULL for the process. entry: a timer's own, else NULL. Returns 0 or -EAGAIN;
   *ignored, if not NULL: whether nobody wants it. */
int signal_send_locked(struct signals_sent *sent, struct thread *thread, const siginfo_t *info,
                       struct queued_signal *entry, bool *ignored);

/* The lock is not held. from_host: as for signal_send_from_host(). */
void signals_sent(const struct signals_sent *sent, bool from_host);

sigmask_t signals_pending_locked(struct thread *t);

/* Changes the mask of t, which may leave signals of the process to other threads. */
void signal_block_locked(struct thread *t, sigmask_t mask);

/* Takes a pending signal of mask; 0 if there is none. */
int signal_take_locked(struct thread *t, sigmask_t mask, siginfo_t *info);

/* The process's queue; a thread's is in it. */
extern struct signal_queue signals_of_process;

/* Called, without the lock, when signals have become pending. Set by signalfd.c. */
extern void (*signals_pending_hook)(void);

/* ---- For the host ---------------------------------------------------------------------------------- */

/* Signals that the program does not leave to the default action of the host: that have an action, or
   that every thread blocks. The host is told by host_watch_signals() when this changes. */
sigmask_t signals_watched(void);

static inline sigmask_t sigmask_of(const sigset_t *set) {
  sigmask_t mask;
  __builtin_memcpy(&mask, set, sizeof mask);
  return mask;
}

static inline void sigmask_to(sigset_t *set, sigmask_t mask) {
  __builtin_memset(set, 0, sizeof *set);
  __builtin_memcpy(set, &mask, sizeof mask);
}

/* What no thread can block or wait for. */
#define UNBLOCKABLE (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

#endif
