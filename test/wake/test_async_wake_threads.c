// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Async wake-ups across threads: several threads notify main's event loop and a thread's at once;
// the callback sees what was written before the notification, and the last one is never lost.
//
// needs: threads

#include "expect.h"
#include <emscripten/async_wake.h>
#include <pthread.h>
#include <stdatomic.h>

#define NOTIFIERS 3
#define ROUNDS 2000

struct target {
  int handle;
  atomic_int written;
  pthread_t thread;
  int calls;
};

static struct target targets[2];
static int done;
// The two targets, and the thread that has joined the others.
static atomic_int left = 3;

static void leave(void) {
  if (--left == 0) EXPECT_EQ(emscripten_async_wake_notify(done), 0);
}

static bool see(int handle, int error, void *user) {
  struct target *t = user;
  EXPECT_EQ(handle, t->handle);
  EXPECT_EQ(error, 0);
  EXPECT(pthread_equal(pthread_self(), t->thread));
  t->calls++;
  if (t->written < NOTIFIERS * ROUNDS) {
    return true;
  }
  EXPECT(t->calls <= NOTIFIERS * ROUNDS);
  leave();
  return false;
}

static void *notify(void *arg) {
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    for (int j = 0; j < 2; j++) {
      targets[j].written++;
      EXPECT_EQ(emscripten_async_wake_notify(targets[j].handle), 0);
    }
  }
  return NULL;
}

static void begin(struct target *t) {
  t->thread = pthread_self();
  EXPECT(emscripten_async_wake_wait(t->handle, see, t) > 0);
}

// Lives as long as its wait.
static void *be_notified(void *target) {
  begin(target);
  return NULL;
}

static void *drive(void *arg) {
  pthread_t notifiers[NOTIFIERS];
  for (int i = 0; i < NOTIFIERS; i++) {
    EXPECT_EQ(pthread_create(&notifiers[i], NULL, notify, NULL), 0);
  }
  for (int i = 0; i < NOTIFIERS; i++) {
    EXPECT_EQ(pthread_join(notifiers[i], NULL), 0);
  }
  EXPECT_EQ(pthread_join(targets[1].thread, NULL), 0);
  leave();
  return arg;
}

// Main's other handle: whoever is the last notifies it.
static bool end(int handle, int error, void *user) {
  (void)handle;
  (void)user;
  EXPECT_EQ(error, 0);
  EXPECT_EQ(left, 0);
  finish();
}

int main(void) {
  pthread_t driver;
  done = emscripten_async_wake_init();
  EXPECT(emscripten_async_wake_wait(done, end, NULL) > 0);
  for (int i = 0; i < 2; i++) {
    targets[i].handle = emscripten_async_wake_init();
  }
  begin(&targets[0]);
  EXPECT_EQ(pthread_create(&targets[1].thread, NULL, be_notified, &targets[1]), 0);
  EXPECT_EQ(pthread_create(&driver, NULL, drive, NULL), 0);
  return 0;
}
