// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A regular file passed by SCM_RIGHTS is the same open file description: the offset and the status
// flags are shared, and it stays open while it is on its way.
//
// gaps: unix 37
#include "unix.h"

int main(void) {
  char b[16], path[] = "/tmp/emwake-rights-XXXXXX";
  int sv[2], got[2];
  int file = MUST(mkstemp(path));
  MUST(write(file, "0123456789", 10));
  MUST(lseek(file, 2, SEEK_SET));
  MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv));
  SHOW(send_fds(sv[0], "f", 1, &file, 1, 0));
  show_received_fds("receive", sv[1], 1, got, 1, 0);
  CHECK(got[0] != file);
  SHOW(read(got[0], b, 3));
  SHOW(lseek(file, 0, SEEK_CUR));
  SHOW(lseek(file, 7, SEEK_SET));
  SHOW(read(got[0], b, 1));
  CHECK(b[0] == '7');
  MUST(fcntl(got[0], F_SETFL, fcntl(got[0], F_GETFL) | O_APPEND));
  CHECK(fcntl(file, F_GETFL) & O_APPEND);
  close(got[0]);
  SHOW(read(file, b, 1));
  SHOW(send_fds(sv[0], "g", 1, &file, 1, 0));
  SHOW(close(file));
  SHOW(unlink(path));
  show_received_fds("peek", sv[1], 1, got + 1, 1, MSG_PEEK);
  show_received_fds("receive", sv[1], 1, got, 1, 0);
  SHOW(lseek(got[0], 0, SEEK_SET));
  SHOW(read(got[0], b, sizeof b));
  CHECK(!memcmp(b, "0123456789", 10));
  close(got[0]);
  SHOW(lseek(got[1], 4, SEEK_SET));
  SHOW(read(got[1], b, sizeof b));
  SHOW(send_fds(sv[0], "h", 1, &got[1], 1, 0));
  close(got[1]);
  close(sv[1]);
  SHOW(send_fds(sv[0], "h", 1, &sv[0], 1, MSG_NOSIGNAL));
  // The terminal, or what stands in for it.
  MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, sv));
  int out = 1;
  SHOW(send_fds(sv[0], "o", 1, &out, 1, 0));
  show_received_fds("receive", sv[1], 1, got, 1, 0);
  SHOW(write(got[0], "a line\n", 7));
  return 0;
}
