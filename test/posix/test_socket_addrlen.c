// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// getsockname(2), accept(2), recvfrom(2): an address is cut to the length of the buffer, nothing is
// written past it, and the full length is reported. A negative length is EINVAL.
// gaps: 22
// needs: net wait

#include "net.h"

static struct {
  unsigned char address[8];
  unsigned char guard[120];
} buffer;

static void prepare(void) {
  memset(&buffer, 0xaa, sizeof buffer);
}

static void show_buffer(socklen_t len, const union address *full) {
  int touched = 0;
  for (size_t i = 0; i < sizeof buffer.guard; i++) touched += buffer.guard[i] != 0xaa;
  printf("length %d, %s, bytes past the buffer touched: %d\n", (int)len,
         memcmp(buffer.address, full, 8) ? "not its start" : "the start of the address", touched);
}

int main(void) {
  char c;
  int listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  prepare();
  socklen_t len = 8;
  SHOW(getsockname(listener, (struct sockaddr *)buffer.address, &len));
  show_buffer(len, &to);
  len = 0;
  prepare();
  SHOW(getsockname(listener, (struct sockaddr *)buffer.address, &len));
  printf("length %d, first byte %#x\n", (int)len, buffer.address[0]);
  len = (socklen_t)-1;
  SHOW(getsockname(listener, (struct sockaddr *)buffer.address, &len));

  int client = tcp_client(&to);
  union address from = own_address(client);
  await(listener, POLLIN);
  prepare();
  len = 8;
  int server = MUST(accept(listener, (struct sockaddr *)buffer.address, &len));
  show_buffer(len, &from);
  prepare();
  len = 8;
  SHOW(getpeername(server, (struct sockaddr *)buffer.address, &len));
  show_buffer(len, &from);

  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b), from_a = own_address(a);
  MUST(sendto(a, "x", 1, 0, &to_b.any, sizeof to_b.v4));
  await(b, POLLIN);
  prepare();
  len = 8;
  SHOW(recvfrom(b, &c, 1, 0, (struct sockaddr *)buffer.address, &len));
  show_buffer(len, &from_a);
  return 0;
}
