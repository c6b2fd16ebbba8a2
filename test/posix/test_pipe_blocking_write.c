// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): a write to a full pipe waits for room; one that is larger than the pipe goes on until
// all of it is written.
// gaps: 18
// needs: wait

#include "transcript.h"

enum { LARGE = 200000 };
static int p[2], done[2];
static char out[LARGE], in[LARGE];
static long taken;

// The write may return before the read that made room for it has been counted: `done` says when.
static void take_page(void *arg) {
  (void)arg;
  taken += read(p[0], in + taken, 4096);
  write(done[1], "x", 1);
}

static void take_all(void *arg) {
  (void)arg;
  taken += read(p[0], in + taken, LARGE - taken);
  if (taken < LARGE - 65536) {
    when_blocked(take_all, NULL);
  } else {
    write(done[1], "x", 1);
  }
}

static void await_done(void) {
  char c;
  MUST(read(done[0], &c, 1));
}

int main(void) {
  for (int i = 0; i < LARGE; i++) out[i] = (char)(i / 7 + i);
  MUST(pipe(p));
  MUST(pipe(done));
  MUST(write(p[1], out, 65536));
  when_blocked(take_page, NULL);
  SHOW(write(p[1], out + 65536, 1000));
  await_done();
  taken += read(p[0], in + taken, LARGE - taken);
  CHECK(taken == 66536);
  CHECK(memcmp(in, out, 66536) == 0);

  taken = 0;
  when_blocked(take_all, NULL);
  SHOW(write(p[1], out, LARGE));
  await_done();
  while (taken < LARGE) taken += MUST(read(p[0], in + taken, LARGE - taken));
  CHECK(taken == LARGE);
  CHECK(memcmp(in, out, LARGE) == 0);
  return 0;
}
