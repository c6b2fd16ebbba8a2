/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A node: what can be ready (a pipe end, a socket, an eventfd). All descriptors that were dup'ed
 * from one another share the node, and with it one wait queue.
 *
 * Two lifetimes: a node is open while an open file description refers to it, and its memory
 * lives while anybody holds a reference (node_get, node_put). ops->close ends the first, when the
 * last description goes; ops->free ends the second.
 */
#ifndef EMWAKE_CORE_NODE_H
#define EMWAKE_CORE_NODE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wait_queue.h"
#include "waiter.h"

struct file;
struct iov_iter;
struct node;
struct socket_family;

/*
 * What a kind of descriptor can do. A NULL member is an operation that the kind does not have; the
 * caller answers for it with the errno in brackets. No operation blocks: one that would have to
 * wait returns -EAGAIN, and the caller waits for the events that it names.
 */
struct node_ops {
  /* The kind, as /proc/self/fd names it: "pipe", "eventfd", ... */
  const char *name;
  /* S_IFIFO, S_IFSOCK, or 0 for an anonymous inode. */
  mode_t mode;
  /* Ready for ever, like a regular file: epoll and the callback API refuse it with EPERM. */
  bool always_ready;
  /* Derives the readiness, as poll(2) bits. Pure: changes nothing, registers nothing. Called
     without locks; takes its state's own. Must work on a closed node too. */
  int (*poll)(struct node *n);
  /*
   * For a node whose readiness the time alone changes, such as a timer's. deadline says when it is
   * going to; it is pure. Nobody but those who wait watches the clock: none of them sleeps for
   * longer than that, and they call expire when it has passed, which changes the state, exactly
   * once for each time, and notifies, so that everybody else hears of it. poll tells of the state
   * as expire has left it. A deadline that comes to be earlier than it was is notified, as
   * DEADLINE_MOVED. expire is called without locks of n's state, and does nothing before the
   * deadline. A kind has both or neither. [DEADLINE_NONE]
   */
  deadline_t (*deadline)(struct node *n);
  void (*expire)(struct node *n);
  /* Moves bytes into it / out of it; returns how many, 0 at end of file, or -errno. May move less
     than asked for. [EINVAL] */
  ssize_t (*read)(struct file *f, struct iov_iter *it);
  ssize_t (*write)(struct file *f, struct iov_iter *it);
  /* Of POLLIN and POLLOUT, those for which one waiting read or write at a time is woken. For them
     an operation may not answer EAGAIN while poll says that it is ready. */
  int exclusive;
  /* How long read (POLLIN) and write (POLLOUT) wait, in nanoseconds; negative: without limit.
     [without limit] */
  int64_t (*timeout)(struct node *n, int events);
  /* arg is the third argument of ioctl(2). -ENOTTY for a request that it does not know. [ENOTTY] */
  int (*ioctl)(struct file *f, unsigned long request, void *arg);
  /* fcntl(2) commands beyond the common ones. [EINVAL] */
  int (*fcntl)(struct file *f, int cmd, long arg);
  /* O_* bits that F_SETFL may change beside O_APPEND, O_NOATIME and O_NONBLOCK: O_ASYNC where the
     kernel's file has fasync, O_DIRECT of pipes. */
  int setfl_mask;
  /* The system calls of sockets; NULL: it is none. They serve read and write as well, if those are
     NULL. */
  const struct socket_family *socket;
  /* The last description of the node is closed: tell the peer, let go of everything but the memory
     that poll needs. */
  void (*close)(struct node *n);
  /* The last reference is gone. */
  void (*free)(struct node *n);
};

struct node {
  const struct node_ops *ops;
  struct wait_queue queue;
#if EMWAKE_THREADS
  _Atomic int refs;
#else
  int refs;
#endif
};

/* Fills in a node with one reference, the caller's. */
void node_init(struct node *n, const struct node_ops *ops);

struct node *node_get(struct node *n);
void node_put(struct node *n);

/* Derives n's readiness, after what the time has done to it. */
int node_poll(struct node *n);

/* When the time is going to change n's readiness; DEADLINE_NONE: it is not. */
deadline_t node_deadline(struct node *n);

/*
 * Tells everyone who waits on n that its state has changed: blocked calls, callbacks, promises and
 * epoll instances alike. events are the poll(2) bits that may have come up; POLLNVAL when a
 * descriptor was closed. From any thread; never blocks; the caller holds no lock of n's state.
 */
void notify_node_listeners(struct node *n, int events);

/* For notify_node_listeners(), where the kernel wakes without a key (wake_up_interruptible): every
   listener hears of it, and for each edge-triggered watch it is an edge. */
#define ANY_EVENT (0x3fff & ~POLLNVAL)

/* The same, of a socket that has got something to read: sock_def_readable(). */
#define DATA_READY (POLLIN | POLLRDNORM | POLLPRI | POLLRDBAND)

#endif
