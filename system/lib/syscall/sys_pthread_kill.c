/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * pthread_kill(3) and pthread_sigqueue(3).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "signal.h"
#include "syscall_exit.h"

#if EMWAKE_THREADS

#include "proxy.h"

#define SIGCANCEL 33 /* pthread_impl.h */

static void no_more(void *arg) {
  (void)arg;
}

/* Emscripten's pthread_cancel sends SIGCANCEL for no other reason than that the event loop of the
   thread looks whether it was cancelled. */
static void wake_cancelled(pthread_t thread) {
  proxy_async(thread, no_more, NULL);
}

static int send(pthread_t thread, int sig, siginfo_t info) {
  if (sig == SIGCANCEL) {
    wake_cancelled(thread);
    return 0;
  }
  int r = signal_send_thread(thread, sig, &info);
  syscall_exit();
  return -r;
}

#else

static int send(pthread_t thread, int sig, siginfo_t info) {
  int r = pthread_equal(thread, pthread_self()) ? signal_send_tid(thread_current()->tid, sig, &info)
                                                : -ESRCH;
  syscall_exit();
  return -r;
}

#endif

#if EMWAKE_THREADS
/* Without threads it is libc's own, over raise. */
int pthread_kill(pthread_t thread, int sig) {
  return send(thread, sig, signal_info(sig, SI_TKILL));
}
#endif

/* Not in musl's <signal.h>. */
int pthread_sigqueue(pthread_t thread, int sig, const union sigval value);

int pthread_sigqueue(pthread_t thread, int sig, const union sigval value) {
  siginfo_t info = signal_info(sig, SI_QUEUE);
  info.si_value = value;
  return send(thread, sig, info);
}
