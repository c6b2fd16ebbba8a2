// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// On Node the environment starts tracing: the program runs itself with EMWAKE_STRACE=1, and with files.
//
// modes: plain jspi proxy_to_pthread
// port: trace=1
// flags: --pre-js {dir}/trace_environment.js

#include "expect.h"

// clang-format off
static int js_is_child(void) {
  return MAIN_THREAD_EM_ASM_INT({ return !!process.env.CHILD; });
}

static int js_run(const char *setting, const char *value) {
  return MAIN_THREAD_EM_ASM_INT({ return runTraced(UTF8ToString($0), UTF8ToString($1)); }, setting,
                                value);
}
// clang-format on

int main(void) {
  if (js_is_child()) {
    int p[2];
    MUST(pipe(p));
    MUST(write(p[1], "abc", 3));
    return 7;
  }
  EXPECT(js_run("EMWAKE_STRACE", "1"));
  EXPECT(js_run("EMWAKE_STRACE", "strace"));
  EXPECT(js_run("EMWAKE_TRACE", "json"));
  return status_of_test();
}
