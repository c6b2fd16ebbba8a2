// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A wait is on the open file description: it ends by a write through any dup of the writing end,
// and closing a dup of what is waited for changes nothing.
// needs: wait

#include "transcript.h"

static int p[2], spare_reader, spare_writer;

static void write_through_dup(void *arg) {
  (void)arg;
  write(spare_writer, "x", 1);
}

static void close_first_writer(void *arg) {
  (void)arg;
  close(p[1]);
  when_blocked(write_through_dup, NULL);
}

static void close_reader_dup(void *arg) {
  (void)arg;
  close(spare_reader);
  when_blocked(close_first_writer, NULL);
}

int main(void) {
  MUST(pipe(p));
  spare_reader = MUST(dup(p[0]));
  spare_writer = MUST(dup(p[1]));
  when_blocked(close_reader_dup, NULL);
  POLL(p[0], POLLIN, -1);
  char c;
  SHOW(read(p[0], &c, 1));
  POLL(p[0], POLLIN, 0);
  MUST(close(spare_writer));
  POLL(p[0], POLLIN, -1);
  return 0;
}
