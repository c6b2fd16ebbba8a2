/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Events of sockets on their way to an event loop.
 */
#include "socket_event.h"

#include <errno.h>
#include <stddef.h>

#include "event_loop.h"
#include "kmem.h"
#include "socket.h"

struct record {
  struct loop_work work;
  struct record *next, *prev;
  struct socket *socket; /* a reference */
  enum socket_event event;
  int error;
};

static struct {
  struct lock lock;     /* of the list */
  struct record *first; /* those that have not been delivered */
  struct event_loop *loop;
  struct loop_member member;
  void (*deliver)(int fd, enum socket_event event, int error);
} hearer;

/* The number that s was opened with, or another if that has been closed. -1: there is none. */
static int descriptor_of(struct socket *s) {
  struct file *f = file_get(s->fd);
  bool own = f && f->node == &s->node;
  if (f) {
    file_put(f);
  }
  int fd = own || s->fd < 0 ? s->fd : fd_of_node(&s->node);
  if (fd >= 0) {
    s->fd = fd;
  }
  return fd;
}

/* Both with the lock. */
static void list_record(struct record *r) {
  r->next = hearer.first;
  if (r->next) {
    r->next->prev = r;
  }
  hearer.first = r;
}

static void unlist_record(struct record *r) {
  if (r->prev) {
    r->prev->next = r->next;
  } else {
    hearer.first = r->next;
  }
  if (r->next) {
    r->next->prev = r->prev;
  }
}

static void free_record(struct record *r) {
  node_put(&r->socket->node);
  kmem_free(r, sizeof *r);
}

static void run(struct loop_work *w) {
  struct record *r = (struct record *)((char *)w - offsetof(struct record, work));
  enum socket_event event = r->event;
  bool closed = event == SOCKET_EVENT_CLOSE && r->socket->closed;
  int fd = closed ? r->socket->fd : descriptor_of(r->socket);
  int error = r->error;
  lock_acquire(&hearer.lock);
  unlist_record(r);
  lock_release(&hearer.lock);
  free_record(r);
  if (fd >= 0) {
    hearer.deliver(fd, event, error);
  }
}

static void hear(struct socket *s, enum socket_event event, int error) {
  struct record *r = s->unaccepted ? NULL : kmem_alloc(sizeof *r);
  if (!r) {
    return;
  }
  node_get(&s->node);
  *r = (struct record){.work.run = run, .socket = s, .event = event, .error = error};
  lock_acquire(&hearer.lock);
  struct event_loop *loop = hearer.loop;
  r->work.loop = loop;
  if (loop) { /* then it may be delivered and freed as soon as the lock is released */
    list_record(r);
    event_loop_post(&r->work);
  }
  lock_release(&hearer.lock);
  if (!loop) {
    free_record(r);
  }
}

/* Whoever has still seen the hook finds no loop. */
static void end(struct loop_member *m) {
  struct record *r;
  socket_event_hook = NULL;
  lock_acquire(&hearer.lock);
  hearer.loop = NULL;
  lock_release(&hearer.lock);
  while ((r = hearer.first)) {
    event_loop_cancel(&r->work);
    unlist_record(r);
    free_record(r);
  }
  event_loop_remove_member(m);
}

int socket_events_start(void (*deliver)(int fd, enum socket_event event, int error)) {
  lock_acquire(&hearer.lock);
  bool taken = hearer.loop;
  if (!taken) {
    hearer.loop = event_loop_current();
    hearer.deliver = deliver;
  }
  lock_release(&hearer.lock);
  if (taken) {
    return 0;
  }
  int err = event_loop_add_member(&hearer.member, end);
  if (err) {
    hearer.loop = NULL;
    return err;
  }
  socket_event_hook = hear;
  return 0;
}
