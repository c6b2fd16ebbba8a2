// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): a stream of a megabyte, written and read in sizes that do not fit together, arrives
// whole and in order; blocking reader and non-blocking writer, who takes turns by poll.
// needs: wait

#include "transcript.h"

enum { TOTAL = 1 << 20 };

int main(void) {
  static unsigned char out[7919], in[4999];
  int p[2];
  MUST(pipe(p));
  set_nonblocking(p[1], 1);
  long written = 0, got = 0, wrong = 0;
  while (got < TOTAL) {
    struct pollfd set[2] = {{p[0], POLLIN, 0}, {written < TOTAL ? p[1] : p[0], POLLOUT, 0}};
    MUST(poll(set, 2, -1));
    if (set[1].revents & POLLOUT) {
      size_t size = TOTAL - written < (long)sizeof out ? (size_t)(TOTAL - written) : sizeof out;
      for (size_t i = 0; i < size; i++) out[i] = (unsigned char)((written + i) * 31 >> 3);
      ssize_t n = write(p[1], out, size);
      if (n > 0) written += n;
    }
    if (set[0].revents & POLLIN) {
      ssize_t n = MUST(read(p[0], in, sizeof in));
      for (ssize_t i = 0; i < n; i++) wrong += in[i] != (unsigned char)((got + i) * 31 >> 3);
      got += n;
    }
  }
  printf("got %ld, wrong %ld\n", got, wrong);
  return 0;
}
