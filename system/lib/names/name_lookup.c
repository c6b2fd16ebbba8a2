/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Lookups. The resolver lives on the runtime's main thread, like all of the host; its answer comes
 * from the event loop there, and is read by whichever thread asked.
 */
#include "name_lookup.h"

#include <arpa/inet.h>
#include <emscripten/em_macros.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <strings.h>

#include "file.h"
#include "host.h"
#include "kmem.h"
#include "waiter.h"

/* src/lib/libemwake_names.js. Each has a reference to l until it says emwake_lookup_done(). */
void emwake_lookup(struct name_lookup *l, const char *name, int family, int flags);
void emwake_lookup_reverse(struct name_lookup *l, const char *address);

/* Stock Emscripten's: an address, in network order, that stands for the name. */
uint32_t _emscripten_lookup_name(const char *name);

/* ---- The node ---------------------------------------------------------------------------------- */

static int lookup_poll(struct node *n) {
  return name_lookup_done((struct name_lookup *)n) ? POLLIN | POLLRDNORM : 0;
}

static void lookup_close(struct node *n) {
  (void)n;
}

static void lookup_free(struct node *n) {
  kmem_free(n, sizeof(struct name_lookup));
}

static const struct node_ops lookup_ops = {
  .name = "lookup",
  .poll = lookup_poll,
  .close = lookup_close,
  .free = lookup_free,
};

struct name_lookup *name_lookup_new(const char *name) {
  struct name_lookup *l = kmem_zalloc(sizeof *l);
  if (l) {
    node_init(&l->node, &lookup_ops);
    strlcpy(l->name, name, sizeof l->name);
    if (strlen(name) >= sizeof l->name) {
      name_lookup_answer(l, EAI_NONAME);
    }
  }
  return l;
}

struct name_lookup *name_lookup_of_fd(int fd) {
  struct node *n = node_of_fd(fd);
  if (n && n->ops != &lookup_ops) {
    node_put(n);
    n = NULL;
  }
  return (struct name_lookup *)n;
}

/* ---- The answer -------------------------------------------------------------------------------- */

void name_lookup_answer(struct name_lookup *l, int error) {
  lock_acquire(&l->lock);
  l->error = error;
  l->done = true;
  lock_release(&l->lock);
  notify_node_listeners(&l->node, POLLIN | POLLRDNORM);
}

bool name_lookup_done(struct name_lookup *l) {
  lock_acquire(&l->lock);
  bool done = l->done;
  lock_release(&l->lock);
  return done;
}

/* For the resolver, before it is done: the next address, from a sockaddr. */
EMSCRIPTEN_KEEPALIVE void emwake_lookup_add(struct name_lookup *l, const struct sockaddr *sa) {
  if (l->count < MAX_ADDRESSES) {
    name_address_from_sockaddr(&l->addresses[l->count++], sa);
  }
}

/* For the resolver, before it is done: the name of the address that was asked for. */
EMSCRIPTEN_KEEPALIVE void emwake_lookup_name(struct name_lookup *l, const char *name) {
  strlcpy(l->name, name, sizeof l->name);
}

/* The resolver's last word. error: EAI_*. */
EMSCRIPTEN_KEEPALIVE void emwake_lookup_done(struct name_lookup *l, int error) {
  name_lookup_answer(l, error || l->count ? error : EAI_NONAME);
  node_put(&l->node);
}

/* ---- The question ------------------------------------------------------------------------------ */

/* RFC 6761, 6.3. */
static bool is_localhost(const char *name) {
  size_t len = strlen(name), tail = strlen("localhost");
  if (len && name[len - 1] == '.') {
    len--;
  }
  return len >= tail && !strncasecmp(name + len - tail, "localhost", tail) &&
         (len == tail || name[len - tail - 1] == '.');
}

static void set_loopback(struct name_address *a, int family) {
  if (family == AF_INET6) {
    *a = (struct name_address){.family = AF_INET6, .bytes = {[15] = 1}};
  } else {
    name_address_set_ipv4(a, INADDR_LOOPBACK);
  }
}

/*
 * A build that can never wait on this thread still has to give an address to a program that calls
 * getaddrinfo and connects: Emscripten's stand-in for the name, which connect and sendto resolve.
 */
static bool stand_in(struct name_lookup *l, int family) {
  if (!host_never_waits()) {
    return false;
  }
  if (is_localhost(l->name)) {
    set_loopback(&l->addresses[0], family);
    l->count = 1;
    return true;
  }
  uint32_t address = _emscripten_lookup_name(l->name);
  name_address_set_ipv4(&l->addresses[0], ntohl(address));
  l->count = name_address_convert(&l->addresses[0], family, 1);
  return true;
}

void name_lookup_start(struct name_lookup *l, int family, int flags) {
  if (l->done) {
    return;
  }
  node_get(&l->node);
  emwake_lookup(l, l->name, family, flags);
}

void name_lookup_start_blocking(struct name_lookup *l, int family, int flags) {
  if (!l->done && stand_in(l, family)) {
    name_lookup_answer(l, 0);
  } else {
    name_lookup_start(l, family, flags);
  }
}

void name_lookup_reverse(struct name_lookup *l) {
  const struct name_address *a = &l->addresses[0];
  if (host_never_waits()) {
    name_lookup_answer(l, EAI_NONAME);
    return;
  }
  l->count = 1;
  inet_ntop(a->family, a->bytes, l->name, sizeof l->name);
  node_get(&l->node);
  emwake_lookup_reverse(l, l->name);
}

/* ---- Waiting ----------------------------------------------------------------------------------- */

int name_lookup_wait(struct name_lookup *l) {
  struct waiter w;
  struct listener listener;
  int err = 0;
  waiter_init(&w);
  listener_init_waiter(&listener, &w, POLLIN);
  wait_queue_add(&l->node.queue, &listener);
  while (!name_lookup_done(l) && err == 0) {
    err = waiter_wait_quietly(&w, DEADLINE_NONE); /* no signal ends it */
  }
  wait_queue_remove(&listener);
  if (name_lookup_done(l)) {
    return l->error;
  }
  errno = -err;
  return EAI_SYSTEM;
}
