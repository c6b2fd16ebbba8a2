/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Lookups that stand for a whole getaddrinfo(3).
 */
#include "name_lookup.h"

static void begin(struct name_lookup *l, const char *name) {
  int known = gai_plan_known(&l->plan, name, l->addresses);
  if (known == 0) {
    name_lookup_start(l, l->plan.family, l->plan.flags);
  } else {
    l->count = known > 0 ? known : 0;
    name_lookup_answer(l, known < 0 ? known : 0);
  }
}

struct name_lookup *name_lookup_for(const char *name, const char *service,
                                    const struct addrinfo *hints) {
  struct name_lookup *l = name_lookup_new(name ? name : "");
  if (l && !l->done) {
    int error = gai_plan_make(&l->plan, name, service, hints);
    if (error) {
      name_lookup_answer(l, error);
    } else {
      begin(l, name);
    }
  }
  return l;
}

int name_lookup_result(struct name_lookup *l, struct addrinfo **result) {
  if (!name_lookup_done(l)) {
    return EAI_INPROGRESS;
  }
  return l->error ? l->error : gai_plan_result(&l->plan, l->name, l->addresses, l->count, result);
}
