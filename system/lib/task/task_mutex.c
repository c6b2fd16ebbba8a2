/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Mutexes and condition variables between tasks. Unlocking hands the mutex to who has waited
 * longest, so that a task which takes it again at once does not starve the others.
 */
#include <errno.h>
#include <stddef.h>

#include "task.h"

static struct sleepers *queue_of(void **waiting) {
  return (struct sleepers *)waiting;
}

int emscripten_task_mutex_trylock(em_task_mutex_t *m) {
  struct em_task *t = emwake_task_current();
  if (!t) {
    return -EPERM;
  }
  if (m->owner) {
    return -EBUSY;
  }
  m->owner = t;
  return 0;
}

int emscripten_task_mutex_lock(em_task_mutex_t *m) {
  int err = emscripten_task_mutex_trylock(m);
  if (err != -EBUSY) {
    return err;
  }
  struct sleeper s = {.task = emwake_task_current()};
  if (m->owner == s.task) {
    return -EDEADLK;
  }
  return emwake_task_sleep_in(queue_of(m->waiting), &s, DEADLINE_NONE);
}

int emscripten_task_mutex_unlock(em_task_mutex_t *m) {
  struct em_task *t = emwake_task_current();
  if (!t || m->owner != t) {
    return -EPERM;
  }
  struct sleeper *next = emwake_task_serve(queue_of(m->waiting), 0);
  m->owner = next ? next->task : NULL;
  return 0;
}

int emscripten_task_cond_wait(em_task_cond_t *c, em_task_mutex_t *m, int timeout) {
  deadline_t deadline = emwake_task_deadline(timeout);
  struct sleeper s = {.task = emwake_task_current()};
  int err = emscripten_task_mutex_unlock(m);
  if (err) {
    return err;
  }
  err = emwake_task_sleep_in(queue_of(c->waiting), &s, deadline);
  bool shielded = emscripten_task_shield(true);
  int lock_err = emscripten_task_mutex_lock(m);
  emscripten_task_shield(shielded);
  return err ? err : lock_err;
}

void emscripten_task_cond_signal(em_task_cond_t *c) {
  emwake_task_serve(queue_of(c->waiting), 0);
}

void emscripten_task_cond_broadcast(em_task_cond_t *c) {
  while (emwake_task_serve(queue_of(c->waiting), 0)) {
  }
}
