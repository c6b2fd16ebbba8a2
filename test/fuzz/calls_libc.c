/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The interpreter's world where its calls are libc's: the real kernel, and wasm.
 */
#include "calls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

static volatile int sigpipes;

static void on_sigpipe(int signal_number) {
  (void)signal_number;
  sigpipes++;
}

#ifdef __EMSCRIPTEN__

#include <emscripten/em_js.h>

EM_JS(void, host_limit_fds, (int limit), { FS.MAX_OPEN_FDS = limit; });

static void limit_fds(void) {
  host_limit_fds(FUZZ_MAX_FDS);
}

#else

/* That limit, and only the three standard descriptors open. */
static void limit_fds(void) {
  struct rlimit limit = {.rlim_cur = FUZZ_MAX_FDS, .rlim_max = FUZZ_MAX_FDS};
  if (setrlimit(RLIMIT_NOFILE, &limit)) {
    perror("fuzz: RLIMIT_NOFILE");
    exit(2);
  }
  for (int fd = 3; fd < FUZZ_MAX_FDS; fd++) {
    close(fd);
  }
}

#endif

static char fifo_path[64];

static void remove_fifo(void) {
  unlink(fifo_path);
}

static void make_fifo(void) {
  snprintf(fifo_path, sizeof fifo_path, "/tmp/fuzz_fifo_%d", (int)getpid());
  unlink(fifo_path);
  if (mkfifo(fifo_path, 0600)) {
    perror("fuzz: mkfifo");
    exit(2);
  }
  atexit(remove_fifo);
}

int calls_raise(int sig) {
  return kill(getpid(), sig);
}

void calls_drop_signals(void) {
  sigset_t set = calls_signals();
  while (sigtimedwait(&set, NULL, &(struct timespec){0, 0}) > 0) {
  }
}

void calls_begin(void) {
  sigset_t set = calls_signals();
  sigprocmask(SIG_BLOCK, &set, NULL);
  limit_fds();
  make_fifo();
  signal(SIGPIPE, on_sigpipe);
}

int calls_sigpipes(void) {
  return sigpipes;
}

int calls_open_file(int flags) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/fuzz_%d", (int)getpid());
  int fd = open(path, O_CREAT | O_RDWR | O_TRUNC | flags, 0600);
  if (fd >= 0) {
    unlink(path);
  }
  return fd;
}

int calls_open_null(int flags) {
  return open("/dev/null", O_RDWR | flags);
}

int calls_open_fifo(int flags) {
  return open(fifo_path, flags);
}

bool calls_is_file(int fd) {
  struct stat st;
  return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode));
}

/* The sanitizers of the native build look for leaks. */
void calls_check_leaks(void) {
}
