/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * PIPEFS.createPipe of src/lib/libpipefs.js. Apart from streams.c, so that only a program whose
 * JavaScript makes pipes carries them for it.
 */
#include <emscripten/em_macros.h>

#include "pipe.h"

/* Under the name __syscall_pipe2 JavaScript would reach the stock library's function. */
EMSCRIPTEN_KEEPALIVE int emwake_stream_pipe(int fds[2]) {
  return pipe_open(fds, 0);
}
