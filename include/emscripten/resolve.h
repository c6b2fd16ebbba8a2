/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Looking names up as a descriptor: a lookup that is under way is a descriptor, which becomes
 * readable when the answer is there. It can be polled, watched by epoll, given to
 * emscripten_poll_with_callback or waited for with everything else that a program waits for, in
 * every build, plain ones included.
 *
 *     int fd = emscripten_getaddrinfo_start("localhost", "http", &hints);
 *     ... when poll(2) says POLLIN on fd:
 *     int error = emscripten_getaddrinfo_result(fd, &list);
 *     close(fd);
 *
 * The rules and errors of getaddrinfo(3) apply; those that need no resolver (numbers, names of the
 * program's /etc/hosts, bad hints) make a descriptor that is readable at once.
 */
#ifndef EMSCRIPTEN_RESOLVE_H
#define EMSCRIPTEN_RESOLVE_H

#include <netdb.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Linux's, which musl's <netdb.h> does not have: the lookup is still under way. */
#ifndef EAI_INPROGRESS
#define EAI_INPROGRESS (-100)
#endif

/*
 * Starts a lookup; never waits. The arguments are those of getaddrinfo(3) and are copied. Returns a
 * descriptor (close-on-exec), which the caller closes: before the answer is there, that cancels the
 * lookup. From any thread. Or a negative errno:
 *   -EMFILE  no descriptor is free
 *   -ENOMEM  no memory for the lookup
 */
int emscripten_getaddrinfo_start(const char *node, const char *service,
                                 const struct addrinfo *hints);

/*
 * The answer; never waits. Each call makes a list of its own in *result, which the caller gives to
 * freeaddrinfo(3). Returns 0, an error of getaddrinfo(3), or
 *   EAI_INPROGRESS  the answer is not there yet
 *   EAI_SYSTEM      with errno EBADF: fd is not a lookup
 */
int emscripten_getaddrinfo_result(int fd, struct addrinfo **result);

#ifdef __cplusplus
}
#endif

#endif
