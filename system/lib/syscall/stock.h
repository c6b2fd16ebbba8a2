/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The system calls of stock Emscripten, under names of their own. Defining __syscall_fcntl64 in C
 * takes the place of the JavaScript function for the whole program; what emwake does not answer
 * itself (regular files, ttys) goes on to that function through these imports.
 */
#ifndef EMWAKE_SYSCALL_STOCK_H
#define EMWAKE_SYSCALL_STOCK_H

#include <sys/types.h>
#include <wasi/api.h>

#define STOCK(module, name) __attribute__((import_module(module), import_name(name)))

STOCK("wasi_snapshot_preview1", "fd_read")
__wasi_errno_t stock_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n,
                             __wasi_size_t *done);

STOCK("wasi_snapshot_preview1", "fd_write")
__wasi_errno_t stock_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n,
                              __wasi_size_t *done);

STOCK("wasi_snapshot_preview1", "fd_sync") __wasi_errno_t stock_fd_sync(__wasi_fd_t fd);

STOCK("env", "__syscall_fdatasync") int stock_fdatasync(int fd);

STOCK("env", "__syscall_fcntl64") int stock_fcntl(int fd, int cmd, ...);

STOCK("env", "__syscall_ioctl") int stock_ioctl(int fd, int request, ...);

STOCK("env", "__syscall_openat") int stock_openat(int dirfd, const char *path, int flags, ...);

STOCK("env", "__syscall_mknodat")
int stock_mknodat(int dirfd, const char *path, mode_t mode, dev_t dev);

STOCK("env", "__syscall_dup3") int stock_dup3(int fd, int to, int flags);

#endif
