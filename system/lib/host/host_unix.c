/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What AF_UNIX needs of Emscripten's file system (core/host.h): streams on their way from one
 * descriptor to another, and files of type S_IFSOCK.
 */
#include "emwake_js.h"
#include "host.h"

unsigned host_user_id(bool group) {
  return (unsigned)emwake_user_id(group);
}

int host_foreign_hold(int fd) {
  return emwake_foreign_hold(fd);
}

int host_foreign_hold_again(int held) {
  return emwake_foreign_hold_again(held);
}

int host_foreign_install(int held) {
  return emwake_foreign_install(held);
}

void host_foreign_drop(int held) {
  emwake_foreign_drop(held);
}

int host_socket_path_make(const char *path, uint64_t *inode) {
  return emwake_socket_path_make(path, inode);
}

int host_socket_path_find(const char *path, uint64_t *inode) {
  return emwake_socket_path_find(path, inode);
}

void host_socket_path_remove(const char *path, uint64_t inode) {
  emwake_socket_path_remove(path, inode);
}

void host_socket_path_close(uint64_t inode) {
  emwake_socket_path_close(inode);
}

int host_socket_listen(uint64_t inode, struct node *listener) {
  return emwake_socket_listen(inode, listener);
}

int host_socket_connect(const char *path, struct file *end) {
  return emwake_socket_connect(path, end);
}
