/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A position in a scatter/gather list: the bytes that a read still has to fill, or that a write
 * still has to take. Copying moves it on.
 */
#ifndef EMWAKE_CORE_IOV_ITER_H
#define EMWAKE_CORE_IOV_ITER_H

#include <stddef.h>
#include <sys/uio.h>

struct iov_iter {
  const struct iovec *iov;
  int segments;  /* left, the current one included */
  size_t offset; /* into the current one */
  size_t count;  /* bytes left in all */
};

/*
 * Checks the list as readv(2) does and sets up it. Returns 0, or
 *   -EINVAL  n < 0 or n > IOV_MAX, or the lengths add up to more than SSIZE_MAX
 *   -EFAULT  a segment with a length has no address
 */
int iov_iter_init(struct iov_iter *it, const struct iovec *iov, int n);

/* One buffer as a list. seg lives as long as it. */
int iov_iter_init_buf(struct iov_iter *it, struct iovec *seg, const void *buf, size_t len);

/* Copies at most len bytes and returns how many. */
size_t iov_iter_copy_to(struct iov_iter *it, const void *from, size_t len);
size_t iov_iter_copy_from(struct iov_iter *it, void *to, size_t len);

/* The bytes at the position that are in one piece, and how many; and moving on by at most those. */
void *iov_iter_segment(struct iov_iter *it, size_t *len);
void iov_iter_advance(struct iov_iter *it, size_t n);

/* How many bytes are left in the segment that comes next, 0 for one that was empty from the start:
   what a kind that takes each segment by itself is given (do_loop_readv_writev). */
size_t iov_iter_segment_len(const struct iov_iter *it);

#endif
