/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The default action of signals that end the program.
 */
#include <signal.h>
#include <stdlib.h>

#include "host_signal.h"

/* Part of the runtime, without a public declaration (emscripten_internal.h). */
extern void _emscripten_runtime_keepalive_clear(void);

/* As Emscripten's raise() does: where a kernel would leave a core, abort() says where it was. */
void host_terminate(int sig) {
  switch (sig) {
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGQUIT:
    case SIGSEGV:
    case SIGSYS:
    case SIGTRAP:
    case SIGXCPU:
    case SIGXFSZ:
      abort();
    default:
      _emscripten_runtime_keepalive_clear();
      _Exit(128 + sig);
  }
}
