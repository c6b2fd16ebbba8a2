/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Promises as descriptors, of <emscripten/waitable.h>. Two refer to what is awaited: the
 * descriptor, and the promise while it is pending; the last of them frees it.
 */
#include <emscripten/waitable.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "file.h"
#include "kmem.h"
#include "waitable.h"

struct awaited {
#if EMWAKE_THREADS
  _Atomic int refs;
  _Atomic int state;
#else
  int refs;
  int state;
#endif
  void *value;       /* constant once state says that it is settled */
  struct node *node; /* the promise's reference, while it is pending */
};

enum { PENDING = -1 }; /* or an em_promise_result_t */

static void put(void *user) {
  struct awaited *a = user;
  if (--a->refs == 0) {
    kmem_free(a, sizeof *a);
  }
}

static const struct waitable_ops ops = {.close = put};

static em_promise_result_t settled(struct awaited *a, void *value, em_promise_result_t how) {
  a->value = value;
  a->state = how;
  waitable_publish(a->node, how == EM_PROMISE_FULFILL ? POLLIN : POLLIN | POLLERR, 0);
  node_put(a->node);
  put(a);
  return EM_PROMISE_FULFILL;
}

static em_promise_result_t fulfilled(void **result, void *data, void *value) {
  (void)result;
  return settled(data, value, EM_PROMISE_FULFILL);
}

static em_promise_result_t rejected(void **result, void *data, void *value) {
  (void)result;
  return settled(data, value, EM_PROMISE_REJECT);
}

static struct awaited *awaited_new(void) {
  struct awaited *a = kmem_zalloc(sizeof *a);
  if (!a) {
    return NULL;
  }
  a->state = PENDING;
  a->refs = 2;
  a->node = waitable_new(&ops, a);
  if (!a->node) {
    kmem_free(a, sizeof *a);
    return NULL;
  }
  return a;
}

int emscripten_waitable_from_promise(em_promise_t promise, int flags) {
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) {
    return -EINVAL;
  }
  struct awaited *a = awaited_new();
  if (!a) {
    return -ENOMEM;
  }
  int fd = fd_open(node_get(a->node), O_RDONLY | flags);
  if (fd < 0) {
    /* fd_open has closed the node, and with it one reference. */
    node_put(a->node);
    put(a);
    return fd;
  }
  emscripten_promise_destroy(emscripten_promise_then(promise, fulfilled, rejected, a));
  return fd;
}

int emscripten_waitable_result(int fd, void **value) {
  int error;
  void *user;
  struct file *f = waitable_of_fd(fd, &error);
  if (!f) {
    return error;
  }
  int result = -EINVAL;
  if (waitable_user(f->node, &ops, &user)) {
    struct awaited *a = user;
    result = a->state == PENDING ? -EAGAIN : a->state;
    if (result >= 0 && value) {
      *value = a->value;
    }
  }
  file_put(f);
  return result;
}
