/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The arguments of a system call as text, as strace(1) writes them. It is made after the call, with what
 * the call has put into the caller's memory. The letters of a format, with the arguments that each takes:
 *
 *   d number        x hexadecimal    p pointer       s string          t struct timespec
 *   w bytes given, and how many      r buffer, and how long it is       W I  the same with an iovec array
 *   f pollfds, and how many          a address, and how long it is      D  two descriptors that were made
 *   o operation of epoll_ctl         e epoll_event given                E  epoll_events that came
 *   m domain, y type of a socket
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>

#include "trace.h"

/* Of bytes and arrays no more is shown. */
#define MAX_BYTES 24
#define MAX_ITEMS 3

struct out {
  char *text;
  size_t size, len;
};

static __attribute__((format(printf, 2, 3))) void put(struct out *o, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(o->text + o->len, o->size - o->len, format, args);
  va_end(args);
  o->len += (size_t)n < o->size - o->len ? (size_t)n : o->size - o->len - 1;
}

static const void *pointer(int64_t arg) {
  return (const void *)(intptr_t)arg;
}

static void put_bytes(struct out *o, const char *p, int64_t len, int64_t total) {
  int64_t shown = len < MAX_BYTES ? len : MAX_BYTES;
  put(o, "\"");
  for (int64_t i = 0; i < shown; i++) {
    unsigned char c = (unsigned char)p[i];
    if (c == '\n' || c == '\r' || c == '\t') {
      put(o, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else if (c < ' ' || c > '~' || c == '"' || c == '\\') {
      put(o, "\\x%02x", c);
    } else {
      put(o, "%c", c);
    }
  }
  put(o, shown < total ? "\"..." : "\"");
}

/* The first of the segments, for shortness. done: how many bytes of all are there. */
static void put_iovec(struct out *o, const struct iovec *iov, int64_t n, int64_t done, bool given) {
  int64_t total = 0;
  for (int64_t i = 0; i < n; i++) {
    total += (int64_t)iov[i].iov_len;
  }
  /* stdio's first segment may be empty. */
  while (n > 1 && !iov->iov_len) {
    iov++;
    n--;
  }
  int64_t there = given ? total : done > 0 ? done : 0, first = n > 0 ? (int64_t)iov->iov_len : 0;
  put_bytes(o, n > 0 ? iov->iov_base : "", there < first ? there : first, there);
  put(o, ", %lld", (long long)total);
}

struct flag {
  unsigned bit;
  const char *name;
};

static void put_flags(struct out *o, unsigned value, const struct flag *flags, const char *none) {
  const char *separator = "";
  for (; flags->bit; flags++) {
    if (value & flags->bit) {
      put(o, "%s%s", separator, flags->name);
      separator = "|";
      value &= ~flags->bit;
    }
  }
  if (value) {
    put(o, "%s0x%x", separator, value);
  } else if (!*separator) {
    put(o, "%s", none);
  }
}

static const struct flag poll_flags[] = {
  {POLLIN, "POLLIN"},   {POLLPRI, "POLLPRI"},   {POLLOUT, "POLLOUT"},     {POLLERR, "POLLERR"},
  {POLLHUP, "POLLHUP"}, {POLLNVAL, "POLLNVAL"}, {POLLRDHUP, "POLLRDHUP"}, {0, NULL}};

static const struct flag epoll_flags[] = {{EPOLLIN, "EPOLLIN"},
                                          {EPOLLPRI, "EPOLLPRI"},
                                          {EPOLLOUT, "EPOLLOUT"},
                                          {EPOLLERR, "EPOLLERR"},
                                          {EPOLLHUP, "EPOLLHUP"},
                                          {EPOLLRDHUP, "EPOLLRDHUP"},
                                          {(unsigned)EPOLLET, "EPOLLET"},
                                          {EPOLLONESHOT, "EPOLLONESHOT"},
                                          {EPOLLEXCLUSIVE, "EPOLLEXCLUSIVE"},
                                          {0, NULL}};

static void put_pollfds(struct out *o, const struct pollfd *fds, int64_t n) {
  put(o, "[");
  for (int64_t i = 0; i < n && i < MAX_ITEMS; i++) {
    put(o, "%s{%d, ", i ? ", " : "", fds[i].fd);
    put_flags(o, (unsigned short)fds[i].events, poll_flags, "0");
    if (fds[i].revents) {
      put(o, " => ");
      put_flags(o, (unsigned short)fds[i].revents, poll_flags, "0");
    }
    put(o, "}");
  }
  put(o, n > MAX_ITEMS ? ", ...], %lld" : "], %lld", (long long)n);
}

static void put_epoll_events(struct out *o, const struct epoll_event *events, int64_t n) {
  put(o, "[");
  for (int64_t i = 0; i < n && i < MAX_ITEMS; i++) {
    put(o, i ? ", {" : "{");
    put_flags(o, events[i].events, epoll_flags, "0");
    put(o, ", 0x%llx}", (unsigned long long)events[i].data.u64);
  }
  put(o, n > MAX_ITEMS ? ", ...]" : "]");
}

static void put_address(struct out *o, const struct sockaddr *a, int64_t len) {
  char host[INET6_ADDRSTRLEN];
  const struct sockaddr_in *in = (const struct sockaddr_in *)a;
  const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)a;
  if (!a || len < (int64_t)sizeof a->sa_family) {
    put(o, "NULL");
  } else if (a->sa_family == AF_INET && len >= (int64_t)sizeof *in) {
    put(o, "%s:%d", inet_ntop(AF_INET, &in->sin_addr, host, sizeof host), ntohs(in->sin_port));
  } else if (a->sa_family == AF_INET6 && len >= (int64_t)sizeof *in6) {
    put(o, "[%s]:%d", inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host),
        ntohs(in6->sin6_port));
  } else if (a->sa_family == AF_UNIX) {
    const char *path = ((const struct sockaddr_un *)a)->sun_path;
    int64_t n = len - (int64_t)offsetof(struct sockaddr_un, sun_path);
    put_bytes(o, path, n > 0 && path[0] ? (int64_t)strnlen(path, (size_t)n) : n, 0);
  } else {
    put(o, "{family %d}", a->sa_family);
  }
}

static void put_name(struct out *o, int64_t value, const char *const *names, int count) {
  if (value >= 0 && value < count && names[value]) {
    put(o, "%s", names[value]);
  } else {
    put(o, "%lld", (long long)value);
  }
}

static const char *const domains[] = {
  [AF_UNIX] = "AF_UNIX", [AF_INET] = "AF_INET", [AF_INET6] = "AF_INET6"};
static const char *const types[] = {
  [SOCK_STREAM] = "SOCK_STREAM", [SOCK_DGRAM] = "SOCK_DGRAM", [SOCK_SEQPACKET] = "SOCK_SEQPACKET"};
static const char *const operations[] = {[EPOLL_CTL_ADD] = "EPOLL_CTL_ADD",
                                         [EPOLL_CTL_DEL] = "EPOLL_CTL_DEL",
                                         [EPOLL_CTL_MOD] = "EPOLL_CTL_MOD"};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static void put_type(struct out *o, int64_t type) {
  put_name(o, type & 0xf, types, COUNT(types));
  put(o, "%s%s", type & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "",
      type & SOCK_CLOEXEC ? "|SOCK_CLOEXEC" : "");
}

/* Puts what the letter stands for; returns how many arguments that were. */
static int put_argument(struct out *o, char letter, const int64_t *args, int64_t result) {
  const void *p = pointer(args[0]);
  switch (letter) {
    case 'd':
      put(o, "%lld", (long long)args[0]);
      return 1;
    case 'x':
      put(o, args[0] ? "0x%llx" : "%llx", (unsigned long long)(uint32_t)args[0]);
      return 1;
    case 's':
      put_bytes(o, p, (int64_t)strlen(p), (int64_t)strlen(p));
      return 1;
    case 't':
      if (p) {
        const struct timespec *ts = p;
        put(o, "{%lld, %ld}", (long long)ts->tv_sec, ts->tv_nsec);
      } else {
        put(o, "NULL");
      }
      return 1;
    case 'w':
      put_bytes(o, p, args[1], args[1]);
      put(o, ", %lld", (long long)args[1]);
      return 2;
    case 'r':
      put_bytes(o, p, result, result);
      put(o, ", %lld", (long long)args[1]);
      return 2;
    case 'W':
    case 'I':
      put_iovec(o, p, args[1], result, letter == 'W');
      return 2;
    case 'f':
      put_pollfds(o, p, args[1]);
      return 2;
    case 'a':
      put_address(o, p, args[1]);
      return 2;
    case 'D':
      put(o, result < 0 ? "[]" : "[%d, %d]", ((const int *)p)[0], ((const int *)p)[1]);
      return 1;
    case 'o':
      put_name(o, args[0], operations, COUNT(operations));
      return 1;
    case 'e':
      if (p) {
        put_epoll_events(o, p, 1);
      } else {
        put(o, "NULL");
      }
      return 1;
    case 'E':
      put_epoll_events(o, p, result);
      return 1;
    case 'm':
      put_name(o, args[0], domains, COUNT(domains));
      return 1;
    case 'y':
      put_type(o, args[0]);
      return 1;
    default:
      put(o, p ? "0x%llx" : "NULL", (unsigned long long)(uintptr_t)p);
      return 1;
  }
}

void emwake_trace_format(char *text, size_t size, const char *name, const char *format,
                         const int64_t *args, int64_t result) {
  struct out o = {text, size, 0};
  put(&o, "%s(", name);
  for (const char *letter = format; *letter; letter++) {
    put(&o, letter == format ? "" : ", ");
    args += put_argument(&o, *letter, args, result);
  }
  if (o.len + 2 > size) {
    o.len = size - 5;
    put(&o, "...");
  }
  put(&o, ")");
}
