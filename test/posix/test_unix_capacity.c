// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// How much a socket takes before it is full: SO_SNDBUF is charged with the size of the kernel's
// buffers, so that it depends on the size of the messages. And when it is writable again.
//
// gaps: unix
#include "unix.h"

static char b[1 << 19];

static void fill(int type, size_t size, int buffer) {
  int sv[2];
  MUST(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv));
  if (buffer) {
    MUST(setsockopt(sv[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer));
  }
  long total = 0;
  int count = 0;
  ssize_t n;
  while ((n = send(sv[0], b, size, 0)) > 0) {
    total += n;
    count++;
  }
  printf("%s, messages of %d, SO_SNDBUF %d: %d sent, %ld bytes, %s, queued %d, charged %d\n",
         type_name(type), (int)size, buffer, count, total, errno_name(errno),
         queued(sv[1], FIONREAD), queued(sv[0], SIOCOUTQ));
  POLL(sv[0], POLLOUT, 0);
  int reads = 0;
  struct pollfd p = {sv[0], POLLOUT, 0};
  while (poll(&p, 1, 0) == 0 && recv(sv[1], b, size, 0) > 0) {
    reads++;
  }
  printf("writable after %d reads, charged %d\n", reads, queued(sv[0], SIOCOUTQ));
  close(sv[0]);
  close(sv[1]);
}

int main(void) {
  static const size_t sizes[] = {1, 193, 1000, 4096, 8192, 40000, 200000};
  for (int i = 0; i < 3; i++) {
    for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
      fill(unix_types[i], sizes[j], 0);
    }
    fill(unix_types[i], 100, 1);
    fill(unix_types[i], 3000, 1);
    fill(unix_types[i], 20000, 10000);
  }
  int sv[2];
  MUST(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, sv));
  SHOW(send(sv[0], b, 212961, 0));
  SHOW(send(sv[0], b, 212960, 0));
  return 0;
}
