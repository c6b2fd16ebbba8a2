/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Contexts with a shadow stack of their own, from a pool.
 *
 * A region that was given back is kept for the next context of its size. Its lowest bytes are a
 * guard: whenever the context is suspended or ends, an overflow stops the program with the name of
 * the context, before anybody else runs. (An overflow is noticed as it happens if the program is
 * linked with -sSTACK_OVERFLOW_CHECK=2, for the limits are those of the context too.)
 */
#ifndef EMWAKE_HOST_CONTEXT_POOL_H
#define EMWAKE_HOST_CONTEXT_POOL_H

#include <stddef.h>

struct context;

/* size: how many bytes of stack it is to have; 0: as many as the program's own (-sSTACK_SIZE).
   NULL: out of memory. */
struct context *emwake_context_new(size_t size);

/* For diagnostics: the name of the context on whose stack the address is; NULL: on none of these. */
const char *emwake_context_name_at(const void *address);

#endif
