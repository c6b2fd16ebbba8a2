/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Between inotify and Emscripten's FS (src/lib/libemwake_inotify.js): FS is told whether anybody
 * watches, and tells what happens. An inode is the id of an FS node.
 */
#include <emscripten/em_macros.h>

#include "emwake_js.h"
#include "host.h"
#include "inotify.h"

void host_watching_inodes(int change) {
  emwake_inotify_watching(change);
}

EMSCRIPTEN_KEEPALIVE int emwake_fs_watch(struct node *instance, int inode, unsigned mask) {
  return inotify_watch(instance, (uint64_t)inode, mask);
}

EMSCRIPTEN_KEEPALIVE int emwake_fs_watches(int inode) {
  return inotify_watches((uint64_t)inode);
}

EMSCRIPTEN_KEEPALIVE void emwake_fs_report(int inode, unsigned events, unsigned cookie,
                                           const char *name, int unlinked) {
  inotify_report((uint64_t)inode, events, cookie, name, unlinked);
}

EMSCRIPTEN_KEEPALIVE void emwake_fs_forget(int inode) {
  inotify_forget((uint64_t)inode);
}
