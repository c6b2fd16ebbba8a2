/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Signals on one thread: masks, delivery at the end of a system call and from the event loop, nesting
 * of handlers, restarts, sigtimedwait, sigsuspend, interrupts, and where a suspended stack has them.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"
#include "interrupt.h"
#include "pipe.h"
#include "poll_fds.h"
#include "signal.h"
#include "signalfd.h"
#include "syscall_exit.h"

#define MS 1000000

static char log_text[64];
static void (*in_handler)(int sig);

static void handler(int sig) {
  size_t n = strlen(log_text);
  CHECK(n < sizeof log_text - 4);
  snprintf(log_text + n, 4, "%d ", sig);
  if (in_handler) {
    in_handler(sig);
  }
}

#define CHECK_LOG(want)                                                                            \
  do {                                                                                             \
    if (strcmp(log_text, want) != 0) {                                                             \
      CHECK_FAIL("handlers ran: \"%s\", not \"%s\"", log_text, want);                              \
    }                                                                                              \
    log_text[0] = 0;                                                                               \
  } while (0)

static void install(int sig, int flags, sigmask_t mask) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigmask_to(&action.sa_mask, mask);
  CHECK_EQ(signal_action(sig, &action, NULL), 0);
}

static void set_mask(int how, sigmask_t mask) {
  sigset_t set;
  sigmask_to(&set, mask);
  CHECK_EQ(signal_mask(how, &set, NULL), 0);
  syscall_exit();
}

static sigmask_t blocked(void) {
  sigset_t set;
  CHECK_EQ(signal_mask(SIG_BLOCK, NULL, &set), 0);
  return sigmask_of(&set);
}

static void send_only(int sig) {
  siginfo_t info = signal_info(sig, SI_USER);
  CHECK_EQ(signal_send(sig, &info), 0);
}

static void send(int sig) {
  send_only(sig);
  syscall_exit();
}

static void test_masks(void) {
  sigset_t set;
  install(SIGUSR1, 0, 0);
  send(SIGUSR1);
  CHECK_LOG("10 ");
  set_mask(SIG_BLOCK, SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(SIGKILL));
  CHECK_EQ(blocked(), SIGNAL_BIT(SIGUSR1));
  send(SIGUSR1);
  send(SIGUSR1);
  CHECK_LOG("");
  signal_pending(&set);
  CHECK_EQ(sigmask_of(&set), SIGNAL_BIT(SIGUSR1));
  set_mask(SIG_UNBLOCK, SIGNAL_BIT(SIGUSR1));
  CHECK_LOG("10 ");
  signal_pending(&set);
  CHECK_EQ(sigmask_of(&set), 0);
  CHECK_EQ(signal_mask(17, &set, NULL), -EINVAL);
}

/* The last one that is made ready runs first, unless the first one masks it. */
static void test_several(void) {
  install(SIGUSR1, 0, 0);
  install(SIGUSR2, 0, 0);
  set_mask(SIG_SETMASK, ~(sigmask_t)0);
  send(SIGUSR1);
  send(SIGUSR2);
  set_mask(SIG_SETMASK, 0);
  CHECK_LOG("12 10 ");
  install(SIGUSR1, 0, SIGNAL_BIT(SIGUSR2));
  set_mask(SIG_SETMASK, ~(sigmask_t)0);
  send(SIGUSR2);
  send(SIGUSR1);
  set_mask(SIG_SETMASK, 0);
  CHECK_LOG("10 12 ");
}

static void send_again(int sig) {
  in_handler = NULL;
  send(sig);
  handler(99); /* what was sent comes after the end of this one, or in its middle */
}

static void test_nesting(void) {
  install(SIGUSR1, 0, 0);
  in_handler = send_again;
  send(SIGUSR1);
  CHECK_LOG("10 99 10 ");
  install(SIGUSR1, SA_NODEFER, 0);
  in_handler = send_again;
  send(SIGUSR1);
  CHECK_LOG("10 10 99 ");
  install(SIGUSR1, (int)SA_RESETHAND, 0);
  send(SIGUSR1);
  CHECK_LOG("10 ");
  struct sigaction action;
  CHECK_EQ(signal_action(SIGUSR1, NULL, &action), 0);
  CHECK(action.sa_handler == SIG_DFL);
}

static void test_ignoring(void) {
  struct sigaction action = {.sa_handler = SIG_IGN};
  install(SIGUSR1, 0, 0);
  set_mask(SIG_BLOCK, SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(SIGCHLD));
  send(SIGUSR1);
  CHECK_EQ(signal_action(SIGUSR1, &action, NULL), 0);
  install(SIGUSR1, 0, 0);
  send(SIGCHLD);
  set_mask(SIG_SETMASK, 0); /* SIGCHLD: ignored by default */
  CHECK_LOG("");
  CHECK_EQ(signal_action(SIGKILL, &action, NULL), -EINVAL);
  CHECK_EQ(signal_action(0, &action, NULL), -EINVAL);
  CHECK_EQ(signal_action(65, &action, NULL), -EINVAL);
  siginfo_t info = signal_info(65, SI_USER);
  CHECK_EQ(signal_send(65, &info), -EINVAL);
  CHECK_EQ(signal_send(0, &info), 0);
  CHECK_EQ(signal_send_tid(1, SIGUSR1, &info), -ESRCH);
}

static jmp_buf out;

static void leave(int sig) {
  in_handler = NULL;
  longjmp(out, sig);
}

static void test_longjmp(void) {
  install(SIGUSR1, 0, 0);
  in_handler = leave;
  if (!setjmp(out)) {
    send(SIGUSR1);
    CHECK_FAIL("did not leave");
  }
  CHECK_EQ(blocked(), SIGNAL_BIT(SIGUSR1));
  set_mask(SIG_SETMASK, 0);
  send(SIGUSR1);
  CHECK_LOG("10 10 ");
}

/* ---- While a call is blocked ---------------------------------------------------------------------- */

static int fds[2];

static void send_in_sleep(void *sig) {
  native_alone(NULL, NULL);
  send((int)(intptr_t)sig); /* a callback: the suspended stack has the signal */
  CHECK_LOG("");
}

static void write_in_sleep(void *unused) {
  (void)unused;
  native_alone(NULL, NULL);
  CHECK_EQ(call_write(fds[1], "x", 1), 1);
}

static void send_and_write_in_sleep(void *sig) {
  send_in_sleep(sig);
  native_alone(write_in_sleep, NULL);
}

static ssize_t read_call(deadline_t deadline) {
  char byte;
  ssize_t r;
  struct iovec seg;
  struct iov_iter it;
  do {
    struct file *f = file_get(fds[0]);
    CHECK_EQ(iov_iter_init_buf(&it, &seg, &byte, 1), 0);
    r = file_read(f, fds[0], &it, false, deadline);
    file_put(f);
  } while (syscall_restarts(&r));
  return r;
}

static ssize_t poll_call(int ms) {
  struct pollfd in = {fds[0], POLLIN, 0};
  deadline_t deadline = deadline_after((int64_t)ms * MS);
  ssize_t r;
  do {
    r = poll_fds(&in, 1, deadline);
  } while (syscall_restarts_unhandled(&r, NULL));
  return r;
}

static void test_blocked_calls(void) {
  void *sig = (void *)(intptr_t)SIGUSR1;
  CHECK_EQ(pipe_open(fds, 0), 0);
  install(SIGUSR1, 0, 0);
  native_alone(send_in_sleep, sig);
  CHECK_EQ(read_call(DEADLINE_NONE), -EINTR);
  CHECK_LOG("10 ");
  native_alone(send_in_sleep, sig);
  CHECK_EQ(poll_call(-1), -EINTR);
  CHECK_LOG("10 ");
  install(SIGUSR1, SA_RESTART, 0);
  native_alone(send_and_write_in_sleep, sig);
  CHECK_EQ(read_call(DEADLINE_NONE), 1);
  CHECK_LOG("10 ");
  native_alone(send_in_sleep, sig);
  CHECK_EQ(read_call(host_now() + MS), -EINTR); /* SO_RCVTIMEO */
  CHECK_LOG("10 ");
  native_alone(send_in_sleep, sig);
  CHECK_EQ(poll_call(5), -EINTR);
  CHECK_LOG("10 ");
  native_alone(NULL, NULL);
  CHECK_EQ(poll_call(5), 0);
}

static void test_pausing(void) {
  sigset_t set;
  install(SIGUSR1, 0, 0);
  set_mask(SIG_BLOCK, SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(SIGUSR2));
  sigmask_to(&set, SIGNAL_BIT(SIGUSR2));
  native_alone(send_in_sleep, (void *)(intptr_t)SIGUSR1);
  struct mask_to_restore m;
  signal_mask_swap(&set, &m);
  ssize_t r = signal_pause();
  CHECK_EQ(blocked(), SIGNAL_BIT(SIGUSR2));
  CHECK(!syscall_restarts_unhandled(&r, &m));
  CHECK_EQ(r, -EINTR);
  CHECK_LOG("10 ");
  CHECK_EQ(blocked(), SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(SIGUSR2));
  set_mask(SIG_SETMASK, 0);
}

static void test_waiting_for_signals(void) {
  sigset_t set;
  siginfo_t info;
  install(SIGUSR1, 0, 0);
  set_mask(SIG_BLOCK, SIGNAL_BIT(SIGUSR1));
  sigmask_to(&set, SIGNAL_BIT(SIGUSR1));
  native_alone(NULL, NULL);
  CHECK_EQ(signal_wait(&set, &info, 0), -EAGAIN);
  CHECK_EQ(signal_wait(&set, &info, host_now() + MS), -EAGAIN);
  native_alone(send_in_sleep, (void *)(intptr_t)SIGUSR1);
  CHECK_EQ(signal_wait(&set, &info, DEADLINE_NONE), SIGUSR1);
  CHECK_EQ(info.si_signo, SIGUSR1);
  install(SIGUSR2, 0, 0);
  native_alone(send_in_sleep, (void *)(intptr_t)SIGUSR2);
  ssize_t r = signal_wait(&set, &info, DEADLINE_NONE);
  CHECK(!syscall_restarts(&r));
  CHECK_EQ(r, -EINTR);
  CHECK_LOG("12 ");
  CHECK_EQ(blocked(), SIGNAL_BIT(SIGUSR1));
  set_mask(SIG_SETMASK, 0);
}

/* ---- From the event loop --------------------------------------------------------------------------- */

static void test_event_loop(void) {
  install(SIGTERM, 0, 0);
  signal_send_from_host(SIGTERM);
  CHECK_LOG("");
  CHECK(native_scheduled());
  native_settle();
  CHECK_LOG("15 ");
  signal_send_from_host(SIGTERM);
  syscall_exit(); /* whichever comes first */
  CHECK_LOG("15 ");
  native_settle();
  CHECK_LOG("");
}

/* ---- Interrupts --------------------------------------------------------------------------------- */

static void interrupt_in_sleep(void *id) {
  native_alone(NULL, NULL);
  CHECK_EQ(interrupt_send((int)(intptr_t)id), 0);
}

static void test_interrupts(void) {
  int self = interrupt_self();
  install(SIGUSR1, SA_RESTART, 0);
  CHECK(!interrupt_is_pending());
  native_alone(interrupt_in_sleep, (void *)(intptr_t)self);
  CHECK_EQ(read_call(DEADLINE_NONE), -EINTR);
  CHECK(!interrupt_is_pending());
  CHECK_EQ(interrupt_send(self), 0);
  CHECK(interrupt_is_pending());
  CHECK_EQ(call_write(fds[1], "x", 1), 1);
  CHECK_EQ(read_call(DEADLINE_NONE), 1); /* it does not block */
  CHECK_EQ(poll_call(-1), -EINTR);
  CHECK_EQ(interrupt_send(self), 0);
  CHECK(interrupt_clear());
  CHECK(!interrupt_clear());
  native_alone(NULL, NULL);
  CHECK_EQ(poll_call(1), 0);
  CHECK_EQ(interrupt_send(self + 1000), -ESRCH);
  CHECK_LOG("");
}

/* ---- signalfd ------------------------------------------------------------------------------------ */

static void test_signalfd(void) {
  char buf[256];
  sigset_t set;
  sigmask_to(&set, SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(40));
  set_mask(SIG_BLOCK, SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(40));
  int fd = signalfd_open(-1, &set, O_NONBLOCK);
  CHECK(fd >= 0);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK_EQ(call_read(fd, buf, 127), -EINVAL);
  send(40);
  send(40);
  send(SIGUSR1);
  CHECK_EQ(call_readiness(fd), POLLIN);
  CHECK_EQ(call_read(fd, buf, 256), 256);
  CHECK_EQ(*(int *)buf, SIGUSR1);
  CHECK_EQ(*(int *)(buf + 128), 40);
  sigmask_to(&set, SIGNAL_BIT(SIGUSR1));
  CHECK_EQ(signalfd_open(fd, &set, 0), fd);
  CHECK_EQ(call_readiness(fd), 0);
  sigmask_to(&set, SIGNAL_BIT(40));
  CHECK_EQ(signalfd_open(fd, &set, 0), fd);
  CHECK_EQ(call_read(fd, buf, 256), 128);
  CHECK_EQ(signalfd_open(fds[0], &set, 0), -EINVAL);
  CHECK_EQ(signalfd_open(12345, &set, 0), -EBADF);
  CHECK_EQ(signalfd_open(-1, &set, 1), -EINVAL);
  CHECK_EQ(host_fd_close(fd), 0);
  set_mask(SIG_SETMASK, 0);
}

/* ---- Default actions ---------------------------------------------------------------------------- */

static void test_default_action(void) {
  pid_t child = fork();
  if (!child) {
    send(SIGHUP);
    _exit(0);
  }
  int status;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 128 + SIGHUP);
}

int main(void) {
  test_default_action();
  test_masks();
  test_several();
  test_nesting();
  test_ignoring();
  test_longjmp();
  test_blocked_calls();
  test_pausing();
  test_waiting_for_signals();
  test_event_loop();
  test_interrupts();
  test_signalfd();
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
