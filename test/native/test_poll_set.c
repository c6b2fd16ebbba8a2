/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The poll set: what a poll(2) over many descriptors looks at when it has been made before, that it
 * answers as if it looked at all, and that it lets go of what was closed.
 */
#include "poll_set.h"

#include <errno.h>
#include <fcntl.h>

#include "check.h"
#include "fake_node.h"
#include "host_native.h"
#include "poll_fds.h"
#include "stress.h"
#include "timers.h"

#define NOW 0
enum { FAKES = 40, MANY = 600 };

static struct fake_node fakes[FAKES];
static int fds[FAKES];
static struct pollfd p[MANY];

static void open_fake(int i) {
  fake_init(&fakes[i], &fake_ops);
  fds[i] = fd_open(&fakes[i].node, O_RDWR);
  CHECK(fds[i] >= 0);
}

/* Entry i is of the fake i % FAKES. */
static void open_all(void) {
  for (int i = 0; i < FAKES; i++) {
    open_fake(i);
  }
  for (int i = 0; i < MANY; i++) {
    p[i] = (struct pollfd){.fd = fds[i % FAKES], .events = POLLIN, .revents = -7};
  }
}

static void close_all(void) {
  for (int i = 0; i < FAKES; i++) {
    CHECK_EQ(host_fd_close(fds[i]), 0);
  }
  /* Whoever polls few lets go of them. */
  CHECK_EQ(poll_fds(p, 0, NOW), 0);
  for (int i = 0; i < FAKES; i++) {
    CHECK_EQ(fakes[i].frees, 1);
  }
}

static void forget_polls(void) {
  for (int i = 0; i < FAKES; i++) {
    fakes[i].polls = 0;
  }
}

static int all_polls(void) {
  int polls = 0;
  for (int i = 0; i < FAKES; i++) {
    polls += fakes[i].polls;
  }
  return polls;
}

/* Polls the first n, and compares with what each is by itself. */
static void check_answer(int n) {
  for (int i = 0; i < n; i++) {
    p[i].revents = -7;
  }
  int r = poll_fds(p, (nfds_t)n, NOW), count = 0;
  for (int i = 0; i < n; i++) {
    int want = p[i].fd < 0 ? 0 : fd_poll(p[i].fd, NULL) & poll_wanted(p[i].events);
    CHECK_EQ(p[i].revents, want);
    count += want != 0;
  }
  CHECK_EQ(r, count);
}

/* ---- What is looked at ------------------------------------------------------------------------- */

static void test_the_idle_are_not_looked_at(void) {
  open_all();
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  CHECK_EQ(all_polls(), MANY);
  forget_polls();
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  CHECK_EQ(all_polls(), 0);
  fake_become(&fakes[7], POLLIN);
  CHECK_EQ(poll_fds(p, MANY, NOW), MANY / FAKES);
  CHECK_EQ(all_polls(), MANY / FAKES);
  CHECK_EQ(p[7].revents, POLLIN);
  CHECK_EQ(p[8].revents, 0);
  CHECK_EQ(p[7 + FAKES].revents, POLLIN);
  close_all();
}

/* Nobody is told that something is not ready any more. */
static void test_the_ready_are_looked_at_until_they_are_not(void) {
  open_all();
  fakes[3].ready = POLLIN;
  CHECK_EQ(poll_fds(p, MANY, NOW), MANY / FAKES);
  CHECK_EQ(poll_fds(p, MANY, NOW), MANY / FAKES);
  fakes[3].ready = 0;
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  forget_polls();
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  CHECK_EQ(all_polls(), 0);
  close_all();
}

static void test_what_has_changed_is_looked_at(void) {
  open_all();
  fakes[5].ready = POLLOUT;
  fakes[6].ready = POLLIN;
  check_answer(MANY);
  p[5].events = POLLOUT;
  p[6].fd = -1;
  p[7].fd = fds[6];
  p[8].fd = 9999;
  check_answer(MANY);
  CHECK_EQ(p[5].revents, POLLOUT);
  CHECK_EQ(p[7].revents, POLLIN);
  CHECK_EQ(p[8].revents, POLLNVAL);
  check_answer(MANY);
  check_answer(300);
  check_answer(MANY);
  close_all();
}

/* ---- Sleeping ---------------------------------------------------------------------------------- */

static void become_readable(void *i) {
  fake_become(&fakes[(intptr_t)i], POLLIN);
}

static void test_any_of_them_ends_the_sleep(void) {
  open_all();
  for (intptr_t i = 0; i < FAKES; i++) {
    native_alone(become_readable, (void *)i);
    CHECK_EQ(poll_fds(p, MANY, DEADLINE_NONE), MANY / FAKES);
    CHECK_EQ(p[i].revents, POLLIN);
    fakes[i].ready = 0;
  }
  native_alone(NULL, NULL);
  int64_t start = host_now();
  CHECK_EQ(poll_fds(p, MANY, start + MS), 0);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(poll_fds(p, MANY, DEADLINE_NONE), -EINTR);
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  close_all();
}

/* The time is what makes it ready, for each call anew. */
static void test_a_timer(void) {
  open_all();
  int fd = timerfd_open(CLOCK_MONOTONIC, 0);
  p[100].fd = fd;
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(set_timer(fd, 0, MS, 0), 0);
    CHECK_EQ(poll_fds(p, MANY, NOW), 0);
    CHECK_EQ(poll_fds(p, MANY, DEADLINE_NONE), 1);
    CHECK_EQ(p[100].revents, POLLIN);
    CHECK_EQ(read_timer(fd), 1);
  }
  CHECK_EQ(host_fd_close(fd), 0);
  close_all();
}

/* ---- Closing ----------------------------------------------------------------------------------- */

static void close_first(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

static void test_closed_while_waiting(void) {
  static struct fake_node another;
  open_all();
  native_alone(close_first, NULL);
  CHECK_EQ(poll_fds(p, MANY, DEADLINE_NONE), MANY / FAKES);
  CHECK_EQ(p[0].revents, POLLNVAL);
  check_answer(MANY);
  /* What has its number then is what the next call is about. */
  fake_init(&another, &fake_ops);
  CHECK_EQ(fd_open(&another.node, O_RDWR), fds[0]);
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  fake_become(&another, POLLIN);
  CHECK_EQ(poll_fds(p, MANY, NOW), MANY / FAKES);
  CHECK_EQ(fakes[0].frees, 1);
  close_all();
  CHECK_EQ(another.frees, 1);
}

static void test_closed_between_calls(void) {
  open_all();
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  close_first(NULL);
  CHECK_EQ(fakes[0].frees, 0);
  CHECK_EQ(poll_fds(p, MANY, NOW), MANY / FAKES);
  CHECK_EQ(p[0].revents, POLLNVAL);
  CHECK_EQ(fakes[0].frees, 1);
  open_fake(0);
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  close_all();
}

/* A program that no longer polls many holds nothing of what it has closed. */
static void test_few_let_go_of_the_closed(void) {
  open_all();
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  CHECK_EQ(poll_fds(p, 1, NOW), 0);
  CHECK(fakes[0].node.queue.head);
  close_first(NULL);
  CHECK_EQ(fakes[0].frees, 0);
  CHECK_EQ(poll_fds(p + 1, 1, NOW), 0);
  CHECK_EQ(fakes[0].frees, 1);
  CHECK(!fakes[1].node.queue.head);
  open_fake(0);
  close_all();
}

/* The host says nothing of its own. */
static void test_foreign(void) {
  static struct fake_node file;
  open_all();
  fake_init(&file, &fake_always_ready_ops);
  int fd = native_foreign_fd(&file.node);
  p[2].fd = fd;
  CHECK_EQ(poll_fds(p, MANY, NOW), 0);
  file.ready = POLLIN;
  CHECK_EQ(poll_fds(p, MANY, NOW), 1);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(poll_fds(p, MANY, NOW), 1);
  CHECK_EQ(p[2].revents, POLLNVAL);
  close_all();
}

/* ---- In use ------------------------------------------------------------------------------------ */

static void poll_meanwhile(void *arg) {
  static struct pollfd q[MANY];
  for (int i = 0; i < MANY; i++) {
    q[i] = (struct pollfd){.fd = fds[1], .events = POLLIN};
  }
  fakes[1].ready = POLLIN;
  CHECK_EQ(poll_fds(q, MANY, NOW), MANY);
  CHECK_EQ(poll_fds(q, 1, NOW), 1);
  fakes[1].ready = 0;
  become_readable(arg);
}

static void test_somebody_polls_while_the_set_is_in_use(void) {
  open_all();
  native_alone(poll_meanwhile, (void *)9);
  CHECK_EQ(poll_fds(p, MANY, DEADLINE_NONE), MANY / FAKES);
  CHECK_EQ(p[9].revents, POLLIN);
  CHECK_EQ(p[1].revents, 0);
  native_alone(NULL, NULL);
  close_all();
}

/* ---- By chance --------------------------------------------------------------------------------- */

static void change_something(unsigned *random) {
  int i = (int)stress_random(random, FAKES), k = (int)stress_random(random, MANY);
  switch (stress_random(random, 7)) {
    case 0:
      fake_become(&fakes[i], (int)stress_random(random, 2) ? POLLIN : POLLOUT | POLLHUP);
      break;
    case 1:
      fakes[i].ready = 0;
      break;
    case 2:
      p[k].events = (short)(stress_random(random, 2) ? POLLOUT : POLLIN);
      break;
    case 3:
      p[k].fd = (int)stress_random(random, 5) ? fds[i] : -1;
      break;
    case 4: /* its number is the next one's */
      CHECK_EQ(host_fd_close(fds[i]), 0);
      check_answer(MANY); /* until then its node has a listener */
      open_fake(i);
      break;
    default:
      break;
  }
}

static void test_by_chance(void) {
  unsigned random = 4711;
  open_all();
  for (int round = 0; round < 600; round++) {
    for (int changes = (int)stress_random(&random, 4); changes > 0; changes--) {
      change_something(&random);
    }
    check_answer(256 + (int)stress_random(&random, MANY - 256));
  }
  close_all();
}

int main(void) {
  native_alone(NULL, NULL);
  test_the_idle_are_not_looked_at();
  test_the_ready_are_looked_at_until_they_are_not();
  test_what_has_changed_is_looked_at();
  test_any_of_them_ends_the_sleep();
  test_a_timer();
  test_closed_while_waiting();
  test_closed_between_calls();
  test_few_let_go_of_the_closed();
  test_foreign();
  test_somebody_polls_while_the_set_is_in_use();
  test_by_chance();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
