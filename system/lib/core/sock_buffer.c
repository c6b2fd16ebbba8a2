/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A queue of bytes in blocks.
 */
#include "sock_buffer.h"

#include "iov_iter.h"
#include "kmem.h"

/* With the block's header, what kmem_alloc() has a class for. Thousands of connections with a short
   message each need little; one that sends many soon gets pages. */
#define FIRST_CAPACITY (512 - sizeof(struct sock_block))
#define PAGE_CAPACITY (4096 - sizeof(struct sock_block))

static size_t capacity_after(const struct sock_block *last, size_t n) {
  size_t capacity = !last ? FIRST_CAPACITY : PAGE_CAPACITY;
  return n > capacity ? n : capacity;
}

char *sock_buffer_reserve(struct sock_buffer *b, size_t n) {
  struct sock_block *last = b->last;
  if (last && last->capacity - last->tail >= n) {
    return last->bytes + last->tail;
  }
  size_t capacity = capacity_after(last, n);
  struct sock_block *block = kmem_alloc(sizeof *block + capacity);
  if (!block) {
    return NULL;
  }
  *block = (struct sock_block){.capacity = capacity};
  if (last) {
    last->next = block;
  } else {
    b->first = block;
  }
  b->last = block;
  return block->bytes;
}

void sock_buffer_commit(struct sock_buffer *b, size_t n) {
  b->last->tail += n;
  b->len += n;
}

size_t sock_buffer_peek(const struct sock_buffer *b, struct iov_iter *it, size_t len) {
  size_t done = 0;
  for (struct sock_block *block = b->first; block && done < len && it->count; block = block->next) {
    size_t n = block->tail - block->head;
    n = n < len - done ? n : len - done;
    done += iov_iter_copy_to(it, block->bytes + block->head, n);
  }
  return done;
}

void sock_buffer_drop(struct sock_buffer *b, size_t n) {
  b->len -= n;
  while (b->first) {
    struct sock_block *block = b->first;
    size_t have = block->tail - block->head;
    if (n < have) {
      block->head += n;
      return;
    }
    n -= have;
    b->first = block->next;
    kmem_free(block, sizeof *block + block->capacity);
  }
  b->last = NULL;
}

void sock_buffer_clear(struct sock_buffer *b) {
  sock_buffer_drop(b, b->len);
}
