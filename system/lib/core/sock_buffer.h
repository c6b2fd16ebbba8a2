/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A queue of bytes: the receive buffer of a stream socket. Its memory comes in blocks, when data
 * comes, and is given back when they are drained: an idle connection has none.
 */
#ifndef EMWAKE_CORE_SOCK_BUFFER_H
#define EMWAKE_CORE_SOCK_BUFFER_H

#include <stddef.h>

struct iov_iter;

struct sock_block {
  struct sock_block *next;
  size_t head, tail, capacity;
  char bytes[];
};

struct sock_buffer {
  struct sock_block *first, *last;
  size_t len;
};

/* Room for n bytes in one piece, to be filled and then committed. NULL: out of memory. */
char *sock_buffer_reserve(struct sock_buffer *b, size_t n);
void sock_buffer_commit(struct sock_buffer *b, size_t n);

/* Copies at most len bytes from the front into the list and returns how many; they stay. */
size_t sock_buffer_peek(const struct sock_buffer *b, struct iov_iter *it, size_t len);

/* Drops n bytes, which must be there, from the front. */
void sock_buffer_drop(struct sock_buffer *b, size_t n);

void sock_buffer_clear(struct sock_buffer *b);

/* The memory of all of them, in bytes. */
size_t sock_buffer_memory(void);

#endif
