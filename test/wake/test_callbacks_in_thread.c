// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Requests that a thread makes call back in that thread, once it has returned to its event loop;
// whoever made the descriptor ready. The thread lives as long as they are pending, and no longer.
// Nobody else may cancel them.
//
// needs: threads

#include "expect.h"
#include <emscripten/poll.h>
#include <pthread.h>
#include <stdatomic.h>

#define THREADS 3
#define ROUNDS 50

struct worker {
  pthread_t thread;
  int in[2], out[2];
  int id;
  int rounds;
  atomic_bool started;
};

static struct worker workers[THREADS];
static atomic_int ended;

static bool answer(int fd, int revents, void *data) {
  struct worker *w = data;
  char byte;
  EXPECT_EQ(fd, w->in[0]);
  EXPECT(pthread_equal(pthread_self(), w->thread));
  if (revents & POLLIN) {
    EXPECT_EQ(read(fd, &byte, 1), 1);
    EXPECT_EQ(write(w->out[1], &byte, 1), 1);
    w->rounds++;
    return true;
  }
  EXPECT_EQ(revents, POLLHUP);
  ended++;
  return false;
}

static void *returns_to_its_event_loop(void *arg) {
  struct worker *w = arg;
  w->thread = pthread_self();
  w->id = emscripten_poll_start_multishot(w->in[0], POLLIN, -1, answer, w);
  EXPECT(w->id > 0);
  w->started = true;
  return NULL;
}

static void *drives(void *arg) {
  (void)arg;
  for (int i = 0; i < THREADS; i++) {
    struct worker *w = &workers[i];
    MUST(pipe(w->in));
    MUST(pipe(w->out));
    EXPECT_EQ(pthread_create(&w->thread, NULL, returns_to_its_event_loop, w), 0);
  }
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < THREADS; i++) {
      char byte = (char)(round + i);
      EXPECT_EQ(write(workers[i].in[1], &byte, 1), 1);
    }
    for (int i = 0; i < THREADS; i++) {
      char byte;
      EXPECT_EQ(read(workers[i].out[0], &byte, 1), 1);
      EXPECT_EQ(byte, (char)(round + i));
    }
  }
  for (int i = 0; i < THREADS; i++) {
    struct worker *w = &workers[i];
    EXPECT_EQ(emscripten_poll_cancel(w->id), -EPERM);
    close(w->in[1]);
    EXPECT_EQ(pthread_join(w->thread, NULL), 0);
    EXPECT_EQ(w->rounds, ROUNDS);
    EXPECT_EQ(emscripten_poll_cancel(w->id), -ENOENT);
  }
  EXPECT_EQ(ended, THREADS);
  write_byte(*(int *)arg);
  return NULL;
}

// Main only waits to be told, by a callback, so that it works where main may not block.
static void done(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  finish();
}

int main(void) {
  static int p[2];
  pthread_t driver;
  MUST(pipe(p));
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, -1, done), 0);
  EXPECT_EQ(pthread_create(&driver, NULL, drives, &p[1]), 0);
  return 0;
}
