// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A relay that says what it likes (hostile.mjs, which prints its seed): every call still ends, with
// bytes or an error that a socket may have, the heap is whole, and what stays in the program works.
// needs: wait net
// flags: --pre-js {dir}/options.js --pre-js {dir}/impatient.js -sMALLOC=emmalloc
// flags: -sALLOW_MEMORY_GROWTH -Wno-pthreads-mem-growth
// args: hostile=random

#include "relay.h"

#include <emscripten/emmalloc.h>

enum { ROUNDS = 40, STREAMS = 6, DATAGRAMS = 4, SOCKETS = STREAMS + DATAGRAMS, TURNS = 30 };

static int errors;

static bool may_be(int error) {
  static const int known[] = {EAGAIN,      EINPROGRESS, ECONNREFUSED, ECONNRESET, EHOSTUNREACH,
                              ETIMEDOUT,   EACCES,      EINVAL,       ENETDOWN,   EPIPE,
                              ENETUNREACH, EPROTO,      ENOBUFS,      EMSGSIZE,   ENOTCONN};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (error == known[i]) {
      errors += error != EAGAIN && error != EINPROGRESS;
      return true;
    }
  }
  printf("an error of another kind: %s\n", strerror(error));
  return false;
}

static void open_all(int *fds) {
  for (int i = 0; i < SOCKETS; i++) {
    int type = i < STREAMS ? SOCK_STREAM : SOCK_DGRAM;
    fds[i] = MUST(socket(AF_INET, type | SOCK_NONBLOCK, 0));
    int err = try_connect(fds[i], numeric("192.0.2.1", 1000 + i));
    EXPECT(err == 0 || may_be(err));
  }
}

static void use(int fd, bool stream) {
  static char data[70000];
  static const char out[40000];
  ssize_t n = recv(fd, data, sizeof data, 0);
  EXPECT(n >= 0 ? n <= (stream ? (ssize_t)sizeof data : 65535) : may_be(errno));
  n = send(fd, out, stream ? sizeof out : 1000, MSG_NOSIGNAL);
  EXPECT(n >= 0 || may_be(errno));
}

static void round_of_use(void) {
  int fds[SOCKETS];
  struct pollfd set[SOCKETS];
  open_all(fds);
  for (int turn = 0; turn < TURNS; turn++) {
    for (int i = 0; i < SOCKETS; i++) {
      set[i] = (struct pollfd){.fd = fds[i], .events = POLLIN | POLLOUT};
    }
    MUST(poll(set, SOCKETS, 20));
    for (int i = 0; i < SOCKETS; i++) {
      use(fds[i], i < STREAMS);
    }
    // Time for the relay to speak.
    MUST(poll(NULL, 0, 2));
  }
  for (int i = 0; i < SOCKETS; i++) {
    close(fds[i]);
  }
}

static void inside(void) {
  int listener = MUST(socket(AF_INET, SOCK_STREAM, 0)), fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in a = numeric("127.0.0.1", 5000);
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 1));
  EXPECT_EQ(try_connect(fd, a), 0);
  int accepted = MUST(accept(listener, NULL, NULL));
  write_byte(fd);
  EXPECT_EQ(read_byte(accepted), 1);
  close(fd);
  close(accepted);
  close(listener);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  for (int i = 0; i < ROUNDS; i++) {
    round_of_use();
    EXPECT(!emmalloc_validate_memory_regions());
  }
  inside();
  EXPECT(errors > ROUNDS);
  return status_of_test();
}
