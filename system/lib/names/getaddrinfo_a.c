/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * getaddrinfo_a(3) and its kin. A request that is under way has a reference to its lookup, and
 * nobody but the program's calls changes it: what the lookup has found is put into the request by
 * the call that asks for it.
 */
#define _GNU_SOURCE
#include <netdb.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "kmem.h"
#include "name_lookup.h"
#include "syscall_exit.h"
#include "waiter.h"

static struct name_lookup *lookup_of(const struct gaicb *r) {
  return r->__lookup;
}

/* Takes over what a lookup has found. Returns the state of the request. */
static int settle(struct gaicb *r) {
  struct name_lookup *l = lookup_of(r);
  if (l && name_lookup_done(l)) {
    r->__error = name_lookup_result(l, &r->ar_result);
    r->__lookup = NULL;
    node_put(&l->node);
  }
  return r->__error;
}

static int start(struct gaicb *r) {
  r->ar_result = NULL;
  r->__error = EAI_INPROGRESS;
  r->__lookup = name_lookup_for(r->ar_name, r->ar_service, r->ar_request);
  if (!r->__lookup) {
    r->__error = EAI_MEMORY;
  }
  return r->__lookup ? 0 : EAI_AGAIN;
}

int getaddrinfo_a(int mode, struct gaicb *list[restrict], int n, struct sigevent *restrict event) {
  if (mode != GAI_WAIT && mode != GAI_NOWAIT) {
    errno = EINVAL;
    return EAI_SYSTEM;
  }
  if (mode == GAI_NOWAIT && event && event->sigev_notify != SIGEV_NONE) {
    errno = ENOSYS;
    return EAI_SYSTEM;
  }
  int result = 0;
  for (int i = 0; i < n; i++) {
    int r = list[i] ? start(list[i]) : 0;
    result = r ? r : result;
  }
  for (int i = 0; mode == GAI_WAIT && i < n; i++) {
    if (list[i] && lookup_of(list[i])) {
      int r = name_lookup_wait(lookup_of(list[i]));
      settle(list[i]);
      result = list[i]->__error == EAI_INPROGRESS ? r : result;
    }
  }
  return result;
}

int gai_error(struct gaicb *r) {
  return settle(r);
}

int gai_cancel(struct gaicb *r) {
  if (settle(r) != EAI_INPROGRESS) {
    return EAI_ALLDONE;
  }
  node_put(&lookup_of(r)->node);
  r->__lookup = NULL;
  r->__error = EAI_CANCELED;
  return EAI_CANCELED;
}

/* ---- gai_suspend ------------------------------------------------------------------------------- */

/* Returns how many requests are under way, or -1 if one of those is done. */
static int pending(const struct gaicb *const list[], int n) {
  int count = 0;
  for (int i = 0; i < n; i++) {
    struct name_lookup *l = list[i] ? lookup_of(list[i]) : NULL;
    if (l && name_lookup_done(l)) {
      return -1;
    }
    count += l != NULL;
  }
  return count;
}

static int wait_for_one(const struct gaicb *const list[], int n, struct listener *listeners,
                        deadline_t deadline) {
  struct waiter w;
  int err = 0;
  waiter_init(&w);
  for (int i = 0; i < n; i++) {
    listener_init_waiter(&listeners[i], &w, POLLIN);
    if (list[i] && lookup_of(list[i])) {
      wait_queue_add(&lookup_of(list[i])->node.queue, &listeners[i]);
    }
  }
  while (err == 0 && pending(list, n) > 0) {
    err = waiter_wait(&w, deadline);
  }
  for (int i = 0; i < n; i++) {
    wait_queue_remove(&listeners[i]);
  }
  return err;
}

static int suspend_error(int err) {
  switch (err) {
    case 0:
      return 0;
    case -ETIMEDOUT:
      return EAI_AGAIN;
    case -EINTR:
      return EAI_INTR;
    default:
      errno = -err;
      return EAI_SYSTEM;
  }
}

int gai_suspend(const struct gaicb *const list[], int n, const struct timespec *timeout) {
  int under_way = pending(list, n);
  if (under_way <= 0) {
    return under_way < 0 ? 0 : EAI_ALLDONE;
  }
  struct listener *listeners = kmem_alloc((size_t)n * sizeof *listeners);
  if (!listeners) {
    return EAI_MEMORY;
  }
  int64_t ns = timeout ? timeout->tv_sec * (int64_t)1000000000 + timeout->tv_nsec : -1;
  deadline_t deadline = deadline_after(ns);
  ssize_t err;
  do {
    err = wait_for_one(list, n, listeners, deadline);
  } while (syscall_restarts_unhandled(&err, NULL));
  kmem_free(listeners, (size_t)n * sizeof *listeners);
  return suspend_error((int)err);
}
