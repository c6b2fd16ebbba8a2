/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The JavaScript functions of src/lib/libemwake*.js. None of them but emwake_suspend suspends, and
 * none is called with a lock held but emwake_resume, emwake_run_queue_begin and emwake_schedule.
 */
#ifndef EMWAKE_HOST_JS_H
#define EMWAKE_HOST_JS_H

#include <stdint.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct context;
struct em_task;
struct file;
struct node;

/* Suspends the calling stack until emwake_resume(stack), or for ms milliseconds (-1: no limit).
   stack: a small number that no other suspended stack has. The program keeps running meanwhile if
   keep is true. Returns 0, -ETIMEDOUT, or -EDEADLK when nothing is left that could end it. */
int emwake_suspend(int stack, double ms, bool keep);

/* Ends the suspension of that stack, if there is one. Of a program with one context. */
void emwake_resume(int stack);

/* The run queue is no longer empty. Links only with JSPI. */
void emwake_run_queue_begin(void);

/* Whether the running stack can be suspended, if it is that of no context; the values are those of
   libemwake.js. */
enum {
  EMWAKE_CAN_SUSPEND = 0,
  EMWAKE_NO_FLAG = 1,   /* built with neither JSPI nor Asyncify */
  EMWAKE_BAD_STACK = 2, /* called from an event-loop callback */
};
int emwake_can_suspend(void);

/* Blocks the thread, in a build without threads, for ms milliseconds; false where it may not. */
bool emwake_js_block(double ms);

/* Says on the console why a call could not wait and what to do. */
void emwake_explain(int why);

/* Stops the program: a stack of that size was too small. name may be NULL. Does not return. */
_Noreturn void emwake_stack_overflow(const char *name, size_t size);

/* Puts a call of entry(t) in the context c, of that number, which ends with it, at the end of the run
   queue. Links only with JSPI. */
void emwake_task_start(struct context *c, int number, void (*entry)(struct em_task *t),
                       struct em_task *t);

/* Suspends the calling stack, and puts it at the end of that queue. Otherwise as emwake_suspend(). */
void emwake_task_give_way(int stack, bool keep);

int emwake_fd_alloc(struct file *f, mode_t mode);
int emwake_fd_close(int fd);
struct node *emwake_foreign_node(int fd);
/* Of n, by fd if that is still one of its descriptors. */
int emwake_foreign_poll(int fd, struct node *n);

/* src/lib/libunixsock.js */
int emwake_user_id(int group);
int emwake_foreign_hold(int fd);
int emwake_foreign_hold_again(int held);
int emwake_foreign_install(int held);
void emwake_foreign_drop(int held);
int emwake_socket_path_make(const char *path, uint64_t *inode);
int emwake_socket_path_find(const char *path, uint64_t *inode);
void emwake_socket_path_remove(const char *path, uint64_t inode);
void emwake_socket_path_close(uint64_t inode);
int emwake_socket_listen(uint64_t inode, struct node *listener);
int emwake_socket_connect(const char *path, struct file *end);

/* Whether the file systems of this build can have FIFOs. */
int emwake_fifo_supported(void);
/* If path names a FIFO that may be opened with flags: its inode, which is the same until
   emwake_fifo_end_open(inode). 0: it does not; or -errno. */
int emwake_fifo_begin_open(int dirfd, const char *path, int flags);
void emwake_fifo_end_open(int inode);
/* Between these two: fd refers to f, a description of the FIFO. */
void emwake_fifo_installed(int fd, struct file *f, int inode);

/* Whether the file systems of this build can say what happens in them. */
int emwake_inotify_supported(void);
/* Calls inotify_watch(instance, inode, mask) with the inode that path names, on the main thread, where
   nothing happens to it meanwhile. Or -errno. */
int emwake_inotify_watch_path(struct node *instance, const char *path, unsigned mask);
void emwake_inotify_watching(int change);

void emwake_schedule(void);
void emwake_set_alarm(double ms);

#if EMWAKE_THREADS
/* Runs a turn of the calling thread's loop after each ring of *doorbell, until it is shut. Returns
   0 if this JavaScript cannot await a word. */
int emwake_open_doorbell(_Atomic int *doorbell);
void emwake_shut_doorbell(void);
#endif

/* libemwake_signal.js. */
bool emwake_is_helper(void);
/* Whether a call of fn with so many parameters can be suspended, and fn has as many. */
bool emwake_is_callable(void (*fn)(int, siginfo_t *, void *), int parameters);
void emwake_call_handler(void (*fn)(int, siginfo_t *, void *), int sig, siginfo_t *info,
                         void *context);
/* Asks emwake_watched_signals() which. */
void emwake_watch_signals(void);
/* Ends the program, as exit_group(2). */
_Noreturn void emwake_terminate(int status);

#endif
