// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A program that did not ask for them has nothing of tracing and diagnostics.
//
// modes: plain jspi pthread

#include "expect.h"

int main(void) {
  int p[2];
  MUST(pipe(p));
  // clang-format off
  EXPECT(MAIN_THREAD_EM_ASM_INT({
    return typeof emwakeTrace == "undefined" && typeof emwakeDiag == "undefined" &&
      typeof emwakeDoor == "undefined" &&
      !Object.keys(wasmExports).concat(Object.keys(wasmImports)).some((name) =>
        /emwake_(trace|diag|door)/.test(name));
  }));
  // clang-format on
  return status_of_test();
}
