/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Poll requests: a function is called from the event loop when a descriptor is ready; once or as
 * often as it wants; with an end by cancelling, by time and by closing. The program is kept alive
 * as long as a request is pending, and no longer.
 */
#include "poll_request.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>

#include "calls.h"
#include "check.h"
#include "event_loop.h"
#include "eventfd.h"
#include "fake_node.h"
#include "host_native.h"

#define MS INT64_C(1000000)

/* What a request's function was called with, and what it does. */
struct log {
  int calls, fd, revents, turn;
  int id; /* of the request */
  poll_request_callback callback;
  bool again;
  void (*then)(struct log *log);
};

static struct fake_node fake;
static int fd, turns;

static bool called(int ready_fd, int revents, poll_request_callback callback, void *user) {
  struct log *log = user;
  log->calls++;
  log->fd = ready_fd;
  log->revents = revents;
  log->callback = callback;
  log->turn = ++turns;
  if (log->then) {
    log->then(log);
  }
  return log->again;
}

static void start(struct log *log, int events, int timeout) {
  log->id = poll_request_start(fd, events, timeout, called, NULL, log);
  CHECK(log->id > 0);
}

static void open_fake(void) {
  fake_init(&fake, &fake_ops);
  fd = fd_open(&fake.node, O_RDWR);
  turns = 0;
}

/* Whatever happened: nothing is left of it. */
static void close_fake(void) {
  native_settle();
  CHECK(!fake.node.queue.head);
  CHECK_EQ(native_keepalive(), 0);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  host_fd_close(fd);
  CHECK_EQ(fake.frees, 1);
}

static void pass(int64_t ns) {
  native_advance(ns);
  event_loop_timers();
  native_settle();
}

/* ---- One call ---------------------------------------------------------------------------------- */

static void a_callback(void) {
}

static void test_one_shot(void) {
  struct log log = {0};
  open_fake();
  int id = poll_request_start(fd, POLLIN, -1, called, a_callback, &log);
  CHECK(id > 0);
  CHECK_EQ(native_keepalive(), 1);
  fake_become(&fake, POLLOUT);
  native_settle();
  CHECK_EQ(log.calls, 0);
  fake_become(&fake, POLLIN | POLLOUT);
  CHECK_EQ(log.calls, 0); /* not from within the producer */
  native_settle();
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(log.fd, fd);
  CHECK_EQ(log.revents, POLLIN); /* what was asked for */
  CHECK(log.callback == a_callback);
  fake_become(&fake, POLLIN);
  native_settle();
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(poll_request_cancel(id), -ENOENT);
  close_fake();
}

static void test_ready_already(void) {
  struct log log = {0};
  open_fake();
  fake.ready = POLLIN;
  start(&log, POLLIN, -1);
  CHECK_EQ(log.calls, 0); /* not from within the start */
  native_settle();
  CHECK_EQ(log.calls, 1);
  close_fake();
}

static void test_errors_need_not_be_asked_for(void) {
  static const int always[] = {POLLERR, POLLHUP};
  for (int i = 0; i < 2; i++) {
    struct log log = {0};
    open_fake();
    start(&log, 0, -1);
    fake_become(&fake, POLLIN | always[i]);
    native_settle();
    CHECK_EQ(log.revents, always[i]);
    close_fake();
  }
}

static void test_not_ready_any_more(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, -1);
  fake_become(&fake, POLLIN);
  fake.ready = 0;
  native_settle();
  CHECK_EQ(log.calls, 0); /* still waiting */
  fake_become(&fake, POLLIN);
  native_settle();
  CHECK_EQ(log.calls, 1);
  close_fake();
}

/* Who came first is called first; each of several on one descriptor is called. */
static void test_order(void) {
  struct log logs[4] = {{0}};
  open_fake();
  for (int i = 0; i < 4; i++) {
    start(&logs[i], POLLIN, -1);
  }
  CHECK_EQ(native_keepalive(), 4);
  fake_become(&fake, POLLIN);
  native_settle();
  for (int i = 0; i < 4; i++) {
    CHECK_EQ(logs[i].turn, i + 1);
  }
  close_fake();
}

static void test_what_is_refused(void) {
  struct log log = {0};
  struct fake_node file;
  fake_init(&file, &fake_always_ready_ops);
  file.ready = POLLIN;
  int file_fd = native_foreign_fd(&file.node);
  CHECK_EQ(poll_request_start(file_fd, POLLIN, -1, called, NULL, &log), -EPERM);
  CHECK_EQ(poll_request_start(file_fd + 1, POLLIN, -1, called, NULL, &log), -EBADF);
  CHECK_EQ(poll_request_start(-1, POLLIN, -1, called, NULL, &log), -EBADF);
  native_settle();
  CHECK_EQ(log.calls, 0);
  CHECK_EQ(native_keepalive(), 0);
  CHECK_EQ(file.node.refs, 1);
  CHECK_EQ(host_fd_close(file_fd), 0);
}

/* ---- Time -------------------------------------------------------------------------------------- */

static void test_timeout(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, 5);
  pass(5 * MS - 1);
  CHECK_EQ(log.calls, 0);
  pass(1);
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(log.revents, 0);
  close_fake();
}

static void test_ready_before_the_timeout(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, 5);
  fake_become(&fake, POLLIN);
  native_settle();
  CHECK_EQ(log.revents, POLLIN);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  pass(10 * MS);
  CHECK_EQ(log.calls, 1);
  close_fake();
}

/* Both in the same turn: readiness counts. */
static void test_ready_at_the_timeout(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, 5);
  native_advance(5 * MS);
  event_loop_timers();
  fake_become(&fake, POLLIN);
  native_settle();
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(log.revents, POLLIN);
  close_fake();
}

static void test_timeout_of_zero(void) {
  struct log not_ready = {0}, ready = {0};
  open_fake();
  start(&not_ready, POLLIN, 0);
  native_settle();
  CHECK_EQ(not_ready.calls, 1);
  CHECK_EQ(not_ready.revents, 0);
  fake.ready = POLLIN;
  start(&ready, POLLIN, 0);
  native_settle();
  CHECK_EQ(ready.revents, POLLIN);
  close_fake();
}

/* ---- Many calls -------------------------------------------------------------------------------- */

/* Level-triggered: a call a turn as long as it is ready, and others in between. */
static void test_multishot(void) {
  struct log many = {.again = true}, other = {.again = true};
  open_fake();
  start(&many, POLLIN, -1);
  start(&other, POLLIN, -1);
  fake_become(&fake, POLLIN);
  for (int i = 1; i <= 3; i++) {
    native_turn();
    CHECK_EQ(many.calls, i);
    CHECK_EQ(other.calls, i);
  }
  fake.ready = 0;
  native_settle();
  CHECK_EQ(many.calls, 3);
  many.again = false;
  fake_become(&fake, POLLIN);
  native_turn();
  native_turn();
  CHECK_EQ(many.calls, 4);
  CHECK_EQ(native_keepalive(), 1);
  CHECK_EQ(poll_request_cancel(other.id), 0);
  close_fake();
}

/* The time begins anew with each rearming. */
static void test_multishot_timeout(void) {
  struct log log = {.again = true};
  open_fake();
  start(&log, POLLIN, 5);
  pass(3 * MS);
  fake_become(&fake, POLLIN);
  native_turn();
  fake.ready = 0;
  native_settle();
  CHECK_EQ(log.calls, 1);
  pass(4 * MS);
  CHECK_EQ(log.calls, 1);
  pass(1 * MS);
  CHECK_EQ(log.calls, 2);
  CHECK_EQ(log.revents, 0);
  log.again = false;
  pass(5 * MS);
  CHECK_EQ(log.calls, 3);
  close_fake();
}

/* ---- Cancelling -------------------------------------------------------------------------------- */

static void test_cancel(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, 5);
  CHECK_EQ(poll_request_cancel(log.id), 0);
  CHECK_EQ(native_keepalive(), 0);
  CHECK_EQ(poll_request_cancel(log.id), -ENOENT);
  fake_become(&fake, POLLIN);
  pass(10 * MS);
  CHECK_EQ(log.calls, 0);
  CHECK_EQ(poll_request_cancel(0), -ENOENT);
  CHECK_EQ(poll_request_cancel(-1), -ENOENT);
  CHECK_EQ(poll_request_cancel(INT32_MAX), -ENOENT);
  close_fake();
}

/* Between the wake and the call. */
static void test_cancel_when_posted(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, -1);
  fake_become(&fake, POLLIN);
  CHECK(native_scheduled());
  CHECK_EQ(poll_request_cancel(log.id), 0);
  native_settle();
  CHECK_EQ(log.calls, 0);
  close_fake();
}

static void cancel_itself(struct log *log) {
  CHECK_EQ(poll_request_cancel(log->id), 0);
  CHECK_EQ(poll_request_cancel(log->id), -ENOENT);
}

static void test_cancel_by_its_own_call(void) {
  struct log log = {.again = true, .then = cancel_itself};
  open_fake();
  start(&log, POLLIN, -1);
  fake_become(&fake, POLLIN);
  native_settle();
  CHECK_EQ(log.calls, 1); /* although it wanted another */
  CHECK_EQ(native_keepalive(), 0);
  close_fake();
}

static void cancel_the_next(struct log *log) {
  CHECK_EQ(poll_request_cancel(log[1].id), 0);
}

static void test_cancel_by_the_call_of_another(void) {
  struct log logs[3] = {{.then = cancel_the_next}, {0}, {0}};
  open_fake();
  for (int i = 0; i < 3; i++) {
    start(&logs[i], POLLIN, -1);
  }
  fake_become(&fake, POLLIN);
  native_settle();
  CHECK_EQ(logs[0].calls, 1);
  CHECK_EQ(logs[1].calls, 0);
  CHECK_EQ(logs[2].calls, 1);
  close_fake();
}

static void *cancel_from_elsewhere(void *id) {
  CHECK_EQ(poll_request_cancel(*(int *)id), -EPERM);
  return NULL;
}

static void test_cancel_from_another_thread(void) {
  struct log log = {0};
  pthread_t thread;
  open_fake();
  start(&log, POLLIN, -1);
  CHECK_EQ(pthread_create(&thread, NULL, cancel_from_elsewhere, &log.id), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(poll_request_cancel(log.id), 0);
  close_fake();
}

/* ---- Starting from within a call --------------------------------------------------------------- */

static struct log second;

static void start_second(struct log *log) {
  (void)log;
  start(&second, POLLIN, -1);
}

static void test_start_from_within_a_call(void) {
  struct log log = {.then = start_second};
  second = (struct log){0};
  open_fake();
  start(&log, POLLIN, -1);
  fake_become(&fake, POLLIN);
  native_turn();
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(second.calls, 0); /* the next turn's */
  native_settle();
  CHECK_EQ(second.calls, 1);
  close_fake();
}

/* The lowest free id is given out; many requests have different ones. */
static void test_ids(void) {
  enum { MANY = 100 };
  static struct log logs[MANY];
  open_fake();
  for (int i = 0; i < MANY; i++) {
    start(&logs[i], POLLIN, -1);
    CHECK_EQ(logs[i].id, logs[0].id + i);
  }
  int freed[] = {70, 3, 50};
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(poll_request_cancel(logs[freed[i]].id), 0);
  }
  int id = poll_request_start(fd, POLLIN, -1, called, NULL, &logs[0]);
  CHECK_EQ(id, logs[3].id);
  CHECK_EQ(poll_request_cancel(id), 0);
  for (int i = 0; i < MANY; i++) {
    CHECK_EQ(poll_request_cancel(logs[i].id), i == 3 || i == 50 || i == 70 ? -ENOENT : 0);
  }
  close_fake();
}

/* ---- Closing ----------------------------------------------------------------------------------- */

static void test_close(void) {
  struct log logs[2] = {{.again = true}, {0}};
  open_fake();
  start(&logs[0], POLLIN, -1);
  start(&logs[1], POLLOUT, 1000);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(logs[0].calls, 0);
  native_settle();
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(logs[i].calls, 1);
    CHECK_EQ(logs[i].revents, POLLNVAL); /* the end, whatever it answers */
    CHECK_EQ(poll_request_cancel(logs[i].id), -ENOENT);
  }
  close_fake();
}

static void test_closed_and_opened_again(void) {
  struct log log = {0};
  open_fake();
  start(&log, POLLIN, -1);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(eventfd_open(1, 0), fd);
  native_settle();
  CHECK_EQ(log.revents, POLLNVAL);
  close_fake();
}

/* Closing a dup does not concern a request for another descriptor. */
static void test_close_of_a_dup(void) {
  struct log log = {0};
  open_fake();
  int dup = native_dup(fd);
  start(&log, POLLIN, -1);
  CHECK_EQ(host_fd_close(dup), 0);
  native_settle();
  CHECK_EQ(log.calls, 0);
  CHECK_EQ(poll_request_cancel(log.id), 0);
  close_fake();
}

static void close_it(struct log *log) {
  CHECK_EQ(host_fd_close(log->fd), 0);
}

/* Closed by its own call, which wants to be called again: the next call is the last. */
static void test_close_by_its_own_call(void) {
  struct log log = {.again = true, .then = close_it};
  open_fake();
  start(&log, POLLIN, -1);
  fake_become(&fake, POLLIN);
  native_turn();
  CHECK_EQ(log.calls, 1);
  log.then = NULL;
  native_settle();
  CHECK_EQ(log.calls, 2);
  CHECK_EQ(log.revents, POLLNVAL);
  close_fake();
}

int main(void) {
  native_alone(NULL, NULL);
  test_one_shot();
  test_ready_already();
  test_errors_need_not_be_asked_for();
  test_not_ready_any_more();
  test_order();
  test_what_is_refused();
  test_timeout();
  test_ready_before_the_timeout();
  test_ready_at_the_timeout();
  test_timeout_of_zero();
  test_multishot();
  test_multishot_timeout();
  test_cancel();
  test_cancel_when_posted();
  test_cancel_by_its_own_call();
  test_cancel_by_the_call_of_another();
  test_cancel_from_another_thread();
  test_start_from_within_a_call();
  test_ids();
  test_close();
  test_closed_and_opened_again();
  test_close_of_a_dup();
  test_close_by_its_own_call();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
