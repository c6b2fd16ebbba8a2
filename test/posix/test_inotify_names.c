// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7): names that come, go and move, and what becomes of watches on inodes that lose them.
// gaps: inotify

#include "inotifies.h"
#include <dirent.h>

int main(void) {
  int fd;
  MUST(mkdir("a", 0777));
  MUST(mkdir("b", 0777));
  int in = MUST(inotify_init1(IN_NONBLOCK));
  WATCH(in, "a", IN_ALL_EVENTS);
  WATCH(in, "b", IN_ALL_EVENTS);
  STEP(in, mkdir("a/dir", 0777));
  STEP(in, mkfifo("a/fifo", 0666));
  STEP(in, symlink("target", "a/link"));
  STEP(in, mknod("a/file", S_IFREG | 0644, 0));
  STEP(in, mkdir("a/dir", 0777));

  WATCH(in, "a/file", IN_ALL_EVENTS);
  STEP(in, rename("a/file", "a/file2"));
  STEP(in, rename("a/file2", "b/file3"));
  STEP(in, chmod("b/file3", 0600));
  STEP(in, rename("b/file3", "b/file3"));
  STEP(in, rename("b/none", "b/file3"));
  STEP(in, unlink("b/file3"));

  WATCH(in, "a/dir", IN_ALL_EVENTS);
  STEP(in, mkdir("a/dir/sub", 0777));
  STEP(in, rmdir("a/dir"));
  STEP(in, rename("a/dir", "b/moved"));
  STEP(in, chmod("b/moved", 0700));
  STEP(in, rmdir("b/moved/sub"));
  STEP(in, rmdir("b/moved"));

  // Over another one.
  MUST(mknod("a/x", S_IFREG | 0644, 0));
  MUST(mknod("b/y", S_IFREG | 0644, 0));
  show_queue(in, "made");
  WATCH(in, "a/x", IN_ALL_EVENTS);
  WATCH(in, "b/y", IN_ALL_EVENTS);
  STEP(in, rename("a/x", "b/y"));

  // What is open lives on without its name.
  STEP(in, (fd = open("b/y", O_WRONLY)) >= 0);
  STEP(in, unlink("b/y"));
  STEP(in, write(fd, "z", 1));
  STEP(in, close(fd));

  MUST(mkdir("a/list", 0777));
  show_queue(in, "made");
  int list = inotify_init1(IN_NONBLOCK);
  WATCH(list, "a/list", IN_ALL_EVENTS);
  DIR *d = opendir("a/list");
  show_queue(list, "opendir");
  while (readdir(d)) {
  }
  show_queue(list, "readdir");
  closedir(d);
  show_queue(list, "closedir");
  STEP(in, rmdir("a/list") + close(list));
  STEP(in, unlink("a/link"));
  STEP(in, unlink("a/none"));
  return 0;
}
