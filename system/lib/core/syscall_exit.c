/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The hooks alone, for programs in which nothing sets them.
 */
#include "syscall_exit.h"

bool (*syscall_exit_hook)(ssize_t *r, struct mask_to_restore *m);
void (*signal_swap_hook)(const sigset_t *mask, struct mask_to_restore *m);
int (*signal_mask_hook)(int how, const sigset_t *set, sigset_t *old);
int (*signal_raise_hook)(int sig, int code);
