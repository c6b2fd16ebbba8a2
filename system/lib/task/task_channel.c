/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Channels between tasks. Items go to who waits for one directly; a sender waits only while the
 * ring is full, a receiver only while it is empty, so at most one of the two queues has somebody.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "kmem.h"
#include "task.h"

struct em_task_channel {
  size_t item_size, capacity;
  size_t first, count; /* of the ring */
  bool closed;
  struct sleepers senders, receivers;
  char ring[];
};

static size_t size_of(const em_task_channel_t *ch) {
  return sizeof *ch + ch->item_size * ch->capacity;
}

em_task_channel_t *emscripten_task_channel_create(size_t item_size, size_t capacity) {
  size_t ring, size;
  if (__builtin_mul_overflow(item_size, capacity, &ring) ||
      __builtin_add_overflow(ring, sizeof(em_task_channel_t), &size) || size > PTRDIFF_MAX / 2) {
    return NULL;
  }
  em_task_channel_t *ch = kmem_alloc(size);
  if (ch) {
    *ch = (em_task_channel_t){.item_size = item_size, .capacity = capacity};
  }
  return ch;
}

int emscripten_task_channel_destroy(em_task_channel_t *ch) {
  if (ch->senders.head || ch->receivers.head) {
    return -EBUSY;
  }
  kmem_free(ch, size_of(ch));
  return 0;
}

static char *place(em_task_channel_t *ch, size_t i) {
  return ch->ring + (ch->first + i) % ch->capacity * ch->item_size;
}

static void push(em_task_channel_t *ch, const void *item) {
  memcpy(place(ch, ch->count++), item, ch->item_size);
}

static void pop(em_task_channel_t *ch, void *item) {
  memcpy(item, place(ch, 0), ch->item_size);
  ch->first = (ch->first + 1) % ch->capacity;
  ch->count--;
}

/* -EAGAIN, or what came of waiting. */
static int wait(struct sleepers *q, void *item, int timeout) {
  if (timeout == 0) {
    return -EAGAIN;
  }
  struct sleeper s = {.task = emwake_task_current(), .item = item};
  return emwake_task_sleep_in(q, &s, emwake_task_deadline(timeout));
}

int emscripten_task_channel_send(em_task_channel_t *ch, const void *item, int timeout) {
  if (ch->closed) {
    return -EPIPE;
  }
  struct sleeper *receiver = emwake_task_serve(&ch->receivers, 0);
  if (receiver) {
    memcpy(receiver->item, item, ch->item_size);
  } else if (ch->count < ch->capacity) {
    push(ch, item);
  } else {
    return wait(&ch->senders, (void *)item, timeout);
  }
  if (timeout != 0) {
    waiter_pass();
  }
  return 0;
}

int emscripten_task_channel_receive(em_task_channel_t *ch, void *item, int timeout) {
  bool any = ch->count > 0;
  if (any) {
    pop(ch, item);
  }
  struct sleeper *sender = emwake_task_serve(&ch->senders, 0);
  if (sender && any) {
    push(ch, sender->item);
  } else if (sender) {
    memcpy(item, sender->item, ch->item_size);
  } else if (!any) {
    return ch->closed ? -EPIPE : wait(&ch->receivers, item, timeout);
  }
  if (timeout != 0) {
    waiter_pass();
  }
  return 0;
}

int emscripten_task_channel_close(em_task_channel_t *ch) {
  if (ch->closed) {
    return -EPIPE;
  }
  ch->closed = true;
  while (emwake_task_serve(&ch->senders, -EPIPE) || emwake_task_serve(&ch->receivers, -EPIPE)) {
  }
  return 0;
}
