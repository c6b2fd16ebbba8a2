/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Pipes.
 */
#ifndef EMWAKE_CORE_PIPE_H
#define EMWAKE_CORE_PIPE_H

/*
 * pipe2(2): fds[0] reads, fds[1] writes. flags: O_CLOEXEC, O_NONBLOCK, O_DIRECT (packet mode).
 * Returns 0, -EINVAL, -EFAULT, -EMFILE or -ENOMEM; on an error fds is left as it was.
 */
int pipe_open(int fds[2], int flags);

#endif
