// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Main waits, by poll, select, epoll_wait and blocking reads in turns, for what other threads feed it
// through pipes, until each of them has closed its own; what main answers wakes them in turn.
// needs: threads wait

#include "transcript.h"
#include <sys/epoll.h>
#include <sys/select.h>

enum { FEEDERS = 3, PIECES = 150 };

static int feed[FEEDERS][2], answer[FEEDERS][2];
static unsigned sums[FEEDERS];
static int ends, acks[FEEDERS];

static void *feeder(void *number) {
  int self = *(int *)number;
  unsigned char piece[300];
  for (int i = 0; i < PIECES; i++) {
    char ack;
    size_t n = (size_t)(i * 37 + self) % sizeof piece + 1;
    memset(piece, i, n);
    if (write(feed[self][1], piece, n) != (ssize_t)n) abort();
    if (i % 10 == 0 && read(answer[self][0], &ack, 1) == 1) acks[self]++;
  }
  close(feed[self][1]);
  return NULL;
}

static void take(int i) {
  static int taken[FEEDERS], due[FEEDERS];
  unsigned char piece[1000];
  ssize_t n = MUST(read(feed[i][0], piece, sizeof piece));
  if (n == 0) {
    ends++;
    close(feed[i][0]);
    feed[i][0] = -1;
    return;
  }
  for (ssize_t k = 0; k < n; k++) sums[i] = sums[i] * 31 + piece[k];
  // As many answers as pieces that ask for one have begun: their sizes are known.
  taken[i] += (int)n;
  for (int total = 0, p = 0, asked = 0; p < PIECES && total < taken[i]; p++) {
    total += (p * 37 + i) % 300 + 1;
    if (p % 10 == 0 && ++asked > due[i] && total <= taken[i]) {
      MUST(write(answer[i][1], "a", 1));
      due[i] = asked;
    }
  }
}

static int max_fd(void) {
  int max = 0;
  for (int i = 0; i < FEEDERS; i++) max = feed[i][0] > max ? feed[i][0] : max;
  return max;
}

static void wait_by_poll(void) {
  struct pollfd p[FEEDERS];
  for (int i = 0; i < FEEDERS; i++) p[i] = (struct pollfd){feed[i][0], POLLIN, 0};
  if (MUST(poll(p, FEEDERS, -1)) < 1) printf("poll: nothing\n");
  for (int i = 0; i < FEEDERS; i++) {
    if (p[i].revents) take(i);
  }
}

static void wait_by_select(void) {
  fd_set set;
  FD_ZERO(&set);
  for (int i = 0; i < FEEDERS; i++) {
    if (feed[i][0] >= 0) FD_SET(feed[i][0], &set);
  }
  if (MUST(select(max_fd() + 1, &set, NULL, NULL, NULL)) < 1) printf("select: nothing\n");
  for (int i = 0; i < FEEDERS; i++) {
    if (feed[i][0] >= 0 && FD_ISSET(feed[i][0], &set)) take(i);
  }
}

static void wait_by_epoll(int e) {
  struct epoll_event events[FEEDERS];
  int n = MUST(epoll_wait(e, events, FEEDERS, -1));
  if (n < 1) printf("epoll_wait: nothing\n");
  for (int i = 0; i < n; i++) take(events[i].data.fd);
}

int main(void) {
  pthread_t threads[FEEDERS];
  int numbers[] = {0, 1, 2};
  int e = MUST(epoll_create1(0));
  for (int i = 0; i < FEEDERS; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = i};
    MUST(pipe(feed[i]));
    MUST(pipe(answer[i]));
    MUST(epoll_ctl(e, EPOLL_CTL_ADD, feed[i][0], &event));
  }
  for (int i = 0; i < FEEDERS; i++) pthread_create(&threads[i], NULL, feeder, &numbers[i]);
  for (int turn = 0; ends < FEEDERS; turn++) {
    switch (turn % 4) {
      case 0:
        wait_by_poll();
        break;
      case 1:
        wait_by_select();
        break;
      case 2:
        wait_by_epoll(e);
        break;
      default:
        for (int i = 0; i < FEEDERS; i++) {
          if (feed[i][0] >= 0) {
            take(i); // a read that blocks
            break;
          }
        }
    }
  }
  for (int i = 0; i < FEEDERS; i++) {
    pthread_join(threads[i], NULL);
    printf("feeder %d: sum %u, answers %d\n", i, sums[i], acks[i]);
  }
  return 0;
}
