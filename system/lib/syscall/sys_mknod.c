/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * mknod(2), mkfifo(3) and opening a FIFO: the file system has its name, its inode and its
 * permissions (src/lib/libemwake_fifo.js), the core all the rest.
 */
#include <emscripten/em_macros.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>

#include "emwake_js.h"
#include "fifo.h"
#include "fifo_hook.h"
#include "file.h"
#include "stock.h"

/* What open(2) uses up, and F_GETFL does not show. */
#define CREATION_FLAGS (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

static int open_inode(int inode, int flags) {
  struct node *end;
  int err = fifo_open((uint64_t)inode, flags, &end);
  if (err) {
    return err;
  }
  struct file *f = file_new(end, flags & ~(CREATION_FLAGS | O_CLOEXEC));
  if (!f) {
    return -ENOMEM;
  }
  int fd = fd_install(file_ref(f), flags);
  if (fd >= 0) {
    emwake_fifo_installed(fd, f, inode);
  }
  file_put(f);
  return fd;
}

static bool open_path(int dirfd, const char *path, int flags, int *fd) {
  int inode = emwake_fifo_begin_open(dirfd, path, flags);
  if (inode > 0) {
    *fd = open_inode(inode, flags);
    emwake_fifo_end_open(inode);
  } else {
    *fd = inode;
  }
  return inode;
}

/* For FS.open of JavaScript, which never waits: the description of a stream that is there already,
   or -errno in place of its address. */
EMSCRIPTEN_KEEPALIVE struct file *emwake_fifo_open_stream(int fd, int inode, int flags) {
  struct node *end;
  int err = fifo_open((uint64_t)inode, flags | O_NONBLOCK, &end);
  struct file *f = err ? NULL : file_new(end, flags & ~(CREATION_FLAGS | O_CLOEXEC));
  if (!f) {
    return (struct file *)(intptr_t)(err ? err : -ENOMEM);
  }
  err = fd_attach(fd, f);
  file_put(f);
  return err ? (struct file *)(intptr_t)err : f;
}

/* The file system has got a FIFO. */
EMSCRIPTEN_KEEPALIVE void emwake_fifo_made(void) {
  emwake_fifo_hook = open_path;
}

int __syscall_mknodat(int dirfd, const char *path, mode_t mode, dev_t dev) {
  return S_ISFIFO(mode) && !emwake_fifo_supported() ? -EPERM
                                                    : stock_mknodat(dirfd, path, mode, dev);
}
