// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What a switch of tasks costs, in switches per second. The second argument says of what:
//   yield   two tasks that yield to one another
//   pipe    two tasks that send a byte to and fro through two pipes: each read parks
//   raw     no switch: one stack is suspended on a promise that is settled already, and resumed.
//           Without emwake this is what JSPI itself costs, through Emscripten's handleAsync

#include "bench.h"

#include <emscripten.h>
#include <unistd.h>

EM_ASYNC_JS(void, suspend, (void), {});

#if __has_include(<emscripten/task.h>)

#include <emscripten/task.h>

static int there[2], back[2];

static void *yields(void *arg) {
  while (!emscripten_task_yield()) continue;
  return arg;
}

static void *answers(void *arg) {
  char byte;
  while (read(there[0], &byte, 1) == 1) BENCH_CHECK(write(back[1], &byte, 1) == 1);
  return arg;
}

static void yield(void) {
  emscripten_task_yield();
}

static void ask(void) {
  char byte = 'x';
  BENCH_CHECK(write(there[1], &byte, 1) == 1);
  BENCH_CHECK(read(back[0], &byte, 1) == 1);
}

static bool run_tasks(const char *what, double seconds) {
  bool by_pipe = !strcmp(what, "pipe");
  if (!by_pipe && strcmp(what, "yield")) return false;
  BENCH_CHECK(pipe(there) == 0 && pipe(back) == 0);
  BENCH_CHECK(emscripten_task_spawn(NULL, NULL, by_pipe ? answers : yields, NULL) == 0);
  bench_run(by_pipe ? ask : yield, 2, seconds);
  return true;
}

#else

static bool run_tasks(const char *what, double seconds) {
  return false;
}

#endif

int main(int argc, char **argv) {
  double seconds = bench_seconds(argc, argv);
  if (argc < 3 || !run_tasks(argv[2], seconds)) bench_run(suspend, 1, seconds);
  return 0;
}
