// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// mkfifo(3), mknod(2): the name of a FIFO is the file system's. A description goes on without it, and
// a new FIFO of the same name is another.
// gaps: fifo

#include "scratch.h"

static void show_stat(const char *what, const struct stat *st) {
  printf("%s: fifo %d mode %o size %ld links %d\n", what, S_ISFIFO(st->st_mode),
         st->st_mode & 07777, (long)st->st_size, (int)st->st_nlink);
}

int main(void) {
  struct stat st, by_fd;
  char buf[8];
  SHOW(mkfifo("a", 0666));
  SHOW(mkfifo("a", 0666));
  SHOW(mkfifo("no/such", 0666));
  SHOW(mkfifo("", 0666));
  MUST(mkdir("d", 0777));
  int d = MUST(open("d", O_RDONLY | O_DIRECTORY));
  SHOW(mkfifoat(d, "b", 0600));
  SHOW(mknod("c", S_IFIFO | 0604, 0));
  SHOW(stat("a", &st));
  show_stat("a", &st);
  SHOW(stat("d/b", &st));
  show_stat("d/b", &st);
  SHOW(lstat("c", &st));
  show_stat("c", &st);
  SHOW(truncate("a", 0));
  SHOW(chmod("a", 0640));

  int r = MUST(openat(AT_FDCWD, "a", O_RDONLY | O_NONBLOCK));
  int w = MUST(open("a", O_WRONLY));
  SHOW(stat("a", &st));
  SHOW(fstat(r, &by_fd));
  show_stat("open", &by_fd);
  CHECK(st.st_ino == by_fd.st_ino);
  SHOW(fchmod(w, 0622));
  SHOW(stat("a", &st));
  show_stat("a", &st);
  SHOW(ftruncate(w, 0));
  SHOW(lseek(w, 0, SEEK_CUR));

  SHOW(rename("a", "e"));
  SHOW(open("a", O_WRONLY | O_NONBLOCK));
  int w2 = MUST(open("e", O_WRONLY | O_NONBLOCK));
  SHOW(write(w2, "moved", 5));
  SHOW(read(r, buf, sizeof buf));
  SHOW(unlink("e"));
  SHOW(stat("e", &st));
  SHOW(write(w, "gone", 4));
  SHOW(read(r, buf, sizeof buf));
  SHOW(mkfifo("e", 0600));
  SHOW(open("e", O_WRONLY | O_NONBLOCK));
  SHOW(symlink("d/b", "link"));
  int through = MUST(open("link", O_RDONLY | O_NONBLOCK));
  int b = MUST(openat(d, "b", O_WRONLY | O_NONBLOCK));
  SHOW(write(b, "b", 1));
  SHOW(read(through, buf, sizeof buf));
  SHOW(open("link", O_RDONLY | O_NONBLOCK | O_NOFOLLOW));
  return 0;
}
