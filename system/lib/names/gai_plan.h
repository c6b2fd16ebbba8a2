/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What a call of getaddrinfo(3) asks for, checked, and how its answer is put together. The rules,
 * and the errors where POSIX leaves a choice, are those of Linux's libc (glibc).
 */
#ifndef EMWAKE_NAMES_GAI_PLAN_H
#define EMWAKE_NAMES_GAI_PLAN_H

#include <netdb.h>
#include <stdint.h>

#include "name_address.h"

/* glibc's, which musl's header does not have. */
#ifndef EAI_ADDRFAMILY
#define EAI_ADDRFAMILY (-9)
#endif

#define MAX_SOCKET_TYPES 3

struct gai_plan {
  int family, flags;
  int ntypes;
  struct {
    int socktype, protocol;
    uint16_t port;
  } types[MAX_SOCKET_TYPES];
};

/* Checks service and hints. Returns 0, or EAI_BADFLAGS, EAI_FAMILY, EAI_SOCKTYPE, EAI_SERVICE,
   EAI_NONAME. */
int gai_plan_make(struct gai_plan *p, const char *name, const char *service,
                  const struct addrinfo *hints);

/*
 * What needs no resolver: no name, numbers, the program's hosts file. addresses has room for
 * MAX_ADDRESSES. Returns how many there are, 0 if the resolver is to be asked, or EAI_*.
 */
int gai_plan_known(const struct gai_plan *p, const char *name, struct name_address *addresses);

/* The list for freeaddrinfo(); name: for AI_CANONNAME. Returns 0, EAI_MEMORY, or EAI_NONAME if none
   of the addresses is of the family. */
int gai_plan_result(const struct gai_plan *p, const char *name,
                    const struct name_address *addresses, int count, struct addrinfo **result);

#endif
