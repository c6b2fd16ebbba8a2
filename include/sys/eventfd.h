/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd(2), which Emscripten's sysroot does not declare. Semantics: the man page, and
 * fs/eventfd.c.
 */
#ifndef _SYS_EVENTFD_H
#define _SYS_EVENTFD_H

#include <fcntl.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t eventfd_t;

#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC O_CLOEXEC
#define EFD_NONBLOCK O_NONBLOCK

/* Returns the descriptor, or -1 with EINVAL (flags), EMFILE or ENOMEM. */
int eventfd(unsigned int count, int flags);

/* 0, or -1 with read(2)'s and write(2)'s errno: EAGAIN, EBADF, EINVAL. */
int eventfd_read(int fd, eventfd_t *value);
int eventfd_write(int fd, eventfd_t value);

#ifdef __cplusplus
}
#endif

#endif
