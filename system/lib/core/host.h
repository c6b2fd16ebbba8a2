/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the core needs of the world around it. Implemented by system/lib/host for wasm, and by
 * test/native/host_native.c for the unit tests; everything else in core is plain C.
 */
#ifndef EMWAKE_CORE_HOST_H
#define EMWAKE_CORE_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "waiter.h"

struct event_loop;
struct file;
struct node;

/* The monotonic clock, in nanoseconds. */
int64_t host_now(void);

/* CLOCK_REALTIME, in nanoseconds. It may be set, back as well. Neither clock is ahead of what
   clock_gettime says. */
int64_t host_wall_clock(void);

/* How the calling stack is going to sleep: WAITER_ASLEEP, or WAITER_SUSPENDED and greater. */
int host_how_to_sleep(void);

/*
 * Sleeps while w->state is how, at most until deadline. Returns 0, -ETIMEDOUT, -EINTR, -ECANCELED
 * when the calling thread is to be cancelled, or -EDEADLK when the calling stack cannot wait.
 * Spurious returns of 0 are allowed; -ETIMEDOUT before the deadline means that the build cannot wait
 * here, and a time-out passes at once.
 */
int host_wait(struct waiter *w, int how, deadline_t deadline);

/* Whether host_wait() on the calling stack would sleep. */
bool host_can_wait(void);

/* Whether the calling thread can never wait for the host's event loop in this build, whatever stack
   asks: it is the one that has to run it, and is never suspended. */
bool host_never_waits(void);

/*
 * Ends the sleep of w, whose state has just gone from how to WAITER_WOKEN. From any thread; never
 * blocks. w itself may be gone: at most its address is used.
 */
void host_wake(struct waiter *w, int how);

/*
 * Descriptor numbers. The host is the authority on which are free, since files that are not the
 * core's share them. Takes the lowest free one, calls fd_attach() with it, and returns it, or
 * -EMFILE or -ENOMEM. The host serialises what it does with numbers.
 */
int host_fd_alloc(struct file *f);

/* Closes fd through the host, which calls fd_detach(). Returns 0, -EBADF, or what a file system
   answered. */
int host_fd_close(int fd);

/*
 * A node for an open descriptor that is not the core's (a regular file, a tty, a device of the
 * user's), with a reference for the caller; NULL if there is no such fd or no memory.
 */
struct node *host_foreign_node(int fd);

/*
 * An open descriptor that is not the core's, on its way from one descriptor to another (SCM_RIGHTS):
 * it stays open, whatever becomes of fd. Returns a number for it, or -EBADF or -ENOMEM.
 */
int host_foreign_hold(int fd);

/* Another, for a copy of a message. */
int host_foreign_hold_again(int held);

/* Gives it the lowest free descriptor, which is returned, or -EMFILE; held is used up if it was
   given one. */
int host_foreign_install(int held);

/* Nobody has received it: it is closed. */
void host_foreign_drop(int held);

/*
 * Paths of AF_UNIX sockets. inode: a file's identity, as long as it exists or a socket is bound to it.
 * make: a new file of type S_IFSOCK. 0, -EADDRINUSE: there is something of that name; or the error
 *   of the path.
 * find: the file that the name leads to. 0, -ECONNREFUSED: it is no socket; -EACCES: not to be
 *   written to; or the error of the path.
 */
int host_socket_path_make(const char *path, uint64_t *inode);
int host_socket_path_find(const char *path, uint64_t *inode);

/* Undoes make. */
void host_socket_path_remove(const char *path, uint64_t inode);

/* The socket that was bound to the file has ended; the file stays. */
void host_socket_path_close(uint64_t inode);

/*
 * Other processes, where such a file is theirs too (unix_outside.c); elsewhere listen does nothing.
 * listen: from now on they may connect to the stream socket whose node it is. 0 or -errno.
 * connect: to the path, which is no socket of the program's, on behalf of end, whose reference is
 *   taken over if the result is 0: then unix_outside_connected() says what came of it. -ECONNREFUSED:
 *   nobody is there.
 */
int host_socket_listen(uint64_t inode, struct node *listener);
int host_socket_connect(const char *path, struct file *end);

/* The real user of the program, or the group. */
unsigned host_user_id(bool group);

/* Raises SIGPIPE for the calling thread. */
void host_raise_sigpipe(void);

/*
 * Asks for event_loop_turn() on the thread of loop, from its event loop, on a clean stack. From any
 * thread; asking again before it has run is the same as once.
 */
void host_schedule(struct event_loop *loop);

#if EMWAKE_THREADS
/* The calling thread has use for its loop from now on; it ends, and nobody will ask for the loop
   any more, nor is it to be told of an alarm. Called in turns. */
void host_loop_begin(struct event_loop *loop);
void host_loop_end(struct event_loop *loop);
#endif

/* Asks for event_loop_timers() on the calling thread, no earlier than deadline; replaces what was
   asked for before. DEADLINE_NONE takes it back. */
void host_set_alarm(deadline_t deadline);

/* Keeps the program running after main has returned, until it is let go of as often. */
void host_keepalive_push(void);
void host_keepalive_pop(void);

/* As many more inodes (or fewer) are watched now: what happens to them is to be told to inotify.h. */
void host_watching_inodes(int change);

#if EMWAKE_THREADS
/* Sleeps while *word == value, unless the calling thread may not block: then it returns at once. */
void host_lock_wait(_Atomic int *word, int value);
void host_lock_wake(_Atomic int *word);
#endif

#endif
