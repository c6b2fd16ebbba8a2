/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd(2).
 */
#ifndef EMWAKE_CORE_EVENTFD_H
#define EMWAKE_CORE_EVENTFD_H

/* flags: EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE. Returns the descriptor, -EINVAL, -EMFILE or
   -ENOMEM. */
int eventfd_open(unsigned initial, int flags);

#endif
