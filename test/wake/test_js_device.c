// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A device of the program's own, registered with FS.registerDevice: its stream's poll operation
// derives, and node.notifyListeners or notifyNodeListeners tells who waits: poll, together with a
// pipe, and callbacks.
//
// modes: plain jspi asyncify pthread pthread_jspi proxy_to_pthread wasm64

#include "expect.h"
#include <emscripten/poll.h>
#include <sys/stat.h>

// clang-format off
EM_JS_DEPS(js_device, "$FS,$notifyNodeListeners");

EM_JS(void, js_register, (), {
  var state = globalThis.device = {ready: 0, node: null};
  var id = FS.makedev(64, 0);
  FS.registerDevice(id, {
    open: (stream) => { state.node = stream.node; },
    poll: (stream) => state.ready,
    read: (stream, buffer, offset, length) => {
      if (!(state.ready & 1)) throw new FS.ErrnoError(6);
      state.ready &= ~1;
      buffer[offset] = 42;
      return 1;
    },
  });
  FS.mkdev('/dev/mine', id);
});

EM_JS(void, js_publish, (int ready, int how), {
  device.ready = ready;
  if (how) {
    notifyNodeListeners(device.node, ready);
  } else {
    device.node.notifyListeners(ready);
  }
});

EM_JS(bool, js_main_suspends, (), { return typeof Asyncify != 'undefined'; });

EM_JS(void, js_publish_later, (int ready), {
  setTimeout(() => {
    device.ready = ready;
    device.node.notifyListeners(ready);
  }, 5);
});
// clang-format on

// Where the calling thread is not the main one: FS and the device are there.
#if defined(__EMSCRIPTEN_PTHREADS__)
#include <emscripten/threading.h>
#define ON_MAIN_V(f) emscripten_sync_run_in_main_runtime_thread(EM_FUNC_SIG_V, f)
#define ON_MAIN_VII(f, a, b) emscripten_sync_run_in_main_runtime_thread(EM_FUNC_SIG_VII, f, a, b)
#else
#define ON_MAIN_V(f) f()
#define ON_MAIN_VII(f, a, b) f(a, b)
#endif

static void register_device(void) {
  js_register();
}

static void publish(int ready, int how) {
  js_publish(ready, how);
}

static int p[2];
static int device_fd, calls;

static void never(int fd, int revents) {
  (void)fd;
  (void)revents;
  failures++;
}

static void closed(int fd, int revents) {
  EXPECT_EQ(fd, device_fd);
  EXPECT_EQ(revents, POLLNVAL);
  close(p[0]);
  close(p[1]);
  next_step();
}

static void test_close(void) {
  EXPECT_EQ(emscripten_poll_with_callback(device_fd, POLLIN, SOON, closed), 0);
  close(device_fd);
}

static void out_and_hangup(int fd, int revents) {
  EXPECT_EQ(fd, device_fd);
  EXPECT_EQ(revents, POLLOUT | POLLHUP);
  ON_MAIN_VII(publish, 0, 0);
  next_step();
}

static void test_notify_function(void) {
  EXPECT_EQ(emscripten_poll_with_callback(device_fd, POLLOUT, SOON, out_and_hangup), 0);
  ON_MAIN_VII(publish, POLLIN, 1); // not what it waits for
  ON_MAIN_VII(publish, POLLIN | POLLOUT | POLLHUP, 1);
}

static void readable(int fd, int revents) {
  char byte = 0;
  EXPECT_EQ(fd, device_fd);
  EXPECT_EQ(revents, POLLIN);
  if (++calls < 2) return; // both who wait are told
  EXPECT_EQ(read(fd, &byte, 1), 1);
  EXPECT_EQ(byte, 42);
  next_step();
}

static void test_notify_method(void) {
  struct pollfd fds[2] = {{p[0], POLLIN, 0}, {device_fd, POLLIN | POLLOUT, 0}};
  EXPECT_EQ(poll(fds, 2, 0), 0);
  EXPECT_EQ(emscripten_poll_with_callback(device_fd, POLLIN, SOON, readable), 0);
  EXPECT_EQ(emscripten_poll_with_callback(device_fd, POLLIN, SOON, readable), 0);
  ON_MAIN_VII(publish, POLLIN, 0);
  EXPECT_EQ(poll(fds, 2, 0), 1);
  EXPECT_EQ(fds[1].revents, POLLIN);
}

static const step steps[] = {test_notify_method, test_notify_function, test_close, NULL};

// The device and a pipe in one set.
static void test_blocking_poll(void) {
  struct pollfd fds[2] = {{p[0], POLLIN, 0}, {device_fd, POLLIN, 0}};
  char byte;
  js_publish_later(POLLIN);
  EXPECT_EQ(poll(fds, 2, SOON), 1);
  EXPECT_EQ(fds[0].revents, 0);
  EXPECT_EQ(fds[1].revents, POLLIN);
  EXPECT_EQ(read(device_fd, &byte, 1), 1);
  write_byte(p[1]);
  EXPECT_EQ(poll(fds, 2, SOON), 1);
  EXPECT_EQ(fds[0].revents, POLLIN);
  EXPECT_EQ(read_byte(p[0]), 1);
  js_publish_later(POLLERR);
  EXPECT_EQ(poll(fds, 2, SOON), 1);
  EXPECT_EQ(fds[1].revents, POLLERR);
  js_publish(0, 0);
}

int main(void) {
  MUST(pipe(p));
  ON_MAIN_V(register_device);
  device_fd = MUST(open("/dev/mine", O_RDWR));
  // A device without a poll operation is a file that is always ready.
  int null = MUST(open("/dev/null", O_RDWR));
  EXPECT_EQ(emscripten_poll_with_callback(null, POLLIN, 0, never), -EPERM);
  close(null);
  if (js_main_suspends()) test_blocking_poll();
  run_steps(steps);
  return 0;
}
