/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The run queue, see run_queue.h: a ring with room for every context, for none is in it twice.
 */
#include "run_queue.h"

#include <emscripten.h>
#include <stddef.h>

#include "context.h"
#include "emwake_js.h"
#include "kmem.h"
#include "lock.h"

/* The events of the host never have to wait for more than these: as many as libuv takes from the system
   at a time. Where fewer wake together, a limit that they reach costs another turn of its loop. */
#define TURN 1024
/* Those whose memory is fetched together. */
#define AHEAD 16
#define LINE 64 /* of the cache */
#define FEW 64

/* What the queue knows of a context, by its number: to put it into the queue, nobody looks at the
   context itself. */
struct entry {
  struct context *context; /* NULL: main's, whose number is 0 */
  bool queued;
};

static struct lock lock;
static struct entry few[FEW];
static int few_queued[FEW];

/* Both have room for capacity contexts, a power of two. */
static struct entry *entries = few;
static int *ring = few_queued;
static unsigned capacity = FEW, count = 1;
static unsigned first, last; /* counted on without end */
static unsigned in_a_row;
static bool active; /* JavaScript takes from the queue until it is told that it is empty */

static int *place(unsigned i) {
  return &ring[i & (capacity - 1)];
}

static void use_tables(struct entry *more, int *longer, unsigned size) {
  for (unsigned i = 0; i < count; i++) {
    more[i] = entries[i];
  }
  for (unsigned i = first; i != last; i++) {
    longer[i & (size - 1)] = *place(i);
  }
  entries = more;
  ring = longer;
  capacity = size;
}

static void free_tables(struct entry *e, int *queue, unsigned size) {
  kmem_free(e, size * sizeof *e);
  kmem_free(queue, size * sizeof *queue);
}

static bool grow(void) {
  struct entry *old = entries;
  int *old_ring = ring;
  unsigned old_size = capacity, size = 2 * old_size;
  struct entry *more = kmem_alloc(size * sizeof *more);
  int *longer = kmem_alloc(size * sizeof *longer);
  if (!more || !longer) {
    free_tables(more, longer, size);
    return false;
  }
  use_tables(more, longer, size);
  if (old != few) {
    free_tables(old, old_ring, old_size);
  }
  return true;
}

bool emwake_run_queue_reserve(void) {
  lock_acquire(&lock);
  bool room = count < capacity || grow();
  lock_release(&lock);
  return room;
}

void emwake_run_queue_meet(struct context *c) {
  emwake_run_queue_hook = emwake_run_queue_add;
  lock_acquire(&lock);
  c->number = (int)count;
  entries[count++] = (struct entry){.context = c};
  lock_release(&lock);
}

struct context *emwake_run_queue_context(int number) {
  lock_acquire(&lock);
  struct context *c = (unsigned)number < count ? entries[number].context : NULL;
  lock_release(&lock);
  return c;
}

static bool put(int number) {
  if (entries[number].queued) {
    return false;
  }
  entries[number].queued = true;
  *place(last++) = number;
  return true;
}

EMSCRIPTEN_KEEPALIVE bool emwake_run_queue_add(int number) {
  lock_acquire(&lock);
  bool added = put(number);
  bool begin = added && !active;
  active |= added;
  lock_release(&lock);
  if (begin) {
    emwake_run_queue_begin();
  }
  return added;
}

/*
 * What hundreds of stacks have in memory does not fit the caches, and each line that one finds
 * missing when it goes on costs a hundred nanoseconds and more. Missed together they cost little more
 * than one: the guard, the task, and the frames that the call returns to.
 */
__attribute__((no_sanitize("address"))) static void fetch(unsigned from, unsigned to) {
  static volatile char sink;
  char fetched = 0;
  for (unsigned i = from; i != to; i++) {
    const volatile struct context *c = entries[*place(i)].context;
    fetched += c ? (char)c->number : 0;
  }
  for (unsigned i = from; i != to; i++) {
    const struct context *c = entries[*place(i)].context;
    const volatile char *frame = c ? c->sp : NULL, *above = (const char *)c;
    if (!frame) {
      continue; /* main's, or not begun */
    }
    fetched += *(const volatile char *)c->end;
    fetched += c->task ? *(const volatile char *)c->task : 0;
    for (int line = 0; line < 5 && frame < above; line++, frame += LINE) {
      fetched += *frame;
    }
  }
  sink = fetched;
}

static void fetch_ahead(void) {
  if (first % AHEAD == 0 && last - first > 1) {
    fetch(first, last - first < AHEAD ? last : first + AHEAD);
  }
}

static int next(void) {
  if (first == last) {
    active = false;
    return RUN_QUEUE_EMPTY;
  }
  if (in_a_row == TURN) {
    in_a_row = 0;
    return RUN_QUEUE_HOST;
  }
  in_a_row++;
  fetch_ahead();
  int number = *place(first++);
  entries[number].queued = false;
  return number;
}

EMSCRIPTEN_KEEPALIVE int emwake_run_queue_next(void) {
  lock_acquire(&lock);
  int number = next();
  lock_release(&lock);
  return number;
}
