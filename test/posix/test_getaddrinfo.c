// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// getaddrinfo(3): which entries there are for which hints, numbers in all their forms, services,
// localhost, and the errors. No name goes to a name server.
//
// gaps: 24
// needs: wait net

#include "transcript.h"
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void print_entry(const struct addrinfo *a) {
  char host[256], port[32];
  MUST(getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof host, port, sizeof port,
                   NI_NUMERICHOST | NI_NUMERICSERV));
  printf("  flags %#x family %d type %d protocol %d length %d address %s port %s canonical %s\n",
         (unsigned)a->ai_flags, a->ai_family, a->ai_socktype, a->ai_protocol, (int)a->ai_addrlen,
         host, port, a->ai_canonname ? a->ai_canonname : "-");
}

static void look_up(const char *name, const char *service, const struct addrinfo *hints) {
  struct addrinfo *list = NULL;
  int error = getaddrinfo(name, service, hints, &list);
  printf("%.20s %s", name ? name : "NULL", service ? service : "NULL");
  if (hints) {
    printf(" flags %#x family %d type %d protocol %d", (unsigned)hints->ai_flags, hints->ai_family,
           hints->ai_socktype, hints->ai_protocol);
  }
  printf(": %d\n", error);
  for (const struct addrinfo *a = list; a; a = a->ai_next) {
    print_entry(a);
  }
  if (list) {
    freeaddrinfo(list);
  }
}

#define LOOK_UP(name, service, ...) look_up(name, service, &(struct addrinfo){__VA_ARGS__})
#define STREAM .ai_socktype = SOCK_STREAM

static void entries(void) {
  look_up("127.0.0.1", "80", NULL);
  LOOK_UP("127.0.0.1", "80", .ai_family = AF_UNSPEC);
  LOOK_UP("127.0.0.1", NULL, .ai_family = AF_INET);
  LOOK_UP("127.0.0.1", "80", .ai_protocol = IPPROTO_UDP);
  LOOK_UP("127.0.0.1", "80", .ai_socktype = SOCK_DGRAM);
  LOOK_UP("127.0.0.1", NULL, .ai_socktype = SOCK_RAW, .ai_protocol = 1);
  LOOK_UP("127.0.0.1", NULL, .ai_flags = AI_CANONNAME, STREAM);
  LOOK_UP("127.1", NULL, .ai_flags = AI_CANONNAME, STREAM);
}

static void without_a_name(void) {
  LOOK_UP(NULL, "80", .ai_family = AF_INET);
  LOOK_UP(NULL, "80", .ai_family = AF_INET6, STREAM);
  LOOK_UP(NULL, "80", .ai_flags = AI_PASSIVE, .ai_family = AF_INET, STREAM);
  LOOK_UP(NULL, "80", .ai_flags = AI_PASSIVE, .ai_family = AF_INET6, STREAM);
  LOOK_UP("*", "80", .ai_family = AF_INET, STREAM);
  LOOK_UP(NULL, NULL, STREAM);
  LOOK_UP(NULL, "80", .ai_flags = AI_CANONNAME);
}

static void numbers(void) {
  LOOK_UP("0x7f.1", "80", STREAM);
  LOOK_UP("2130706433", "80", STREAM);
  LOOK_UP("::1", "80", STREAM);
  LOOK_UP("::1", "80", .ai_family = AF_INET, STREAM);
  LOOK_UP("127.0.0.1", "80", .ai_family = AF_INET6, STREAM);
  LOOK_UP("127.0.0.1", "80", .ai_flags = AI_V4MAPPED, .ai_family = AF_INET6, STREAM);
  LOOK_UP("::ffff:127.0.0.1", "80", .ai_family = AF_INET, STREAM);
  LOOK_UP("::1%lo", "80", STREAM);
  LOOK_UP("fe80::1%nosuchinterface", "80", STREAM);
  LOOK_UP("1.2.3.4.5", "80", .ai_flags = AI_NUMERICHOST, STREAM);
  LOOK_UP("localhost", "80", .ai_flags = AI_NUMERICHOST, STREAM);
}

static void services(void) {
  LOOK_UP("127.0.0.1", "http", STREAM);
  LOOK_UP("127.0.0.1", "domain", .ai_socktype = SOCK_DGRAM);
  LOOK_UP("127.0.0.1", "http", .ai_flags = AI_NUMERICSERV);
  LOOK_UP("127.0.0.1", "no-such-service", .ai_family = AF_INET);
  LOOK_UP("127.0.0.1", "no-such-service", STREAM);
  LOOK_UP("127.0.0.1", "70000", STREAM);
  LOOK_UP("127.0.0.1", "-1", STREAM);
  LOOK_UP("127.0.0.1", "", STREAM);
  LOOK_UP("127.0.0.1", " 80", STREAM);
  LOOK_UP("127.0.0.1", "80x", STREAM);
}

static void names(void) {
  char too_long[300];
  LOOK_UP("localhost", "80", .ai_family = AF_INET, STREAM);
  LOOK_UP("localhost", NULL, .ai_flags = AI_CANONNAME, .ai_family = AF_INET, STREAM);
  memset(too_long, 'a', sizeof too_long - 1);
  too_long[sizeof too_long - 1] = 0;
  LOOK_UP(too_long, "80", STREAM);
  LOOK_UP("", "80", STREAM);
}

static void errors(void) {
  LOOK_UP("127.0.0.1", "80", .ai_family = 99);
  LOOK_UP("127.0.0.1", "80", .ai_flags = 0x100000);
  LOOK_UP("127.0.0.1", "80", .ai_socktype = 77);
  LOOK_UP("127.0.0.1", "80", .ai_socktype = SOCK_RAW);
  LOOK_UP("127.0.0.1", "80", .ai_protocol = 99);
  LOOK_UP("127.0.0.1", "80", STREAM, .ai_protocol = IPPROTO_UDP);
}

int main(void) {
  entries();
  without_a_name();
  numbers();
  services();
  names();
  errors();
  return 0;
}
