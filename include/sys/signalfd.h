/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * signalfd(2), which Emscripten's sysroot does not declare. Semantics: the man page, and
 * fs/signalfd.c.
 */
#ifndef _SYS_SIGNALFD_H
#define _SYS_SIGNALFD_H

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SFD_CLOEXEC O_CLOEXEC
#define SFD_NONBLOCK O_NONBLOCK

/*
 * A descriptor from which the signals of mask are read that are pending for the reading thread or the
 * process; the program blocks them as a rule. fd: -1, or a signalfd whose mask is replaced.
 * Returns the descriptor, or -1 with EBADF (fd is not open), EINVAL (fd is no signalfd; flags), EMFILE
 * or ENOMEM. read(2) gives as many struct signalfd_siginfo as there are and fit; EAGAIN, EINVAL (room
 * for less than one).
 */
int signalfd(int fd, const sigset_t *mask, int flags);

struct signalfd_siginfo {
  uint32_t ssi_signo;
  int32_t ssi_errno;
  int32_t ssi_code;
  uint32_t ssi_pid;
  uint32_t ssi_uid;
  int32_t ssi_fd;
  uint32_t ssi_tid;
  uint32_t ssi_band;
  uint32_t ssi_overrun;
  uint32_t ssi_trapno;
  int32_t ssi_status;
  int32_t ssi_int;
  uint64_t ssi_ptr;
  uint64_t ssi_utime;
  uint64_t ssi_stime;
  uint64_t ssi_addr;
  uint16_t ssi_addr_lsb;
  uint16_t __pad2;
  int32_t ssi_syscall;
  uint64_t ssi_call_addr;
  uint32_t ssi_arch;
  uint8_t __pad[28];
};

#ifdef __cplusplus
}
#endif

#endif
