// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What sockets have received, and what they have room to send, is a matter of shared memory: while the
// thread of the host's handles is busy and serves nobody, each of ten threads reads its socket empty,
// polls it, and writes to it. What they have written is sent when that thread comes back.
//
// needs: threads wait net
// flags: -sPTHREAD_POOL_SIZE=12

#include "expect.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define PAIRS 10
#define BYTES 5000

static int client[PAIRS], server[PAIRS];
static atomic_int finished, go;

static void *use_socket(void *arg) {
  int i = (int)(intptr_t)arg;
  char buf[700], byte = (char)i;
  int total = 0;
  while (!go) {
  }
  while (total < BYTES) {
    struct pollfd p = {server[i], POLLIN | POLLOUT, 0};
    EXPECT_EQ(poll(&p, 1, -1), 1);
    EXPECT_EQ(p.revents, POLLIN | POLLOUT);
    ssize_t n = read(server[i], buf, sizeof buf);
    EXPECT(n > 0);
    if (n <= 0) break;
    for (ssize_t k = 0; k < n; k++) {
      EXPECT_EQ(buf[k], byte);
    }
    total += (int)n;
  }
  EXPECT_EQ(recv(server[i], buf, 1, MSG_DONTWAIT), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(write(server[i], &byte, 1), 1);
  EXPECT_EQ(send(server[i], &byte, 1, 0), 1);
  finished++;
  return NULL;
}

static void await(int fd, int events) {
  struct pollfd p = {fd, (short)events, 0};
  EXPECT_EQ(poll(&p, 1, SOON), 1);
}

static void open_pair(int i) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof a;
  int listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 1));
  MUST(getsockname(listener, (struct sockaddr *)&a, &len));
  client[i] = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(connect(client[i], (struct sockaddr *)&a, sizeof a));
  server[i] = MUST(accept(listener, NULL, NULL));
  MUST(close(listener));
}

static void send_bytes(int i) {
  char bytes[BYTES];
  memset(bytes, i, sizeof bytes);
  EXPECT_EQ(write(client[i], bytes, sizeof bytes), BYTES);
  for (int have = 0; have < BYTES;) {
    await(server[i], POLLIN);
    MUST(ioctl(server[i], FIONREAD, &have));
    if (have < BYTES) usleep(1000);
  }
}

int main(void) {
  pthread_t threads[PAIRS];
  for (int i = 0; i < PAIRS; i++) {
    open_pair(i);
    send_bytes(i);
    EXPECT_EQ(pthread_create(&threads[i], NULL, use_socket, (void *)(intptr_t)i), 0);
  }
  go = 1;
  while (finished < PAIRS) {
    // Busy: nothing of the host's gets its turn.
  }
  for (int i = 0; i < PAIRS; i++) {
    char got[2];
    for (int n = 0; n < 2; n++) {
      EXPECT_EQ(read(client[i], &got[n], 1), 1);
      EXPECT_EQ(got[n], (char)i);
    }
    EXPECT_EQ(pthread_join(threads[i], NULL), 0);
  }
  return status_of_test();
}
