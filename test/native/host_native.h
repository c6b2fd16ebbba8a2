/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The core's host (core/host.h) for unit tests on Linux, as the tests see it: what they may steer,
 * make fail, and count.
 *
 * A thread sleeps on a futex, against the real monotonic clock. A thread that is alone
 * (native_alone) does not sleep at all: its sleeps run a hook of the test instead, and its clock
 * stands still until a sleep reaches its deadline or the test moves it. So a test says exactly what
 * happens during a wait, on one thread and without any real time.
 */
#ifndef EMWAKE_TEST_HOST_NATIVE_H
#define EMWAKE_TEST_HOST_NATIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "host.h"

/* ---- Sleeping ---------------------------------------------------------------------------------- */

typedef void (*native_hook)(void *arg);

/*
 * The calling thread is alone from now on, and its clock shows 1 s. hook runs inside each of its
 * sleeps; NULL for nothing. A sleep that nothing ends, without a deadline, fails the test.
 */
void native_alone(native_hook hook, void *arg);

/* Moves the clock of the calling thread, which is alone. */
void native_advance(int64_t ns);

/* Sets the wall clock of all threads to so many nanoseconds ahead of the monotonic one; 1,000 s at
   first. */
void native_set_wall_clock(int64_t ahead);

/* The next sleep of the calling thread, which is alone, ends at once with result. */
void native_end_next_sleep(int result);

/* Sleeps that the calling thread made while alone, and wakes that ended one of them. */
int native_sleeps(void);
int native_wakes(void);

/* ---- Descriptor numbers ------------------------------------------------------------------------ */

/* Numbers are given out from here on; 300 at first, which the kernel is far from. */
void native_first_fd(int fd);

/* No number is free (EMFILE) while n are in use, as with RLIMIT_NOFILE; negative: no limit. */
void native_limit_fds(int n);

/* Numbers in use. */
int native_open_fds(void);

/* dup(2), F_DUPFD and dup2(2), as the host's descriptor layer does them. */
int native_dup(int fd);
int native_dup_from(int fd, int lowest);
int native_dup2(int fd, int to);

/* A number for a node that is the host's own. It is open until host_fd_close(). */
int native_foreign_fd(struct node *n);

/* Descriptors of the host's own that are in flight. A path of a socket is a name in a table, which
   host_socket_path_remove() takes out. */
int native_holds(void);

/* Inodes that inotify watches. */
int native_watched_inodes(void);

/* SIGPIPEs raised so far. */
int native_sigpipes(void);

/* ---- The event loop ---------------------------------------------------------------------------- */

/* Whether the calling thread's loop has been asked for and has not run since; how often it has
   been asked for. */
bool native_scheduled(void);
int native_schedules(void);

/* What host_set_alarm() was last given by the calling thread. */
deadline_t native_alarm(void);

/* Runs one turn if the loop was asked for; returns how many works it had. */
int native_turn(void);

/* Runs turns until the loop is not asked for. */
void native_settle(void);

/* Sleeps until the calling thread's loop is asked for or its alarm is due, and runs what there is. */
void native_run_loop_once(void);

/* Pushes less pops. */
int native_keepalive(void);

/* ---- Memory ------------------------------------------------------------------------------------ */

/* Of the core's allocations on the calling thread, the n-th from now (0: the next) fails; with all_later also
   those after it. Negative: none fails. */
void native_fail_alloc(int n, bool all_later);

/* Allocations that were made to fail since. */
int native_failed_allocs(void);

/* Objects of the core that are allocated and not freed. */
long native_live_blocks(void);

#endif
