/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Nodes whose readiness the program publishes: <emscripten/waitable.h>.
 */
#ifndef EMWAKE_CORE_WAITABLE_H
#define EMWAKE_CORE_WAITABLE_H

#include <stddef.h>
#include <sys/types.h>

#include "node.h"

/* See em_waitable_ops. */
struct waitable_ops {
  ssize_t (*read)(void *user, void *buf, size_t len);
  ssize_t (*write)(void *user, const void *buf, size_t len);
  void (*close)(void *user);
};

/* A node with one reference, the caller's; NULL: out of memory. ops may be NULL. */
struct node *waitable_new(const struct waitable_ops *ops, void *user);

/* The description of a waitable that fd refers to, with a reference for the caller, which keeps it
   open; *error is -EBADF or -EINVAL if it is NULL. */
struct file *waitable_of_fd(int fd, int *error);

/* Whether ops are its operations; then *user is what it was made with. */
bool waitable_user(struct node *n, const struct waitable_ops *ops, void **user);

/* The bits of set come up, then those of clear go. From any thread. */
void waitable_publish(struct node *n, int set, int clear);

#endif
