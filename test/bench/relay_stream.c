// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Bytes per second that a page receives and sends: by JavaScript and a WebSocket of its own, with no C
// in between, and by C and a socket whose connection leaves through the same or through a relay. The
// server behind is the same. test/bench/relay.py runs it.

#include "relay.h"

#include <emscripten.h>

enum { MEGABYTES = 200, LENGTH = MEGABYTES << 20, PIECE = 65536 };

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
// clang-format on

static double receive_in_c(void) {
  static char piece[PIECE];
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

static void show(const char *what, double ms) {
  printf("%s: %.0f MB/s\n", what, MEGABYTES / ms * 1000);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  for (int i = 0; i < 3; i++) {
    double ms = receive_in_javascript(atoi(argument("bridge")), LENGTH);
    EXPECT(ms > 0);
    show("JavaScript and its WebSocket", ms);
    show("C and a socket", receive_in_c());
  }
  return status_of_test();
}
