/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * How open(2) learns of FIFOs: a program that cannot make any carries none of them.
 */
#ifndef EMWAKE_SYSCALL_FIFO_HOOK_H
#define EMWAKE_SYSCALL_FIFO_HOOK_H

#include <stdbool.h>

/* If path names a FIFO: opens it, puts the descriptor or -errno into *fd, and returns true. */
typedef bool (*fifo_hook_fn)(int dirfd, const char *path, int flags, int *fd);

/* NULL while no FIFO has been made. */
#if EMWAKE_THREADS
extern _Atomic(fifo_hook_fn) emwake_fifo_hook;
#else
extern fifo_hook_fn emwake_fifo_hook;
#endif

#endif
