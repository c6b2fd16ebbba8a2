/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * poll(2): what it answers without sleeping, what ends its sleep, and that it leaves nothing behind
 * in any wait queue.
 */
#include "poll_fds.h"

#include <errno.h>
#include <fcntl.h>

#include "calls.h"
#include "check.h"
#include "eventfd.h"
#include "fake_node.h"
#include "host_native.h"

#define MS INT64_C(1000000)
#define NOW 0

static struct fake_node fakes[20];
static int fds[20];

static void open_fakes(int n) {
  for (int i = 0; i < n; i++) {
    fake_init(&fakes[i], &fake_ops);
    fds[i] = fd_open(&fakes[i].node, O_RDWR);
    CHECK(fds[i] >= 0);
  }
}

static void close_fakes(int n) {
  for (int i = 0; i < n; i++) {
    CHECK(!fakes[i].node.queue.head);
    host_fd_close(fds[i]);
    CHECK_EQ(fakes[i].frees, 1);
  }
}

static void test_arguments(void) {
  struct pollfd p = {.fd = -1};
  CHECK_EQ(poll_fds(NULL, 0, NOW), 0);
  CHECK_EQ(poll_fds(NULL, 1, NOW), -EFAULT);
  CHECK_EQ(poll_fds(&p, 65537, NOW), -EINVAL);
  CHECK_EQ(poll_fds(&p, (nfds_t)-1, NOW), -EINVAL);
}

/* A negative descriptor is no entry at all, one that is not open is POLLNVAL. */
static void test_descriptors_that_are_none(void) {
  struct pollfd p[3] = {{.fd = -1, .events = POLLIN, .revents = -7},
                        {.fd = 299, .events = 0, .revents = 0},
                        {.fd = INT32_MAX, .events = POLLIN, .revents = 0}};
  CHECK_EQ(poll_fds(p, 3, DEADLINE_NONE), 2);
  CHECK_EQ(p[0].revents, 0);
  CHECK_EQ(p[1].revents, POLLNVAL);
  CHECK_EQ(p[2].revents, POLLNVAL);
}

static void test_only_what_was_asked_for(void) {
  open_fakes(3);
  fakes[0].ready = POLLIN | POLLOUT | POLLPRI;
  fakes[1].ready = POLLOUT;
  fakes[2].ready = POLLERR | POLLHUP;
  struct pollfd p[3] = {{.fd = fds[0], .events = POLLIN | POLLPRI},
                        {.fd = fds[1], .events = POLLIN, .revents = -7},
                        {.fd = fds[2], .events = 0}};
  CHECK_EQ(poll_fds(p, 3, NOW), 2);
  CHECK_EQ(p[0].revents, POLLIN | POLLPRI);
  CHECK_EQ(p[1].revents, 0);
  CHECK_EQ(p[2].revents, POLLERR | POLLHUP);
  close_fakes(3);
}

/* One derivation each, and no sleep, if something is ready or nothing is to be waited for. */
static void test_the_fast_path(void) {
  open_fakes(2);
  fakes[1].ready = POLLIN;
  struct pollfd p[2] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}};
  int sleeps = native_sleeps();
  CHECK_EQ(poll_fds(p, 2, DEADLINE_NONE), 1);
  CHECK_EQ(poll_fds(p, 1, NOW), 0);
  CHECK_EQ(fakes[0].polls, 2);
  CHECK_EQ(fakes[1].polls, 1);
  CHECK_EQ(native_sleeps(), sleeps);
  close_fakes(2);
}

static void test_duplicates(void) {
  open_fakes(1);
  int dup = native_dup(fds[0]);
  fakes[0].ready = POLLIN | POLLOUT;
  struct pollfd p[4] = {{.fd = fds[0], .events = POLLIN},
                        {.fd = fds[0], .events = POLLOUT},
                        {.fd = fds[0], .events = POLLIN | POLLOUT},
                        {.fd = dup, .events = POLLIN}};
  CHECK_EQ(poll_fds(p, 4, NOW), 4);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, POLLOUT);
  CHECK_EQ(p[2].revents, POLLIN | POLLOUT);
  CHECK_EQ(p[3].revents, POLLIN);
  CHECK_EQ(host_fd_close(dup), 0);
  close_fakes(1);
}

/* ---- Sleeping ---------------------------------------------------------------------------------- */

static int which, becomes;

static void become(void *arg) {
  (void)arg;
  fake_become(&fakes[which], becomes);
}

/* Many and few: the entries are on the stack or not. Any of them ends the sleep. */
static void test_any_of_them_ends_the_sleep(void) {
  static const int counts[] = {1, 8, 9, 20};
  for (int c = 0; c < 4; c++) {
    int n = counts[c];
    for (which = 0; which < n; which++) {
      struct pollfd p[20];
      open_fakes(n);
      for (int i = 0; i < n; i++) {
        p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN, .revents = -7};
      }
      becomes = POLLIN;
      native_alone(become, NULL);
      CHECK_EQ(poll_fds(p, n, DEADLINE_NONE), 1);
      for (int i = 0; i < n; i++) {
        CHECK_EQ(p[i].revents, i == which ? POLLIN : 0);
      }
      close_fakes(n);
    }
  }
  which = 0;
}

/* After the first look and the one at registration, nobody else is derived again. */
static void test_only_the_notified_are_looked_at_again(void) {
  open_fakes(3);
  struct pollfd p[3];
  for (int i = 0; i < 3; i++) {
    p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
  }
  which = 1;
  becomes = POLLIN;
  native_alone(become, NULL);
  CHECK_EQ(poll_fds(p, 3, DEADLINE_NONE), 1);
  CHECK_EQ(fakes[0].polls, 2);
  CHECK_EQ(fakes[1].polls, 3);
  CHECK_EQ(fakes[2].polls, 2);
  close_fakes(3);
  which = 0;
}

static void test_duplicates_in_sleep(void) {
  open_fakes(1);
  struct pollfd p[2] = {{.fd = fds[0], .events = POLLIN},
                        {.fd = fds[0], .events = POLLOUT | POLLIN}};
  becomes = POLLIN;
  native_alone(become, NULL);
  CHECK_EQ(poll_fds(p, 2, DEADLINE_NONE), 2);
  CHECK_EQ(p[0].revents, POLLIN);
  CHECK_EQ(p[1].revents, POLLIN);
  close_fakes(1);
}

/* What was not asked for does not even wake it; errors do. */
static void test_events_that_do_not_matter(void) {
  open_fakes(1);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  int64_t start = host_now();
  becomes = POLLOUT;
  native_alone(become, NULL);
  int sleeps = native_sleeps(), wakes = native_wakes();
  CHECK_EQ(poll_fds(&p, 1, start + MS), 0);
  CHECK_EQ(native_sleeps(), sleeps + 1);
  CHECK_EQ(native_wakes(), wakes);
  becomes = POLLHUP;
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(p.revents, POLLHUP);
  close_fakes(1);
}

/* Notified, but when it looks nothing is there any more: it sleeps on. */
static int blinks;

static void blink(void *arg) {
  (void)arg;
  notify_node_listeners(&fakes[0].node, POLLIN);
  if (++blinks == 5) {
    fakes[0].ready = POLLIN;
  }
}

static void test_somebody_else_was_faster(void) {
  open_fakes(1);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  native_alone(blink, NULL);
  int sleeps = native_sleeps();
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(native_sleeps(), sleeps + 5);
  close_fakes(1);
}

static void test_deadline(void) {
  open_fakes(1);
  struct pollfd p = {.fd = fds[0], .events = POLLIN, .revents = -7};
  native_alone(NULL, NULL);
  int64_t start = host_now();
  CHECK_EQ(poll_fds(&p, 1, start + 7 * MS), 0);
  CHECK_EQ(host_now(), start + 7 * MS);
  CHECK_EQ(p.revents, 0);
  CHECK_EQ(poll_fds(NULL, 0, start + 9 * MS), 0); /* a portable sleep */
  CHECK_EQ(host_now(), start + 9 * MS);
  CHECK_EQ(poll_fds(&p, 1, start), 0); /* long past */
  close_fakes(1);
}

static void test_what_the_host_says(void) {
  static const int errors[] = {-EINTR, -EDEADLK};
  open_fakes(1);
  for (int i = 0; i < 2; i++) {
    struct pollfd p = {.fd = fds[0], .events = POLLIN, .revents = 77};
    native_end_next_sleep(errors[i]);
    CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), errors[i]);
  }
  close_fakes(1);
}

/* Ready in the very moment in which the sleep fails: readiness counts. */
static void become_and_time_out(void *arg) {
  (void)arg;
  fakes[0].ready = POLLIN; /* and nobody is told */
}

static void test_ready_at_the_deadline(void) {
  open_fakes(1);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  native_alone(become_and_time_out, NULL);
  CHECK_EQ(poll_fds(&p, 1, host_now() + MS), 1);
  CHECK_EQ(p.revents, POLLIN);
  close_fakes(1);
}

/* ---- Closing ----------------------------------------------------------------------------------- */

static void close_first(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

static void test_closed_while_waiting(void) {
  open_fakes(2);
  struct pollfd p[2] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}};
  native_alone(close_first, NULL);
  CHECK_EQ(poll_fds(p, 2, DEADLINE_NONE), 1);
  CHECK_EQ(p[0].revents, POLLNVAL);
  CHECK_EQ(p[1].revents, 0);
  CHECK_EQ(fakes[0].frees, 1);
  close_fakes(2);
}

/* The number is used again at once, for something that is ready; that is not what was waited for. */
static void close_and_open(void *arg) {
  close_first(arg);
  CHECK_EQ(eventfd_open(1, 0), fds[0]);
}

static void test_closed_and_opened_while_waiting(void) {
  open_fakes(1);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  native_alone(close_and_open, NULL);
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(p.revents, POLLNVAL);
  CHECK_EQ(fakes[0].frees, 1);
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

/* A dup of what is waited for is closed: that does not concern the one who waits. */
static int dup_fd;

static void close_dup(void *arg) {
  (void)arg;
  host_fd_close(dup_fd);
}

static void test_a_dup_closed_while_waiting(void) {
  open_fakes(1);
  dup_fd = native_dup(fds[0]);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  native_alone(close_dup, NULL);
  CHECK_EQ(poll_fds(&p, 1, host_now() + MS), 0);
  close_fakes(1);
}

/* Closed between the first look and the registration: no listener is where it would be told. */
static int closing_poll(struct node *n) {
  fake_poll(n);
  if (fakes[0].polls == 1) {
    close_first(NULL);
  }
  return 0;
}

static const struct node_ops closing_ops = {
  .name = "fake", .poll = closing_poll, .close = fake_close, .free = fake_free};

static void test_closed_before_the_registration(void) {
  fake_init(&fakes[0], &closing_ops);
  fds[0] = fd_open(&fakes[0].node, O_RDONLY);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  native_alone(NULL, NULL);
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(p.revents, POLLNVAL);
  CHECK_EQ(fakes[0].frees, 1);
}

/* The same, and the number is in use again when it looks the second time: as if that were the first. */
static int opening_poll(struct node *n) {
  fake_poll(n);
  if (fakes[1].polls == 2) {
    CHECK_EQ(eventfd_open(1, 0), fds[0]);
  }
  return 0;
}

static const struct node_ops opening_ops = {
  .name = "fake", .poll = opening_poll, .close = fake_close, .free = fake_free};

static void test_closed_and_opened_before_the_registration(void) {
  fake_init(&fakes[0], &closing_ops);
  fds[0] = fd_open(&fakes[0].node, O_RDONLY);
  fake_init(&fakes[1], &opening_ops);
  fds[1] = fd_open(&fakes[1].node, O_RDONLY);
  struct pollfd p[2] = {{.fd = fds[1], .events = POLLIN}, {.fd = fds[0], .events = POLLIN}};
  native_alone(NULL, NULL);
  CHECK_EQ(poll_fds(p, 2, DEADLINE_NONE), 1);
  CHECK_EQ(p[1].revents, POLLIN);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

/* ---- Descriptors of the host's ------------------------------------------------------------------ */

static void test_foreign(void) {
  struct fake_node file;
  fake_init(&file, &fake_ops);
  fds[0] = native_foreign_fd(&file.node);
  struct pollfd p = {.fd = fds[0], .events = POLLIN};
  native_alone(NULL, NULL);
  CHECK_EQ(poll_fds(&p, 1, host_now() + MS), 0);
  file.ready = POLLIN;
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(file.frees, 0);
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

int main(void) {
  native_alone(NULL, NULL);
  test_arguments();
  test_descriptors_that_are_none();
  test_only_what_was_asked_for();
  test_the_fast_path();
  test_duplicates();
  test_any_of_them_ends_the_sleep();
  test_only_the_notified_are_looked_at_again();
  test_duplicates_in_sleep();
  test_events_that_do_not_matter();
  test_somebody_else_was_faster();
  test_deadline();
  test_what_the_host_says();
  test_ready_at_the_deadline();
  test_closed_while_waiting();
  test_closed_and_opened_while_waiting();
  test_a_dup_closed_while_waiting();
  test_closed_before_the_registration();
  test_closed_and_opened_before_the_registration();
  test_foreign();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
