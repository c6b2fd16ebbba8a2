// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Descriptors of the core from JavaScript: PIPEFS.createPipe, FS.read and FS.write, FS.close, with C
// at the other end. FS.read and FS.write never wait: they throw EAGAIN.
//
// Where main is not on the main thread, FS is, and so is this JavaScript.
// modes: plain jspi asyncify pthread pthread_jspi wasm64

#include "expect.h"
#include <emscripten/poll.h>

// clang-format off
EM_JS_DEPS(js_streams, "$FS,$PIPEFS");

EM_JS(void, js_create_pipe, (int *fds), {
  var pipe = PIPEFS.createPipe();
  HEAP32[Number(fds) / 4] = pipe.readable_fd;
  HEAP32[Number(fds) / 4 + 1] = pipe.writable_fd;
});

// The number of bytes, or -errno.
EM_JS(int, js_write, (int fd, int length, int first), {
  var bytes = new Uint8Array(length + 3);
  for (var i = 0; i < length; i++) bytes[i + 3] = first + i;
  try {
    return FS.write(FS.getStream(fd), bytes, 3, length);
  } catch (e) {
    return -e.errno;
  }
});

// The same; every byte read has to be one more than the last.
EM_JS(int, js_read, (int fd, int length, int first), {
  var bytes = new Uint8Array(length + 5).fill(0xee);
  try {
    var n = FS.read(FS.getStream(fd), bytes, 5, length);
  } catch (e) {
    return -e.errno;
  }
  for (var i = 0; i < bytes.length; i++) {
    var inside = i >= 5 && i < 5 + n;
    if (bytes[i] !== (inside ? (first + i - 5) & 255 : 0xee)) return -1000;
  }
  return n;
});

EM_JS(void, js_close, (int fd), { FS.close(FS.getStream(fd)); });

EM_JS(int, js_flags, (int fd), { return FS.getStream(fd).flags; });
// clang-format on

static int p[2];

static void told(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(js_read(fd, 10, 7), 4);
  js_close(p[1]);
  EXPECT_EQ(js_read(fd, 10, 0), 0);
  js_close(p[0]);
  EXPECT_EQ(write(p[1], "x", 1), -1);
  EXPECT_EQ(errno, EBADF);
  finish();
}

int main(void) {
  unsigned char bytes[8];
  js_create_pipe(p);
  EXPECT(p[0] > 2 && p[1] > 2 && p[0] != p[1]);

  EXPECT_EQ(js_read(p[0], 4, 0), -EAGAIN);
  EXPECT_EQ(js_write(p[1], 5, 10), 5);
  EXPECT_EQ(read(p[0], bytes, sizeof bytes), 5);
  for (int i = 0; i < 5; i++) EXPECT_EQ(bytes[i], 10 + i);

  EXPECT_EQ(write(p[1], "\xfe\xff\x00\x01", 4), 4);
  EXPECT_EQ(js_read(p[0], 2, 0xfe), 2);
  EXPECT_EQ(js_read(p[0], 100, 0), 2);
  EXPECT_EQ(js_write(p[1], 0, 0), 0);

  EXPECT_EQ(js_write(p[0], 1, 0), -EBADF);
  EXPECT_EQ(js_read(p[1], 1, 0), -EBADF);
  EXPECT_EQ(js_flags(p[0]) & O_NONBLOCK, 0);
  MUST(fcntl(p[0], F_SETFL, O_NONBLOCK));
  EXPECT_EQ(js_flags(p[0]) & O_NONBLOCK, O_NONBLOCK);

  // As much as the pipe holds, in as many calls as it takes, and all of it back.
  int n, in = 0, out = 0;
  while ((n = js_write(p[1], 65536 + 10 - in, in & 255)) > 0) in += n;
  EXPECT_EQ(n, -EAGAIN);
  EXPECT_EQ(in, 65536);
  while ((n = js_read(p[0], 65536, out & 255)) > 0) out += n;
  EXPECT_EQ(n, -EAGAIN);
  EXPECT_EQ(out, 65536);

  // What JavaScript writes wakes who waits in C.
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, SOON, told), 0);
  EXPECT_EQ(js_write(p[1], 4, 7), 4);
  return 0;
}
