// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7): several instances on one inode, each with its mask and its numbers; the end of one, and
// of the inode, for all.
// gaps: inotify

#include "inotifies.h"

int main(void) {
  int in[3];
  MUST(mkdir("d", 0777));
  for (int i = 0; i < 3; i++) {
    in[i] = MUST(inotify_init1(IN_NONBLOCK));
  }
  WATCH(in[0], "d", IN_ALL_EVENTS);
  WATCH(in[1], "d", IN_CREATE);
  WATCH(in[2], ".", IN_ALL_EVENTS);
  WATCH(in[2], "d", IN_DELETE_SELF);
  MUST(mkdir("d/x", 0777));
  show_queue(in[0], "0");
  show_queue(in[1], "1");
  show_queue(in[2], "2");
  SHOW(close(in[0]));
  MUST(rmdir("d/x"));
  MUST(rename("d", "e"));
  MUST(mkdir("e/y", 0777));
  MUST(rmdir("e/y"));
  MUST(rmdir("e"));
  show_queue(in[1], "1");
  show_queue(in[2], "2");
  SHOW(inotify_rm_watch(in[1], 1));
  // A new inode of an old name is not the one that was watched.
  MUST(mkdir("d", 0777));
  MUST(mkdir("d/x", 0777));
  show_queue(in[1], "1");
  show_queue(in[2], "2");
  WATCH(in[1], "d", IN_CREATE);
  MUST(mkdir("d/z", 0777));
  show_queue(in[1], "1");
  return 0;
}
