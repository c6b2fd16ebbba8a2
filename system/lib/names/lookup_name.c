/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What musl's gethostbyname(3) and its kin look names up by, in the place of Emscripten's.
 */
#include <string.h>

#include "name_lookup.h"

/* musl's, src/network/lookup.h. */
struct address {
  int family;
  unsigned scopeid;
  uint8_t addr[16];
  int sortkey;
};

static int copy(struct address *to, const struct name_address *from, int n) {
  for (int i = 0; i < n; i++) {
    to[i] = (struct address){.family = from[i].family, .scopeid = from[i].scope};
    memcpy(to[i].addr, from[i].bytes, sizeof to[i].addr);
  }
  return n;
}

/* canon has room for 256 characters. Returns how many addresses there are, or EAI_*. */
int __lookup_name(struct address *out, char *canon, const char *name, int family, int flags) {
  struct gai_plan plan = {.family = family, .flags = flags};
  struct name_address known[MAX_ADDRESSES];
  strlcpy(canon, name ? name : "", NAME_SIZE);
  int n = gai_plan_known(&plan, name, known);
  if (n != 0) {
    return n < 0 ? EAI_NONAME : copy(out, known, n);
  }
  struct name_lookup *l = name_lookup_new(name);
  if (!l) {
    return EAI_MEMORY;
  }
  name_lookup_start_blocking(l, family, 0);
  int r = name_lookup_wait(l);
  if (r == 0) {
    r = copy(out, l->addresses, l->count);
  }
  node_put(&l->node);
  return r;
}
