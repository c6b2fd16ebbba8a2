/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * In place of emscripten/syscalls.h, to compile system/lib/syscall natively, which brings its own
 * prototypes.
 */
#ifndef EMWAKE_FUZZ_SYSCALLS_H
#define EMWAKE_FUZZ_SYSCALLS_H
#endif
