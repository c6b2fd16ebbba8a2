/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The pool of shadow stacks, see context_pool.h. From its lower end a region has the guard, the
 * stack, and the context itself, which an overflow does not reach.
 */
#include "context_pool.h"

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "context.h"
#include "emwake_js.h"
#include "kmem.h"
#include "lock.h"
#include "run_queue.h"

#define ALIGNMENT 16
#define LINE 64 /* of the cache */
#define GRANULE 1024
#define GUARD_WORDS 16

/* The first two are what Emscripten itself looks for at the end of the stack that runs
   (runtime_stack_check.js). */
static const uint32_t guard[4] = {0x02135467, 0x89bacdfe, 0x5afe57ac, 0x0ff11317};

/* The free contexts of one size. */
struct pool {
  struct pool *next;
  size_t size;
  struct context *free; /* linked by outer */
};

static struct pool *pools;
static struct lock lock;

static struct pool *pool_of(size_t size) {
  struct pool *p = pools;
  while (p && p->size != size) {
    p = p->next;
  }
  if (!p && (p = kmem_alloc(sizeof *p))) {
    *p = (struct pool){.next = pools, .size = size};
    pools = p;
  }
  return p;
}

static uint32_t *guard_of(const struct context *c) {
  return c->end;
}

static void write_guard(const struct context *c) {
  for (int i = 0; i < GUARD_WORDS; i++) {
    guard_of(c)[i] = guard[i % 4];
  }
}

static bool guard_intact(const struct context *c) {
  const uint32_t *words = guard_of(c);
  uint32_t difference = 0;
  for (int i = 0; i < GUARD_WORDS; i++) {
    difference |= words[i] ^ guard[i % 4];
  }
  return !difference && (char *)c->sp >= (char *)c->end + GUARD_WORDS * sizeof *words;
}

static void check(struct context *c) {
  if (!guard_intact(c)) {
    emwake_stack_overflow(c->name, (size_t)((char *)c->base - (char *)c->end));
  }
}

static size_t round_up(size_t n, size_t to) {
  return (n + to - 1) / to * to;
}

#define OVERHEAD (GUARD_WORDS * sizeof(uint32_t) + sizeof(struct context) + 2 * ALIGNMENT)

static void release(struct context *c) {
  size_t size = (size_t)((char *)(c + 1) - (char *)c->end);
  lock_acquire(&lock);
  struct pool *p = pool_of(size);
  if (p) {
    c->outer = p->free;
    p->free = c;
  }
  lock_release(&lock);
}

static struct context *reuse(size_t size) {
  lock_acquire(&lock);
  struct pool *p = pool_of(size);
  struct context *c = p ? p->free : NULL;
  if (c) {
    p->free = c->outer;
  }
  lock_release(&lock);
  return c;
}

/*
 * The first byte is aligned, and so is the context: it ends with the region. Regions begin and end at
 * a line of the cache, for every switch looks at both ends, and are an odd number of lines apart, so
 * that the stacks do not compete for the same places in the cache.
 */
static struct context *carve(size_t size) {
  char *memory = emwake_run_queue_reserve() ? sbrk((intptr_t)(size + LINE)) : (char *)-1;
  if (memory == (char *)-1) {
    return NULL;
  }
  char *low = (char *)round_up((uintptr_t)memory, LINE);
  struct context *c = (struct context *)(low + size) - 1;
  c->end = low;
  emwake_run_queue_meet(c);
  return c;
}

static struct context *new_region(size_t size) {
  lock_acquire(&lock);
  struct context *c = carve(size);
  lock_release(&lock);
  return c;
}

struct context *emwake_context_new(size_t size) {
  size = size ? size : emwake_context_size_of_program();
  if (size > PTRDIFF_MAX / 2) {
    return NULL;
  }
  size = round_up(size + OVERHEAD, GRANULE);
  struct context *c = reuse(size);
  if (!c && !(c = new_region(size))) {
    return NULL;
  }
  void *end = c->end;
  int number = c->number;
  uintptr_t base = (uintptr_t)c & ~(uintptr_t)(ALIGNMENT - 1);
  *c = (struct context){
    .end = end, .base = (void *)base, .number = number, .check = check, .release = release};
  write_guard(c);
  return c;
}

const char *emwake_context_name_at(const void *address) {
  const char *p = address;
  struct context *c;
  int number = 1;
  while ((c = emwake_run_queue_context(number)) && !(p >= (char *)c->end && p < (char *)c->base)) {
    number++;
  }
  return !c ? NULL : c->name ? c->name : "export";
}
