/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Included by the system calls that make a program have standard descriptors which can be waited
 * for: read and fcntl. One that calls neither carries nothing of them.
 */
#ifndef EMWAKE_SYSCALL_STD_INIT_H
#define EMWAKE_SYSCALL_STD_INIT_H

#include "std_fd.h"

/* Before the constructors of the program, which may read. */
static __attribute__((constructor(101))) void open_standard_descriptors(void) {
  emwake_std_init();
}

#endif
