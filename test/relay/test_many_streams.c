// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// 50 streams at once move 100 MB there and back, with checksums, and the relay is killed and started
// again in between: streams that are open then are reset, connects wait for the relay to be back,
// and each transfer is made again until it is whole. Their buffers alone may hold 384 KiB each, more
// than fits into emcc's 16 MiB.
// needs: wait net
// flags: --pre-js {dir}/options.js -sINITIAL_MEMORY=64MB

#include "relay.h"

enum { STREAMS = 50, LENGTH = 2 << 20, PIECE = 16384 };

struct transfer {
  int fd;
  size_t sent, received;
  uint32_t sent_sum, received_sum;
};

static struct transfer transfers[STREAMS];
static int resets, done;
static size_t moved;

// FNV-1a.
static uint32_t add_to_sum(uint32_t sum, const unsigned char *p, size_t n) {
  for (size_t i = 0; i < n; i++) {
    sum = (sum ^ p[i]) * 16777619u;
  }
  return sum;
}

static unsigned char byte_at(int stream, size_t i) {
  return (unsigned char)((i * 31 + (i >> 8) * 7 + (size_t)stream * 13) & 0xff);
}

static void begin(struct transfer *t) {
  *t = (struct transfer){.sent_sum = 2166136261u, .received_sum = 2166136261u};
  t->fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  int err = try_connect(t->fd, named("server.test", port_of("echo")));
  EXPECT(err == 0 || err == EINPROGRESS);
}

// The result of send or recv: false when the connection is lost.
static bool still_there(ssize_t r) {
  if (r > 0 || (r < 0 && errno == EAGAIN)) {
    return true;
  }
  EXPECT_EQ(r, -1);
  EXPECT_EQ(errno, ECONNRESET);
  return false;
}

static bool send_some(struct transfer *t) {
  static unsigned char piece[PIECE];
  size_t n = LENGTH - t->sent < PIECE ? LENGTH - t->sent : PIECE;
  for (size_t i = 0; i < n; i++) {
    piece[i] = byte_at((int)(t - transfers), t->sent + i);
  }
  ssize_t r = send(t->fd, piece, n, MSG_NOSIGNAL);
  if (r > 0) {
    t->sent_sum = add_to_sum(t->sent_sum, piece, (size_t)r);
    t->sent += (size_t)r;
  }
  return still_there(r);
}

static bool receive_some(struct transfer *t) {
  static unsigned char piece[65536];
  ssize_t r = recv(t->fd, piece, sizeof piece, 0);
  if (r > 0) {
    t->received_sum = add_to_sum(t->received_sum, piece, (size_t)r);
    t->received += (size_t)r;
    moved += (size_t)r;
  }
  return still_there(r);
}

static void finish_transfer(struct transfer *t) {
  EXPECT_EQ(t->received, LENGTH);
  EXPECT_EQ(t->received_sum, t->sent_sum);
  close(t->fd);
  t->fd = -1;
  done++;
}

static void serve(struct transfer *t, int events) {
  bool there = true;
  if (t->sent < LENGTH && (events & POLLOUT)) {
    there = send_some(t);
  }
  if (there && (events & (POLLIN | POLLERR | POLLHUP))) {
    there = receive_some(t);
  }
  if (!there) {
    resets++;
    close(t->fd);
    begin(t);
  } else if (t->received == LENGTH) {
    finish_transfer(t);
  }
}

// Returns how many were ready.
static int wait_for_transfers(void) {
  struct pollfd set[STREAMS];
  for (int i = 0; i < STREAMS; i++) {
    struct transfer *t = &transfers[i];
    set[i] = (struct pollfd){.fd = t->fd, .events = POLLIN};
    if (t->sent < LENGTH) {
      set[i].events |= POLLOUT;
    }
  }
  int n = MUST(poll(set, STREAMS, -1));
  for (int i = 0; i < STREAMS; i++) {
    if (set[i].revents) {
      serve(&transfers[i], set[i].revents);
    }
  }
  return n;
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  for (int i = 0; i < STREAMS; i++) {
    begin(&transfers[i]);
  }
  bool killed = false;
  while (done < STREAMS) {
    EXPECT(wait_for_transfers() > 0);
    if (!killed && moved > (size_t)STREAMS * LENGTH / 3) {
      killed = true;
      tell_driver("restart");
    }
  }
  EXPECT(killed);
  EXPECT(resets > 0);
  EXPECT(moved >= (size_t)STREAMS * LENGTH);
  fprintf(stderr, "%zu bytes there and back, %d resets\n", moved, resets);
  return status_of_test();
}
