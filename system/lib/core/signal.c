/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Dispositions, masks, sending and delivery of signals.
 */
#define _GNU_SOURCE
#include "signal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "host_signal.h"

struct signal_queue signals_of_process;

static struct sigaction actions[SIGNALS + 1];
static sigmask_t handled; /* whose action is not SIG_DFL */

void (*signals_pending_hook)(void);

static bool is_ignored(int sig) {
  void (*handler)(int) = actions[sig].sa_handler;
  return handler == SIG_IGN || (handler == SIG_DFL && signal_is_ignored_by_default(sig));
}

static bool is_fatal(int sig) {
  return actions[sig].sa_handler == SIG_DFL && !signal_is_ignored_by_default(sig);
}

/* ---- What is pending ------------------------------------------------------------------------------- */

sigmask_t signals_pending_locked(struct thread *t) {
  return t->signals.pending.set | signals_of_process.set;
}

static bool deliverable(struct thread *t) {
  return signals_pending_locked(t) & ~t->signals.blocked;
}

/* recalc_sigpending() */
static void look_again(struct thread *t) {
  if (deliverable(t)) {
    t->attention |= ATTENTION_SIGNAL;
  } else {
    t->attention &= ~ATTENTION_SIGNAL;
  }
}

int signal_take_locked(struct thread *t, sigmask_t mask, siginfo_t *info) {
  struct signal_queue *q = &t->signals.pending;
  int sig = signal_queue_next(q, mask);
  if (!sig) {
    q = &signals_of_process;
    sig = signal_queue_next(q, mask);
  }
  if (sig) {
    signal_queue_take(q, sig, info);
    look_again(t);
  }
  return sig;
}

void signal_pending(sigset_t *set) {
  struct thread *t = thread_current();
  threads_lock();
  sigmask_to(set, signals_pending_locked(t) & t->signals.blocked);
  threads_unlock();
}

/* ---- Who gets a signal of the process --------------------------------------------------------------- */

/* wants_signal() */
static bool wants(const struct thread *t, int sig) {
  return !t->helper && !(t->signals.blocked & SIGNAL_BIT(sig)) &&
         !(t->attention & ATTENTION_SIGNAL);
}

static struct thread *chosen(int sig) {
  struct thread *t = thread_first();
  while (t && !wants(t, sig)) {
    t = t->next;
  }
  return t;
}

/* retarget_shared_pending(): t does not want these any more. */
static void retarget(struct thread *t, sigmask_t signals) {
  for (sigmask_t left = signals & signals_of_process.set; left; left &= left - 1) {
    struct thread *other = chosen(__builtin_ctzll(left) + 1);
    if (other && other != t) {
      thread_kick(other, ATTENTION_SIGNAL);
    }
  }
}

/* __set_task_blocked() */
void signal_block_locked(struct thread *t, sigmask_t mask) {
  sigmask_t newly = mask & ~t->signals.blocked;
  t->signals.blocked = mask & ~UNBLOCKABLE;
  if (newly) {
    retarget(t, newly);
  }
  look_again(t);
}

static void leave(struct thread *t) {
  sigmask_t wanted = ~t->signals.blocked;
  t->signals.blocked = ~(sigmask_t)0;
  signal_queue_flush(&t->signals.pending, ~(sigmask_t)0);
  retarget(t, wanted);
}

/* ---- What the host is told ---------------------------------------------------------------------- */

sigmask_t signals_watched(void) {
  threads_lock();
  sigmask_t blocked = ~(sigmask_t)0;
  for (struct thread *t = thread_first(); t; t = t->next) {
    if (!t->helper) {
      blocked &= t->signals.blocked;
    }
  }
  sigmask_t mask = handled | blocked;
  threads_unlock();
  return mask;
}

/* ---- Sending ---------------------------------------------------------------------------------------- */

siginfo_t signal_info(int sig, int code) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = sig;
  info.si_code = code;
  info.si_pid = getpid();
  info.si_uid = getuid();
  return info;
}

/* sig_ignored(): one that is blocked may still be wanted when it is unblocked. */
static bool is_dropped(const struct thread *t, int sig) {
  sigmask_t bit = SIGNAL_BIT(sig);
  return is_ignored(sig) && !((t->signals.blocked | t->signals.blocked_before_wait) & bit);
}

static const struct thread *main_thread(void) {
  struct thread *t = thread_first();
  while (t->helper && t->next) {
    t = t->next;
  }
  return t;
}

/* complete_signal() */
static void find_receiver(struct signals_sent *sent, struct thread *thread, int sig) {
  sigmask_t bit = SIGNAL_BIT(sig);
  struct thread *t = thread ? thread : chosen(sig);
  if (!t || (t->signals.blocked & bit)) {
    return;
  }
  thread_kick(t, ATTENTION_SIGNAL);
  if (sig == SIGKILL || (is_fatal(sig) && !(t->signals.blocked_before_wait & bit))) {
    sent->fatal = sig;
  }
}

int signal_send_locked(struct signals_sent *sent, struct thread *thread, const siginfo_t *info,
                       struct queued_signal *entry, bool *ignored) {
  int sig = info->si_signo;
  struct signal_queue *q = thread ? &thread->signals.pending : &signals_of_process;
  bool dropped = is_dropped(thread ? thread : main_thread(), sig);
  if (ignored) {
    *ignored = dropped;
  }
  if (dropped) {
    return 0;
  }
  if (entry) {
    signal_queue_append(q, entry);
  } else if (signal_queue_coalesces(q, sig)) {
    return 0;
  } else if (!signal_queue_add(q, info) && sig >= FIRST_REAL_TIME && info->si_code != SI_USER) {
    return -EAGAIN;
  }
  sent->pending |= SIGNAL_BIT(sig);
  find_receiver(sent, thread, sig);
  return 0;
}

void signals_sent(const struct signals_sent *sent, bool from_host) {
  if (sent->fatal) {
    if (!from_host) {
      host_terminate(sent->fatal);
    }
    thread_current()->fatal = sent->fatal;
  }
  if (sent->pending && signals_pending_hook) {
    signals_pending_hook();
  }
  if (from_host) {
    thread_attend_later();
  }
}

static bool is_signal(int sig) {
  return sig > 0 && sig <= SIGNALS;
}

int signal_send(int sig, siginfo_t *info) {
  struct signals_sent sent = {0};
  if (!is_signal(sig)) {
    return sig ? -EINVAL : 0;
  }
  threads_lock();
  int err = signal_send_locked(&sent, NULL, info, NULL, NULL);
  threads_unlock();
  signals_sent(&sent, false);
  return err;
}

void signal_send_from_host(int sig) {
  struct signals_sent sent = {0};
  siginfo_t info = signal_info(sig, SI_USER);
  info.si_pid = 0;
  threads_lock();
  signal_send_locked(&sent, NULL, &info, NULL, NULL);
  threads_unlock();
  signals_sent(&sent, true);
}

int signal_send_tid(pid_t tid, int sig, siginfo_t *info) {
  struct signals_sent sent = {0};
  if (!is_signal(sig) && sig) {
    return -EINVAL;
  }
  threads_lock();
  struct thread *t = thread_by_tid(tid);
  int err = !t ? -ESRCH : sig ? signal_send_locked(&sent, t, info, NULL, NULL) : 0;
  threads_unlock();
  signals_sent(&sent, false);
  return err;
}

#if EMWAKE_THREADS
/* A thread that has not begun is sent nothing but what it finds when it begins. */
int signal_send_thread(pthread_t thread, int sig, siginfo_t *info) {
  struct signals_sent sent = {0};
  int err = 0;
  if (!is_signal(sig) && sig) {
    return -EINVAL;
  }
  threads_lock();
  struct thread *t = thread_by_handle(thread);
  struct signal_queue *q = t ? NULL : thread_queue_before_begin(thread);
  if (!t && !q) {
    err = -ESRCH;
  } else if (sig && t) {
    err = signal_send_locked(&sent, t, info, NULL, NULL);
  } else if (sig && !signal_queue_coalesces(q, sig)) {
    signal_queue_add(q, info);
  }
  threads_unlock();
  signals_sent(&sent, false);
  return err;
}
#endif

int signal_raise(int sig, int code) {
  struct signals_sent sent = {0};
  siginfo_t info = signal_info(sig, code);
  struct thread *t = thread_current();
  if (!is_signal(sig)) {
    return sig ? -EINVAL : 0;
  }
  threads_lock();
  int err = signal_send_locked(&sent, t, &info, NULL, NULL);
  t->signals.here = t->attention & ATTENTION_SIGNAL;
  threads_unlock();
  signals_sent(&sent, false);
  return err;
}

/* ---- Dispositions -------------------------------------------------------------------------------- */

static void forget(int sig) {
  signal_queue_flush(&signals_of_process, SIGNAL_BIT(sig));
  for (struct thread *t = thread_first(); t; t = t->next) {
    signal_queue_flush(&t->signals.pending, SIGNAL_BIT(sig));
  }
}

/* The lock is held. */
static void set_action(int sig, const struct sigaction *action) {
  actions[sig] = *action;
  sigmask_to(&actions[sig].sa_mask, sigmask_of(&action->sa_mask) & ~UNBLOCKABLE);
  if (action->sa_handler == SIG_DFL) {
    handled &= ~SIGNAL_BIT(sig);
  } else {
    handled |= SIGNAL_BIT(sig);
  }
  if (is_ignored(sig)) {
    forget(sig);
  }
}

int signal_action(int sig, const struct sigaction *action, struct sigaction *old) {
  if (!is_signal(sig) || (action && (SIGNAL_BIT(sig) & UNBLOCKABLE))) {
    return -EINVAL;
  }
  struct sigaction given;
  if (action) {
    given = *action; /* old may be the same */
  }
  threads_lock();
  if (old) {
    *old = actions[sig];
  }
  if (action) {
    set_action(sig, &given);
  }
  threads_unlock();
  if (action) {
    host_watch_signals();
  }
  return 0;
}

/* ---- Masks ------------------------------------------------------------------------------------------ */

static sigmask_t changed_mask(int how, sigmask_t mask, sigmask_t set) {
  return how == SIG_BLOCK ? mask | set : how == SIG_UNBLOCK ? mask & ~set : set;
}

int signal_mask(int how, const sigset_t *set, sigset_t *old) {
  struct thread *t = thread_current();
  sigmask_t given = set ? sigmask_of(set) : 0;
  if (set && how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK) {
    return -EINVAL;
  }
  threads_lock();
  if (old) {
    sigmask_to(old, t->signals.blocked);
  }
  if (set) {
    signal_block_locked(t, changed_mask(how, t->signals.blocked, given));
  }
  threads_unlock();
  if (set) {
    host_watch_signals();
  }
  return 0;
}

void signal_mask_swap(const sigset_t *mask, struct mask_to_restore *m) {
  struct thread *t = thread_current();
  threads_lock();
  *m = (struct mask_to_restore){.restores = true, .mask = t->signals.blocked};
  signal_block_locked(t, sigmask_of(mask));
  threads_unlock();
}

/* ---- Delivery ----------------------------------------------------------------------------------- */

static enum delivery deliver_all(struct thread *t, struct mask_to_restore *m);

/* What the mask is to be when the handler returns: sigmask_to_save(). */
static sigmask_t mask_to_save(struct thread *t, struct mask_to_restore *m) {
  if (m && m->restores) {
    m->restores = false;
    return m->mask;
  }
  return t->signals.blocked;
}

/* With the lock held, but not while the handler runs. It may leave by longjmp. */
static void run_handler(struct thread *t, const struct sigaction *action, siginfo_t *info,
                        struct mask_to_restore *m) {
  int sig = info->si_signo;
  ucontext_t context;
  memset(&context, 0, sizeof context);
  sigmask_to(&context.uc_sigmask, mask_to_save(t, m));
  sigmask_t own = action->sa_flags & SA_NODEFER ? 0 : SIGNAL_BIT(sig);
  signal_block_locked(t, t->signals.blocked | sigmask_of(&action->sa_mask) | own);
  /* The kernel makes a frame for every signal before the program goes on, and the last one runs
     first. */
  deliver_all(t, NULL);
  threads_unlock();
  host_call_handler(action, info, &context);
  threads_lock();
  signal_block_locked(t, sigmask_of(&context.uc_sigmask));
}

/* One that is ignored now was sent when it was not. */
static enum delivery act(struct thread *t, siginfo_t *info, struct mask_to_restore *m) {
  int sig = info->si_signo;
  struct sigaction action = actions[sig];
  if (is_ignored(sig)) {
    return DELIVERED_NOTHING;
  }
  if (is_fatal(sig)) {
    threads_unlock();
    host_terminate(sig);
  }
  if (action.sa_flags & (int)SA_RESETHAND) {
    actions[sig].sa_handler = SIG_DFL;
    handled &= ~SIGNAL_BIT(sig);
  }
  run_handler(t, &action, info, m);
  return action.sa_flags & SA_RESTART ? DELIVERED_RESTARTS : DELIVERED_INTERRUPTS;
}

/* The lock is held. What the first handler says of restarting holds. */
static enum delivery deliver_all(struct thread *t, struct mask_to_restore *m) {
  enum delivery first = DELIVERED_NOTHING;
  siginfo_t info;
  while (signal_take_locked(t, ~t->signals.blocked, &info)) {
    enum delivery how = act(t, &info, m);
    first = first ? first : how;
  }
  return first;
}

static void restore_mask(struct thread *t, struct mask_to_restore *m) {
  if (m && m->restores) {
    m->restores = false;
    signal_block_locked(t, m->mask);
  }
}

static enum delivery deliver(struct thread *t, bool ended, bool here, struct mask_to_restore *m) {
  enum delivery how = DELIVERED_NOTHING;
  threads_lock();
  sigmask_t handled_before = handled;
  if (!ended) {
    restore_mask(t, m);
  }
  if (here) {
    t->signals.here = false;
    how = deliver_all(t, m);
    restore_mask(t, m);
    if (t->attention & ATTENTION_SIGNAL) {
      enum delivery then = deliver_all(t, NULL);
      how = how ? how : then;
    }
  }
  bool reset = handled != handled_before;
  threads_unlock();
  if (reset) {
    host_watch_signals();
  }
  return how;
}

static const struct thread_signal_ops ops = {
  .deliverable = deliverable,
  .deliver = deliver,
  .leave = leave,
};

static __attribute__((constructor)) void install(void) {
  thread_signals = &ops;
  signal_swap_hook = signal_mask_swap;
  signal_mask_hook = signal_mask;
  signal_raise_hook = signal_raise;
}
