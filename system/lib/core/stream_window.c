/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The receive window of streams.
 */
#include "stream_window.h"

#include "host.h"
#include "kmem.h"
#include "socket.h"

/* net.ipv4.tcp_rmem */
#define MOST ((size_t)6 * 1024 * 1024)

/* A program that has read half a window by then keeps pace. The kernel's measure is the time of a round
   trip, which is not known here. */
#define PACE_NS (20 * 1000000)

/* Windows are as at first while streams hold more than this part of the memory. */
#define PRESSURE_PART 4

static bool under_pressure(void) {
  return sock_buffer_memory() > kmem_total() / PRESSURE_PART;
}

size_t stream_window(const struct socket *s) {
  size_t first = (size_t)s->options.receive_buffer;
  bool is_first = s->options.receive_buffer_set || s->window <= first || under_pressure();
  return is_first ? first : s->window;
}

void stream_window_full(struct socket *s) {
  s->stalled = true;
  s->stalled_at = host_now();
}

static void widen(struct socket *s) {
  size_t next = 2 * stream_window(s);
  if (next > s->window) {
    s->window = next < MOST ? next : MOST;
  }
}

bool stream_window_reopen(struct socket *s) {
  if (!s->stalled || s->received.len > stream_window(s) / 2) {
    return false;
  }
  s->stalled = false;
  if (host_now() - s->stalled_at < PACE_NS) {
    widen(s);
  }
  return true;
}
