// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timerfd_create(2): read, poll, select and epoll_wait sleep until the timer expires, also if it is
// set, brought forward or put off while they do; among several the earliest ends the wait.
// gaps: timerfd blocking
// needs: wait

#include "timerfds.h"
#include <sys/epoll.h>
#include <sys/select.h>

static int t, other, writer;

static void set_soon(void *arg) {
  (void)arg;
  set_timer(t, 0, 3 * MS, 0);
}

static void put_off(void *arg) {
  set_timer(t, 0, HOUR, 0);
  when_blocked(set_soon, arg);
}

static void disarm(void *arg) {
  set_timer(t, 0, 0, 0);
  when_blocked(set_soon, arg);
}

static void write_byte(void *arg) {
  (void)arg;
  write(writer, "x", 1);
}

static void reads(void) {
  int64_t begin = clock_ns(CLOCK_MONOTONIC);
  MUST(set_timer(t, 0, 5 * MS, 0));
  SHOW(read_timer(t));
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 5 * MS);
  MUST(set_timer(t, 0, 2 * MS, 3 * MS));
  SHOW(read_timer(t) >= 1);
  SHOW(read_timer(t) >= 1);
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 10 * MS);
  begin = clock_ns(CLOCK_MONOTONIC);
  MUST(set_timer(t, TFD_TIMER_ABSTIME, begin + 4 * MS, 0));
  SHOW(read_timer(t));
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 4 * MS);

  MUST(set_timer(t, 0, 0, 0));
  when_blocked(set_soon, NULL);
  SHOW(read_timer(t));
  MUST(set_timer(t, 0, HOUR, 0));
  when_blocked(set_soon, NULL);
  SHOW(read_timer(t));
}

static void polls(void) {
  int p[2];
  MUST(pipe(p));
  writer = p[1];
  struct pollfd set[3] = {{t, POLLIN, 0}, {p[0], POLLIN, 0}, {other, POLLIN, 0}};
  MUST(set_timer(t, 0, 20 * MS, 0));
  MUST(set_timer(other, 0, 1 * MS, 0));
  SHOW(poll(set, 3, -1));
  printf("%s %s %s\n", event_names(set[0].revents), event_names(set[1].revents),
         event_names(set[2].revents));
  SHOW(read_timer(other));
  SHOW(poll(set, 3, SOON));
  printf("%s %s %s\n", event_names(set[0].revents), event_names(set[1].revents),
         event_names(set[2].revents));
  SHOW(read_timer(t));
  MUST(set_timer(t, 0, HOUR, 0));
  SHOW(poll(set, 3, 5));
  when_blocked(write_byte, NULL);
  SHOW(poll(set, 3, -1));
  printf("%s %s %s\n", event_names(set[0].revents), event_names(set[1].revents),
         event_names(set[2].revents));
  when_blocked(put_off, NULL);
  POLL(t, POLLIN, -1);
  SHOW(read_timer(t));

  fd_set r;
  FD_ZERO(&r);
  FD_SET(t, &r);
  MUST(set_timer(t, 0, 3 * MS, 0));
  SHOW(select(t + 1, &r, NULL, NULL, NULL));
  CHECK(FD_ISSET(t, &r));
  SHOW(read_timer(t));
}

static void epolls(void) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = t};
  int e = MUST(epoll_create1(0)), outer = MUST(epoll_create1(0));
  MUST(epoll_ctl(e, EPOLL_CTL_ADD, t, &event));
  event.data.fd = e;
  MUST(epoll_ctl(outer, EPOLL_CTL_ADD, e, &event));
  MUST(set_timer(t, 0, 3 * MS, 0));
  SHOW(epoll_wait(e, &event, 1, -1));
  SHOW(read_timer(t));
  when_blocked(set_soon, NULL);
  SHOW(epoll_wait(outer, &event, 1, -1));
  SHOW(read_timer(t));
  MUST(set_timer(t, 0, HOUR, 0));
  when_blocked(disarm, NULL);
  POLL(outer, POLLIN, -1);
  SHOW(read_timer(t));
  SHOW(epoll_wait(outer, &event, 1, 3));
}

int main(void) {
  t = MUST(timerfd_create(CLOCK_MONOTONIC, 0));
  other = MUST(timerfd_create(CLOCK_REALTIME, 0));
  reads();
  polls();
  epolls();
  return 0;
}
