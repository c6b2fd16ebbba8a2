// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Threads on AF_UNIX sockets: a stream that two threads drive from both ends, several readers of one
// socket, a thread that serves connections.
//
// gaps: unix
// needs: threads wait
#include "unix.h"

#define TOTAL (1 << 20)
#define MESSAGES 2000

static int sv[2];

static void *write_stream(void *arg) {
  static char b[10000];
  for (size_t i = 0; i < sizeof b; i++) {
    b[i] = (char)i;
  }
  (void)arg;
  size_t left = TOTAL;
  while (left) {
    size_t n = left < sizeof b ? left : sizeof b;
    left -= (size_t)MUST(write(sv[1], b, n));
  }
  MUST(shutdown(sv[1], SHUT_WR));
  return NULL;
}

static void *count_messages(void *sum) {
  int n;
  ssize_t r;
  while ((r = recv(sv[0], &n, sizeof n, 0)) == (ssize_t)sizeof n) {
    *(long *)sum += n;
  }
  return NULL;
}

static void *serve(void *listener) {
  for (int i = 0; i < 20; i++) {
    char b[8];
    int fd = MUST(accept(*(int *)listener, NULL, NULL));
    ssize_t n = MUST(read(fd, b, sizeof b));
    MUST(write(fd, b, (size_t)n));
    close(fd);
  }
  return NULL;
}

static void stream(void) {
  static char b[7000];
  pthread_t thread;
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  MUST(pthread_create(&thread, NULL, write_stream, NULL));
  long total = 0, wrong = 0;
  ssize_t n;
  while ((n = read(sv[0], b, sizeof b)) > 0) {
    for (ssize_t i = 0; i < n; i++) {
      wrong += b[i] != (char)((total + i) % 10000);
    }
    total += n;
  }
  pthread_join(thread, NULL);
  printf("stream: %ld bytes, %ld wrong\n", total, wrong);
  close(sv[0]);
  close(sv[1]);
}

static void several_readers(void) {
  pthread_t threads[3];
  long sums[3] = {0}, want = 0;
  MUST(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv));
  for (int i = 0; i < 3; i++) {
    MUST(pthread_create(&threads[i], NULL, count_messages, &sums[i]));
  }
  for (int i = 0; i < MESSAGES; i++) {
    MUST(send(sv[1], &i, sizeof i, 0));
    want += i;
  }
  close(sv[1]);
  for (int i = 0; i < 3; i++) {
    pthread_join(threads[i], NULL);
  }
  CHECK(sums[0] + sums[1] + sums[2] == want);
  close(sv[0]);
}

static void server(void) {
  pthread_t thread;
  const char *name = own_name("threads");
  int listener = unix_listener(SOCK_STREAM, name, 1), good = 0;
  MUST(pthread_create(&thread, NULL, serve, &listener));
  for (int i = 0; i < 20; i++) {
    char b[8] = "";
    int fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
    MUST(connect_to(fd, name));
    MUST(write(fd, "hello", 5));
    good += MUST(read(fd, b, sizeof b)) == 5 && !strcmp(b, "hello");
    good += MUST(read(fd, b, sizeof b)) == 0;
    close(fd);
  }
  pthread_join(thread, NULL);
  printf("server: %d\n", good);
}

int main(void) {
  stream();
  several_readers();
  server();
  return 0;
}
