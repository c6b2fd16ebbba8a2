// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// res_query asks the name server of the program's /etc/resolv.conf, through the program's sockets:
// here one of the program's own, which answers from the event loop while main waits. Name servers
// have port 53: where that may not be bound, the query fails with TRY_AGAIN.
//
// modes: jspi wasm64

#include "expect.h"
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <emscripten/poll.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define ADDRESS "127.0.0.53"

// An address record for whatever was asked; the name is where the question has it.
static size_t make_answer(unsigned char *packet, size_t len) {
  static const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 99};
  packet[2] |= 0x80;
  packet[7] = 1;
  memcpy(packet + len, record, sizeof record);
  return len + sizeof record;
}

// A name that begins with an x does not exist.
static bool serve(int fd, int revents, void *data) {
  unsigned char packet[512];
  struct sockaddr_in from;
  socklen_t fromlen = sizeof from;
  (void)revents;
  (void)data;
  ssize_t len = recvfrom(fd, packet, 400, MSG_DONTWAIT, (struct sockaddr *)&from, &fromlen);
  if (len > 12) {
    size_t n = (size_t)len;
    if (packet[13] == 'x') {
      packet[2] |= 0x80;
      packet[3] |= 3;
    } else {
      n = make_answer(packet, n);
    }
    EXPECT_EQ(sendto(fd, packet, n, 0, (struct sockaddr *)&from, fromlen), n);
  }
  return true;
}

static bool start_server(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(53)};
  inet_pton(AF_INET, ADDRESS, &a.sin_addr);
  int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0) {
    EXPECT(errno == EACCES || errno == EADDRINUSE);
    return false;
  }
  EXPECT(emscripten_poll_start_multishot(fd, POLLIN, -1, serve, NULL) > 0);
  return true;
}

int main(void) {
  unsigned char answer[512];
  mkdir("/etc", 0777);
  FILE *f = fopen("/etc/resolv.conf", "w");
  fprintf(f, "nameserver %s\noptions timeout:1 attempts:1\n", ADDRESS);
  fclose(f);
  if (start_server()) {
    int len = res_query("host.test", C_IN, T_A, answer, sizeof answer);
    EXPECT(len > 12 && memcmp(answer + len - 4, (unsigned char[]){127, 0, 0, 99}, 4) == 0);
    EXPECT_EQ(res_query("x.test", C_IN, T_A, answer, sizeof answer), -1);
    EXPECT_EQ(h_errno, HOST_NOT_FOUND);
    EXPECT(res_querydomain("host", "test", C_IN, T_A, answer, sizeof answer) > 12);
  } else {
    EXPECT_EQ(res_query("host.test", C_IN, T_A, answer, sizeof answer), -1);
    EXPECT_EQ(h_errno, TRY_AGAIN);
  }
  finish();
}
