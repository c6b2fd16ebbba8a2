/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Control messages of AF_UNIX sockets, after net/core/scm.c: descriptors (SCM_RIGHTS) and
 * credentials (SCM_CREDENTIALS).
 *
 * A descriptor in flight holds a reference to its description, or, if it is the host's, a hold of
 * the host's on it (core/host.h). Whoever receives it gets a number of his own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "host.h"
#include "kmem.h"
#include "unix.h"

#define MAX_DESCRIPTORS 253 /* SCM_MAX_FD */

#ifndef SCM_RIGHTS
#define SCM_RIGHTS 1
#endif
#ifndef SCM_CREDENTIALS
#define SCM_CREDENTIALS 2
#endif

/* from_kuid_munged(): the uid of nobody. */
#define OVERFLOW_ID 65534u

/* A hold of the host's, which copies of a message share: they are made under a lock, where the host
   may not be called. */
struct held {
#if EMWAKE_THREADS
  _Atomic int refs;
#else
  int refs;
#endif
  int number;
};

struct passed {
  struct file *file; /* NULL: the host's */
  struct held *held;
};

struct unix_rights {
  struct unix_rights *next; /* to be freed */
  int count, capacity;
  struct passed items[];
};

/* ---- Descriptors in flight ------------------------------------------------------------------- */

int unix_rights_count(const struct unix_rights *r) {
  return r ? r->count : 0;
}

struct file *unix_rights_file(const struct unix_rights *r, int i) {
  return r->items[i].file;
}

static size_t size_for(int capacity) {
  return sizeof(struct unix_rights) + (size_t)capacity * sizeof(struct passed);
}

static struct unix_rights *new_rights(int capacity) {
  struct unix_rights *r = kmem_alloc(size_for(capacity));
  if (r) {
    r->next = NULL;
    r->count = 0;
    r->capacity = capacity;
  }
  return r;
}

/* Its descriptions and holds belong to others now. */
static void discard(struct unix_rights *r) {
  kmem_free(r, size_for(r->capacity));
}

static int hold_foreign(int fd, struct held **held) {
  struct held *h = kmem_alloc(sizeof *h);
  if (!h) {
    return -ENOMEM;
  }
  h->refs = 1;
  h->number = host_foreign_hold(fd);
  if (h->number < 0) {
    int err = h->number;
    kmem_free(h, sizeof *h);
    return err;
  }
  *held = h;
  return 0;
}

static void put_held(struct held *h, bool drop) {
  if (--h->refs == 0) {
    if (drop) {
      host_foreign_drop(h->number);
    }
    kmem_free(h, sizeof *h);
  }
}

static int hold(struct unix_rights *r, int fd) {
  struct passed p = {.file = file_get(fd)};
  int err = p.file ? 0 : hold_foreign(fd, &p.held);
  if (err) {
    return err;
  }
  r->items[r->count++] = p;
  if (p.file) {
    unix_in_flight(p.file);
  }
  return 0;
}

static void let_go(struct passed *p) {
  if (p->file) {
    unix_arrived(p->file);
    file_put(p->file);
  } else {
    put_held(p->held, true);
  }
}

static void let_go_of_all(struct unix_rights *r) {
  for (int i = 0; i < r->count; i++) {
    let_go(&r->items[i]);
  }
  discard(r);
}

/* What a thread has to do once it holds no lock. */
static _Thread_local struct {
  bool busy;
  struct unix_rights *first; /* to be closed */
  bool collect;
} pending;

/*
 * Closing a descriptor may close a socket with others in its queue, and so on: they are closed one
 * after the other, not one inside the other, for stacks are short; and garbage is collected once.
 */
static void settle(void) {
  if (pending.busy) {
    return;
  }
  pending.busy = true;
  while (pending.first || pending.collect) {
    struct unix_rights *r = pending.first;
    if (r) {
      pending.first = r->next;
      let_go_of_all(r);
    } else {
      pending.collect = false;
      unix_collect_garbage();
    }
  }
  pending.busy = false;
}

void unix_rights_free(struct unix_rights *r) {
  if (r) {
    r->next = pending.first;
    pending.first = r;
    settle();
  }
}

void unix_want_collection(void) {
  pending.collect = true;
  settle();
}

void unix_rights_take(struct unix_control *c, struct unix_packet *p) {
  if (p->rights) {
    c->rights = p->rights;
    p->rights = NULL;
  }
}

static struct unix_rights *copy_of(const struct unix_rights *r) {
  struct unix_rights *copy = new_rights(r->count);
  if (!copy) {
    return NULL;
  }
  for (int i = 0; i < r->count; i++) {
    struct passed p = r->items[i];
    if (p.file) {
      file_ref(p.file);
      unix_in_flight(p.file);
    } else {
      p.held->refs++;
    }
    copy->items[copy->count++] = p;
  }
  return copy;
}

bool unix_rights_peek(struct unix_control *c, const struct unix_packet *p) {
  if (!p->rights) {
    return true;
  }
  c->rights = copy_of(p->rights);
  return c->rights;
}

/* ---- Parsing --------------------------------------------------------------------------------- */

/* As the program lays it out; musl's and glibc's length differ. */
static size_t align(size_t n) {
  return (n + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1);
}

#define HEADER (align(sizeof(struct cmsghdr)))

static int add_rights(struct unix_control *c, const char *data, size_t len) {
  size_t n = len / sizeof(int);
  if (!n) {
    return 0;
  }
  if (n > MAX_DESCRIPTORS || (c->rights && (int)n > c->rights->capacity - c->rights->count)) {
    return -EINVAL;
  }
  if (!c->rights) {
    c->rights = new_rights(MAX_DESCRIPTORS);
    if (!c->rights) {
      return -ENOMEM;
    }
  }
  for (size_t i = 0; i < n; i++) {
    int fd;
    memcpy(&fd, data + i * sizeof fd, sizeof fd);
    int err = hold(c->rights, fd);
    if (err) {
      return err;
    }
  }
  return 0;
}

/* scm_check_creds(): another's identity is not the caller's to claim. */
static int add_credentials(struct unix_control *c, const char *data, size_t len) {
  struct unix_credentials own = unix_own_credentials(), given;
  if (len != sizeof given) {
    return -EINVAL;
  }
  memcpy(&given, data, sizeof given);
  bool privileged = !own.uid;
  bool same = given.pid == own.pid && given.uid == own.uid && given.gid == own.gid;
  if (!same && !privileged) {
    return -EPERM;
  }
  if (given.pid != own.pid) { /* find_get_pid(): there is no other process */
    return -ESRCH;
  }
  c->has_credentials = true;
  c->credentials = given;
  return 0;
}

static int add_message(struct unix_control *c, const struct cmsghdr *h, const char *data,
                       size_t len) {
  if (h->cmsg_level != SOL_SOCKET) {
    return 0;
  }
  switch (h->cmsg_type) {
    case SCM_RIGHTS:
      return add_rights(c, data, len);
    case SCM_CREDENTIALS:
      return add_credentials(c, data, len);
    default:
      return -EINVAL;
  }
}

static int parse(struct unix_control *c, const struct socket_message *m) {
  size_t at = 0;
  while (m->control_len - at >= sizeof(struct cmsghdr)) {
    struct cmsghdr h;
    memcpy(&h, m->control + at, sizeof h);
    size_t len = (size_t)h.cmsg_len;
    if (len < sizeof h || len > m->control_len - at) { /* CMSG_OK() */
      return -EINVAL;
    }
    int err = add_message(c, &h, m->control + at + HEADER, len - (HEADER < len ? HEADER : len));
    if (err) {
      return err;
    }
    size_t step = align(len);
    if (step > m->control_len - at) {
      break;
    }
    at += step;
  }
  return 0;
}

int unix_control_in(struct unix_control *c, const struct socket_message *m) {
  *c = (struct unix_control){0};
  int err = m->control ? parse(c, m) : 0;
  if (err) {
    unix_control_drop(c);
  }
  return err;
}

void unix_control_drop(struct unix_control *c) {
  unix_rights_free(c->rights);
  c->rights = NULL;
}

void unix_control_attach(struct unix_control *c, struct unix_packet *p) {
  p->rights = c->rights;
  c->rights = NULL;
  if (c->has_credentials) {
    p->credentials = c->credentials;
  }
}

void unix_packet_add_credentials(struct unix_packet *p) {
  if (!p->credentials.pid) {
    p->credentials = unix_own_credentials();
  }
}

/* ---- Handing over ---------------------------------------------------------------------------- */

static void put_header(struct socket_message *m, int type, size_t len) {
  struct cmsghdr h;
  memset(&h, 0, sizeof h);
  h.cmsg_level = SOL_SOCKET;
  h.cmsg_type = type;
  h.cmsg_len = len;
  memcpy(m->control, &h, sizeof h);
}

static void advance(struct socket_message *m, size_t n) {
  n = n < m->control_len ? n : m->control_len;
  m->control += n;
  m->control_len -= n;
}

/* put_cmsg() */
static void put_message(struct socket_message *m, int type, const void *data, size_t len) {
  size_t full = HEADER + len;
  if (!m->control || m->control_len < sizeof(struct cmsghdr)) {
    m->out_flags |= MSG_CTRUNC;
    return;
  }
  if (m->control_len < full) {
    m->out_flags |= MSG_CTRUNC;
    full = m->control_len;
  }
  put_header(m, type, full);
  if (full > HEADER) {
    memcpy(m->control + HEADER, data, full - HEADER);
  }
  advance(m, align(HEADER + len));
}

static void put_credentials(const struct unix_control *c, struct socket_message *m) {
  struct unix_credentials out = c->credentials;
  out.uid = out.uid == (unsigned)-1 ? OVERFLOW_ID : out.uid;
  out.gid = out.gid == (unsigned)-1 ? OVERFLOW_ID : out.gid;
  put_message(m, SCM_CREDENTIALS, &out, sizeof out);
}

/* The last one of a hold's uses it up; the others get one of their own. */
static int install_foreign(struct held *h) {
  bool last = h->refs == 1;
  int number = last ? h->number : host_foreign_hold_again(h->number);
  int fd = number < 0 ? number : host_foreign_install(number);
  if (fd >= 0) {
    put_held(h, !last);
  } else if (!last && number >= 0) {
    host_foreign_drop(number);
  }
  return fd;
}

static int install(struct passed *p, int flags) {
  if (!p->file) {
    return install_foreign(p->held);
  }
  int fd = fd_install(file_ref(p->file), flags);
  if (fd >= 0) {
    unix_arrived(p->file);
    file_put(p->file);
  }
  return fd;
}

static int room_for(const struct socket_message *m) {
  if (!m->control || m->control_len <= sizeof(struct cmsghdr)) {
    return 0;
  }
  size_t n = (m->control_len - HEADER) / sizeof(int);
  return n < MAX_DESCRIPTORS ? (int)n : MAX_DESCRIPTORS;
}

/* scm_detach_fds() */
static void put_rights(struct unix_rights *r, struct socket_message *m, int flags) {
  int room = room_for(m), n = room < r->count ? room : r->count, done = 0;
  char *data = m->control + HEADER;
  while (done < n) {
    int fd = install(&r->items[done], flags & MSG_CMSG_CLOEXEC ? O_CLOEXEC : 0);
    if (fd < 0) {
      break;
    }
    memcpy(data + (size_t)done * sizeof fd, &fd, sizeof fd);
    done++;
  }
  if (done) {
    size_t len = HEADER + (size_t)done * sizeof(int);
    put_header(m, SCM_RIGHTS, len);
    advance(m, align(len));
  }
  if (done < r->count) {
    m->out_flags |= MSG_CTRUNC;
  }
  r->count -= done;
  memmove(r->items, r->items + done, (size_t)r->count * sizeof *r->items);
  unix_rights_free(r);
}

void unix_control_out(struct unix_control *c, struct socket_message *m, bool passes_credentials,
                      int flags) {
  struct unix_rights *r = c->rights;
  c->rights = NULL;
  if (!m->has_control) {
    if (passes_credentials || r) {
      m->out_flags |= MSG_CTRUNC;
    }
    unix_rights_free(r);
    return;
  }
  if (passes_credentials) {
    put_credentials(c, m);
  }
  if (r) {
    put_rights(r, m, flags);
  }
}
