// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A peer that does not read holds the program up: the credits of the relay run out, and come back
// as POLLOUT. What was sent arrives although close() follows it at once.
// needs: wait net
// net: wisp websocket
// flags: --pre-js {dir}/options.js

#include "relay.h"

// Far more than the relay, the kernel and the socket keep.
#define MUCH ((size_t)64 << 20)

static unsigned char block[65536];

static size_t send_until_full(int fd) {
  size_t sent = 0;
  while (sent < MUCH) {
    ssize_t n = send(fd, block, sizeof block, MSG_DONTWAIT);
    if (n < 0) {
      EXPECT_EQ(errno, EAGAIN);
      // The relay takes some more at first.
      if (!(poll_one(fd, POLLOUT, 500) & POLLOUT)) {
        return sent;
      }
      continue;
    }
    sent += (size_t)n;
  }
  return sent;
}

static void is_held_up(void) {
  int fd = connect_to("slow");
  size_t sent = send_until_full(fd);
  EXPECT(sent < MUCH);
  tell_driver("go");
  static unsigned char got[65536];
  size_t received = 0;
  while (received < sent) {
    ssize_t n = read(fd, got, sizeof got);
    EXPECT(n > 0);
    if (n <= 0) {
      break;
    }
    received += (size_t)n;
  }
  EXPECT_EQ(received, sent);
  EXPECT(poll_one(fd, POLLOUT, -1) & POLLOUT);
  EXPECT_EQ(close(fd), 0);
}

static void close_sends_all(size_t len, int times) {
  char want[32], got[100] = "";
  snprintf(want, sizeof want, "%zu ", len);
  for (int i = 0; i < times; i++) {
    int fd = connect_to("collect");
    for (size_t sent = 0; sent < len;) {
      size_t n = len - sent < sizeof block ? len - sent : sizeof block;
      write_all(fd, block, n);
      sent += n;
    }
    EXPECT_EQ(close(fd), 0);
    fd = connect_to("collected");
    read_all(fd, got, sizeof got - 1);
    EXPECT(!strncmp(got, want, strlen(want)));
    EXPECT_EQ(close(fd), 0);
  }
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  is_held_up();
  close_sends_all(5, 10);
  close_sends_all(3 << 20, 2);
  return status_of_test();
}
