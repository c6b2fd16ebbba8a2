/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A queue of bytes in blocks.
 */
#include "sock_buffer.h"

#include "iov_iter.h"
#include "kmem.h"
#include "lock.h"

/* With the block's header, what kmem_alloc() has a class for. Thousands of connections with a short
   message each need little; one that sends many soon gets pages. */
#define FIRST_CAPACITY (512 - sizeof(struct sock_block))
#define PAGE_CAPACITY (4096 - sizeof(struct sock_block))

#if EMWAKE_THREADS
static _Atomic size_t memory;
#else
static size_t memory;
#endif

size_t sock_buffer_memory(void) {
  return memory;
}

static struct sock_block *new_block(size_t capacity) {
  struct sock_block *block = kmem_alloc(sizeof *block + capacity);
  if (block) {
    *block = (struct sock_block){.capacity = capacity};
    memory += capacity;
  }
  return block;
}

static void free_block(struct sock_block *block) {
  memory -= block->capacity;
  kmem_free(block, sizeof *block + block->capacity);
}

static size_t capacity_after(const struct sock_block *last, size_t n) {
  size_t capacity = !last ? FIRST_CAPACITY : PAGE_CAPACITY;
  return n > capacity ? n : capacity;
}

char *sock_buffer_reserve(struct sock_buffer *b, size_t n) {
  struct sock_block *last = b->last;
  if (last && last->capacity - last->tail >= n) {
    return last->bytes + last->tail;
  }
  struct sock_block *block = new_block(capacity_after(last, n));
  if (!block) {
    return NULL;
  }
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
    free_block(block);
  }
  b->last = NULL;
}

void sock_buffer_clear(struct sock_buffer *b) {
  sock_buffer_drop(b, b->len);
}
