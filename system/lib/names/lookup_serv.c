/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What musl's getservbyname(3) looks services up by, in the place of its own, which knows only a
 * file.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>

#include "services.h"

/* musl's, src/network/lookup.h: room for two. */
struct service {
  uint16_t port;
  unsigned char proto, socktype;
};

/* Returns how many there are, or EAI_SERVICE. proto: 0 for both. */
int __lookup_serv(struct service *out, const char *name, int proto, int socktype, int flags) {
  static const struct {
    unsigned char proto, socktype;
    const char *name;
  } kinds[] = {{IPPROTO_TCP, SOCK_STREAM, "tcp"}, {IPPROTO_UDP, SOCK_DGRAM, "udp"}};
  (void)socktype;
  (void)flags;
  int n = 0;
  for (int i = 0; i < 2; i++) {
    int port = proto == 0 || proto == kinds[i].proto ? service_port(name, kinds[i].name) : -1;
    if (port >= 0) {
      out[n++] = (struct service){(uint16_t)port, kinds[i].proto, kinds[i].socktype};
    }
  }
  return n ? n : EAI_SERVICE;
}
