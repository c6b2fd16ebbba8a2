// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify_add_watch(2), inotify_rm_watch(2): the bits that say how to watch, and the errors.
// gaps: inotify

#include "inotifies.h"

static void touch(const char *path) {
  int fd = MUST(open(path, O_WRONLY | O_CREAT, 0644));
  MUST(write(fd, "x", 1));
  close(fd);
}

int main(void) {
  SHOW(inotify_init1(O_APPEND));
  int in = MUST(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  CHECK(fcntl(in, F_GETFD) == FD_CLOEXEC);
  CHECK((fcntl(in, F_GETFL) & (O_ACCMODE | O_NONBLOCK)) == O_NONBLOCK);
  int plain = MUST(inotify_init());
  CHECK(!(fcntl(plain, F_GETFL) & O_NONBLOCK));
  close(plain);
  int p[2];
  MUST(pipe(p));
  MUST(mkdir("d", 0777));
  touch("d/file");
  MUST(symlink("d/file", "link"));
  MUST(symlink("loop", "loop"));
  int regular = MUST(open("d/file", O_RDONLY));

  WATCH(in, "d", 0);
  WATCH(in, "none", IN_CREATE);
  WATCH(in, "", IN_CREATE);
  WATCH(in, "loop", IN_CREATE);
  WATCH(in, "d/file/x", IN_CREATE);
  WATCH(in, "d", IN_MASK_ADD | IN_MASK_CREATE | IN_CREATE);
  WATCH(in, "d/file", IN_ONLYDIR | IN_OPEN);
  WATCH(p[0], "d", IN_OPEN);
  WATCH(regular, "d", IN_OPEN);
  WATCH(777, "d", IN_OPEN);
  WATCH(777, "d", 0);
  SHOW(inotify_rm_watch(in, 1));
  SHOW(inotify_rm_watch(p[0], 1));
  SHOW(inotify_rm_watch(regular, 1));
  SHOW(inotify_rm_watch(777, 1));
  SHOW(write(in, "x", 1));
  close(regular);

  WATCH(in, "d/file", IN_OPEN);
  WATCH(in, "d/file", IN_MODIFY);
  touch("d/file");
  show_queue(in, "replaced");
  WATCH(in, "d/file", IN_MASK_ADD | IN_CLOSE);
  touch("d/file");
  show_queue(in, "added");
  WATCH(in, "d/file", IN_MASK_CREATE | IN_OPEN);
  WATCH(in, "./d/../link", IN_OPEN);
  touch("link");
  show_queue(in, "through a link");
  WATCH(in, "link", IN_DONT_FOLLOW | IN_ALL_EVENTS);
  touch("link");
  show_queue(in, "the link itself");
  STEP(in, rename("link", "link2"));
  STEP(in, unlink("link2"));
  STEP(in, inotify_rm_watch(in, 1));
  SHOW(inotify_rm_watch(in, 1));
  touch("d/file");
  show_queue(in, "removed");

  WATCH(in, "d", IN_ONESHOT | IN_OPEN | IN_MODIFY);
  touch("d/file");
  show_queue(in, "once");
  SHOW(inotify_rm_watch(in, 3));
  WATCH(in, "d", IN_ONLYDIR | IN_EXCL_UNLINK | IN_ALL_EVENTS);
  int fd = MUST(open("d/file", O_RDWR));
  STEP(in, unlink("d/file"));
  STEP(in, write(fd, "x", 1));
  STEP(in, close(fd));
  WATCH(in, "d", IN_ONLYDIR);
  touch("d/other");
  show_queue(in, "nothing");
  fd = MUST(open("d/other", O_RDWR));
  WATCH(in, "d", IN_MODIFY);
  STEP(in, unlink("d/other"));
  STEP(in, write(fd, "x", 1));
  // The file without a name holds its directory.
  STEP(in, rmdir("d"));
  STEP(in, close(fd));
  return 0;
}
