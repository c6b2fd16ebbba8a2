/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Listeners of epoll instances. The path of a wake is that of a poll request: the instance's node
 * notifies, the listener posts itself to the event loop of its thread, and from there the readiness
 * is derived again before the function is called.
 *
 * A listener belongs to the thread that added it: only that thread finds, runs and frees it. What
 * others do to it they only post: to become ready, and to close the instance.
 *
 * Invariant: while the instance is readable, each of its listeners is posted, or its function is
 * running and it is posted afterwards. Timers that the instance watches expire by the listener's own
 * loop if nobody sleeps on them.
 */
#include "epoll_listener.h"

#include <errno.h>
#include <poll.h>

#include "epoll.h"
#include "event_loop.h"
#include "file.h"
#include "kmem.h"
#include "node_timer.h"

struct epoll_listener {
  struct loop_member member;
  struct listener listener;
  struct loop_work work;
  struct node_timer timer;
  struct node *epoll;
  epoll_listener_fn fn;
  void *user;
  struct epoll_listener *next;
  bool running; /* fn is being called */
  bool removed; /* meanwhile, by fn itself */
};

/* Those of the calling thread. */
static PER_THREAD struct epoll_listener *listeners;

static struct epoll_listener *find(const struct node *epoll, epoll_listener_fn fn) {
  struct epoll_listener *l = listeners;
  while (l && (l->epoll != epoll || l->fn != fn || l->removed)) {
    l = l->next;
  }
  return l;
}

static void on_notify(struct listener *listener, int events) {
  (void)events;
  struct epoll_listener *l =
    (struct epoll_listener *)((char *)listener - offsetof(struct epoll_listener, listener));
  event_loop_post(&l->work);
}

static void look(struct epoll_listener *l) {
  if (node_poll(l->epoll) & POLLIN) {
    event_loop_post(&l->work);
  }
  node_timer_follow(&l->timer);
}

static void end(struct epoll_listener *l) {
  event_loop_remove_member(&l->member);
  node_timer_end(&l->timer);
  struct epoll_listener **link = &listeners;
  while (*link != l) {
    link = &(*link)->next;
  }
  *link = l->next;
  wait_queue_remove(&l->listener);
  event_loop_cancel(&l->work);
  node_put(l->epoll);
  kmem_free(l, sizeof *l);
}

/* Nothing holds a thread for its listeners, so it may end before they do. */
static void on_thread_end(struct loop_member *m) {
  end((struct epoll_listener *)m);
}

static void run(struct loop_work *w) {
  struct epoll_listener *l =
    (struct epoll_listener *)((char *)w - offsetof(struct epoll_listener, work));
  if (epoll_is_closed(l->epoll)) {
    end(l);
    return;
  }
  if (!(node_poll(l->epoll) & POLLIN)) {
    node_timer_follow(&l->timer);
    return; /* somebody else has collected */
  }
  l->running = true;
  l->fn(l->user);
  l->running = false;
  if (l->removed) {
    end(l);
  } else {
    look(l);
  }
}

/* ---- Adding and removing ----------------------------------------------------------------------- */

static int add(struct node *epoll, epoll_listener_fn fn, void *user) {
  struct epoll_listener *l = find(epoll, fn);
  if (l) {
    l->user = user;
    return 0;
  }
  l = kmem_alloc(sizeof *l);
  if (!l) {
    return -ENOMEM;
  }
  *l = (struct epoll_listener){.fn = fn, .user = user, .next = listeners};
  if (node_timer_begin(&l->timer, epoll) != 0 ||
      event_loop_add_member(&l->member, on_thread_end) != 0) {
    node_timer_end(&l->timer);
    kmem_free(l, sizeof *l);
    return -ENOMEM;
  }
  l->epoll = node_get(epoll);
  listener_init(&l->listener, on_notify, POLLIN);
  loop_work_init(&l->work, run);
  listeners = l;
  wait_queue_add(&epoll->queue, &l->listener);
  look(l);
  return 0;
}

static int remove_listener(const struct node *epoll, epoll_listener_fn fn) {
  struct epoll_listener *l = find(epoll, fn);
  if (!l) {
    return -ENOENT;
  }
  if (l->running) {
    l->removed = true;
  } else {
    end(l);
  }
  return 0;
}

/* The description of an instance, with a reference; NULL: epfd is none. */
static struct file *epoll_file_get(int epfd) {
  struct file *f = file_get(epfd);
  if (f && !epoll_is_instance(f->node)) {
    file_put(f);
    return NULL;
  }
  return f;
}

int epoll_listener_add(int epfd, epoll_listener_fn fn, void *user) {
  /* Held, so that an instance that is closed meanwhile tells the listener of it. */
  struct file *f = epoll_file_get(epfd);
  if (!f) {
    return -EBADF;
  }
  int r = add(f->node, fn, user);
  file_put(f);
  return r;
}

int epoll_listener_remove(int epfd, epoll_listener_fn fn) {
  struct file *f = epoll_file_get(epfd);
  if (!f) {
    return -EBADF;
  }
  int r = remove_listener(f->node, fn);
  file_put(f);
  return r;
}
