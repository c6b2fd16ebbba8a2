/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * recvmmsg(2) in the place of libc's, which knows no time-out: do_recvmmsg() of net/socket.c. The
 * time-out is looked at after each message; one that is waited for may take longer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include "host.h"
#include "timeout.h"

static int64_t time_left(deadline_t deadline) {
  int64_t left = deadline - host_now();
  return left > 0 ? left : 0;
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, unsigned flags,
             struct timespec *timeout) {
  deadline_t deadline;
  if (deadline_of_timespec(timeout, &deadline) != 0) {
    errno = EINVAL;
    return -1;
  }
  int received = 0, most = count < IOV_MAX ? (int)count : IOV_MAX;
  while (received < most) {
    ssize_t n = recvmsg(fd, &messages[received].msg_hdr, (int)(flags & ~(unsigned)MSG_WAITFORONE));
    if (n < 0) {
      return received ? received : -1;
    }
    messages[received++].msg_len = (unsigned)n;
    if (flags & MSG_WAITFORONE) {
      flags |= MSG_DONTWAIT;
    }
    if (!timeout) {
      continue;
    }
    if (deadline != DEADLINE_NONE) {
      int64_t left = time_left(deadline);
      *timeout = (struct timespec){.tv_sec = left / NS_PER_SEC, .tv_nsec = left % NS_PER_SEC};
    }
    if (!timeout->tv_sec && !timeout->tv_nsec) {
      break;
    }
  }
  return received;
}
