// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2), select(2) in a thread: woken by a write, by another eventfd, and by the close of the
// last writer, from another thread.
// needs: threads wait
// gaps: eventfd

#include "transcript.h"
#include <sys/eventfd.h>
#include <sys/select.h>

static int p[2], q[2], event;

static void write_byte(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

static void signal_event(void *arg) {
  (void)arg;
  eventfd_write(event, 1);
}

static void close_writer(void *arg) {
  (void)arg;
  close(q[1]);
}

static void *worker(void *arg) {
  (void)arg;
  char c;
  struct pollfd set[3] = {{p[0], POLLIN, 0}, {q[0], POLLIN, 0}, {event, POLLIN, 0}};
  when_blocked(write_byte, NULL);
  SHOW(poll(set, 3, -1));
  for (int i = 0; i < 3; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));
  read(p[0], &c, 1);
  when_blocked(signal_event, NULL);
  SHOW(poll(set, 3, -1));
  for (int i = 0; i < 3; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));
  eventfd_read(event, &(eventfd_t){0});
  when_blocked(close_writer, NULL);
  fd_set r;
  FD_ZERO(&r);
  FD_SET(q[0], &r);
  FD_SET(p[0], &r);
  SHOW(select(1 + (p[0] > q[0] ? p[0] : q[0]), &r, NULL, NULL, NULL));
  printf("p %d, q %d\n", !!FD_ISSET(p[0], &r), !!FD_ISSET(q[0], &r));
  return NULL;
}

int main(void) {
  pthread_t thread;
  MUST(pipe(p));
  MUST(pipe(q));
  event = MUST(eventfd(0, 0));
  pthread_create(&thread, NULL, worker, NULL);
  pthread_join(thread, NULL);
  return 0;
}
