/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What src/lib/libemwake.js asks of descriptions: FS.streams has a stream for each descriptor of
 * the core, and these are its operations.
 */
#include <emscripten/em_macros.h>
#include <errno.h>

#include "file.h"
#include "pipe.h"

EMSCRIPTEN_KEEPALIVE void emwake_stream_closed(int fd) {
  fd_detach(fd);
}

EMSCRIPTEN_KEEPALIVE int emwake_stream_duplicated(int fd, struct file *f) {
  return fd_attach(fd, f);
}

EMSCRIPTEN_KEEPALIVE struct node *emwake_stream_node(struct file *f) {
  return f->node;
}

EMSCRIPTEN_KEEPALIVE int emwake_stream_flags(struct file *f) {
  return f->flags;
}

EMSCRIPTEN_KEEPALIVE void emwake_stream_set_flags(struct file *f, int flags) {
  f->flags = flags;
}

/* JavaScript never waits inside FS.read and FS.write. */
EMSCRIPTEN_KEEPALIVE int emwake_stream_read(struct file *f, void *buf, int len) {
  struct iovec seg;
  struct iov_iter it;
  int err = iov_iter_init_buf(&it, &seg, buf, (size_t)len);
  return err ? err : (int)file_read(f, -1, &it, true, DEADLINE_NONE);
}

EMSCRIPTEN_KEEPALIVE int emwake_stream_write(struct file *f, const void *buf, int len) {
  struct iovec seg;
  struct iov_iter it;
  int err = iov_iter_init_buf(&it, &seg, buf, (size_t)len);
  return err ? err : (int)file_write(f, -1, &it, true, true, DEADLINE_NONE);
}

/*
 * For PIPEFS.createPipe. Under the name __syscall_pipe2 JavaScript would reach the stock library's
 * function; and in a file of its own it would not be linked for a program that has PIPEFS for
 * JavaScript alone.
 */
EMSCRIPTEN_KEEPALIVE int emwake_stream_pipe(int fds[2]) {
  return pipe_open(fds, 0);
}
