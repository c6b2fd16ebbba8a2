/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Descriptors as JSON. What it needs to know of a kind that the program may not have is a weak symbol:
 * it links none of them.
 */
#define _GNU_SOURCE
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/un.h>

#include "epoll.h"
#include "eventfd.h"
#include "file.h"
#include "host.h"
#include "kmem.h"
#include "poll_request.h"
#include "poll_set.h"
#include "socket_family.h"

#ifndef TIOCOUTQ
#define TIOCOUTQ 0x5411
#endif

extern __typeof__(epoll_describe_listener) epoll_describe_listener __attribute__((weak));
extern __typeof__(poll_set_owns) poll_set_owns __attribute__((weak));
extern __typeof__(poll_request_of_listener) poll_request_of_listener __attribute__((weak));
extern __typeof__(eventfd_count) eventfd_count __attribute__((weak));

/* ---- Text -------------------------------------------------------------------------------------- */

/* In front of the bytes, so that they can be freed by their address alone. */
struct header {
  size_t capacity;
};

struct text {
  struct header *header;
  size_t len;
  bool failed;
};

static char *bytes_of(struct header *h) {
  return (char *)(h + 1);
}

static void free_header(struct header *h) {
  kmem_free(h, h ? sizeof *h + h->capacity : 0);
}

/* Room for n bytes and a 0 behind what is there. */
static bool reserve(struct text *t, size_t n) {
  size_t capacity = t->header ? t->header->capacity : 0;
  if (t->len + n + 1 <= capacity) {
    return true;
  }
  size_t bigger = (t->len + n + 1) * 2;
  struct header *h = kmem_alloc(sizeof *h + bigger);
  if (!h) {
    t->failed = true;
    return false;
  }
  h->capacity = bigger;
  if (t->header) {
    memcpy(bytes_of(h), bytes_of(t->header), t->len);
  }
  free_header(t->header);
  t->header = h;
  return true;
}

static __attribute__((format(printf, 2, 3))) void add(struct text *t, const char *format, ...) {
  char part[256];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(part, sizeof part, format, args);
  va_end(args);
  if (reserve(t, (size_t)n)) {
    memcpy(bytes_of(t->header) + t->len, part, (size_t)n);
    t->len += (size_t)n;
    bytes_of(t->header)[t->len] = 0;
  }
}

/* As a JSON string. Bytes that are not printable ASCII are escaped one by one. */
static void add_string(struct text *t, const char *name, const char *s, size_t len) {
  add(t, ",\"%s\":\"", name);
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];
    bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    add(t, plain ? "%c" : "\\u%04x", c);
  }
  add(t, "\"");
}

static unsigned long long address(const void *p) {
  return (unsigned long long)(uintptr_t)p;
}

/* ---- Listeners --------------------------------------------------------------------------------- */

/* A poll set's listens when nobody waits. */
static bool is_idle(const struct listener *l) {
  bool waits;
  return &poll_set_owns && poll_set_owns(l, &waits) && !waits;
}

static void describe_listener(struct text *t, const struct listener *l) {
  struct epoll_watch_info watch;
  int id = &poll_request_of_listener ? poll_request_of_listener(l) : 0;
  if (l->waiter) {
    add(t, "{\"kind\":\"wait\",\"waiter\":%llu", address(l->waiter));
  } else if (&epoll_describe_listener && epoll_describe_listener(l, &watch)) {
    add(t, "{\"kind\":\"epoll\",\"epoll\":%llu,\"fd\":%d,\"flags\":%u", address(watch.epoll),
        watch.fd, watch.flags);
  } else {
    add(t, "{\"kind\":\"callback\"");
    if (id) {
      add(t, ",\"id\":%d", id);
    }
  }
  add(t, ",\"events\":%d,\"exclusive\":%s}", l->events & 0xffff, l->take ? "true" : "false");
}

/* Under the queue's lock, where no listener goes away; it is a leaf but for memory (kmem.h). */
static void describe_listeners(struct text *t, struct node *n) {
  add(t, ",\"listeners\":[");
  lock_acquire(&n->queue.lock);
  const char *separator = "";
  for (struct listener *l = n->queue.head; l; l = l->next) {
    if (!is_idle(l)) {
      add(t, "%s", separator);
      describe_listener(t, l);
      separator = ",";
    }
  }
  lock_release(&n->queue.lock);
  add(t, "]");
}

/* ---- State ------------------------------------------------------------------------------------- */

static void describe_name(struct text *t, struct file *f, bool peer) {
  struct sockaddr_storage a = {0};
  socklen_t len = sizeof a;
  char text[INET6_ADDRSTRLEN + 8], host[INET6_ADDRSTRLEN];
  const char *key = peer ? "peer" : "local";
  if (f->node->ops->socket->name(f, (struct sockaddr *)&a, &len, peer) != 0) {
    return;
  }
  if (a.ss_family == AF_UNIX) {
    const struct sockaddr_un *un = (struct sockaddr_un *)&a;
    size_t n = len > offsetof(struct sockaddr_un, sun_path)
                 ? len - offsetof(struct sockaddr_un, sun_path)
                 : 0;
    add_string(t, key, un->sun_path, n && un->sun_path[0] ? strnlen(un->sun_path, n) : n);
    return;
  }
  const struct sockaddr_in *in = (struct sockaddr_in *)&a;
  const struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a;
  bool six = a.ss_family == AF_INET6;
  inet_ntop(a.ss_family, six ? (void *)&in6->sin6_addr : (void *)&in->sin_addr, host, sizeof host);
  int n = snprintf(text, sizeof text, six ? "[%s]:%d" : "%s:%d", host,
                   ntohs(six ? in6->sin6_port : in->sin_port));
  add_string(t, key, text, (size_t)n);
}

static int socket_option(struct file *f, int name) {
  int value = 0;
  socklen_t len = sizeof value;
  f->node->ops->socket->get_option(f, SOL_SOCKET, name, &value, &len);
  return value;
}

static void describe_socket(struct text *t, struct file *f) {
  add(t, ",\"domain\":%d,\"type\":%d", socket_option(f, SO_DOMAIN), socket_option(f, SO_TYPE));
  if (socket_option(f, SO_ACCEPTCONN)) {
    add(t, ",\"listening\":true");
  }
  describe_name(t, f, false);
  describe_name(t, f, true);
}

static void describe_count(struct text *t, struct file *f, unsigned long request, const char *key) {
  int count;
  if (f->node->ops->ioctl && f->node->ops->ioctl(f, request, &count) == 0) {
    add(t, ",\"%s\":%d", key, count);
  }
}

static void describe_time(struct text *t, struct node *n) {
  deadline_t deadline = n->ops->deadline ? n->ops->deadline(n) : DEADLINE_NONE;
  if (deadline != DEADLINE_NONE) {
    int64_t left = deadline - host_now();
    add(t, ",\"expires\":%.3f", left > 0 ? (double)left / 1e6 : 0.0);
  }
}

static void describe_state(struct text *t, struct file *f) {
  const struct node_ops *ops = f->node->ops;
  uint64_t count;
  describe_count(t, f, FIONREAD, "unread");
  if (ops->socket) {
    describe_count(t, f, TIOCOUTQ, "unsent");
    describe_socket(t, f);
  }
  int size = ops->fcntl ? ops->fcntl(f, F_GETPIPE_SZ, 0) : -EINVAL;
  if (size > 0) {
    add(t, ",\"size\":%d", size);
  }
  if (&eventfd_count && eventfd_count(f->node, &count)) {
    add(t, ",\"count\":%llu", (unsigned long long)count);
  }
  describe_time(t, f->node);
}

static void describe(struct text *t, int fd, struct file *f) {
  add(t, "{\"fd\":%d,\"kind\":\"%s\",\"node\":%llu,\"flags\":%d,\"cloexec\":%s,\"ready\":%d", fd,
      f->node->ops->name, address(f->node), f->flags,
      fd_get_flags(fd) & FD_CLOEXEC ? "true" : "false", f->node->ops->poll(f->node));
  describe_state(t, f);
  describe_listeners(t, f->node);
  add(t, "}");
}

char *diag_descriptors(void) {
  struct text t = {0};
  bool first = true;
  add(&t, "[");
  for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1)) {
    struct file *f = file_get(fd);
    if (f) {
      add(&t, "%s", first ? "" : ",");
      describe(&t, fd, f);
      file_put(f);
      first = false;
    }
  }
  add(&t, "]");
  if (t.failed) {
    free_header(t.header);
    return NULL;
  }
  return bytes_of(t.header);
}

void diag_free(char *text) {
  free_header((struct header *)text - 1);
}
