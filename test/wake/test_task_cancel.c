// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Cancellation and the deadline of a task act on each kind of call that has to wait, on those alone,
// and not while the task is shielded.
//
// modes: jspi wasm64 pthread_jspi

#include "expect.h"
#include <arpa/inet.h>
#include <emscripten/task.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>

static int p[2], full[2], event, listener;

// ---- Calls that wait for what never comes ----

static ssize_t by_read(void) {
  char byte;
  return read(p[0], &byte, 1);
}

static ssize_t by_write(void) {
  return write(full[1], "x", 1);
}

static ssize_t by_eventfd(void) {
  eventfd_t value;
  return eventfd_read(event, &value);
}

static ssize_t by_poll(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  return poll(&in, 1, 100000);
}

static ssize_t by_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  return select(p[0] + 1, &set, NULL, NULL, NULL);
}

static ssize_t by_epoll(void) {
  int e = epoll_create1(0);
  struct epoll_event got = {.events = EPOLLIN};
  EXPECT_EQ(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &got), 0);
  int n = epoll_wait(e, &got, 1, -1), err = errno;
  close(e);
  errno = err;
  return n;
}

static ssize_t by_accept(void) {
  return accept(listener, NULL, NULL);
}

static ssize_t by_recv(void) {
  char byte;
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  EXPECT_EQ(bind(s, (struct sockaddr *)&any, sizeof any), 0);
  ssize_t n = recv(s, &byte, 1, 0);
  int err = errno;
  close(s);
  errno = err;
  return n;
}

static ssize_t of_own(int err) {
  errno = -err;
  return err ? -1 : 0;
}

static ssize_t by_sleep(void) {
  return of_own(emscripten_task_sleep(100000));
}

static em_task_mutex_t held;

static ssize_t by_lock(void) {
  return of_own(emscripten_task_mutex_lock(&held));
}

static ssize_t by_cond(void) {
  static em_task_mutex_t mutex = EM_TASK_MUTEX_INITIALIZER;
  static em_task_cond_t cond = EM_TASK_COND_INITIALIZER;
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  int err = emscripten_task_cond_wait(&cond, &mutex, -1);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  return of_own(err);
}

static em_task_channel_t *channel;

static ssize_t by_send(void) {
  int item = 1;
  return of_own(emscripten_task_channel_send(channel, &item, -1));
}

static ssize_t by_join(void) {
  extern em_task_t main_task, sleeping;
  EXPECT_EQ(emscripten_task_join(main_task, NULL), -EINVAL);
  return of_own(emscripten_task_join(sleeping, NULL));
}

static ssize_t (*const ways[])(void) = {by_read,  by_write,  by_eventfd, by_poll,  by_select,
                                        by_epoll, by_accept, by_recv,    by_sleep, by_lock,
                                        by_cond,  by_send,   by_join};
#define WAYS (sizeof ways / sizeof *ways)

// ---- Each of them ends ----

em_task_t main_task, sleeping;
static int entered;

struct trial {
  ssize_t (*way)(void);
  int want;
  bool ended;
};

static void *try(void *arg) {
  struct trial *trial = arg;
  entered++;
  errno = 0;
  ssize_t r = trial->way();
  int err = errno;
  if (r != -1 || err != trial->want) {
    printf("  want %s: %d, %s\n", strerror(trial->want), (int)r, strerror(err));
  }
  EXPECT_EQ(r, -1);
  EXPECT_EQ(err, trial->want);
  // It is so from now on, and at once. What need not wait succeeds.
  EXPECT_EQ(trial->way(), -1);
  EXPECT_EQ(errno, trial->want);
  EXPECT_EQ(write(p[1], "", 0), 0);
  trial->ended = true;
  return NULL;
}

static void *sleep_long(void *arg) {
  EXPECT_EQ(emscripten_task_sleep(100000), -ECANCELED);
  return arg;
}

static void test_ways(void) {
  struct trial cancels[WAYS], deadlines[WAYS];
  em_task_t cancelled[WAYS], late[WAYS];
  sleeping = NULL;
  EXPECT_EQ(emscripten_task_spawn(&sleeping, NULL, sleep_long, NULL), 0);
  for (size_t i = 0; i < WAYS; i++) {
    // Only one may join it.
    if (ways[i] != by_join) {
      deadlines[i] = (struct trial){ways[i], ETIMEDOUT, false};
      EXPECT_EQ(emscripten_task_spawn(&late[i], NULL, try, &deadlines[i]), 0);
    }
    cancels[i] = (struct trial){ways[i], ECANCELED, false};
    EXPECT_EQ(emscripten_task_spawn(&cancelled[i], NULL, try, &cancels[i]), 0);
  }
  while (entered < (int)(2 * WAYS - 1)) emscripten_task_yield();
  for (int i = 0; i < 100; i++) emscripten_task_yield();
  for (size_t i = 0; i < WAYS; i++) EXPECT(!cancels[i].ended);
  for (size_t i = 0; i < WAYS; i++) {
    EXPECT_EQ(emscripten_task_cancel(cancelled[i]), 0);
    EXPECT_EQ(emscripten_task_cancel(cancelled[i]), 0);
    if (ways[i] != by_join) EXPECT_EQ(emscripten_task_set_deadline(late[i], i % 3 * 5), 0);
  }
  for (size_t i = 0; i < WAYS; i++) {
    EXPECT_EQ(emscripten_task_join(cancelled[i], NULL), 0);
    if (ways[i] != by_join) EXPECT_EQ(emscripten_task_join(late[i], NULL), 0);
  }
  EXPECT_EQ(emscripten_task_cancel(sleeping), 0);
  EXPECT_EQ(emscripten_task_join(sleeping, NULL), 0);
}

// ---- Before it begins to wait, shielded, and taken back ----

static void *stages(void *arg) {
  EXPECT(emscripten_task_cancelled());
  EXPECT_EQ(emscripten_task_yield(), -ECANCELED);
  EXPECT(!emscripten_task_shield(true));
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(emscripten_task_set_deadline(emscripten_task_self(), 0), 0);
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  EXPECT(emscripten_task_shield(false));
  EXPECT_EQ(emscripten_task_sleep(1), -ECANCELED);
  EXPECT_EQ(emscripten_task_uncancel(emscripten_task_self()), 0);
  EXPECT(!emscripten_task_cancelled());
  EXPECT_EQ(emscripten_task_sleep(1), -ETIMEDOUT);
  EXPECT_EQ(by_poll(), -1);
  EXPECT_EQ(errno, ETIMEDOUT);
  EXPECT_EQ(emscripten_task_set_deadline(emscripten_task_self(), -1), 0);
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  // A timeout of the call that comes first is the call's own.
  EXPECT_EQ(emscripten_task_set_deadline(emscripten_task_self(), 100000), 0);
  struct pollfd in = {p[0], POLLIN, 0};
  EXPECT_EQ(poll(&in, 1, 1), 0);
  return arg;
}

static void test_stages(void) {
  em_task_t t;
  EXPECT_EQ(emscripten_task_spawn(&t, NULL, stages, NULL), 0);
  EXPECT_EQ(emscripten_task_cancel(t), 0);
  EXPECT_EQ(emscripten_task_join(t, NULL), 0);
  // Main, by a task.
  EXPECT_EQ(emscripten_task_set_deadline(main_task, 5), 0);
  EXPECT_EQ(by_read(), -1);
  EXPECT_EQ(errno, ETIMEDOUT);
  EXPECT_EQ(emscripten_task_set_deadline(main_task, -1), 0);
}

static void *cancel_main(void *arg) {
  EXPECT_EQ(emscripten_task_cancel(main_task), 0);
  return arg;
}

static void *end_at_once(void *arg) {
  return arg;
}

static void test_main(void) {
  em_task_t t;
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, cancel_main, NULL), 0);
  EXPECT_EQ(by_read(), -1);
  EXPECT_EQ(errno, ECANCELED);
  EXPECT_EQ(emscripten_task_uncancel(main_task), 0);
  // Who has ended cannot be cancelled, but joined, also by one that was cancelled: that need not wait.
  EXPECT_EQ(emscripten_task_spawn(&t, NULL, end_at_once, &t), 0);
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(emscripten_task_cancel(t), -ESRCH);
  EXPECT_EQ(emscripten_task_set_deadline(t, 1), -ESRCH);
  EXPECT_EQ(emscripten_task_cancel(main_task), 0);
  void *result;
  EXPECT_EQ(emscripten_task_join(t, &result), 0);
  EXPECT(result == &t);
  EXPECT_EQ(emscripten_task_uncancel(main_task), 0);
}

int main(void) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  main_task = emscripten_task_self();
  MUST(pipe(p));
  MUST(pipe(full));
  MUST(fcntl(full[1], F_SETFL, O_NONBLOCK));
  while (write(full[1], "x", 1) == 1) {
  }
  MUST(fcntl(full[1], F_SETFL, 0));
  event = MUST(eventfd(0, 0));
  listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(bind(listener, (struct sockaddr *)&any, sizeof any));
  MUST(listen(listener, 5));
  channel = emscripten_task_channel_create(sizeof(int), 0);
  EXPECT_EQ(emscripten_task_mutex_lock(&held), 0);
  test_ways();
  test_stages();
  test_main();
  EXPECT_EQ(emscripten_task_mutex_unlock(&held), 0);
  EXPECT_EQ(emscripten_task_channel_destroy(channel), 0);
  return status_of_test();
}
