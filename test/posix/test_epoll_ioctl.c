// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ioctl(2) on an epoll instance: a request that it does not know is EINVAL, not ENOTTY, since Linux 6.9
// (ep_eventpoll_ioctl).

#include "transcript.h"
#include <sys/epoll.h>
#include <sys/ioctl.h>

int main(void) {
  int n = 0, epoll = MUST(epoll_create1(0));
  SHOW(ioctl(epoll, FIONREAD, &n));
  SHOW(ioctl(epoll, 0x1234, &n));
  SHOW(ioctl(epoll, FIONBIO, &n));
  return 0;
}
