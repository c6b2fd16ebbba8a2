/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Scatter/gather lists: what is refused, and copying in pieces over segment borders.
 */
#include "iov_iter.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>

#include "check.h"

static void test_what_is_refused(void) {
  char buf[4];
  struct iov_iter it;
  struct iovec seg = {buf, sizeof buf};
  static struct iovec many[1025];
  CHECK_EQ(iov_iter_init(&it, &seg, -1), -EINVAL);
  CHECK_EQ(iov_iter_init(&it, many, 1024), 0);
  CHECK_EQ(it.count, 0);
  CHECK_EQ(iov_iter_init(&it, many, 1025), -EINVAL);
  CHECK_EQ(iov_iter_init(&it, NULL, 1), -EFAULT);
  CHECK_EQ(iov_iter_init(&it, NULL, 0), 0);
  CHECK_EQ(iov_iter_init_buf(&it, &seg, NULL, 1), -EFAULT);
  CHECK_EQ(iov_iter_init_buf(&it, &seg, NULL, 0), 0);
  CHECK_EQ(iov_iter_init_buf(&it, &seg, buf, (size_t)SSIZE_MAX + 1), -EINVAL);
  CHECK_EQ(iov_iter_init_buf(&it, &seg, buf, SIZE_MAX), -EINVAL);
  struct iovec two[2] = {{buf, SSIZE_MAX}, {buf, 1}};
  CHECK_EQ(iov_iter_init(&it, two, 2), -EINVAL); /* the sum overflows, readv(2) */
  CHECK_EQ(iov_iter_init(&it, two, 1), 0);
  CHECK_EQ(it.count, SSIZE_MAX);
}

/* Every way of cutting 9 bytes into copies of one size, over segments of 0, 3, 0, 1, 5 and 0. */
static void test_copies_over_segments(void) {
  static const char text[] = "abcdefghi";
  for (size_t step = 1; step <= 10; step++) {
    char a[3], b[1], c[5], out[10];
    struct iovec list[] = {{NULL, 0}, {a, 3}, {a, 0}, {b, 1}, {c, 5}, {NULL, 0}};
    struct iov_iter it;
    CHECK_EQ(iov_iter_init(&it, list, 6), 0);
    CHECK_EQ(it.count, 9);
    size_t done = 0;
    while (it.count) {
      size_t left = it.count;
      size_t n = iov_iter_copy_to(&it, text + done, step);
      CHECK_EQ(n, step < left ? step : left);
      CHECK_EQ(it.count, left - n);
      done += n;
    }
    CHECK_EQ(iov_iter_copy_to(&it, text, 1), 0);
    CHECK_BYTES(a, "abc", 3);
    CHECK_BYTES(b, "d", 1);
    CHECK_BYTES(c, "efghi", 5);

    CHECK_EQ(iov_iter_init(&it, list, 6), 0);
    for (done = 0; it.count;) {
      done += iov_iter_copy_from(&it, out + done, step);
    }
    CHECK_EQ(done, 9);
    CHECK_BYTES(out, text, 9);
  }
}

static void test_no_more_than_asked_for(void) {
  char buf[8] = "........", from[] = "abcdefgh";
  struct iovec seg;
  struct iov_iter it;
  CHECK_EQ(iov_iter_init_buf(&it, &seg, buf, 4), 0);
  CHECK_EQ(iov_iter_copy_to(&it, from, 8), 4);
  CHECK_BYTES(buf, "abcd....", 8);
  CHECK_EQ(iov_iter_init_buf(&it, &seg, buf, 8), 0);
  CHECK_EQ(iov_iter_copy_from(&it, from, 0), 0);
  CHECK_EQ(it.count, 8);
}

int main(void) {
  test_what_is_refused();
  test_copies_over_segments();
  test_no_more_than_asked_for();
  return 0;
}
