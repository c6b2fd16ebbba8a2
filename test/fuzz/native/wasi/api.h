/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The types of wasi/api.h that system/lib/syscall uses, to compile it natively.
 */
#ifndef EMWAKE_FUZZ_WASI_API_H
#define EMWAKE_FUZZ_WASI_API_H

#include <stddef.h>
#include <stdint.h>

typedef uint16_t __wasi_errno_t;
typedef int __wasi_fd_t;
typedef size_t __wasi_size_t;

typedef struct {
  uint8_t *buf;
  __wasi_size_t buf_len;
} __wasi_iovec_t;

typedef struct {
  const uint8_t *buf;
  __wasi_size_t buf_len;
} __wasi_ciovec_t;

#endif
