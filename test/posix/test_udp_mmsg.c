// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// sendmmsg(2), recvmmsg(2): several datagrams a call, as many as there are with MSG_WAITFORONE; the
// time-out is looked at after each datagram and is EINVAL if it is none; an error after a datagram does
// not hide it.
//
// gaps: 28
// needs: wait net
#include "net.h"

#define N 4

static char bytes[N][8];
static struct iovec segments[N];
static struct mmsghdr messages[N];

static void prepare(void) {
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < N; i++) {
    segments[i] = (struct iovec){bytes[i], sizeof bytes[i]};
    messages[i].msg_hdr.msg_iov = &segments[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
}

static void show_received(int n) {
  for (int i = 0; i < n; i++) {
    printf("  %u bytes: %.*s\n", messages[i].msg_len, (int)messages[i].msg_len, bytes[i]);
  }
}

static void send_two(int fd, union address *to) {
  prepare();
  for (int i = 0; i < N; i++) {
    messages[i].msg_hdr.msg_name = to;
    messages[i].msg_hdr.msg_namelen = sizeof to->v4;
    segments[i].iov_len = (size_t)i + 1;
    memcpy(bytes[i], "abcd", 4);
  }
  messages[2].msg_hdr.msg_namelen = 3; // too short
  SHOW(sendmmsg(fd, messages, N, 0));
  CHECK(messages[0].msg_len == 1 && messages[1].msg_len == 2);
  SHOW(sendmmsg(fd, messages + 2, 2, 0));
  SHOW(sendmmsg(fd, messages, 0, 0));
}

int main(void) {
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM), n;
  union address to_b = own_address(b);
  struct timespec limit = {5, 0};
  send_two(a, &to_b);
  prepare();
  n = (int)SHOW(recvmmsg(b, messages, 2, 0, &limit));
  show_received(n);
  CHECK(limit.tv_sec >= 0 && limit.tv_sec < 5);
  SHOW(recvmmsg(b, messages, N, MSG_DONTWAIT, NULL));
  SHOW(recvmmsg(b, messages, N, MSG_DONTWAIT, &limit));
  SHOW(recvmmsg(b, messages, 0, MSG_DONTWAIT, NULL));
  send_two(a, &to_b);
  prepare();
  await(b, POLLIN);
  limit = (struct timespec){0, 0};
  n = (int)SHOW(recvmmsg(b, messages, N, 0, &limit)); // one, for the time is over
  show_received(n);
  n = (int)SHOW(recvmmsg(b, messages, N, MSG_WAITFORONE, NULL));
  show_received(n);
  static const struct timespec bad[] = {{-1, 0}, {0, -1}, {0, 1000000000}};
  for (int i = 0; i < 3; i++) {
    limit = bad[i];
    SHOW(recvmmsg(b, messages, 1, MSG_DONTWAIT, &limit));
  }
  SHOW(recvmmsg(1000, messages, 1, 0, NULL));
  SHOW(sendmmsg(1000, messages, 1, 0));
  return 0;
}
