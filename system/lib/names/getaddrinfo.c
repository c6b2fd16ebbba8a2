/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * getaddrinfo(3) and freeaddrinfo(3), in the place of Emscripten's.
 */
#include <netdb.h>
#include <stdlib.h>

#include "name_lookup.h"

static int from_resolver(const struct gai_plan *plan, const char *name, struct addrinfo **result) {
  struct name_lookup *l = name_lookup_new(name);
  if (!l) {
    return EAI_MEMORY;
  }
  name_lookup_start_blocking(l, plan->family, plan->flags);
  int r = name_lookup_wait(l);
  if (r == 0) {
    r = gai_plan_result(plan, name, l->addresses, l->count, result);
  }
  node_put(&l->node);
  return r;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  struct gai_plan plan;
  struct name_address addresses[MAX_ADDRESSES];
  int r = gai_plan_make(&plan, name, service, hints);
  if (r == 0) {
    r = gai_plan_known(&plan, name, addresses);
  } else {
    return r;
  }
  if (r == 0) {
    return from_resolver(&plan, name, result);
  }
  return r < 0 ? r : gai_plan_result(&plan, name, addresses, r, result);
}

/* POSIX allows a list to be cut anywhere: each entry is memory of its own. */
void freeaddrinfo(struct addrinfo *list) {
  while (list) {
    struct addrinfo *next = list->ai_next;
    free(list->ai_canonname);
    free(list);
    list = next;
  }
}
