/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * One question to the host's resolver and its answer: a name's addresses, or an address's name. A
 * lookup is a node that becomes readable when the answer is there, so that it can be waited for in
 * every way that a descriptor can; a blocking call waits on the node without making it one.
 */
#ifndef EMWAKE_NAMES_NAME_LOOKUP_H
#define EMWAKE_NAMES_NAME_LOOKUP_H

#include <netdb.h>
#include <stdbool.h>

#include "gai_plan.h"
#include "name_address.h"
#include "node.h"

/* glibc's, which musl's header does not have. */
#ifndef EAI_INPROGRESS
#define EAI_INPROGRESS (-100)
#endif

/* RFC 1035: 253 characters, and the terminator. */
#define NAME_SIZE 256

struct name_lookup {
  struct node node;
  struct lock lock; /* of done; what follows is the resolver's before it, and constant after it */
  bool done;
  int error; /* 0 or EAI_* */
  int count;
  struct name_address addresses[MAX_ADDRESSES];
  char name[NAME_SIZE]; /* the question, or the answer to name_lookup_reverse */
  struct gai_plan plan; /* what the answer is for; its owner's */
};

/*
 * A new lookup, with one reference, the caller's; NULL: out of memory. name is copied; one that is
 * too long is answered with EAI_NONAME. It starts with one of the functions below, and is cancelled
 * by giving up the reference: the host's answer then finds nobody.
 */
struct name_lookup *name_lookup_new(const char *name);

/* It is answered without the resolver. */
void name_lookup_answer(struct name_lookup *l, int error);

/* Asks for the addresses of l->name. flags: AI_ADDRCONFIG, AI_V4MAPPED, AI_ALL. */
void name_lookup_start(struct name_lookup *l, int family, int flags);

/* The same for a caller that is going to wait at once: where it could not, it gets an address that
   stands for the name. */
void name_lookup_start_blocking(struct name_lookup *l, int family, int flags);

/* Asks for the name of l->addresses[0], which comes to be l->name. For a caller that is going to
   wait at once: EAI_NONAME where it could not. */
void name_lookup_reverse(struct name_lookup *l);

bool name_lookup_done(struct name_lookup *l);

/* Waits for the answer. Returns l->error, or EAI_SYSTEM with errno when the caller cannot wait. */
int name_lookup_wait(struct name_lookup *l);

/* A lookup for getaddrinfo(3)'s arguments, started or answered already; NULL: out of memory. */
struct name_lookup *name_lookup_for(const char *name, const char *service,
                                    const struct addrinfo *hints);

/* The list that it has found. Returns 0, EAI_INPROGRESS, or its error. */
int name_lookup_result(struct name_lookup *l, struct addrinfo **result);

/* The lookup that fd refers to, with a reference for the caller; NULL if it refers to none. */
struct name_lookup *name_lookup_of_fd(int fd);

#endif
