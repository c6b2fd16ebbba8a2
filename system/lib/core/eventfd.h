/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd(2).
 */
#ifndef EMWAKE_CORE_EVENTFD_H
#define EMWAKE_CORE_EVENTFD_H

#include <stdbool.h>

struct node;

/* flags: EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE. Returns the descriptor, -EINVAL, -EMFILE or
   -ENOMEM. */
int eventfd_open(unsigned initial, int flags);

bool eventfd_is_instance(const struct node *n);

#endif
