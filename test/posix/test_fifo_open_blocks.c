// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fifo(7): opening waits until the other end is opened as well, even if that one is gone again by
// then.
// gaps: fifo blocking
// needs: wait

#include "scratch.h"

static int other, done[2];

// Main goes on as soon as the other end is open, before the action has returned.
static void await_action(void) {
  char byte;
  MUST(read(done[0], &byte, 1));
}

static void open_other(void *flags) {
  other = open("f", (int)(long)flags);
  write(done[1], "", 1);
}

static void come_and_go(void *arg) {
  (void)arg;
  int fd = open("f", O_WRONLY | O_NONBLOCK);
  write(fd, "was here", 8);
  close(fd);
  write(done[1], "", 1);
}

static void write_later(void *arg) {
  (void)arg;
  write(other, "late", 4);
  close(other);
}

int main(void) {
  char buf[16];
  MUST(mkfifo("f", 0600));
  MUST(pipe(done));

  when_blocked(open_other, (void *)(long)(O_WRONLY | O_NONBLOCK));
  int fd = open("f", O_RDONLY);
  await_action();
  CHECK(fd >= 0);
  POLL(fd, POLLIN, 0);
  when_blocked(write_later, NULL);
  SHOW(read(fd, buf, sizeof buf));
  SHOW(read(fd, buf, sizeof buf));
  close(fd);

  when_blocked(open_other, (void *)(long)(O_RDONLY | O_NONBLOCK));
  fd = open("f", O_WRONLY);
  await_action();
  CHECK(fd >= 0);
  SHOW(write(fd, "abc", 3));
  SHOW(read(other, buf, sizeof buf));
  close(fd);
  close(other);

  when_blocked(open_other, (void *)(long)O_RDWR);
  fd = open("f", O_RDONLY);
  await_action();
  CHECK(fd >= 0);
  POLL(fd, POLLIN, 0);
  close(other);
  POLL(fd, POLLIN, 0);
  close(fd);

  when_blocked(come_and_go, NULL);
  fd = open("f", O_RDONLY);
  await_action();
  CHECK(fd >= 0);
  POLL(fd, POLLIN, 0);
  SHOW(read(fd, buf, sizeof buf));
  SHOW(read(fd, buf, sizeof buf));
  return 0;
}
