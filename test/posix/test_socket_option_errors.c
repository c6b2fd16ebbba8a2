// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// getsockopt(2), setsockopt(2): unknown options are ENOPROTOOPT, short values EINVAL, buffers
// outside memory EFAULT; a short buffer takes a part of the value.
// gaps: 27
// needs: net

#include "net.h"

static char *volatile null;

int main(void) {
  int value = 1;
  socklen_t len = sizeof value;
  int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(setsockopt(tcp, SOL_SOCKET, 9999, &value, sizeof value));
  SHOW(getsockopt(tcp, SOL_SOCKET, 9999, &value, &len));
  SHOW(setsockopt(tcp, IPPROTO_TCP, 9999, &value, sizeof value));
  SHOW(getsockopt(tcp, IPPROTO_TCP, 9999, &value, &len));
  SHOW(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &value, 1));
  SHOW(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, null, sizeof value));
  SHOW(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &value, sizeof value));
  SHOW(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &value, (socklen_t *)null));
  value = -1;
  len = 2;
  SHOW(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &value, &len));
  printf("low half %d, high half %#x, length %d\n", value & 0xffff, (unsigned)value >> 16,
         (int)len);
  len = 64;
  char big[64];
  SHOW(getsockopt(tcp, SOL_SOCKET, SO_TYPE, big, &len));
  printf("length %d\n", (int)len);
  int p[2];
  MUST(pipe(p));
  SHOW(setsockopt(p[0], SOL_SOCKET, SO_REUSEADDR, &value, sizeof value));
  SHOW(getsockopt(p[0], SOL_SOCKET, SO_TYPE, &value, &len));
  SHOW(getsockopt(1000, SOL_SOCKET, SO_TYPE, &value, &len));
  return 0;
}
