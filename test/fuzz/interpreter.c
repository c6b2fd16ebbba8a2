/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Runs sequences of operations on descriptors and prints what came of each.
 *
 *     interpreter program transcript
 *
 * A program has an operation to a line, its name and its arguments; "--" ends a sequence, and with it
 * everything that it opened. An argument is a number, names of constants joined by |, or a slot,
 * s0 to s63: a variable that holds a descriptor, -1 until an operation has put one there. A
 * line of the transcript is the result of one operation: it holds nothing that differs from one
 * correct kernel to the next. Numbers of descriptors do not: the lowest free one is given out.
 *
 * Nothing blocks: on a descriptor without O_NONBLOCK an operation that might is left out.
 */
#include "../posix/transcript.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "calls.h"
#include "text.h"

#define SLOTS 64
#define ARGS 40
/* The largest read and write. */
#define BUFFER (1 << 20)

static int slots[SLOTS];
static bool opened[FUZZ_MAX_FDS];
static char buffer[BUFFER + 16];

/* ---- Printing ---------------------------------------------------------------------------------- */

/* The numbers of the low ones differ from one architecture to the next. */
static void show_flags(int flags) {
  static const struct {
    int bit;
    char letter;
  } names[] = {{O_NONBLOCK, 'n'}, {O_APPEND, 'a'}, {O_DIRECT, 'd'}, {O_ASYNC, 's'}};
  text_print("%d", flags & O_ACCMODE);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (flags & names[i].bit) {
      text_print("%c", names[i].letter);
      flags &= ~names[i].bit;
    }
  }
  /* O_LARGEFILE */
  flags &= ~(O_ACCMODE | 0100000);
  if (flags) {
    text_print("+%#o", flags);
  }
}

static void show(long long result) {
  if (result == -1) {
    text_print("-1 %s", errno_name(errno));
  } else {
    text_print("%lld", result);
  }
}

static void show_bytes(const char *buf, size_t len) {
  uint32_t sum = 2166136261u;
  for (size_t i = 0; i < len; i++) {
    sum = (sum ^ (unsigned char)buf[i]) * 16777619u;
  }
  text_print(" #%08x", (unsigned)sum);
}

/* ---- Bytes ------------------------------------------------------------------------------------- */

/* Each write of a sequence has bytes of its own. */
static uint32_t seed;

static void fill(char *buf, size_t len) {
  seed++;
  for (size_t i = 0; i < len; i++) {
    buf[i] = (char)(seed * 31 + i * 7 + (i >> 8));
  }
}

static bool is_ready(int fd, int events) {
  struct pollfd p = {.fd = fd, .events = (short)events};
  return poll(&p, 1, 0) == 1;
}

/* A read that may have to wait, of a descriptor that is to wait. */
static bool read_would_block(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && !(flags & O_NONBLOCK) && (flags & O_ACCMODE) != O_WRONLY &&
         !is_ready(fd, POLLIN);
}

/* Of a pipe, a page is free when it is writable. How much of anything else is free is not known. */
static bool write_would_block(int fd, size_t len) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_NONBLOCK) || (flags & O_ACCMODE) == O_RDONLY) {
    return false;
  }
  return !is_ready(fd, POLLOUT) || len > 4096 || fcntl(fd, F_GETPIPE_SZ) < 0;
}

static int split(struct iovec *iov, char *buf, size_t total, int n) {
  for (int i = 0; i < n && i < 1100; i++) {
    size_t from = total * (size_t)i / (size_t)n, to = total * (size_t)(i + 1) / (size_t)n;
    iov[i] = (struct iovec){.iov_base = buf + from, .iov_len = to - from};
  }
  return n;
}

/* What a signalfd has said: who sent the signals is the process itself. */
static bool show_signals(size_t n) {
  struct signalfd_siginfo info;
  size_t at = 0;
  for (; at + sizeof info <= n; at += sizeof info) {
    memcpy(&info, buffer + at, sizeof info);
    if (info.ssi_signo != SIGUSR1 && info.ssi_signo != SIGUSR2) {
      return false;
    }
    text_print(" signal %d", info.ssi_signo == SIGUSR1 ? 1 : 2);
  }
  return at == n;
}

static void show_read(ssize_t n, size_t len) {
  show(n);
  if (n > 0 && !show_signals((size_t)n)) {
    show_bytes(buffer, (size_t)n);
  }
  for (size_t i = n > 0 ? (size_t)n : 0; i < len + 16; i++) {
    if (buffer[i] != 0x55) {
      text_print(" byte %zu was written", i);
      return;
    }
  }
}

static void op_read(const long *a) {
  size_t len = (size_t)a[1];
  if (read_would_block((int)a[0])) {
    text_print("would block");
    return;
  }
  memset(buffer, 0x55, len + 16);
  show_read(read((int)a[0], buffer, len), len);
}

static void op_readv(const long *a) {
  static struct iovec iov[1100];
  size_t len = (size_t)a[1];
  if (read_would_block((int)a[0])) {
    text_print("would block");
    return;
  }
  memset(buffer, 0x55, len + 16);
  show_read(readv((int)a[0], iov, split(iov, buffer, len, (int)a[2])), len);
}

/* The kernel's buffers of TCP grow as it sees fit, and it may hold back a part of much. */
static size_t length_for(int fd, long len) {
  int domain = 0;
  bool is_tcp = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &(socklen_t){sizeof domain}) == 0 &&
                domain == AF_INET;
  return is_tcp && len > 1000 ? 1000 : (size_t)len;
}

static void op_write(const long *a) {
  size_t len = length_for((int)a[0], a[1]);
  fill(buffer, len);
  if (write_would_block((int)a[0], len)) {
    text_print("would block");
    return;
  }
  show(write((int)a[0], buffer, len));
}

static void op_writev(const long *a) {
  static struct iovec iov[1100];
  size_t len = length_for((int)a[0], a[1]);
  fill(buffer, len);
  if (write_would_block((int)a[0], len)) {
    text_print("would block");
    return;
  }
  show(writev((int)a[0], iov, split(iov, buffer, len, (int)a[2])));
}

/* What is writable takes 1. */
static void op_write64(const long *a) {
  uint64_t value = (uint64_t)a[1] << 32 | (uint32_t)a[2];
  if (write_would_block((int)a[0], 8) && !(value == 1 && is_ready((int)a[0], POLLOUT))) {
    text_print("would block");
    return;
  }
  show(write((int)a[0], &value, sizeof value));
}

/* ---- Making and closing ------------------------------------------------------------------------ */

static int keep(long slot, int fd) {
  if (fd >= 0) {
    slots[slot] = fd;
    opened[fd] = true;
  }
  return fd;
}

static void show_pair(int r, const long *a, const int fds[2]) {
  show(r);
  if (r == 0) {
    text_print(" %d %d", keep(a[0], fds[0]), keep(a[1], fds[1]));
  }
}

static void op_pipe2(const long *a) {
  int fds[2];
  show_pair(pipe2(fds, (int)a[2]), a, fds);
}

static void op_eventfd(const long *a) {
  show(keep(a[0], eventfd((unsigned)a[1], (int)a[2])));
}

static void op_epoll_create1(const long *a) {
  show(keep(a[0], epoll_create1((int)a[1])));
}

static void op_socketpair(const long *a) {
  int fds[2];
  show_pair(socketpair(AF_UNIX, (int)a[2], 0, fds), a, fds);
}

/* Two connected streams of 127.0.0.1: who connects, and who was accepted. */
static int tcp_pair(int flags, int fds[2]) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr *addr = (struct sockaddr *)&a;
  socklen_t len = sizeof a;
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (listener < 0) {
    return -1;
  }
  /* Those that have ended keep their ports for a while. */
  bool hears = setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
               bind(listener, addr, len) == 0 && listen(listener, 1) == 0 &&
               getsockname(listener, addr, &len) == 0;
  fds[0] = hears ? socket(AF_INET, SOCK_STREAM | (flags & SOCK_CLOEXEC), 0) : -1;
  fds[1] =
    fds[0] >= 0 && connect(fds[0], addr, len) == 0 ? accept4(listener, NULL, NULL, flags) : -1;
  int err = errno;
  close(listener);
  if (fds[1] >= 0) {
    fcntl(fds[0], F_SETFL, flags & SOCK_NONBLOCK);
    for (int i = 0; i < 2; i++) { /* Nagle's delay shows */
      setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return 0;
  }
  if (fds[0] >= 0) {
    close(fds[0]);
  }
  errno = err;
  return -1;
}

static void op_tcp_pair(const long *a) {
  int fds[2];
  show_pair(tcp_pair((int)a[2], fds), a, fds);
}

/* In this sequence: the ends of a FIFO have one queue on Linux, and all signalfds, and one each in the
   core. In which order they become ready is left out. */
static bool unordered;

static void op_open_fifo(const long *a) {
  if (!(a[1] & O_NONBLOCK) && (a[1] & O_ACCMODE) != O_RDWR) {
    text_print("would block");
    return;
  }
  /* Linux takes the number first, Emscripten's file systems last: without one, nothing is opened. */
  int number = eventfd(0, 0);
  if (number < 0) {
    show(number);
    return;
  }
  close(number);
  unordered = true;
  show(keep(a[0], calls_open_fifo((int)a[1])));
}

/* Bit 0: SIGUSR1, bit 1: SIGUSR2. */
static void op_signalfd(const long *a) {
  sigset_t set;
  sigemptyset(&set);
  if (a[2] & 1) {
    sigaddset(&set, SIGUSR1);
  }
  if (a[2] & 2) {
    sigaddset(&set, SIGUSR2);
  }
  unordered = true;
  show(keep(a[0], signalfd((int)a[1], &set, (int)a[3])));
}

static void op_raise(const long *a) {
  if (a[0] == SIGUSR1 || a[0] == SIGUSR2) {
    show(calls_raise((int)a[0]));
  }
}

static void op_timerfd_create(const long *a) {
  show(keep(a[0], timerfd_create((int)a[1], (int)a[2])));
}

/* 0: disarmed, 1: a time that has passed, 2: one that does not come. */
static void op_timerfd_set(const long *a) {
  struct itimerspec times = {.it_value.tv_nsec = a[1] == 1,
                             .it_value.tv_sec = a[1] == 2 ? 1000 : 0};
  int r = timerfd_settime((int)a[0], a[1] == 1 ? TFD_TIMER_ABSTIME : 0, &times, NULL);
  show(r);
  /* The kernel's timer may take its time. */
  struct pollfd p = {.fd = (int)a[0], .events = POLLIN};
  if (r == 0 && a[1] == 1 && poll(&p, 1, 10000) != 1) {
    text_print(" does not expire");
  }
}

static void op_open_file(const long *a) {
  show(keep(a[0], calls_open_file((int)a[1])));
}

static void op_open_null(const long *a) {
  show(keep(a[0], calls_open_null((int)a[1])));
}

static void op_dup(const long *a) {
  show(keep(a[0], dup((int)a[1])));
}

static void op_dup2(const long *a) {
  show(keep(a[0], dup2((int)a[1], (int)a[2])));
}

static void op_dup3(const long *a) {
  show(keep(a[0], dup3((int)a[1], (int)a[2], (int)a[3])));
}

static void op_dupfd(const long *a) {
  show(keep(a[0], fcntl((int)a[1], (int)a[2], (int)a[3])));
}

/* Takes all numbers that are free but so many. */
static void op_exhaust(const long *a) {
  int fd, count = 0, last[8];
  while ((fd = dup((int)a[0])) >= 0) {
    opened[fd] = true;
    last[count++ % 8] = fd;
  }
  show(fd);
  text_print(" after %d", count);
  for (int i = 0; i < a[1] && count; i++) {
    close(last[--count % 8]);
  }
}

static void op_close(const long *a) {
  show(close((int)a[0]));
}

static void op_shutdown(const long *a) {
  show(shutdown((int)a[0], (int)a[1]));
}

static void op_send(const long *a) {
  size_t len = length_for((int)a[0], a[1]);
  fill(buffer, len);
  show(send((int)a[0], buffer, len, (int)a[2] | MSG_DONTWAIT));
}

static void op_recv(const long *a) {
  memset(buffer, 0x55, (size_t)a[1] + 16);
  show_read(recv((int)a[0], buffer, (size_t)a[1], (int)a[2] | MSG_DONTWAIT), (size_t)a[1]);
}

/* ---- Descriptors in messages ------------------------------------------------------------------- */

union control {
  struct cmsghdr head;
  char bytes[CMSG_SPACE(sizeof(int))];
};

static struct msghdr message(struct iovec *iov, union control *control) {
  memset(control, 0, sizeof *control);
  return (struct msghdr){.msg_iov = iov,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof control->bytes};
}

static bool is_socket(int fd) {
  int type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type}) == 0;
}

static bool is_epoll(int fd) {
  int err = errno;
  bool is = epoll_ctl(fd, EPOLL_CTL_DEL, fd, NULL) < 0 && errno == EINVAL;
  errno = err;
  return is;
}

/* A socket or what watches one is not passed: when their cycles are collected is for each kernel to
   say. */
static void op_sendfd(const long *a) {
  char byte = 'd';
  struct iovec iov = {&byte, 1};
  union control control;
  struct msghdr m = message(&iov, &control);
  int fd = (int)a[1];
  if (is_socket(fd) || is_epoll(fd)) {
    text_print("not passed");
    return;
  }
  control.head.cmsg_level = SOL_SOCKET;
  control.head.cmsg_type = SCM_RIGHTS;
  control.head.cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
  show(sendmsg((int)a[0], &m, MSG_DONTWAIT));
}

static void op_recvfd(const long *a) {
  char byte = 0;
  struct iovec iov = {&byte, 1};
  union control control;
  struct msghdr m = message(&iov, &control);
  show(recvmsg((int)a[1], &m, (int)a[2] | MSG_DONTWAIT));
  text_print(" %d%s%s", byte, m.msg_flags & MSG_CTRUNC ? " ctrunc" : "",
             m.msg_flags & MSG_TRUNC ? " trunc" : "");
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  if (c && c->cmsg_len == CMSG_LEN(sizeof(int))) {
    int fd;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    text_print(" with %d", keep(a[0], fd));
  }
}

/* ---- Flags and the like ------------------------------------------------------------------------ */

static void op_fcntl(const long *a) {
  int r = fcntl((int)a[0], (int)a[1], (int)a[2]);
  if (r >= 0 && a[1] == F_GETFL) {
    show_flags(r);
  } else {
    show(r);
  }
}

static void op_ioctl(const long *a) {
  int value = (int)a[2];
  int r = ioctl((int)a[0], (unsigned long)a[1], &value);
  show(r);
  if (r == 0) {
    text_print(" %d", value);
  }
}

/* ---- Waiting ----------------------------------------------------------------------------------- */

static void op_epoll_ctl(const long *a) {
  struct epoll_event event = {.events = (uint32_t)a[3], .data.u64 = (uint64_t)a[4]};
  show(epoll_ctl((int)a[0], (int)a[1], (int)a[2], a[1] == EPOLL_CTL_DEL ? NULL : &event));
}

static int by_data(const void *a, const void *b) {
  uint64_t x = ((const struct epoll_event *)a)->data.u64;
  uint64_t y = ((const struct epoll_event *)b)->data.u64;
  return (x > y) - (x < y);
}

static void op_epoll_wait(const long *a) {
  struct epoll_event events[64];
  int max = unordered && a[1] > 0 ? 64 : (int)a[1];
  int n = epoll_wait((int)a[0], events, max, (int)a[2]);
  if (unordered && n > 1) {
    qsort(events, (size_t)n, sizeof *events, by_data);
  }
  show(n);
  for (int i = 0; i < n; i++) {
    text_print(", %llu %s", (unsigned long long)events[i].data.u64,
               event_names((int)events[i].events));
  }
}

/* Pairs of a descriptor and events, after the time-out. */
static void op_poll(const long *a) {
  struct pollfd fds[ARGS / 2];
  int n = (text_arg_count() - 1) / 2;
  for (int i = 0; i < n; i++) {
    fds[i] = (struct pollfd){.fd = (int)a[1 + 2 * i], .events = (short)a[2 + 2 * i], .revents = -1};
  }
  show(poll(fds, (nfds_t)n, (int)a[0]));
  for (int i = 0; i < n; i++) {
    text_print(" %s", event_names(fds[i].revents));
  }
}

static void show_set(const char *name, const fd_set *set) {
  text_print(" %s", name);
  for (int fd = 0; fd < FD_SETSIZE; fd++) {
    if (FD_ISSET(fd, set)) {
      text_print(" %d", fd);
    }
  }
}

/* Pairs of a descriptor and the sets that it is in, after the time-out: 1 to read, 2 to write, 4 for
   exceptions. */
static void op_select(const long *a) {
  fd_set sets[3];
  struct timeval timeout = {.tv_usec = a[0] * 1000};
  int n = 0;
  for (int s = 0; s < 3; s++) {
    FD_ZERO(&sets[s]);
  }
  for (int i = 1; i + 1 < text_arg_count(); i += 2) {
    int fd = (int)a[i];
    if (fd < 0 || fd >= FD_SETSIZE) {
      continue;
    }
    n = fd >= n ? fd + 1 : n;
    for (int s = 0; s < 3; s++) {
      if (a[i + 1] & (1 << s)) {
        FD_SET(fd, &sets[s]);
      }
    }
  }
  int r = select(n, &sets[0], &sets[1], &sets[2], &timeout);
  show(r);
  if (r > 0) {
    show_set("r", &sets[0]);
    show_set("w", &sets[1]);
    show_set("e", &sets[2]);
  }
}

static void show_state(int fd) {
  int unread = 0;
  text_print(" ");
  show_flags(fcntl(fd, F_GETFL));
  text_print(" %d", fcntl(fd, F_GETFD));
  if (ioctl(fd, FIONREAD, &unread) == 0 && unread) {
    text_print(" %d unread", unread);
  }
  text_print(",");
}

/* Everything there is to see of every descriptor. */
static void op_look(const long *a) {
  (void)a;
  for (int i = 0; i < SLOTS; i++) {
    struct pollfd p = {.fd = slots[i], .events = ~(POLLERR | POLLHUP | POLLNVAL)};
    if (slots[i] < 0 || poll(&p, 1, 0) < 0 || p.revents == POLLNVAL) {
      continue;
    }
    text_print(" s%d=%d %s,", i, slots[i], event_names(p.revents));
    if (!calls_is_file(slots[i])) {
      show_state(slots[i]);
    }
  }
}

/* ---- Operations -------------------------------------------------------------------------------- */

/* o: the slot that takes a descriptor, f: a descriptor, c: a command, i: a number, s: a size of the
   buffer, *: more of them. shrink.py reads this too. */
static const struct operation {
  const char *name, *args;
  void (*run)(const long *args);
  /* Of a regular file it shows what Emscripten's file systems do. */
  bool not_files;
} operations[] = {
  {"pipe2", "ooi", op_pipe2},
  {"eventfd", "oii", op_eventfd},
  {"epoll_create1", "oi", op_epoll_create1},
  {"socketpair", "ooi", op_socketpair},
  {"tcp_pair", "ooi", op_tcp_pair},
  {"open_fifo", "oi", op_open_fifo},
  {"signalfd", "ofii", op_signalfd},
  {"raise", "i", op_raise},
  {"timerfd_create", "oii", op_timerfd_create},
  {"timerfd_set", "fi", op_timerfd_set},
  {"sendfd", "ff", op_sendfd},
  {"recvfd", "ofi", op_recvfd},
  {"open_file", "oi", op_open_file},
  {"open_null", "oi", op_open_null},
  {"dup", "of", op_dup},
  {"dup2", "off", op_dup2},
  {"dup3", "offi", op_dup3},
  {"dupfd", "ofci", op_dupfd},
  {"exhaust", "fi", op_exhaust},
  {"close", "f", op_close},
  {"shutdown", "fi", op_shutdown},
  {"send", "fsi", op_send},
  {"recv", "fsi", op_recv},
  {"read", "fs", op_read},
  {"readv", "fsi", op_readv, true},
  {"write", "fs", op_write, true},
  {"writev", "fsi", op_writev, true},
  {"write64", "fii", op_write64, true},
  {"fcntl", "fci", op_fcntl, true},
  {"ioctl", "fci", op_ioctl, true},
  {"epoll_ctl", "fcfii", op_epoll_ctl},
  {"epoll_wait", "fii", op_epoll_wait},
  {"poll", "i*", op_poll},
  {"select", "i*", op_select},
  {"look", "", op_look},
};

static const struct operation *find(const char *name) {
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    if (!strcmp(operations[i].name, name)) {
      return &operations[i];
    }
  }
  text_fail("no such operation");
}

static long arg_value(const char *word, char kind) {
  if (word[0] != 's') {
    long value = text_constant(word);
    if (kind == 's' && (value < 0 || value > BUFFER)) {
      text_fail("size out of range");
    }
    return value;
  }
  int slot = atoi(word + 1);
  if (slot < 0 || slot >= SLOTS) {
    text_fail("no such slot");
  }
  return kind == 'o' ? slot : slots[slot];
}

static void run(char **words, int n) {
  const struct operation *op = find(words[0]);
  long args[ARGS] = {0};
  const char *kind = op->args;
  for (int i = 1; i < n; i++) {
    args[i - 1] = arg_value(words[i], *kind);
    kind += *kind && *kind != '*';
  }
  if (*kind && *kind != '*') {
    text_fail("too few arguments");
  }
  int sigpipes = calls_sigpipes();
  if (op->not_files && calls_is_file((int)args[0])) {
    text_print("a file");
  } else {
    op->run(args);
  }
  if (calls_sigpipes() != sigpipes) {
    text_print(" %d SIGPIPE", calls_sigpipes() - sigpipes);
  }
  text_print("\n");
}

static void end_sequence(void) {
  for (int fd = 0; fd < FUZZ_MAX_FDS; fd++) {
    if (opened[fd]) {
      close(fd);
      opened[fd] = false;
    }
  }
  for (int i = 0; i < SLOTS; i++) {
    slots[i] = -1;
  }
  seed = 0;
  unordered = false;
  calls_drop_signals();
  calls_check_leaks();
  text_print("--\n");
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s program transcript\n", argv[0]);
    return 2;
  }
  text_open(argv[1], argv[2]);
  calls_begin();
  for (int i = 0; i < SLOTS; i++) {
    slots[i] = -1;
  }
  char *words[ARGS + 1];
  int n;
  while ((n = text_next(words, ARGS + 1)) >= 0) {
    if (n) {
      run(words, n);
    } else {
      end_sequence();
    }
    text_flush(n == 0);
  }
  text_flush(true);
  return 0;
}
