// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// addNodeListener: JavaScript hears what is notified to a pipe (an FS node whose wait queue is the
// core's) and to a device of its own, with several notifies coalesced, and can end it; and a device
// that is open twice is polled by whichever descriptor is left.
//
// modes: plain jspi asyncify pthread pthread_jspi wasm64
// flags: -sEXPORTED_RUNTIME_METHODS=addNodeListener

#include "expect.h"
#include <sys/stat.h>

// clang-format off
EM_JS_DEPS(js_listener, "$FS,$addNodeListener,$notifyNodeListeners");

EM_JS(void, js_listen, (int which, int fd, int events), {
  var heard = globalThis.heard = globalThis.heard || [];
  heard[which] = {calls: 0, events: 0};
  heard[which].end = addNodeListener(FS.getStream(fd).node, (events) => {
    heard[which].calls++;
    heard[which].events |= events;
  }, events);
});

EM_JS(int, js_calls, (int which), { return heard[which].calls; });
EM_JS(int, js_events, (int which), { return heard[which].events; });
EM_JS(void, js_end, (int which), { heard[which].end(); });

EM_JS(void, js_register, (), {
  var id = FS.makedev(64, 0);
  FS.registerDevice(id, {open: () => {}, poll: () => globalThis.deviceReady | 0});
  FS.mkdev('/dev/mine', id);
});

EM_JS(void, js_publish, (int fd, int events), {
  globalThis.deviceReady = events;
  notifyNodeListeners(FS.getStream(fd).node, events);
});
// clang-format on

static int p[2], device, again;

static void test_pipe(void) {
  MUST(pipe(p));
  js_listen(0, p[0], POLLIN);
  js_listen(1, p[0], POLLIN);
  js_end(1);
  write_byte(p[1]);
  write_byte(p[1]);
  EXPECT_EQ(js_calls(0), 0);
  next_step();
}

static void test_pipe_heard(void) {
  EXPECT_EQ(js_calls(0), 1);
  EXPECT(js_events(0) & POLLIN);
  EXPECT_EQ(js_calls(1), 0);
  close(p[0]);
  next_step();
}

static void test_pipe_closed(void) {
  EXPECT_EQ(js_calls(0), 2);
  EXPECT(js_events(0) & POLLNVAL);
  js_end(0);
  js_end(0);
  close(p[1]);
  next_step();
}

static void test_device(void) {
  js_register();
  device = MUST(open("/dev/mine", O_RDWR));
  again = MUST(open("/dev/mine", O_RDWR));
  js_listen(2, device, POLLOUT);
  js_publish(device, POLLIN);
  js_publish(device, POLLOUT);
  next_step();
}

static void test_device_heard(void) {
  struct pollfd fd = {.fd = again, .events = POLLIN | POLLOUT};
  EXPECT_EQ(js_calls(2), 1);
  EXPECT_EQ(js_events(2), POLLOUT);
  js_end(2);
  EXPECT_EQ(poll(&fd, 1, 0), 1);
  close(device);
  EXPECT_EQ(poll(&fd, 1, 0), 1);
  EXPECT_EQ(fd.revents, POLLOUT);
  next_step();
}

static const step steps[] = {test_pipe,   test_pipe_heard,   test_pipe_closed,
                             test_device, test_device_heard, NULL};

int main(void) {
  run_steps(steps);
  return 0;
}
