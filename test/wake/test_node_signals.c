// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Signals of Node's process reach the program that asked for them: they run its handler and end a
// blocked call with EINTR, are waited for by sigwait and read from a signalfd, and are ignored. Node
// has a listener just as long.
//
// modes: jspi wasm64 asyncify proxy_to_pthread pthread_jspi

#include "expect.h"
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>

static int p[2];
static volatile int caught[65];

static void count(int sig) {
  caught[sig]++;
}

static void install(int sig, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  MUST(sigaction(sig, &action, NULL));
}

// clang-format off

// Once the caller waits. Node itself kills its process, as anybody might.
static void kill_process(int sig) {
  MAIN_THREAD_EM_ASM({
    setTimeout(() => process.kill(process.pid, $0), 10);
  }, sig);
}

static int listeners(void) {
  return MAIN_THREAD_EM_ASM_INT(({
    return ['SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGWINCH']
      .reduce((sum, name) => sum + process.listenerCount(name), 0);
  }));
}

// From outside, with nothing in the event loop that would keep Node alive.
static void kill_from_outside(int sig) {
  MAIN_THREAD_EM_ASM(({
    require('child_process')
      .spawn('sh', ['-c', 'sleep 0.3; kill -' + $0 + ' ' + process.pid],
             {stdio: 'ignore', detached: true})
      .unref();
  }), sig);
}

// clang-format on

static void test_handlers(void) {
  static const int signals[] = {SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGTERM, SIGWINCH};
  char byte;
  for (int i = 0; i < 6; i++) {
    install(signals[i], count);
    EXPECT_EQ(listeners(), 1);
    kill_process(signals[i]);
    errno = 0;
    EXPECT_EQ(read(p[0], &byte, 1), -1);
    EXPECT_EQ(errno, EINTR);
    EXPECT_EQ(caught[signals[i]], 1);
    install(signals[i], SIG_DFL);
    EXPECT_EQ(listeners(), 0);
  }
}

static void test_blocked(void) {
  sigset_t set;
  int sig = 0;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  MUST(sigprocmask(SIG_BLOCK, &set, NULL));
  EXPECT_EQ(listeners(), 2);
  kill_process(SIGINT);
  EXPECT_EQ(sigwait(&set, &sig), 0);
  EXPECT_EQ(sig, SIGINT);

  int fd = MUST(signalfd(-1, &set, 0));
  struct signalfd_siginfo info = {0};
  kill_process(SIGTERM);
  EXPECT_EQ(read(fd, &info, sizeof info), sizeof info);
  EXPECT_EQ(info.ssi_signo, SIGTERM);
  close(fd);
  MUST(sigprocmask(SIG_UNBLOCK, &set, NULL));
  EXPECT_EQ(listeners(), 0);
}

static void test_ignored(void) {
  char byte;
  install(SIGHUP, SIG_IGN);
  install(SIGUSR1, count);
  caught[SIGUSR1] = 0;
  kill_process(SIGHUP);
  kill_process(SIGUSR1);
  EXPECT_EQ(read(p[0], &byte, 1), -1);
  EXPECT_EQ(caught[SIGUSR1], 1);
  install(SIGHUP, SIG_DFL);
}

static void test_from_outside(void) {
  install(SIGUSR2, count);
  caught[SIGUSR2] = 0;
  kill_from_outside(SIGUSR2);
  EXPECT_EQ(pause(), -1);
  EXPECT_EQ(errno, EINTR);
  EXPECT_EQ(caught[SIGUSR2], 1);
}

int main(void) {
  MUST(pipe(p));
  EXPECT_EQ(listeners(), 0);
  test_handlers();
  test_blocked();
  test_ignored();
  test_from_outside();
  return status_of_test();
}
