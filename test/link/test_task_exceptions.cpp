// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// C++ exceptions by way of JavaScript cannot be suspended in tasks.
//
// flags: "-O1 -sJSPI -fexceptions"
// says: "use -fwasm-exceptions instead of -fexceptions"

#include <emscripten/task.h>

static void *catch_one(void *arg) {
  try {
    throw 1;
  } catch (int) {
  }
  return arg;
}

int main() {
  return emscripten_task_spawn(nullptr, nullptr, catch_one, nullptr);
}
