/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * kill(2) and sigqueue(3).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "result.h"
#include "signal.h"
#include "syscall_exit.h"

/* There is one process, in a group of its own. kill(-1) is for all others (kill_something_info()). */
static bool is_this_process(pid_t pid) {
  return pid == getpid() || pid == 0 || (pid < -1 && -pid == getpgrp());
}

static int send(pid_t pid, int sig, siginfo_t info) {
  int r = is_this_process(pid) ? signal_send(sig, &info) : -ESRCH;
  syscall_exit();
  return result(r);
}

int kill(pid_t pid, int sig) {
  return send(pid, sig, signal_info(sig, SI_USER));
}

int sigqueue(pid_t pid, int sig, const union sigval value) {
  siginfo_t info = signal_info(sig, SI_QUEUE);
  info.si_value = value;
  return send(pid > 0 ? pid : -1, sig, info);
}
