/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <sys/inotify.h>.
 */
#include <errno.h>
#include <sys/inotify.h>

#include "emwake_js.h"
#include "file.h"
#include "inotify.h"
#include "result.h"
#include "user_memory.h"

int inotify_init(void) {
  return inotify_init1(0);
}

int inotify_init1(int flags) {
  return result(emwake_inotify_supported() ? inotify_open(flags) : -ENOSYS);
}

int inotify_add_watch(int fd, const char *path, uint32_t mask) {
  struct file *f;
  int r = inotify_begin_watch(fd, mask, &f);
  if (!r) {
    r = user_range_ok(path, 1) ? emwake_inotify_watch_path(f->node, path, mask) : -EFAULT;
    file_put(f);
  }
  return result(r);
}

int inotify_rm_watch(int fd, int wd) {
  struct file *f;
  int r = inotify_get(fd, &f);
  if (!r) {
    r = inotify_unwatch(f->node, wd);
    file_put(f);
  }
  return result(r);
}
