/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A thread that ends with poll requests and listeners of epoll instances pending, in the middle of
 * a callback or not, while others notify their descriptors: all of it is let go of, and nobody
 * posts to the loop that has gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "async_wake.h"
#include "calls.h"
#include "epoll.h"
#include "epoll_listener.h"
#include "eventfd.h"
#include "host_native.h"
#include "poll_request.h"
#include "stress.h"

enum { THREADS = 3, NOTIFIERS = 2, REQUESTS = 4 };

static int source, epoll_fd;
static _Atomic int calls;
static _Atomic bool notifiers_stop;

static bool count(int fd, int revents, poll_request_callback callback, void *user) {
  (void)fd;
  (void)callback;
  (void)user;
  CHECK_EQ(revents, POLLIN);
  calls++;
  return true;
}

static bool exit_in_request(int fd, int revents, poll_request_callback callback, void *user) {
  count(fd, revents, callback, user);
  pthread_exit(NULL);
}

static void exit_in_listener(void *user) {
  (void)user;
  calls++;
  pthread_exit(NULL);
}

static void count_epoll(void *user) {
  (void)user;
  calls++;
}

static bool count_wake(int fd, int error, void *user) {
  (void)user;
  CHECK(fd == source && error == 0);
  calls++;
  return true;
}

static void start_some(void) {
  for (int i = 0; i < REQUESTS; i++) {
    CHECK(poll_request_start(source, POLLIN, i % 2 ? 1000 : -1, count, NULL, NULL) > 0);
  }
  CHECK(async_wake_wait(source, count_wake, NULL) > 0);
  CHECK_EQ(epoll_listener_add(epoll_fd, count_epoll, NULL), 0);
}

/* How a thread ends: by return, in a request's function, in a listener's. These come first: what
   follows a handle in a turn may for ever find that it has taken what there was. */
static void *end_somehow(void *how) {
  if ((intptr_t)how == 1) {
    CHECK(poll_request_start(source, POLLIN, -1, exit_in_request, NULL, NULL) > 0);
  } else if ((intptr_t)how == 2) {
    CHECK_EQ(epoll_listener_add(epoll_fd, exit_in_listener, NULL), 0);
  }
  start_some();
  do {
    native_run_loop_once();
  } while (how);
  return NULL;
}

static void *notify(void *index) {
  (void)index;
  while (!notifiers_stop) {
    CHECK_EQ(async_wake_notify(source), 0);
  }
  return NULL;
}

static void while_notified(void) {
  pthread_t threads[THREADS], notifiers[NOTIFIERS];
  notifiers_stop = false;
  stress_start(notifiers, NOTIFIERS, notify);
  stress_begin();
  for (int rounds = 0; rounds < 20 || stress_goes_on(); rounds++) {
    stress_start(threads, THREADS, end_somehow);
    stress_join(threads, THREADS);
  }
  notifiers_stop = true;
  stress_join(notifiers, NOTIFIERS);
  CHECK(calls > 0);
  CHECK_EQ(native_keepalive(), 0);
}

/* ---- Destructors of the program's own ---------------------------------------------------------- */

static pthread_key_t key;
static int destructor_runs;

/* POSIX runs destructors again for values that a destructor sets, up to a limit. */
static void start_in_destructor(void *value) {
  (void)value;
  start_some();
  if (++destructor_runs == 1) {
    CHECK_EQ(pthread_setspecific(key, &key), 0);
  }
}

static void *end_with_destructor(void *unused) {
  (void)unused;
  start_some();
  CHECK_EQ(pthread_setspecific(key, &key), 0);
  return NULL;
}

static void destructors(void) {
  pthread_t thread;
  CHECK_EQ(pthread_key_create(&key, start_in_destructor), 0);
  CHECK_EQ(pthread_create(&thread, NULL, end_with_destructor, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(destructor_runs, 2);
  CHECK_EQ(native_keepalive(), 0);
}

/* ---- A loop that goes on ----------------------------------------------------------------------- */

/* Only its own are ended. */
static void other_threads_go_on(void) {
  pthread_t thread;
  calls = 0;
  call_read(source, &(uint64_t){0}, sizeof(uint64_t)); /* what is left, if anything */
  int id = poll_request_start(source, POLLIN, -1, count, NULL, NULL);
  CHECK(id > 0);
  CHECK_EQ(pthread_create(&thread, NULL, end_with_destructor, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(native_keepalive(), 1);
  CHECK_EQ(async_wake_notify(source), 0);
  native_run_loop_once();
  CHECK_EQ(calls, 1);
  CHECK_EQ(poll_request_cancel(id), 0);
}

int main(void) {
  struct epoll_event event = {.events = EPOLLIN};
  long blocks = native_live_blocks();
  source = eventfd_open(0, O_NONBLOCK);
  epoll_fd = epoll_open(0);
  CHECK_EQ(epoll_control(epoll_fd, EPOLL_CTL_ADD, source, &event), 0);
  while_notified();
  destructors();
  other_threads_go_on();
  CHECK_EQ(native_keepalive(), 0);
  CHECK_EQ(host_fd_close(source), 0);
  CHECK_EQ(host_fd_close(epoll_fd), 0);
  CHECK_EQ(native_open_fds(), 0);
  /* A chunk of the descriptor table, the table of requests; main's heap of timers is not used. */
  CHECK_EQ(native_live_blocks() - blocks, 2);
  return 0;
}
