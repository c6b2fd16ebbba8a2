// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7): what happens to a file, as told to who watches its directory and to who watches it; by
// one instance the directory's event comes first.
// gaps: inotify

#include "inotifies.h"
#include <sys/time.h>
#include <sys/uio.h>

int main(void) {
  char buf[16];
  int fd;
  MUST(mkdir("d", 0777));
  int in = MUST(inotify_init1(IN_NONBLOCK));
  WATCH(in, "d", IN_ALL_EVENTS);
  STEP(in, (fd = open("d/file", O_RDWR | O_CREAT, 0644)) >= 0);
  WATCH(in, "d/file", IN_ALL_EVENTS);
  STEP(in, write(fd, "hello", 5));
  STEP(in, write(fd, "", 0));
  STEP(in, pwrite(fd, "HE", 2, 0));
  STEP(in, lseek(fd, 0, SEEK_SET));
  STEP(in, read(fd, buf, sizeof buf));
  STEP(in, read(fd, buf, sizeof buf));
  STEP(in, pread(fd, buf, 2, 1));
  STEP(in, ftruncate(fd, 3));
  STEP(in, fchmod(fd, 0600));
  int copy = MUST(dup(fd));
  STEP(in, close(fd));
  STEP(in, close(copy));

  STEP(in, (fd = open("d/file", O_RDONLY)) >= 0);
  STEP(in, close(fd));
  STEP(in, chmod("d/file", 0640));
  STEP(in, chown("d/file", getuid(), getgid()));
  STEP(in, truncate("d/file", 100));
  STEP(in, utimes("d/file", NULL));
  struct timespec omit_mtime[2] = {{.tv_sec = 5}, {.tv_nsec = UTIME_OMIT}};
  struct timespec omit_atime[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 5}};
  struct timespec omit_both[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
  STEP(in, utimensat(AT_FDCWD, "d/file", omit_mtime, 0));
  STEP(in, utimensat(AT_FDCWD, "d/file", omit_atime, 0));
  STEP(in, utimensat(AT_FDCWD, "d/file", omit_both, 0));
  STEP(in, (fd = open("d/file", O_WRONLY | O_APPEND)) >= 0);
  struct iovec iov[2] = {{.iov_base = "a", .iov_len = 1}, {.iov_base = buf, .iov_len = 0}};
  STEP(in, writev(fd, iov, 2));
  STEP(in, close(fd));
  STEP(in, open("d/none", O_RDONLY));
  STEP(in, open("d/file", O_RDWR | O_CREAT | O_EXCL, 0644));
  STEP(in, access("d/file", R_OK));
  struct stat st;
  STEP(in, stat("d/file", &st));

  FILE *f = fopen("d/stdio", "w");
  fputs("text", f);
  show_queue(in, "buffered");
  fclose(f);
  show_queue(in, "closed");
  return 0;
}
