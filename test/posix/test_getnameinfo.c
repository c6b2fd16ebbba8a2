// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// getnameinfo(3), gethostbyname(3) and getservbyname(3): names and numbers, buffers that are too
// small, bad flags, families and lengths. No name goes to a name server.
//
// gaps: 24
// needs: wait net

#include "transcript.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

static struct sockaddr_in address = {.sin_family = AF_INET};

static void name(socklen_t len, socklen_t hostlen, socklen_t servicelen, int flags) {
  char host[100] = "", service[100] = "";
  int error = getnameinfo((struct sockaddr *)&address, len, hostlen ? host : NULL, hostlen,
                          servicelen ? service : NULL, servicelen, flags);
  printf("length %d, room for %d and %d, flags %#x: %d\n", (int)len, (int)hostlen, (int)servicelen,
         (unsigned)flags, error);
  if (!error) {
    printf("  %s %s\n", host, service);
  }
}

static void name_info(void) {
  const int numbers = NI_NUMERICHOST | NI_NUMERICSERV;
  address.sin_port = htons(80);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name(16, 99, 99, 0);
  name(16, 99, 99, NI_NUMERICHOST);
  name(16, 99, 99, NI_NUMERICSERV);
  name(16, 10, 3, numbers);
  name(16, 9, 3, numbers);
  name(16, 10, 2, numbers);
  name(16, 0, 99, numbers);
  name(16, 99, 0, numbers);
  name(16, 0, 0, 0);
  name(16, 99, 99, NI_NUMERICHOST | NI_NAMEREQD);
  name(8, 99, 99, 0);
  name(100, 99, 99, numbers);
  name(16, 99, 99, 0x10000);
  address.sin_port = htons(1);
  name(16, 0, 99, NI_DGRAM);
  address.sin_family = 99;
  name(16, 99, 99, 0);
}

static void host(const char *name) {
  struct hostent *h = gethostbyname(name);
  printf("gethostbyname %s: %s\n", name, h ? h->h_name : "NULL");
  for (int i = 0; h && h->h_addr_list[i]; i++) {
    printf("  family %d length %d %s\n", h->h_addrtype, h->h_length,
           inet_ntoa(*(struct in_addr *)h->h_addr_list[i]));
  }
}

static void service(const char *name, const char *protocol) {
  struct servent *s = getservbyname(name, protocol);
  printf("getservbyname %s %s: %s %d %s\n", name, protocol ? protocol : "NULL",
         s ? s->s_name : "NULL", s ? ntohs((uint16_t)s->s_port) : -1, s ? s->s_proto : "");
}

int main(void) {
  name_info();
  host("127.0.0.2");
  service("http", "tcp");
  service("domain", "udp");
  service("no-such-service", "tcp");
  service("80", "tcp");
  return 0;
}
