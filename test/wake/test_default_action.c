// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A signal without a handler ends the program with the status that a shell gives it, as Emscripten's
// own raise does; also one of an alarm, while main waits. The program runs itself once for each.
//
// modes: jspi pthread proxy_to_pthread pthread_jspi

#include "expect.h"
#include <signal.h>

// clang-format off
EM_JS(int, status_of_child, (int sig), {
  var result = require('child_process').spawnSync(
    process.execPath, [process.argv[1], String(sig)], {stdio: 'ignore'});
  return result.status ?? -1;
});
// clang-format on

static void die(int sig) {
  int p[2];
  char byte;
  MUST(pipe(p));
  if (sig == SIGALRM) {
    ualarm(10000, 0);
  } else {
    kill(getpid(), sig);
  }
  while (read(p[0], &byte, 1) == -1) {
  }
}

int main(int argc, char **argv) {
  if (argc > 1) {
    die(atoi(argv[1]));
    return 0;
  }
  EXPECT_EQ(status_of_child(SIGTERM), 128 + SIGTERM);
  EXPECT_EQ(status_of_child(SIGHUP), 128 + SIGHUP);
  EXPECT_EQ(status_of_child(SIGALRM), 128 + SIGALRM);
  return status_of_test();
}
