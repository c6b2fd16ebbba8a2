/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Open file descriptions, and the table of descriptors that refer to them.
 *
 * A descriptor number belongs to the host (FS.streams in wasm); this table says which description
 * of the core a number refers to, so that a look-up never leaves linear memory. A number that is
 * open but not in the table is the host's own: a regular file, a tty.
 *
 * A description is open while a descriptor refers to it or an operation on it is under way. When
 * the last of these ends, its node is closed.
 */
#ifndef EMWAKE_CORE_FILE_H
#define EMWAKE_CORE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "iov_iter.h"
#include "node.h"
#include "waiter.h"

struct watch;

struct file {
  struct node *node;
#if EMWAKE_THREADS
  _Atomic int refs;
  _Atomic int flags;
#else
  int refs;
  int flags; /* O_ACCMODE, O_NONBLOCK, ...: what F_GETFL says */
#endif
  struct watch *watchers; /* the epoll watches of the description, epoll.c */
};

/* Called when a description that has watchers ends. Set by epoll.c, so that a program without
   epoll carries none of it. */
extern void (*file_release_hook)(struct file *f);

/*
 * Makes a description of n with one reference, the caller's, and takes over the caller's reference
 * to n (which is put if this fails). NULL: out of memory.
 */
struct file *file_new(struct node *n, int flags);

struct file *file_ref(struct file *f);
void file_put(struct file *f);

/* The description that fd refers to, with a reference for the caller; NULL if it is not the
   core's. */
struct file *file_get(int fd);

/*
 * Gives f the lowest free descriptor. flags: O_CLOEXEC or 0. Takes over the caller's reference.
 * Returns the descriptor, or -EMFILE or -ENOMEM (then f is put).
 */
int fd_install(struct file *f, int flags);

/* Makes a node a descriptor: file_new and fd_install in one. Takes over the reference to n.
   flags: those of the description, and O_CLOEXEC. Returns the descriptor, -EMFILE or -ENOMEM. */
int fd_open(struct node *n, int flags);

/* True if fd refers to f. */
bool fd_refers_to(int fd, const struct file *f);

/*
 * The node behind any open descriptor, the core's or the host's, with a reference for the caller.
 * NULL if fd is not open.
 */
struct node *node_of_fd(int fd);

/* The readiness of fd; POLLNVAL if it is not open, or (node is not NULL) refers to another node. */
int fd_poll(int fd, const struct node *node);

/* The lowest number that refers to n, or -1. It looks at every one. */
int fd_of_node(const struct node *n);

/* The lowest of the core's descriptors that is not below fd; -1: there is none. */
int fd_next(int fd);

/* FD_CLOEXEC or 0. fd is the core's. */
int fd_get_flags(int fd);
void fd_set_flags(int fd, int flags);

/*
 * For the host alone: the number fd now refers to f (a new reference is taken), or no longer refers
 * to anything. fd_detach wakes everyone who waits on the description with POLLNVAL.
 * The host makes one of these calls at a time for a number, and one fd_attach at a time. fd_attach returns 0 or -EMFILE (the number is beyond the table) or -ENOMEM.
 */
int fd_attach(int fd, struct file *f);
void fd_detach(int fd);

/*
 * Waits until f is ready for events (or in error or hung up), as a blocking call on fd does.
 * Returns 0, -EBADF when fd was closed meanwhile, or what waiter_wait() returns, but -ERESTARTSYS for
 * -EINTR if there is no deadline (syscall_exit.h).
 */
int file_wait(struct file *f, int fd, int events, deadline_t deadline);

/* One try of an operation on f. Returns -EAGAIN if it would have to wait. */
typedef ssize_t (*file_try_fn)(struct file *f, void *arg);

/*
 * Waits for events on f, as a blocking call on fd does, until try(f, arg) answers something other
 * than EAGAIN, and returns that; or -EBADF when fd was closed meanwhile, or -EAGAIN at the
 * deadline, or what waiter_wait() returns. It is try that decides, not the readiness: that may be
 * for less than this call needs, as an eventfd is writable while a smaller number would fit.
 * exclusive: one of several that wait so is woken at a time (node_ops.exclusive has the condition).
 */
ssize_t file_wait_try(struct file *f, int fd, int events, bool exclusive, file_try_fn try,
                      void *arg, deadline_t deadline);

/*
 * read(2) and write(2) on the description that fd refers to; they block unless nonblock. A blocking
 * write goes on until everything is taken. -EPIPE raises SIGPIPE unless nosignal. Interrupted:
 * -ERESTARTSYS, or -EINTR if there is a deadline.
 */
ssize_t file_read(struct file *f, int fd, struct iov_iter *it, bool nonblock, deadline_t deadline);
ssize_t file_write(struct file *f, int fd, struct iov_iter *it, bool nonblock, bool nosignal,
                   deadline_t deadline);

#endif
