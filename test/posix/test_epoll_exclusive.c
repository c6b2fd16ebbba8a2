// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_ctl(2), EPOLLEXCLUSIVE: of the threads that wait, each on an epoll of its own, at least one
// wakes for each event, though another epoll with the watch has nobody who waits.
// gaps: 14
// needs: threads wait

#include "epolls.h"

enum { THREADS = 2 };

static int work_pipe[2], stop_pipe[2], taken_pipe[2];

static int watching(void) {
  int e = MUST(epoll_create1(0));
  MUST(control(e, EPOLL_CTL_ADD, work_pipe[0], EPOLLIN | EPOLLEXCLUSIVE, "work"));
  return e;
}

static void *work(void *arg) {
  int e = *(int *)arg;
  for (;;) {
    char c;
    struct epoll_event event;
    if (epoll_wait(e, &event, 1, -1) != 1 || !strcmp(event.data.ptr, "stop")) return NULL;
    if (read(work_pipe[0], &c, 1) == 1) write(taken_pipe[1], &c, 1);
  }
}

int main(void) {
  char c = 'a';
  int e[THREADS];
  pthread_t threads[THREADS];
  MUST(pipe2(work_pipe, O_NONBLOCK));
  MUST(pipe(stop_pipe));
  MUST(pipe(taken_pipe));
  int idle = watching();
  for (int i = 0; i < THREADS; i++) {
    e[i] = watching();
    MUST(control(e[i], EPOLL_CTL_ADD, stop_pipe[0], EPOLLIN, "stop"));
    pthread_create(&threads[i], NULL, work, &e[i]);
  }
  for (int round = 0; round < 5; round++, c++) {
    char taken = 0;
    MUST(write(work_pipe[1], &c, 1));
    MUST(read(taken_pipe[0], &taken, 1));
    printf("taken: %c\n", taken);
  }
  MUST(write(stop_pipe[1], &c, 1));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  WAIT(idle, 0);
  return 0;
}
