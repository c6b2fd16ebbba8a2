/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * An interrupt is a reason for attention beside signals: it stays until a system call has ended with
 * EINTR because of it (thread.c).
 */
#include "interrupt.h"

#include <errno.h>

#include "thread.h"

int interrupt_self(void) {
  return thread_current()->id;
}

int interrupt_send(int id) {
  threads_lock();
  struct thread *t = thread_by_id(id);
  if (t) {
    thread_kick(t, ATTENTION_INTERRUPT);
  }
  threads_unlock();
  return t ? 0 : -ESRCH;
}

bool interrupt_is_pending(void) {
  return thread_current()->attention & ATTENTION_INTERRUPT;
}

bool interrupt_clear(void) {
  struct thread *t = thread_current();
  threads_lock();
  bool pending = t->attention & ATTENTION_INTERRUPT;
  t->attention &= ~ATTENTION_INTERRUPT;
  threads_unlock();
  return pending;
}
