/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Emscripten's <netdb.h>, and with _GNU_SOURCE what Linux's has beyond it: asynchronous lookups,
 * getaddrinfo_a(3).
 */
#ifndef EMWAKE_NETDB_H
#define EMWAKE_NETDB_H

#include_next <netdb.h>

#ifdef _GNU_SOURCE

#include <signal.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GAI_WAIT 0
#define GAI_NOWAIT 1

struct gaicb {
  const char *ar_name;
  const char *ar_service;
  const struct addrinfo *ar_request;
  struct addrinfo *ar_result;
  int __error;
  void *__lookup;
  void *__reserved[4];
};

/*
 * Looks several names up at once. GAI_WAIT: returns when all of them are done. GAI_NOWAIT: returns
 * at once; event must be NULL or SIGEV_NONE, and gai_suspend or gai_error tells when they are done.
 * The requests stay the caller's, and in place, until then; the lists go to freeaddrinfo(3).
 * Returns 0, or EAI_MEMORY, EAI_AGAIN; EAI_SYSTEM with errno EINVAL for another mode, and ENOSYS
 * for an event that is to be delivered otherwise.
 */
int getaddrinfo_a(int mode, struct gaicb *list[__restrict], int n,
                  struct sigevent *__restrict event);

/*
 * Waits until one of the requests is done. Returns 0, EAI_ALLDONE (none of them was under way),
 * EAI_AGAIN (the time-out has passed), EAI_INTR (a signal), or EAI_SYSTEM with errno EDEADLK: the
 * caller cannot wait in this build.
 */
int gai_suspend(const struct gaicb *const list[], int n, const struct timespec *timeout);

/* 0 when it is done, EAI_INPROGRESS, EAI_CANCELED, or the error of the lookup. */
int gai_error(struct gaicb *request);

/* Returns EAI_CANCELED, or EAI_ALLDONE: it was done already. */
int gai_cancel(struct gaicb *request);

#ifdef __cplusplus
}
#endif

#endif

#endif
