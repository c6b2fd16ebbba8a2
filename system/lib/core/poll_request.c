/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Poll requests. The path of a wake: the node's listener posts the request to the event loop of its
 * thread; from there the readiness is derived again, and if the descriptor really is ready, the
 * request's function runs.
 *
 * A request belongs to the thread that started it: only that thread starts, runs, cancels and frees
 * it, at the latest when it ends. The listener alone may run elsewhere, and it only posts.
 */
#include "poll_request.h"

#include <errno.h>
#include <poll.h>

#include "event_loop.h"
#include "file.h"
#include "host.h"
#include "kmem.h"
#include "node_timer.h"

struct poll_request {
  struct loop_member member;
  int id;
  int fd, events, timeout;
  poll_request_fn fn;
  poll_request_callback callback;
  void *user;
  struct node *node;
  struct listener listener;
  struct loop_timer timer; /* of the timeout */
  struct node_timer node_timer;
  struct loop_work work;
  bool timed_out;
  bool running;   /* fn is being called */
  bool cancelled; /* by fn itself */
};

/* ---- Ids --------------------------------------------------------------------------------------- */

/* Requests by id - 1. A free place holds NULL. */
static struct poll_request **requests;
static int capacity;
static int first_free; /* no place below it is free */
static struct lock requests_lock;

static int grow(void) {
  int bigger = capacity ? capacity * 2 : 16;
  struct poll_request **p = kmem_zalloc((size_t)bigger * sizeof *p);
  if (!p) {
    return -ENOMEM;
  }
  for (int i = 0; i < capacity; i++) {
    p[i] = requests[i];
  }
  kmem_free(requests, (size_t)capacity * sizeof *p);
  requests = p;
  capacity = bigger;
  return 0;
}

static int take_id(struct poll_request *r) {
  lock_acquire(&requests_lock);
  int i = first_free;
  while (i < capacity && requests[i]) {
    i++;
  }
  int err = i == capacity ? grow() : 0;
  if (!err) {
    requests[i] = r;
    r->id = i + 1;
    first_free = i + 1;
  }
  lock_release(&requests_lock);
  return err;
}

static void give_id_back(struct poll_request *r) {
  lock_acquire(&requests_lock);
  int i = r->id - 1;
  requests[i] = NULL;
  if (i < first_free) {
    first_free = i;
  }
  lock_release(&requests_lock);
}

/* ---- Arming and firing ------------------------------------------------------------------------- */

static struct poll_request *request_of(struct loop_work *w) {
  return (struct poll_request *)((char *)w - offsetof(struct poll_request, work));
}

static struct poll_request *owner_of(const struct listener *l) {
  return (struct poll_request *)((char *)l - offsetof(struct poll_request, listener));
}

static void on_notify(struct listener *l, int events) {
  (void)events;
  event_loop_post(&owner_of(l)->work);
}

int poll_request_of_listener(const struct listener *l) {
  return l->fn == on_notify ? owner_of(l)->id : 0;
}

static void on_timeout(struct loop_timer *t) {
  struct poll_request *r =
    (struct poll_request *)((char *)t - offsetof(struct poll_request, timer));
  r->timed_out = true;
  event_loop_post(&r->work);
}

static int derive(const struct poll_request *r) {
  struct node *n = node_of_fd(r->fd);
  if (!n) {
    return POLLNVAL;
  }
  int mask = n == r->node ? node_poll(n) & (r->events | POLLERR | POLLHUP) : POLLNVAL;
  node_put(n);
  return mask;
}

/* The listener is in place. It stays there while fn runs, so that a request which rearms does not
   meet the producers for the queue's lock. */
static int arm(struct poll_request *r) {
  r->timed_out = false;
  if (r->timeout >= 0) {
    int err = loop_timer_set(&r->timer, deadline_after((int64_t)r->timeout * 1000000));
    if (err) {
      return err;
    }
  }
  if (derive(r) || r->timeout == 0) {
    r->timed_out = r->timeout == 0;
    event_loop_post(&r->work);
  }
  node_timer_follow(&r->node_timer);
  return 0;
}

static void disarm(struct poll_request *r) {
  wait_queue_remove(&r->listener);
  loop_timer_cancel(&r->timer);
  event_loop_cancel(&r->work);
}

static void end(struct poll_request *r) {
  disarm(r);
  event_loop_remove_member(&r->member);
  node_timer_end(&r->node_timer);
  give_id_back(r);
  node_put(r->node);
  kmem_free(r, sizeof *r);
  host_keepalive_pop();
}

static void on_thread_end(struct loop_member *m) {
  end((struct poll_request *)m);
}

static void run(struct loop_work *w) {
  struct poll_request *r = request_of(w);
  int revents = derive(r);
  if (!revents && !r->timed_out) {
    node_timer_follow(&r->node_timer);
    return; /* somebody else was faster: still armed */
  }
  loop_timer_cancel(&r->timer);
  r->running = true;
  bool again = r->fn(r->fd, revents, r->callback, r->user);
  r->running = false;
  if (!again || r->cancelled || revents & POLLNVAL || arm(r) != 0) {
    end(r);
  }
}

/* Gives r what it has from its start to its end. */
static int begin(struct poll_request *r) {
  int err = take_id(r);
  if (err) {
    return err;
  }
  err = node_timer_begin(&r->node_timer, r->node);
  if (!err) {
    err = event_loop_add_member(&r->member, on_thread_end);
  }
  if (err) {
    node_timer_end(&r->node_timer);
    give_id_back(r);
    return err;
  }
  host_keepalive_push();
  return 0;
}

int poll_request_start(int fd, int events, int timeout, poll_request_fn fn,
                       poll_request_callback callback, void *user) {
  struct node *n = node_of_fd(fd);
  if (!n) {
    return -EBADF;
  }
  struct poll_request *r = n->ops->always_ready ? NULL : kmem_alloc(sizeof *r);
  if (!r) {
    int err = n->ops->always_ready ? -EPERM : -ENOMEM;
    node_put(n);
    return err;
  }
  *r = (struct poll_request){.fd = fd,
                             .events = events,
                             .timeout = timeout,
                             .fn = fn,
                             .callback = callback,
                             .user = user,
                             .node = n};
  listener_init(&r->listener, on_notify, events);
  loop_timer_init(&r->timer, on_timeout);
  loop_work_init(&r->work, run);
  int err = begin(r);
  if (err) {
    node_put(n);
    kmem_free(r, sizeof *r);
    return err;
  }
  wait_queue_add(&n->queue, &r->listener);
  err = arm(r);
  if (err) {
    end(r);
    return err;
  }
  return r->id;
}

int poll_request_cancel(int id) {
  lock_acquire(&requests_lock);
  struct poll_request *r = id > 0 && id <= capacity ? requests[id - 1] : NULL;
  int err = !r ? -ENOENT : r->work.loop != event_loop_current() ? -EPERM : 0;
  lock_release(&requests_lock);
  if (err) {
    return err;
  }
  if (r->running) {
    if (r->cancelled) {
      return -ENOENT;
    }
    r->cancelled = true;
  } else {
    end(r);
  }
  return 0;
}
