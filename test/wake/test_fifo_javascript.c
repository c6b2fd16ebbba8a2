// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A FIFO between C and page code: FS.open never waits, and reads and writes what C does.

#include <assert.h>
#include <emscripten.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The results: a descriptor, bytes, or a negative errno.
// clang-format off
EM_JS_DEPS(fs, "$FS,$UTF8ToString");

#define IN_FS(code) MAIN_THREAD_EM_ASM_INT({                                                       \
  try { code } catch (e) { if (e.name !== 'ErrnoError') throw e; return -e.errno; }                \
  return 0;                                                                                        \
})

static int js_make(void) {
  return IN_FS(FS.mknod('/tmp/made', 0o010600, 0););
}

static int js_open_reader(void) {
  return IN_FS(return FS.open('/tmp/f', 'r').fd;);
}

static int js_open_writer(void) {
  return IN_FS(return FS.open('/tmp/f', 1).fd;);
}

static int js_write(int fd) {
  return MAIN_THREAD_EM_ASM_INT({
    return FS.write(FS.getStream($0), new Uint8Array([74, 83]), 0, 2);
  }, fd);
}

static int js_read(int fd) {
  return MAIN_THREAD_EM_ASM_INT({
    try {
      return FS.read(FS.getStream($0), new Uint8Array(9), 0, 9);
    } catch (e) {
      return -e.errno;
    }
  }, fd);
}

static int js_close(int fd) {
  return MAIN_THREAD_EM_ASM_INT({
    FS.close(FS.getStream($0));
    return 0;
  }, fd);
}
// clang-format on

static int readiness(int fd, int events) {
  struct pollfd p = {.fd = fd, .events = (short)events};
  poll(&p, 1, 0);
  return p.revents;
}

int main(void) {
  char buf[9];
  struct stat st;
  assert(mkfifo("/tmp/f", 0600) == 0);
  assert(js_make() == 0);
  assert(stat("/tmp/made", &st) == 0 && S_ISFIFO(st.st_mode));
  assert(open("/tmp/made", O_WRONLY | O_NONBLOCK) == -1 && errno == ENXIO);

  assert(js_open_writer() == -ENXIO);
  int r = js_open_reader();
  assert(r >= 0);
  assert(js_read(r) == 0);
  int w = open("/tmp/f", O_WRONLY);
  assert(w > r);
  assert(js_read(r) == -EAGAIN);
  assert(write(w, "hello", 5) == 5);
  assert(js_read(r) == 5);
  assert(close(w) == 0);
  assert(readiness(r, POLLIN) == POLLHUP);

  // The descriptor is one of C's as well.
  assert(fstat(r, &st) == 0 && S_ISFIFO(st.st_mode));
  assert(fcntl(r, F_GETPIPE_SZ) == 65536);
  int writer = js_open_writer();
  assert(writer >= 0);
  assert(js_write(writer) == 2);
  assert(read(r, buf, sizeof buf) == 2 && memcmp(buf, "JS", 2) == 0);
  assert(js_close(r) == 0);
  assert(readiness(writer, POLLOUT) == (POLLOUT | POLLERR));
  assert(close(writer) == 0);
  assert(js_open_writer() == -ENXIO);
  puts("ok");
  return 0;
}
