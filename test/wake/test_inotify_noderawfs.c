// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The host's files: there is no inotify, and it says so.
// flags: -sNODERAWFS
// modes: jspi pthread

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>

int main(void) {
  assert(inotify_init1(0) == -1 && errno == ENOSYS);
  assert(inotify_add_watch(0, "/", IN_OPEN) == -1 && errno == EINVAL);
  assert(inotify_add_watch(77, "/", IN_OPEN) == -1 && errno == EBADF);
  puts("ok");
  return 0;
}
