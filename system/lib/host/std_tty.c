/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * ioctl(2) of standard input, output and error: termios(3) and the size of the window, as the
 * host's terminal has them (src/lib/libstdfd.js), and FIONREAD.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "file.h"
#include "kmem.h"
#include "std_fd.h"
#include "user_memory.h"

/* src/lib/libstdfd.js, proxied to the main thread; 0 or -errno. fd is the host's, -1: a stream. */
int emwake_tty_get(int fd, struct termios *t);
int emwake_tty_set(int fd, const struct termios *t);
int emwake_tty_size(int fd, struct winsize *w);
/* Whether libc is to take standard output for a terminal, which it asks by TIOCGWINSZ. */
int emwake_std_line_buffered(int fd);

static int terminal_of(const struct std_fd *s) {
  return s->kind == STD_TTY ? s->in : -1;
}

static int get_mode(struct std_fd *s, struct termios *t) {
  if (!user_range_ok(t, sizeof *t)) {
    return -EFAULT;
  }
  int err = emwake_tty_get(terminal_of(s), t);
  if (!err) {
    s->line_mode = t->c_lflag & ICANON;
  }
  return err;
}

static int set_mode(struct std_fd *s, const struct termios *t, bool flush) {
  if (!user_range_ok(t, sizeof *t)) {
    return -EFAULT;
  }
  int err = emwake_tty_set(terminal_of(s), t);
  if (!err) {
    s->line_mode = t->c_lflag & ICANON;
    if (flush) {
      emwake_std_discard_input(s);
    }
  }
  return err;
}

static int put_int(int *at, int value) {
  if (!user_range_ok(at, sizeof *at)) {
    return -EFAULT;
  }
  *at = value;
  return 0;
}

static int flush_queue(struct std_fd *s, long queue) {
  if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH) {
    return -EINVAL;
  }
  if (queue != TCOFLUSH) {
    emwake_std_discard_input(s);
  }
  return 0;
}

static int tty_ioctl(struct std_fd *s, unsigned long request, void *arg) {
  switch (request) {
    case TCGETS:
      return get_mode(s, arg);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return set_mode(s, arg, request == TCSETSF);
    case TIOCGWINSZ:
      return user_range_ok(arg, sizeof(struct winsize)) ? emwake_tty_size(terminal_of(s), arg)
                                                        : -EFAULT;
    case TIOCSWINSZ:
      return -EPERM; /* the window is the host's */
    case TCFLSH:
      return flush_queue(s, (long)arg);
    case TCSBRK: /* tcdrain(3): all is written at once */
    case TCSBRKP:
      return 0;
    case TIOCOUTQ:
      return put_int(arg, 0);
    case TIOCGPGRP:
      return put_int(arg, getpgrp());
    case TIOCGSID:
      return put_int(arg, getsid(0));
    case TIOCSPGRP:
      return -EINVAL;
    default:
      return -ENOTTY;
  }
}

int emwake_std_ioctl(struct file *f, unsigned long request, void *arg) {
  struct std_fd *s = (struct std_fd *)f->node;
  if (request == FIONREAD && (s->in >= 0 || std_fd_is_stream(s))) {
    if (!user_range_ok(arg, sizeof(int))) {
      return -EFAULT;
    }
    return put_int(arg, (int)emwake_std_read_ahead(s));
  }
  if (std_fd_is_tty(s)) {
    return tty_ioctl(s, request, arg);
  }
  if (request == TIOCGWINSZ && emwake_std_line_buffered(s->out)) {
    if (!user_range_ok(arg, sizeof(struct winsize))) {
      return -EFAULT;
    }
    *(struct winsize *)arg = (struct winsize){0};
    return 0;
  }
  return -ENOTTY;
}
