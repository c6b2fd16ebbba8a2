// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Threads that end with requests and listeners pending, joined or detached, in a callback or
// before any, or cancelled while idle, while others notify what they waited for: nobody calls a thread that has gone, their
// workers serve the next threads, the descriptors stay open, and nothing keeps the runtime.
//
// needs: threads

#include "expect.h"
#include <emscripten/async_wake.h>
#include <emscripten/epoll.h>
#include <emscripten/eventloop.h>
#include <emscripten/poll.h>
#include <pthread.h>
#include <stdatomic.h>

#define ROUNDS 12
#define THREADS 3

static int handle, epfd, pipe_fds[2];
static atomic_int ended, exits_in_callbacks;

static bool ignore(int fd, int error, void *user) {
  (void)fd;
  (void)user;
  EXPECT_EQ(error, 0);
  return true;
}

static void never(int fd, int revents) {
  (void)fd;
  (void)revents;
  EXPECT(!"called");
}

static void ignore_epoll(void *user) {
  (void)user;
}

static bool exit_now(int fd, int error, void *user) {
  ignore(fd, error, user);
  exits_in_callbacks++;
  ended++;
  pthread_exit((void *)2);
}

// Ends at once, or in a callback.
static void *end_somehow(void *in_callback) {
  EXPECT(emscripten_async_wake_wait(handle, ignore, NULL) > 0);
  EXPECT_EQ(emscripten_poll_with_callback(pipe_fds[0], POLLIN, 3600000, never), 0);
  EXPECT_EQ(emscripten_epoll_add_listener(epfd, ignore_epoll, NULL), 0);
  if (in_callback) {
    EXPECT(emscripten_async_wake_wait(handle, exit_now, NULL) > 0);
    return NULL; // to the event loop: the waits keep the thread
  }
  ended++;
  pthread_exit((void *)1);
}

// Idle in its event loop until it is cancelled.
static void *be_cancelled(void *arg) {
  EXPECT(emscripten_async_wake_wait(handle, ignore, NULL) > 0);
  EXPECT_EQ(emscripten_poll_with_callback(pipe_fds[0], POLLIN, -1, never), 0);
  ended++;
  return arg;
}

static void cancel_idle(void) {
  pthread_t thread;
  void *result;
  int target = ended + 1;
  EXPECT_EQ(pthread_create(&thread, NULL, be_cancelled, NULL), 0);
  while (ended < target) {
    EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  }
  EXPECT_EQ(pthread_cancel(thread), 0);
  EXPECT_EQ(pthread_join(thread, &result), 0);
  EXPECT(result == PTHREAD_CANCELED);
}

static void *be_ended(void *arg) {
  return arg;
}

static void *drive(void *arg) {
  for (int round = 0; round < ROUNDS; round++) {
    pthread_t threads[THREADS];
    int target = ended + THREADS;
    bool in_callback = round % 2, detach = round % 4 >= 2;
    for (int i = 0; i < THREADS; i++) {
      EXPECT_EQ(pthread_create(&threads[i], NULL, end_somehow, in_callback ? &ended : NULL), 0);
      if (detach) pthread_detach(threads[i]);
    }
    while (ended < target) {
      EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
    }
    for (int i = 0; i < THREADS && !detach; i++) {
      void *result;
      EXPECT_EQ(pthread_join(threads[i], &result), 0);
      EXPECT_EQ((intptr_t)result, in_callback ? 2 : 1);
    }
    for (int i = 0; i < 100; i++) {
      EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
    }
    // A thread in the same worker has a clean loop.
    EXPECT_EQ(pthread_create(&threads[0], NULL, be_ended, &threads[0]), 0);
    EXPECT_EQ(pthread_join(threads[0], NULL), 0);
  }
  cancel_idle();
  EXPECT_EQ(exits_in_callbacks, ROUNDS / 2 * THREADS);
  write_byte(pipe_fds[1]);
  return arg;
}

static void done(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  EXPECT_EQ(fcntl(handle, F_GETFD), FD_CLOEXEC);
  finish();
}

int main(void) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  pthread_t driver;
  handle = emscripten_async_wake_init();
  epfd = MUST(epoll_create1(0));
  MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, handle, &event));
  MUST(pipe(pipe_fds));
  EXPECT_EQ(emscripten_poll_with_callback(pipe_fds[0], POLLIN, -1, done), 0);
  EXPECT_EQ(pthread_create(&driver, NULL, drive, NULL), 0);
  return 0;
}
