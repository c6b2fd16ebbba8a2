/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Descriptors of the program's own: for whatever else a program waits for (a device in the page, a
 * JavaScript promise, a library's queue) to be waited for together with pipes and sockets: by poll,
 * select, epoll, callbacks, promises, and blocking reads and writes.
 *
 * Its readiness is what the program publishes, and nothing else: the bits of poll(2) that hold
 * until others are published. From any thread; publishing never blocks, and wakes whoever waits for
 * the bits that have come up. A signal handler may publish.
 *
 * JavaScript does the same for any FS node, whoever made it: notifyNodeListeners(node, events) says
 * that the node's readiness (what its stream's poll operation answers) has changed, and
 * addNodeListener(node, callback) hears it. See docs/ARCHITECTURE.md, "Descriptors of one's own".
 */
#ifndef EMSCRIPTEN_WAITABLE_H
#define EMSCRIPTEN_WAITABLE_H

#include <emscripten/promise.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the system's calls do with the descriptor; each may be NULL, and so may the structure. It is
 * not copied. None of them may wait: read and write move what they can at once, and return how many
 * bytes, 0 at the end of file, or a negative errno. At -EAGAIN a blocking caller waits until POLLIN
 * (read) or POLLOUT (write) is published, and tries again; 0 bytes written count as -EAGAIN. They run on the thread that calls read(2)
 * or write(2), and may run on several at once.
 */
typedef struct em_waitable_ops {
  ssize_t (*read)(void *user_data, void *buf, size_t len);        /* NULL: EINVAL */
  ssize_t (*write)(void *user_data, const void *buf, size_t len); /* NULL: EINVAL */
  /* The last descriptor has been closed; nothing is called with user_data any more. On the thread
     that closed it. */
  void (*close)(void *user_data);
} em_waitable_ops;

/*
 * Returns a new descriptor, which is ready for nothing, for the caller to close. flags: O_NONBLOCK,
 * O_CLOEXEC. Or a negative errno:
 *   -EINVAL  another flag
 *   -EMFILE  no descriptor is free
 *   -ENOMEM
 */
int emscripten_waitable_create(const em_waitable_ops *ops, void *user_data, int flags);

/*
 * Publishes its readiness: the bits of set come up, then those of clear go. Returns 0, or
 *   -EBADF   fd is not open
 *   -EINVAL  fd is no descriptor of this kind, or a bit is not one of POLLIN, POLLPRI, POLLOUT,
 *            POLLERR, POLLHUP, POLLRDNORM, POLLRDBAND, POLLWRNORM, POLLWRBAND, POLLRDHUP
 */
int emscripten_waitable_publish(int fd, int set, int clear);

/*
 * A descriptor that becomes readable when a promise is settled: POLLIN, and POLLERR too if it was
 * rejected. The promise stays the caller's, who may destroy it at once. On the runtime's main
 * thread only, as all of <emscripten/promise.h>; the descriptor is for any thread. Errors as
 * emscripten_waitable_create.
 */
int emscripten_waitable_from_promise(em_promise_t promise, int flags);

/*
 * What the promise of such a descriptor came to: EM_PROMISE_FULFILL or EM_PROMISE_REJECT, and its
 * value in *value (which may be NULL). Or a negative errno:
 *   -EAGAIN  it is pending
 *   -EBADF   fd is not open
 *   -EINVAL  fd is no descriptor of a promise
 */
int emscripten_waitable_result(int fd, void **value);

#ifdef __cplusplus
}
#endif

#endif
