/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <sys/signalfd.h>.
 */
#include <sys/signalfd.h>

#include "result.h"
#include "signalfd.h"
#include "syscall_exit.h"

int signalfd(int fd, const sigset_t *mask, int flags) {
  int r = signalfd_open(fd, mask, flags);
  syscall_exit();
  return result(r);
}
