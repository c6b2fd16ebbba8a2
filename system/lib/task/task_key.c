/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Task-local data.
 */
#include <errno.h>
#include <stddef.h>

#include "kmem.h"
#include "task.h"

/* pthread_key_create(3): destructors may set values again, but not for ever. */
#define ROUNDS 4

static void (*destructors[EM_TASK_KEYS])(void *value);
static int keys;

static bool destroy_round(struct em_task *t) {
  bool any = false;
  for (int key = 0; key < keys; key++) {
    void *value = t->values[key];
    if (value && destructors[key]) {
      t->values[key] = NULL;
      destructors[key](value);
      any = true;
    }
  }
  return any;
}

static void destroy_values(struct em_task *t) {
  for (int i = 0; i < ROUNDS && t->values && destroy_round(t); i++) {
  }
}

int emscripten_task_key_create(void (*destructor)(void *value)) {
  if (keys == EM_TASK_KEYS) {
    return -EAGAIN;
  }
  emwake_task_values_hook = destroy_values;
  destructors[keys] = destructor;
  return keys++;
}

int emscripten_task_set(int key, void *value) {
  struct em_task *t = emwake_task_current();
  if (key < 0 || key >= keys) {
    return -EINVAL;
  }
  if (!t) {
    return -EPERM;
  }
  if (!t->values && !(t->values = kmem_zalloc(EM_TASK_KEYS * sizeof *t->values))) {
    return -ENOMEM;
  }
  t->values[key] = value;
  return 0;
}

void *emscripten_task_get(int key) {
  struct em_task *t = emwake_task_current();
  return t && t->values && key >= 0 && key < keys ? t->values[key] : NULL;
}
