/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd(2).
 */
#ifndef EMWAKE_CORE_EVENTFD_H
#define EMWAKE_CORE_EVENTFD_H

#include <stdbool.h>
#include <stdint.h>

struct node;

/* flags: EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE. Returns the descriptor, -EINVAL, -EMFILE or
   -ENOMEM. */
int eventfd_open(unsigned initial, int flags);

bool eventfd_is_instance(const struct node *n);

/* Of an instance, without waiting. What read(2) would give; 0: it would wait. */
uint64_t eventfd_take(struct node *n);

/*
 * Adds value, which is less than UINT64_MAX; false: it does not fit. coalesce: those who wait are
 * told only if the counter was 0, so that many in a row cost little; who watches for edges hears
 * of the first.
 */
bool eventfd_add(struct node *n, uint64_t value, bool coalesce);

/* False: n is no eventfd. For diagnostics. */
bool eventfd_count(const struct node *n, uint64_t *count);

#endif
