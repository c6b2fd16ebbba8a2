// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The dump of descriptors: what each is, in which state, and who waits for it, while main waits; by the C
// call, by JavaScript, and on SIGQUIT.
//
// needs: wait
// modes: jspi asyncify proxy_to_pthread pthread_jspi wasm64
// port: net=loopback
// flags: -sEXPORTED_RUNTIME_METHODS=emwakeDiag

#include "expect.h"
#include <arpa/inet.h>
#include <emscripten/diag.h>
#include <emscripten/poll.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static int in[2], listener, instance, counter;
static char *seen;

// clang-format off
EM_JS_DEPS(diag, "$FS,$emwakeDiag,$stringToNewUTF8");

static int js_finds(const char *what) {
  return MAIN_THREAD_EM_ASM_INT({ return emwakeDiag.text().includes(UTF8ToString($0)); }, what);
}

// When main waits, takes the dump and ends the wait. Runs of spaces become one.
static void js_look_when_main_waits(int fd) {
  MAIN_THREAD_ASYNC_EM_ASM({
    var timer = setInterval(() => {
      var text = emwakeDiag.text().replace(/ +/g, ' ');
      if (!text.includes('main waits for IN')) return;
      clearInterval(timer);
      globalThis.seen = text;
      FS.write(FS.getStream($0), new Uint8Array([120]), 0, 1);
    }, 1);
  }, fd);
}

static char *js_seen(void) {
  return (char *)MAIN_THREAD_EM_ASM_PTR({ return stringToNewUTF8(globalThis.seen); });
}
// clang-format on

static void expect_row(const char *format, ...) {
  char want[128];
  va_list args;
  va_start(args, format);
  vsnprintf(want, sizeof want, format, args);
  va_end(args);
  if (!seen || !strstr(seen, want)) {
    printf("no '%s' in\n%s\n", want, seen);
    failures++;
  }
}

static void on_counter(int fd, int revents, void *data) {
  (void)data;
  printf("%d is ready for %d\n", fd, revents);
  failures++;
}

static void test_rows(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8080)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 5));
  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(connect(client, (struct sockaddr *)&a, sizeof a));
  int server = MUST(accept(listener, NULL, NULL));
  MUST(write(client, "seven b", 7));
  instance = MUST(epoll_create1(EPOLL_CLOEXEC));
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  MUST(epoll_ctl(instance, EPOLL_CTL_ADD, listener, &event));
  counter = MUST(eventfd(3, 0));
  MUST(pipe(in));
  int id = emscripten_poll_start(counter, POLLERR, -1, on_counter, NULL);
  js_look_when_main_waits(in[1]);
  char byte;
  EXPECT_EQ(read(in[0], &byte, 1), 1);
  seen = js_seen();
  expect_row(" %d pipe 0 of 65536 bytes\n main waits for IN (one of those who do)", in[0]);
  expect_row("TCP 127.0.0.1:8080 listening, nonblocking\n epoll %d watches for IN|ET", instance);
  expect_row(" eventpoll cloexec");
  expect_row("count 3");
  expect_row(" %d socket IN OUT TCP 127.0.0.1:8080 - 127.0.0.1:", server);
  expect_row(", 7 unread");
  expect_row("eventfd IN OUT count 3\n callback");
  free(seen);
  seen = emscripten_diag_text();
  expect_row("epoll %d watches for IN|ET", instance);
  free(seen);
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  close(client);
  close(server);
  EXPECT(js_finds("127.0.0.1:8080 listening"));
  close(listener);
  EXPECT(!js_finds("127.0.0.1:8080"));
}

// What a signal writes goes to the console.
static void test_signal(void) {
  // clang-format off
  MAIN_THREAD_EM_ASM({
    globalThis.printed = "";
    err = (text) => globalThis.printed += text;
    process.kill(process.pid, "SIGQUIT");
  });
  while (!MAIN_THREAD_EM_ASM_INT({ return globalThis.printed.startsWith(" FD  KIND"); })) {
    poll(NULL, 0, 10);
  }
  // clang-format on
}

int main(void) {
  test_rows();
  test_signal();
  exit(status_of_test()); // Asyncify loses what main returns
}
