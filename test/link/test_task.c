// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Tasks need JSPI.
//
// flags: "-O1" "-O1 -sASYNCIFY" "-O1 -pthread -sPROXY_TO_PTHREAD"
// says: "link with -sJSPI" "link with -sJSPI" "link with -sJSPI"

#include <emscripten/task.h>
#include <stddef.h>

static void *nothing(void *arg) {
  return arg;
}

int main(void) {
  return emscripten_task_spawn(NULL, NULL, nothing, NULL);
}
