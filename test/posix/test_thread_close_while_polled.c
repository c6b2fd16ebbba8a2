// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// close(2) while another thread polls: closing a dup of what it waits for, or of the other end,
// does not disturb it; closing the last of the other end wakes it.
// gaps: 17
// needs: threads wait

#include "transcript.h"

static int p[2], reader_dup, writer_dup, woken[2];

static void close_writer(void *arg) {
  (void)arg;
  close(writer_dup);
}

static void write_byte(void *arg) {
  (void)arg;
  write(writer_dup, "x", 1);
}

static void close_dups(void *arg) {
  (void)arg;
  close(reader_dup);
  close(p[1]);
  when_blocked(write_byte, NULL);
}

static void *worker(void *arg) {
  (void)arg;
  char c;
  when_blocked(close_dups, NULL);
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], &c, 1));
  when_blocked(close_writer, NULL);
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], &c, 1));
  write(woken[1], "x", 1);
  return NULL;
}

int main(void) {
  pthread_t thread;
  MUST(pipe(p));
  MUST(pipe(woken));
  reader_dup = MUST(dup(p[0]));
  writer_dup = MUST(dup(p[1]));
  pthread_create(&thread, NULL, worker, NULL);
  POLL(woken[0], POLLIN, -1);
  pthread_join(thread, NULL);
  return 0;
}
