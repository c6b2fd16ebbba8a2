/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * core/kmem.h over sbrk. Size classes are powers of two; small objects are carved from chunks.
 */
#include "kmem.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "lock.h"

#define MIN_SHIFT 5 /* 32 bytes */
#define CHUNK 4096
#define CLASSES (sizeof(size_t) * 8)

struct free_object {
  struct free_object *next;
};

static struct free_object *free_lists[CLASSES];
static struct lock lock;
static char *chunk, *chunk_end; /* what is left of the last chunk */

static unsigned class_of(size_t size) {
  unsigned shift = MIN_SHIFT;
  while (shift < CLASSES - 1 && ((size_t)1 << shift) < size) {
    shift++;
  }
  return shift;
}

static void *more_memory(size_t size) {
  void *p = sbrk((intptr_t)size);
  return p == (void *)-1 ? NULL : p;
}

static void *carve(size_t size) {
  if (size >= CHUNK) {
    return more_memory(size);
  }
  if ((size_t)(chunk_end - chunk) < size) {
    chunk = more_memory(CHUNK);
    chunk_end = chunk ? chunk + CHUNK : NULL;
    if (!chunk) {
      return NULL;
    }
  }
  void *p = chunk;
  chunk += size;
  return p;
}

/*
 * Buffers are of all sizes, and lists by size would keep as much of each size as was ever in use at
 * once. The program's malloc, if it has one, joins what is freed; a weak reference does not pull one
 * in. Signal handlers run at system calls only, so never inside of it.
 */
#define LARGE 2048
extern __attribute__((weak)) void *malloc(size_t size);
extern __attribute__((weak)) void free(void *p);

static int uses_malloc(size_t size) {
  return size > LARGE && malloc && free;
}

void *kmem_alloc(size_t size) {
  if (uses_malloc(size)) {
    return malloc(size);
  }
  unsigned shift = class_of(size);
  lock_acquire(&lock);
  struct free_object *p = free_lists[shift];
  if (p) {
    free_lists[shift] = p->next;
  } else {
    p = carve((size_t)1 << shift);
  }
  lock_release(&lock);
  return p;
}

void *kmem_zalloc(size_t size) {
  void *p = kmem_alloc(size);
  return p ? memset(p, 0, size) : NULL;
}

void kmem_free(void *p, size_t size) {
  if (!p) {
    return;
  }
  if (uses_malloc(size)) {
    free(p);
    return;
  }
  unsigned shift = class_of(size);
  struct free_object *object = p;
  lock_acquire(&lock);
  object->next = free_lists[shift];
  free_lists[shift] = object;
  lock_release(&lock);
}

size_t kmem_total(void) {
  return __builtin_wasm_memory_size(0) * 65536;
}
