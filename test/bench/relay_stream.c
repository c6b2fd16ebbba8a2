// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Bytes per second that a page receives and sends: by JavaScript and a WebSocket of its own, with no C
// in between, and by C and a socket whose connection leaves through the same or through a relay. The
// servers behind are the same. Prints "receive JavaScript MiB/s" and the like. test/bench/relay.py runs it.

#include "relay.h"

#include <emscripten.h>

enum { MEBIBYTES = 100, LENGTH = MEBIBYTES << 20, PIECE = 65536, ROUNDS = 5 };

static char piece[PIECE];

// clang-format off
EM_ASYNC_JS(double, receive_in_javascript, (int port, int length), {
  const socket = new WebSocket('ws://127.0.0.1:' + port);
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve) => socket.onopen = resolve);
  const start = performance.now();
  let count = 0;
  await new Promise((resolve) => {
    socket.onmessage = ({data}) => {
      count += data.byteLength;
      if (count >= length) resolve();
    };
    socket.onclose = resolve;
    socket.send(length + '\n');
  });
  socket.close();
  return count === length ? performance.now() - start : -1;
});

// Never more than 1 MiB under way in the WebSocket: nothing tells when it takes more, so that whoever
// sends has to look.
EM_ASYNC_JS(double, send_in_javascript, (int port, int length, int size), {
  const socket = new WebSocket('ws://127.0.0.1:' + port);
  await new Promise((resolve) => socket.onopen = resolve);
  const start = performance.now();
  const taken = new Promise((resolve) => {
    socket.onmessage = () => resolve(true);
    socket.onclose = () => resolve(false);
  });
  socket.send(length + '\n');
  const piece = new Uint8Array(size);
  for (let left = length; left > 0; left -= size) {
    while (socket.bufferedAmount > 1 << 20) await new Promise((resolve) => setTimeout(resolve, 1));
    socket.send(piece.subarray(0, Math.min(left, size)));
  }
  const ok = await taken;
  socket.close();
  return ok ? performance.now() - start : -1;
});
// clang-format on

static double receive_in_c(void) {
  int fd = connect_to("flood");
  double start = emscripten_get_now();
  dprintf(fd, "%d\n", LENGTH);
  size_t count = 0;
  ssize_t n = 1;
  while (count < LENGTH && (n = read(fd, piece, sizeof piece)) > 0) {
    count += (size_t)n;
  }
  EXPECT_EQ(count, LENGTH);
  close(fd);
  return emscripten_get_now() - start;
}

static double send_in_c(void) {
  int fd = connect_to("sink");
  double start = emscripten_get_now();
  dprintf(fd, "%d\n", LENGTH);
  for (size_t left = LENGTH; left;) {
    size_t n = left < PIECE ? left : PIECE;
    write_all(fd, piece, n);
    left -= n;
  }
  char ok[3];
  EXPECT_EQ(read_all(fd, ok, sizeof ok), 3);
  close(fd);
  return emscripten_get_now() - start;
}

static void show(const char *what, double ms) {
  EXPECT(ms > 0);
  printf("%s %.1f\n", what, MEBIBYTES / ms * 1000);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  int flood = port_of("bridge_flood"), sink = port_of("bridge_sink");
  for (int i = 0; i < ROUNDS; i++) {
    show("receive JavaScript", receive_in_javascript(flood, LENGTH));
    show("receive C", receive_in_c());
    show("send JavaScript", send_in_javascript(sink, LENGTH, PIECE));
    show("send C", send_in_c());
  }
  return status_of_test();
}
