/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Queues of pending signals, after struct sigpending of kernel/signal.c.
 */
#include "signal_queue.h"

#include <string.h>

#include "kmem.h"

/* Delivered before all others, for the fault is where the program is now (SYNCHRONOUS_MASK). */
#define SYNCHRONOUS                                                                                \
  (SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) |           \
   SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSYS))

bool signal_queue_coalesces(const struct signal_queue *q, int sig) {
  return sig < FIRST_REAL_TIME && (q->set & SIGNAL_BIT(sig));
}

void signal_queue_append(struct signal_queue *q, struct queued_signal *entry) {
  entry->next = NULL;
  if (q->last) {
    q->last->next = entry;
  } else {
    q->first = entry;
  }
  q->last = entry;
  q->set |= SIGNAL_BIT(entry->info.si_signo);
}

bool signal_queue_add(struct signal_queue *q, const siginfo_t *info) {
  struct queued_signal *entry = kmem_alloc(sizeof *entry);
  if (!entry) {
    q->set |= SIGNAL_BIT(info->si_signo);
    return false;
  }
  entry->info = *info;
  entry->taken = NULL;
  signal_queue_append(q, entry);
  return true;
}

static struct queued_signal **find(struct signal_queue *q, int sig) {
  struct queued_signal **link = &q->first;
  while (*link && (*link)->info.si_signo != sig) {
    link = &(*link)->next;
  }
  return link;
}

static void unlink_entry(struct signal_queue *q, struct queued_signal **link) {
  struct queued_signal *entry = *link;
  *link = entry->next;
  if (q->last == entry) {
    q->last = NULL;
    for (struct queued_signal *i = q->first; i; i = i->next) {
      q->last = i;
    }
  }
  if (!*find(q, entry->info.si_signo)) {
    q->set &= ~SIGNAL_BIT(entry->info.si_signo);
  }
}

void signal_queue_remove(struct signal_queue *q, struct queued_signal *entry) {
  struct queued_signal **link = &q->first;
  while (*link && *link != entry) {
    link = &(*link)->next;
  }
  if (*link) {
    unlink_entry(q, link);
  }
}

int signal_queue_next(const struct signal_queue *q, sigmask_t mask) {
  sigmask_t set = q->set & mask;
  if (!set) {
    return 0;
  }
  return __builtin_ctzll(set & SYNCHRONOUS ? set & SYNCHRONOUS : set) + 1;
}

void signal_queue_take(struct signal_queue *q, int sig, siginfo_t *info) {
  struct queued_signal **link = find(q, sig);
  struct queued_signal *entry = *link;
  if (!entry) { /* there was no memory for it */
    memset(info, 0, sizeof *info);
    info->si_signo = sig;
    info->si_code = SI_USER;
    q->set &= ~SIGNAL_BIT(sig);
    return;
  }
  unlink_entry(q, link);
  if (entry->taken) {
    entry->taken(entry);
    *info = entry->info;
  } else {
    *info = entry->info;
    kmem_free(entry, sizeof *entry);
  }
}

void signal_queue_flush(struct signal_queue *q, sigmask_t mask) {
  for (int sig; (sig = signal_queue_next(q, mask));) {
    siginfo_t ignored;
    signal_queue_take(q, sig, &ignored);
  }
}

void signal_queue_move(struct signal_queue *to, struct signal_queue *from) {
  struct queued_signal *next;
  to->set |= from->set;
  for (struct queued_signal *i = from->first; i; i = next) {
    next = i->next;
    signal_queue_append(to, i);
  }
  *from = (struct signal_queue){0};
}
