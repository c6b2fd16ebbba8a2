/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * pipe(2) and pipe2(2).
 */
#include "pipe.h"

/* libc's pipe() and pipe2() end here. */
int __syscall_pipe2(int fds[2], int flags) {
  return pipe_open(fds, flags);
}
