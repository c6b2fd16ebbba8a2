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
 * running and it is posted afterwards.
 */
#include "epoll_listener.h"

#include <errno.h>
#include <poll.h>

#include "epoll.h"
#include "event_loop.h"
#include "file.h"
#include "kmem.h"

#if EMWAKE_THREADS
#define PER_THREAD _Thread_local
#else
#define PER_THREAD
#endif

struct epoll_listener {
  struct listener listener;
  struct loop_work work;
  struct node *epoll;
  epoll_listener_fn fn;
  void *user;
  struct epoll_listener *next;
};

/* Those of the calling thread. */
static PER_THREAD struct epoll_listener *listeners;

static struct epoll_listener *find(const struct node *epoll, epoll_listener_fn fn) {
  struct epoll_listener *l = listeners;
  while (l && (l->epoll != epoll || l->fn != fn)) {
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

static void post_if_readable(struct epoll_listener *l) {
  if (l->epoll->ops->poll(l->epoll) & POLLIN) {
    event_loop_post(&l->work);
  }
}

static void end(struct epoll_listener *l) {
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

static void run(struct loop_work *w) {
  struct epoll_listener *l =
    (struct epoll_listener *)((char *)w - offsetof(struct epoll_listener, work));
  if (epoll_is_closed(l->epoll)) {
    end(l);
    return;
  }
  if (!(l->epoll->ops->poll(l->epoll) & POLLIN)) {
    return; /* somebody else has collected */
  }
  struct node *epoll = node_get(l->epoll);
  epoll_listener_fn fn = l->fn;
  fn(l->user);
  l = find(epoll, fn); /* unless fn has removed it */
  if (l) {
    post_if_readable(l);
  }
  node_put(epoll);
}

/* ---- The end of a thread ----------------------------------------------------------------------- */

#if EMWAKE_THREADS

/* Nothing holds a thread for its listeners, so it may end before they do. */
static pthread_key_t thread_end;
static pthread_once_t thread_end_once = PTHREAD_ONCE_INIT;
static int thread_end_error;

static void end_all(void *unused) {
  (void)unused;
  while (listeners) {
    end(listeners);
  }
}

static void make_thread_end(void) {
  thread_end_error = pthread_key_create(&thread_end, end_all);
}

static int watch_thread_end(void) {
  pthread_once(&thread_end_once, make_thread_end);
  return thread_end_error || pthread_setspecific(thread_end, &listeners) ? -ENOMEM : 0;
}

#else

static int watch_thread_end(void) {
  return 0;
}

#endif

/* ---- Adding and removing ----------------------------------------------------------------------- */

static int add(struct node *epoll, epoll_listener_fn fn, void *user) {
  struct epoll_listener *l = find(epoll, fn);
  if (l) {
    l->user = user;
    return 0;
  }
  if (watch_thread_end() != 0) {
    return -ENOMEM;
  }
  l = kmem_alloc(sizeof *l);
  if (!l) {
    return -ENOMEM;
  }
  *l = (struct epoll_listener){.epoll = node_get(epoll), .fn = fn, .user = user, .next = listeners};
  listener_init(&l->listener, on_notify, POLLIN);
  loop_work_init(&l->work, run);
  listeners = l;
  wait_queue_add(&epoll->queue, &l->listener);
  post_if_readable(l);
  return 0;
}

static int remove_listener(const struct node *epoll, epoll_listener_fn fn) {
  struct epoll_listener *l = find(epoll, fn);
  if (!l) {
    return -ENOENT;
  }
  end(l);
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
