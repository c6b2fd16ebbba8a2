/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Nodes for descriptors that are not the core's: what FS.streams has but the descriptor table has
 * not.
 */
#ifndef EMWAKE_HOST_FOREIGN_H
#define EMWAKE_HOST_FOREIGN_H

struct node;

/* For JavaScript. The one node of all files that are always ready. */
struct node *emwake_regular_node(void);

/* A node whose readiness is what the stream's own poll operation says; fd is its descriptor. NULL:
   out of memory. The caller's reference is for good: the FS node holds it. */
struct node *emwake_device_node(int fd);

#endif
