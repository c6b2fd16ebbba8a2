// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What a parked task costs in memory: so many tasks (10000) with stacks of so many bytes (the default)
// wait for a pipe. Prints the bytes per task of wasm memory, and of the resident memory of the process.
//
//   emcc -O3 -sJSPI -sEXIT_RUNTIME=1 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB \
//     --use-port=emwake.port.py test/bench/task_memory.c -o task_memory.js
//   node --expose-gc task_memory.js [tasks [stack size]]

#include <emscripten.h>
#include <emscripten/task.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "bench.h"

static int fds[2];
static int parked;

static void *park(void *arg) {
  char byte;
  parked++;
  BENCH_CHECK(read(fds[0], &byte, 1) == 0);
  return arg;
}

EM_JS(double, resident, (void), {
  globalThis.gc?.();
  return process.memoryUsage().rss;
});

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 10000;
  em_task_attr_t attr = {.stack_size = argc > 2 ? (size_t)atoi(argv[2]) : 0};
  em_task_t *tasks = malloc((size_t)count * sizeof *tasks);
  BENCH_CHECK(tasks && pipe(fds) == 0);
  uintptr_t wasm = (uintptr_t)sbrk(0);
  double rss = resident();
  for (int i = 0; i < count; i++) {
    BENCH_CHECK(emscripten_task_spawn(&tasks[i], &attr, park, NULL) == 0);
  }
  while (parked < count) emscripten_task_yield();
  printf("{\"wasm\": %.0f, \"resident\": %.0f}\n", (double)((uintptr_t)sbrk(0) - wasm) / count,
         (resident() - rss) / count);
  BENCH_CHECK(close(fds[1]) == 0);
  for (int i = 0; i < count; i++) BENCH_CHECK(emscripten_task_join(tasks[i], NULL) == 0);
  return 0;
}
