// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// stdio on a pipe: fgets waits for a whole line, however it comes, and the end of the stream is
// feof; what fprintf printed is in the pipe after fflush.
// gaps: 18 blocking
// needs: wait

#include "transcript.h"

static int p[2];

static void write_end(void *arg) {
  (void)arg;
  write(p[1], "ne two\nlast", 11);
  close(p[1]);
}

static void write_middle(void *arg) {
  (void)arg;
  write(p[1], "line\nli", 7);
  when_blocked(write_end, NULL);
}

static void write_start(void *arg) {
  (void)arg;
  write(p[1], "first ", 6);
  when_blocked(write_middle, NULL);
}

int main(void) {
  char line[64];
  MUST(pipe(p));
  FILE *in = fdopen(p[0], "r");
  when_blocked(write_start, NULL);
  while (fgets(line, sizeof line, in)) printf("line: %s%s", line, strchr(line, '\n') ? "" : "\n");
  CHECK(feof(in) && !ferror(in));
  fclose(in);

  MUST(pipe(p));
  FILE *out = fdopen(p[1], "w");
  fprintf(out, "%d %s", 42, "apples");
  POLL(p[0], POLLIN, 0);
  SHOW(fflush(out));
  ssize_t n = SHOW(read(p[0], line, sizeof line));
  printf("got \"%.*s\"\n", (int)n, line);
  SHOW(fclose(out));
  SHOW(read(p[0], line, sizeof line));
  return 0;
}
