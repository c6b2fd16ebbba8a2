/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Tasks: C code that blocks, by the thousand, on one wasm thread. A task is a function with a stack
 * of its own; a call that has to wait (read, accept, poll, epoll_wait, connect, ... and everything
 * here that says so) parks the task that makes it, and the others and the event loop go on.
 *
 * Programs that use tasks are linked with -sJSPI; other builds are refused by the linker. C++
 * exceptions and setjmp work in a task if compiled with -fwasm-exceptions (and
 * -sSUPPORT_LONGJMP=wasm); JavaScript's are refused by the linker too.
 *
 *   - Scheduling is cooperative: a task runs until it waits, yields or ends. Those that may go on do
 *     so in the order in which they were woken, and the host's events get their turn in between. A
 *     blocking call that never has to wait gives way now and then.
 *   - main is a task, and so is each call of a promising export (-sJSPI_EXPORTS): JavaScript may
 *     call one as often as it likes before the first has ended, and each call has its own stack.
 *   - A callback of the event loop is not a task: what would have to wait there fails with EDEADLK
 *     and a message. It may spawn one.
 *   - errno belongs to the task.
 *   - Tasks live on the runtime's main thread. They do not keep the program running: the end of main
 *     is the end of a program with -sEXIT_RUNTIME=1, and exit() in a task ends it too.
 *   - Cancellation and deadlines act on calls that have to wait, and on nothing else: a call that
 *     finds what it wants succeeds. Instead of waiting, a call of a cancelled task fails with
 *     ECANCELED, and one after the task's deadline with ETIMEDOUT.
 *
 * Unless stated otherwise functions return 0 or a negative errno, and must be called on the
 * runtime's main thread. "Waits" stands for these errors of whatever may have to wait:
 *   -ECANCELED  the task was cancelled
 *   -ETIMEDOUT  the task's deadline, or the timeout of the call, has passed
 *   -EINTR      the task was interrupted
 *   -EDEADLK    not called in a task (a message on the console says so), or the event loop has run
 *               dry and nothing could end the wait
 * Timeouts are in milliseconds; negative: no limit.
 */
#ifndef EMSCRIPTEN_TASK_H
#define EMSCRIPTEN_TASK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A task. Valid until it has been joined, or, if it is detached, until it has ended; that of main or
   of an export, until the call has ended. */
typedef struct em_task *em_task_t;

typedef void *(*em_task_fn)(void *arg);

#define EM_TASK_STACK_DEFAULT 65536
#define EM_TASK_STACK_MIN 2048

typedef struct em_task_attr {
  /* Bytes of shadow stack, where locals live whose address is taken; 0: EM_TASK_STACK_DEFAULT. The
     program stops with the task's name if that was not enough. */
  size_t stack_size;
  /* For diagnostics; copied, up to 31 bytes. NULL: "task". */
  const char *name;
} em_task_attr_t;

/*
 * Makes a task that will call fn(arg). It starts when the running task waits, not before. task may
 * be NULL: then it is detached; so may attr.
 *   -EINVAL   the stack size is below EM_TASK_STACK_MIN
 *   -ENOMEM   no memory
 *   -ENOTSUP  not on the runtime's main thread
 */
int emscripten_task_spawn(em_task_t *task, const em_task_attr_t *attr, em_task_fn fn, void *arg);

/*
 * Waits until task has ended, and ends its handle. *result: what its function returned; result may
 * be NULL. If the call fails the task is still there.
 *   -EINVAL   it is detached, another task joins it already, or it is main or an export
 *   -EDEADLK  it is the calling task itself
 */
int emscripten_task_join(em_task_t task, void **result);

/* Nobody will join it. -EINVAL: it is detached already, or somebody joins it. */
int emscripten_task_detach(em_task_t task);

/* The running task. NULL in a callback of the event loop, or out of memory. */
em_task_t emscripten_task_self(void);

/* Lets everybody run who may, and the event loop. Waits. */
int emscripten_task_yield(void);

/* Waits for so many milliseconds (negative: as 0, which yields). */
int emscripten_task_sleep(double ms);

/* The task's name; it lives as long as the task. */
const char *emscripten_task_name(em_task_t task);

/* ---- Cancellation and deadline ----------------------------------------------------------------- */

/* From now on nothing that task does waits, and what it waits for ends. Ever again, until
   emscripten_task_uncancel(). -ESRCH: it has ended. */
int emscripten_task_cancel(em_task_t task);
int emscripten_task_uncancel(em_task_t task);

/* True if the running task was cancelled. */
bool emscripten_task_cancelled(void);

/* Shields the running task from cancellation, interrupts and its deadline, for code that cleans up;
   on false they act again. Returns what it was before. */
bool emscripten_task_shield(bool on);

/* What task does after so many milliseconds from now does not wait. Negative: no deadline. */
int emscripten_task_set_deadline(em_task_t task, double ms);

/*
 * The blocked call of task fails with EINTR, as after a signal whose handler was installed without
 * SA_RESTART; if it is not blocked, its next call that has to wait does. Several interrupts before that
 * are one. An embedder's way to stop one of its tasks without the others noticing; for threads there
 * is <emscripten/interrupt.h>. From JavaScript: Module._emscripten_task_interrupt(task), in programs that
 * use it in C as well. -ESRCH: it has ended.
 */
int emscripten_task_interrupt(em_task_t task);

/* ---- Task-local data --------------------------------------------------------------------------- */

#define EM_TASK_KEYS 32

/*
 * A key of which each task has a value, NULL at first. When a task ends that has another one,
 * destructor(value) is called in it, unless destructor is NULL; as pthread_key_create(3).
 * Returns the key, or -EAGAIN: there are EM_TASK_KEYS already.
 */
int emscripten_task_key_create(void (*destructor)(void *value));

/* -EINVAL: no such key; -EPERM: not in a task; -ENOMEM. */
int emscripten_task_set(int key, void *value);
void *emscripten_task_get(int key);

/* ---- Mutexes and condition variables ----------------------------------------------------------- */

/* All bytes zero: unlocked. Handed to those who wait in the order in which they came. Not for
   callbacks (-EPERM), which run when no task does. */
typedef struct em_task_mutex {
  em_task_t owner;
  void *waiting[2];
} em_task_mutex_t;

#define EM_TASK_MUTEX_INITIALIZER                                                                  \
  {                                                                                                \
    0, {                                                                                           \
      0, 0                                                                                         \
    }                                                                                              \
  }

/* Waits. -EDEADLK also if the running task has it already. */
int emscripten_task_mutex_lock(em_task_mutex_t *mutex);
/* -EBUSY: somebody has it. */
int emscripten_task_mutex_trylock(em_task_mutex_t *mutex);
/* -EPERM: the running task does not have it. */
int emscripten_task_mutex_unlock(em_task_mutex_t *mutex);

/* All bytes zero: nobody waits. */
typedef struct em_task_cond {
  void *waiting[2];
} em_task_cond_t;

#define EM_TASK_COND_INITIALIZER                                                                   \
  {                                                                                                \
    { 0, 0 }                                                                                       \
  }

/* Unlocks the mutex, waits to be woken, and has the mutex again when it returns, whatever it
   returns. Waits. -EPERM: the running task does not have the mutex. */
int emscripten_task_cond_wait(em_task_cond_t *cond, em_task_mutex_t *mutex, int timeout);
/* Wakes the one that has waited longest; all of them. Callbacks may call them. */
void emscripten_task_cond_signal(em_task_cond_t *cond);
void emscripten_task_cond_broadcast(em_task_cond_t *cond);

/* ---- Channels ---------------------------------------------------------------------------------- */

/* A queue of items of one size between tasks. Who waits is served in the order of coming. */
typedef struct em_task_channel em_task_channel_t;

/* capacity: how many items it holds; with 0 a send waits for a receive. NULL: out of memory. */
em_task_channel_t *emscripten_task_channel_create(size_t item_size, size_t capacity);

/*
 * Copies *item into the channel. Waits while it is full.
 *   -EPIPE   it is closed
 *   -EAGAIN  the timeout is 0, and it is full. Callbacks may call it so
 */
int emscripten_task_channel_send(em_task_channel_t *channel, const void *item, int timeout);

/*
 * Copies the oldest item to *item. Waits while there is none.
 *   -EPIPE   it is closed, and empty
 *   -EAGAIN  the timeout is 0, and it is empty. Callbacks may call it so
 */
int emscripten_task_channel_receive(em_task_channel_t *channel, void *item, int timeout);

/* No more sends: those that wait fail, and receives do when the channel is empty. -EPIPE: it was
   closed before. */
int emscripten_task_channel_close(em_task_channel_t *channel);

/* -EBUSY: somebody waits in it. */
int emscripten_task_channel_destroy(em_task_channel_t *channel);

/* ---- Callbacks that are tasks ------------------------------------------------------------------ */

/*
 * As emscripten_poll_start() of <emscripten/poll.h>, but callback runs as a task, and may wait.
 * Returns the id of the request, or a negative errno as that one, or -ENOTSUP as
 * emscripten_task_spawn(). If there is no memory for the task when fd becomes ready, the request
 * tries again as long as fd is ready.
 */
int emscripten_task_poll_start(int fd, int events, int timeout,
                               void (*callback)(int fd, int revents, void *user_data),
                               void *user_data);

#ifdef __cplusplus
}
#endif

#endif
