/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Standard input, output and error as descriptors of the core, where the host has a pipe, a socket
 * or a terminal there (src/lib/libstdfd.js says what), and the terminal of /dev/tty.
 *
 * Bytes stay in the host's kernel until the program asks for them: a read is a read(2) that does not
 * block, on a description of our own. Readiness that cannot be asked for otherwise is a read of one
 * byte, which waits in `received` for its reader.
 */
#ifndef EMWAKE_HOST_STD_FD_H
#define EMWAKE_HOST_STD_FD_H

#include <stdbool.h>
#include <stddef.h>

#include "lock.h"
#include "node.h"
#include "sock_buffer.h"

/* The values are those of libstdfd.js. */
enum std_kind {
  STD_PIPE,
  STD_SOCKET,
  STD_TTY,
  STD_STREAM,     /* a ReadableStream of JavaScript */
  STD_TTY_STREAM, /* the same, which says that it is a terminal */
};

struct std_fd {
  struct node node;
  struct lock lock;
  enum std_kind kind;
  int descriptions; /* open ones */
  /* The host's descriptors: those that the program began with, and what does not block instead (-1
     until it is needed, and if the node has no such direction). */
  int in, out;
  int own_in, own_out;
  bool watched; /* the main thread may take a byte at any time: nobody else does */
  bool at_end;  /* the next read gives 0; for a terminal it is only the next one */
  bool hung_up;
  bool broken;    /* nobody reads what we write */
  bool line_mode; /* a terminal's reads end with a line */
  struct sock_buffer received;
  size_t in_transit; /* bytes to write that JavaScript keeps */
};

/* Makes 0, 1 and 2 descriptors of the core, before main; only the first call does something. */
void emwake_std_init(void);

static inline bool std_fd_is_tty(const struct std_fd *s) {
  return s->kind == STD_TTY || s->kind == STD_TTY_STREAM;
}

static inline bool std_fd_is_stream(const struct std_fd *s) {
  return s->kind == STD_STREAM || s->kind == STD_TTY_STREAM;
}

/* Takes what the host has into `received`, within bounds, and returns how much that holds now. */
size_t emwake_std_read_ahead(struct std_fd *s);

/* Forgets all input. */
void emwake_std_discard_input(struct std_fd *s);

/* ioctl(2) of node_ops. */
int emwake_std_ioctl(struct file *f, unsigned long request, void *arg);

#endif
