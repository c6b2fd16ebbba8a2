// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What the differential tests print with, and how they act once their caller has blocked.
//
// A transcript holds results, names of errno values and of poll events: nothing that differs from
// one correct kernel to the next. The same file is compiled natively and with emcc.

#ifndef EMWAKE_TEST_TRANSCRIPT_H
#define EMWAKE_TEST_TRANSCRIPT_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__EMSCRIPTEN__)
#include <emscripten/emscripten.h>
#else
#include <sys/syscall.h>
#endif

#define UNUSED __attribute__((unused))

// Long enough for anything that is going to happen.
#define SOON 5000

// ---- names ---------------------------------------------------------------------------------

static UNUSED const char *errno_name(int e) {
#define NAME(x)                                                                                    \
  if (e == x) return #x;
  NAME(EAGAIN)
  NAME(EBADF)
  NAME(EPIPE)
  NAME(EINVAL)
  NAME(EFAULT)
  NAME(EBUSY)
  NAME(ESPIPE)
  NAME(EEXIST)
  NAME(ELOOP)
  NAME(ENOTTY)
  NAME(EMFILE)
  NAME(ENOMEM)
  NAME(EPERM)
  NAME(ESRCH)
  NAME(EACCES)
  NAME(EINTR)
  NAME(EIO)
  NAME(ENOSYS)
  NAME(EDEADLK)
  NAME(EISDIR)
  NAME(ENOENT)
  NAME(ENOTDIR)
  NAME(ENOTEMPTY)
  NAME(ENXIO)
  NAME(EINPROGRESS)
  NAME(EALREADY)
  NAME(EISCONN)
  NAME(ENOTCONN)
  NAME(ECONNREFUSED)
  NAME(ECONNRESET)
  NAME(ECONNABORTED)
  NAME(EADDRINUSE)
  NAME(EADDRNOTAVAIL)
  NAME(EAFNOSUPPORT)
  NAME(EPROTONOSUPPORT)
  NAME(EPROTOTYPE)
  NAME(ESOCKTNOSUPPORT)
  NAME(EPROTO)
  NAME(EDESTADDRREQ)
  NAME(EMSGSIZE)
  NAME(ENOTSOCK)
  NAME(ENOPROTOOPT)
  NAME(EOPNOTSUPP)
  NAME(ENETUNREACH)
  NAME(EHOSTUNREACH)
  NAME(ETIMEDOUT)
  NAME(ENXIO)
  NAME(ESRCH)
  NAME(ENOTDIR)
  NAME(ENOBUFS)
#undef NAME
  static char other[32];
  snprintf(other, sizeof other, "errno %d", e);
  return other;
}

// The names of the events in a mask; the text stays valid for some calls more.
static UNUSED const char *event_names(int events) {
  static _Thread_local char texts[8][128];
  static _Thread_local unsigned next;
  static const struct {
    int bit;
    const char *name;
  } names[] = {
    {POLLIN, "POLLIN"},         {POLLPRI, "POLLPRI"},       {POLLOUT, "POLLOUT"},
    {POLLERR, "POLLERR"},       {POLLHUP, "POLLHUP"},       {POLLNVAL, "POLLNVAL"},
    {POLLRDNORM, "POLLRDNORM"}, {POLLRDBAND, "POLLRDBAND"}, {POLLWRNORM, "POLLWRNORM"},
    {POLLWRBAND, "POLLWRBAND"}, {POLLRDHUP, "POLLRDHUP"},
  };
  char *text = texts[next++ % 8];
  strcpy(text, "");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (events & names[i].bit) {
      if (*text) strcat(text, "|");
      strcat(text, names[i].name);
    }
  }
  return *text ? text : "0";
}

// ---- printing ------------------------------------------------------------------------------

static UNUSED long long show_result(const char *text, long long result) {
  if (result == -1) {
    printf("%s = -1 %s\n", text, errno_name(errno));
  } else {
    printf("%s = %lld\n", text, result);
  }
  return result;
}

// Prints a call and its result, with the name of errno if it is -1; its value is the result.
#define SHOW(call) show_result(#call, (long long)(call))

// The same with words of one's own.
#define SHOW_AS(text, call) show_result(text, (long long)(call))

// Prints a condition and whether it holds.
#define CHECK(condition) printf("%s: %s\n", #condition, (condition) ? "yes" : "no")

static UNUSED int show_poll(const char *name, int fd, int events, int timeout) {
  struct pollfd p = {.fd = fd, .events = (short)events, .revents = -1};
  int n = poll(&p, 1, timeout);
  if (n < 0) {
    printf("poll %s for %s = -1 %s\n", name, event_names(events), errno_name(errno));
  } else {
    printf("poll %s for %s = %d %s\n", name, event_names(events), n, event_names(p.revents));
  }
  return n;
}

// Polls one descriptor and prints the result and revents.
#define POLL(fd, events, timeout) show_poll(#fd, fd, events, timeout)

// Ends a test whose preparation failed: nothing after it would mean anything.
#define MUST(call)                                                                                 \
  ({                                                                                               \
    __typeof__(call) must_result = (call);                                                         \
    if (must_result == -1) {                                                                       \
      printf("%s: %s\n", #call, errno_name(errno));                                                \
      exit(1);                                                                                     \
    }                                                                                              \
    must_result;                                                                                   \
  })

static UNUSED void set_nonblocking(int fd, int on) {
  int flags = MUST(fcntl(fd, F_GETFL));
  MUST(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

// Line by line, so that what a test printed before it hung is there to read.
static UNUSED __attribute__((constructor)) void transcript_begin(void) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

// ---- acting once the caller has blocked ----------------------------------------------------

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)

// The event loop gets its turn only when the caller has suspended.
static UNUSED void when_blocked(void (*action)(void *), void *arg) {
  emscripten_async_call(action, arg, 0);
}

#else

struct blocked_action {
  void (*action)(void *);
  void *arg;
  long caller;
};

// Set in the thread of an action: whom it acts on, so that actions can follow one another.
static UNUSED _Thread_local long blocked_caller;

#if defined(__EMSCRIPTEN__)

static UNUSED long blocked_self(void) {
  return 0;
}

static UNUSED void await_blocked(long caller) {
  (void)caller;
  usleep(50000);
}

#else

static UNUSED long blocked_self(void) {
  return syscall(SYS_gettid);
}

// State S of /proc/PID/task/TID/stat. A waking write takes its reader out of S before it returns.
static UNUSED int is_blocked(long caller) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/self/task/%ld/stat", caller);
  int fd = MUST(open(path, O_RDONLY | O_CLOEXEC));
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  text[n > 0 ? n : 0] = 0;
  const char *end = strrchr(text, ')');
  return end && end[1] == ' ' && end[2] == 'S';
}

static UNUSED void await_blocked(long caller) {
  // A thread may also sleep for a moment on a lock of the kernel or of the C library.
  for (int seen = 0; seen < 5;) {
    usleep(500);
    seen = is_blocked(caller) ? seen + 1 : 0;
  }
}

#endif

static UNUSED void *blocked_thread(void *arg) {
  struct blocked_action a = *(struct blocked_action *)arg;
  free(arg);
  blocked_caller = a.caller ? a.caller : -1;
  await_blocked(a.caller);
  a.action(a.arg);
  return NULL;
}

static UNUSED void when_blocked(void (*action)(void *), void *arg) {
  struct blocked_action *a = malloc(sizeof *a);
  *a = (struct blocked_action){action, arg, blocked_caller ? blocked_caller : blocked_self()};
  pthread_t thread;
  if (pthread_create(&thread, NULL, blocked_thread, a)) {
    printf("when_blocked: no thread\n");
    exit(1);
  }
  pthread_detach(thread);
}

#endif

// when_blocked(action, arg): runs action(arg) once, soon after the caller (or, called from within
// an action, the thread acted upon) has blocked. An action must not block.

#endif
