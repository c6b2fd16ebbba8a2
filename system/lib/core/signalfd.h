/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * signalfd(2): a descriptor from which the signals of a mask are read that are pending for the reader
 * or the process.
 */
#ifndef EMWAKE_CORE_SIGNALFD_H
#define EMWAKE_CORE_SIGNALFD_H

#include <signal.h>

/* fd -1: a new descriptor; else it gets another mask. flags: SFD_CLOEXEC, SFD_NONBLOCK. Returns the
   descriptor, or -EBADF, -EINVAL (flags; fd is no signalfd), -EMFILE, -ENOMEM. */
int signalfd_open(int fd, const sigset_t *mask, int flags);

#endif
