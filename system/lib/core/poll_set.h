/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What a program polls again and again: the listeners of a poll(2) over many descriptors stay in
 * their queues until the next one, which looks at those alone that were ready, have been notified,
 * or are others than before. So a call costs what has happened, and a comparison of two arrays.
 *
 * There is one set in a program. A call that finds it in use, by another thread or stack, does
 * without it.
 */
#ifndef EMWAKE_CORE_POLL_SET_H
#define EMWAKE_CORE_POLL_SET_H

#include <poll.h>
#include <stdbool.h>

#include "wait_queue.h"
#include "waiter.h"

/* With fewer descriptors a set is not worth it. */
#define POLL_SET_MIN 256
/* More are refused by the caller. */
#define POLL_SET_MAX 65536

/* The bits that end a poll(2) for events. */
static inline int poll_wanted(int events) {
  return (unsigned short)events | POLLERR | POLLHUP | POLLNVAL;
}

/* poll_fds() by the set, n from POLL_SET_MIN to POLL_SET_MAX. Returns false, and has done nothing, if
   the set is in use or there is no memory. */
bool poll_set_poll(struct pollfd *fds, nfds_t n, deadline_t deadline, int *result);

/* Gives the set's memory back, and what it holds of nodes, if one of these has been closed since
   the last call. For whoever polls without it. */
void poll_set_tidy(void);

/* Whether l is one of the set's; *waits: somebody sleeps on it. */
bool poll_set_owns(const struct listener *l, bool *waits);

#endif
