// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7): the queue: what is read at once, names and their padding, events that are the same, and a
// queue that is full.
// gaps: inotify

#include "inotifies.h"
#include <sys/ioctl.h>

static char buf[65536] __attribute__((aligned(8)));

static int unread(int in) {
  int n = -1;
  MUST(ioctl(in, FIONREAD, &n));
  return n;
}

static int events_in(ssize_t n) {
  int count = 0;
  for (ssize_t at = 0; at < n; count++) {
    at += sizeof(struct inotify_event) + ((struct inotify_event *)(buf + at))->len;
  }
  return count;
}

static void make(const char *path) {
  close(MUST(open(path, O_WRONLY | O_CREAT, 0644)));
}

int main(void) {
  int in = MUST(inotify_init1(IN_NONBLOCK));
  MUST(mkdir("d", 0777));
  WATCH(in, "d", IN_CREATE | IN_DELETE);
  SHOW(unread(in));
  SHOW(read(in, buf, 0));
  make("d/a");
  make("d/fifteen-letters");
  make("d/sixteen-letters-");
  mkdir("d/b", 0777);
  SHOW(unread(in));
  SHOW(read(in, buf, 0));
  SHOW(read(in, buf, 31));
  SHOW(read(in, buf, 32));
  show_events_in(buf, 32);
  ssize_t n;
  SHOW(n = read(in, buf, 79));
  show_events_in(buf, n);
  SHOW(unread(in));
  SHOW(n = read(in, buf, 80));
  show_events_in(buf, n);
  SHOW(n = read(in, buf, sizeof buf));
  show_events_in(buf, n);
  SHOW(read(in, buf, sizeof buf));
  SHOW(ioctl(in, TIOCGWINSZ, buf));

  // The same event twice in a row is one; with another in between it is not.
  WATCH(in, "d/a", IN_MODIFY | IN_ATTRIB);
  int fd = MUST(open("d/a", O_WRONLY));
  write(fd, "1", 1);
  write(fd, "2", 1);
  fchmod(fd, 0600);
  fchmod(fd, 0644);
  write(fd, "3", 1);
  show_queue(in, "written");
  SHOW(inotify_rm_watch(in, 2));
  WATCH(in, "d/a", IN_MODIFY);
  SHOW(inotify_rm_watch(in, 3));
  show_queue(in, "ignored");

  // What is in the queue outlives the watch; what it held is lost after the overflow.
  WATCH(in, "d", IN_OPEN | IN_CLOSE);
  for (int i = 0; i < 9000; i++) {
    make("d/a");
  }
  SHOW(unread(in));
  SHOW(inotify_rm_watch(in, 1));
  int total = 0;
  while ((n = read(in, buf, sizeof buf)) > 0) {
    total += events_in(n);
    for (ssize_t at = 0; at < n;) {
      struct inotify_event *e = (struct inotify_event *)(buf + at);
      if (e->wd < 0 || e->mask & IN_IGNORED) show_event(e);
      at += sizeof *e + e->len;
    }
  }
  SHOW(total);
  WATCH(in, "d", IN_CREATE);
  mkdir("d/x", 0777);
  show_queue(in, "empty again");
  return 0;
}
