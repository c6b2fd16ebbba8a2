/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Scatter/gather lists.
 */
#include "iov_iter.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "user_memory.h"

#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

int iov_iter_init(struct iov_iter *it, const struct iovec *iov, int n) {
  if (n < 0 || n > IOV_MAX) {
    return -EINVAL;
  }
  if (!user_range_ok(iov, (size_t)n * sizeof *iov)) {
    return -EFAULT;
  }
  *it = (struct iov_iter){.iov = iov, .segments = n};
  for (int i = 0; i < n; i++) {
    if (!user_range_ok(iov[i].iov_base, iov[i].iov_len)) {
      return -EFAULT;
    }
    if (iov[i].iov_len > (size_t)SSIZE_MAX - it->count) {
      return -EINVAL;
    }
    it->count += iov[i].iov_len;
  }
  return 0;
}

int iov_iter_init_buf(struct iov_iter *it, struct iovec *seg, const void *buf, size_t len) {
  *seg = (struct iovec){.iov_base = (void *)buf, .iov_len = len};
  return iov_iter_init(it, seg, 1);
}

/* Copies between the list and buf, into the list or out of it. */
static size_t copy(struct iov_iter *it, char *buf, size_t len, bool into_list) {
  size_t done = 0;
  while (done < len && it->count) {
    size_t room = it->iov->iov_len - it->offset;
    if (!room) {
      it->iov++;
      it->segments--;
      it->offset = 0;
      continue;
    }
    size_t n = len - done < room ? len - done : room;
    char *at = (char *)it->iov->iov_base + it->offset;
    if (into_list) {
      memcpy(at, buf + done, n);
    } else {
      memcpy(buf + done, at, n);
    }
    it->offset += n;
    it->count -= n;
    done += n;
  }
  return done;
}

size_t iov_iter_copy_to(struct iov_iter *it, const void *from, size_t len) {
  return copy(it, (char *)from, len, true);
}

size_t iov_iter_copy_from(struct iov_iter *it, void *to, size_t len) {
  return copy(it, to, len, false);
}

void *iov_iter_segment(struct iov_iter *it, size_t *len) {
  while (it->count && it->iov->iov_len == it->offset) {
    it->iov++;
    it->segments--;
    it->offset = 0;
  }
  *len = it->count ? it->iov->iov_len - it->offset : 0;
  return it->count ? (char *)it->iov->iov_base + it->offset : NULL;
}

void iov_iter_advance(struct iov_iter *it, size_t n) {
  it->offset += n;
  it->count -= n;
}

size_t iov_iter_segment_len(const struct iov_iter *it) {
  const struct iovec *iov = it->iov;
  size_t offset = it->offset;
  if (!it->segments) {
    return 0;
  }
  /* Empty ones are passed over after one that has been used up (iov_iter_advance). */
  if (it->count && offset == iov->iov_len && offset) {
    do {
      iov++;
    } while (!iov->iov_len);
    offset = 0;
  }
  return iov->iov_len - offset;
}
