/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * access_ok(): pointers that a program hands to a system call. A kernel answers EFAULT for a bad
 * one; in wasm only what lies outside of linear memory, and NULL, can be told from a good one.
 */
#ifndef EMWAKE_CORE_USER_MEMORY_H
#define EMWAKE_CORE_USER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No bytes at all are always in range. */
static inline bool user_range_ok(const void *p, size_t len) {
  if (!len) {
    return true;
  }
#ifdef __wasm__
  uint64_t memory = (uint64_t)__builtin_wasm_memory_size(0) * 65536;
  return p && (uint64_t)(uintptr_t)p <= memory && len <= memory - (uintptr_t)p;
#else
  return p;
#endif
}

#endif
