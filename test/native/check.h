/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Assertions of the unit tests: one that fails says where and what, and ends the program with
 * status 1. From any thread.
 */
#ifndef EMWAKE_TEST_CHECK_H
#define EMWAKE_TEST_CHECK_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* _exit: other threads may be in the middle of anything, and no leak report is to hide the cause. */
#define CHECK_FAIL(...)                                                                            \
  do {                                                                                             \
    fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, __func__);                                  \
    fprintf(stderr, __VA_ARGS__);                                                                  \
    fputc('\n', stderr);                                                                           \
    _exit(1);                                                                                      \
  } while (0)

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      CHECK_FAIL("not true: %s", #condition);                                                      \
    }                                                                                              \
  } while (0)

/* Integers of any type. */
#define CHECK_EQ(got, want)                                                                        \
  do {                                                                                             \
    long long got_ = (long long)(got), want_ = (long long)(want);                                  \
    if (got_ != want_) {                                                                           \
      CHECK_FAIL("%s is %lld (%#llx), not %s = %lld (%#llx)", #got, got_, got_, #want, want_,      \
                 want_);                                                                           \
    }                                                                                              \
  } while (0)

#define CHECK_BYTES(got, want, len)                                                                \
  do {                                                                                             \
    if (memcmp(got, want, len) != 0) {                                                             \
      CHECK_FAIL("the %zu bytes of %s are not those of %s", (size_t)(len), #got, #want);           \
    }                                                                                              \
  } while (0)

#endif
