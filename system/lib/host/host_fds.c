/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Descriptor numbers of the core (core/host.h): they are those of FS.streams.
 */
#include "host.h"

#include <signal.h>
#include <stddef.h>

#include "emwake_js.h"
#include "file.h"
#include "node.h"
#include "syscall_exit.h"

int host_fd_alloc(struct file *f) {
  return emwake_fd_alloc(f, f->node->ops->mode);
}

int host_fd_close(int fd) {
  return emwake_fd_close(fd);
}

struct node *host_foreign_node(int fd) {
  struct node *n = emwake_foreign_node(fd);
  return n ? node_get(n) : NULL;
}

/* In a program without signals nobody can have changed its action. */
void host_raise_sigpipe(void) {
  if (signal_raise_hook) {
    signal_raise_hook(SIGPIPE, SI_USER);
  } else {
    emwake_terminate(128 + SIGPIPE);
  }
}
