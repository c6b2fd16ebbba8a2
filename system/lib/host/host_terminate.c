/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The default action of signals that end the program.
 */
#include <signal.h>
#include <stdlib.h>

#include "emwake_js.h"
#include "host_signal.h"

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
      emwake_terminate(128 + sig);
  }
}
