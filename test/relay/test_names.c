// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Names that the relay resolves: each has an address that stands in for it, and more of them than
// fit into a byte. Numbers, localhost and the program's hosts table need no relay.
// needs: wait net
// flags: --pre-js {dir}/options.js

#include "relay.h"

static int resolve(const char *name, int family, int flags, struct sockaddr_storage *address) {
  struct addrinfo hints = {.ai_family = family, .ai_flags = flags}, *found;
  int err = getaddrinfo(name, "80", &hints, &found);
  if (!err) {
    memcpy(address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
  }
  return err;
}

static uint32_t address_of(const char *name) {
  return ntohl(named(name, 0).sin_addr.s_addr);
}

static void stand_ins(void) {
  enum { NAMES = 600 };
  static uint32_t addresses[NAMES];
  char name[32], back[64];
  for (int i = 0; i < NAMES; i++) {
    snprintf(name, sizeof name, "host%d.test", i);
    addresses[i] = address_of(name);
    for (int j = 0; j < i; j++) {
      EXPECT(addresses[j] != addresses[i]);
    }
  }
  EXPECT_EQ(address_of("host7.test"), addresses[7]);
  struct sockaddr_in a = named("host555.test", 80);
  EXPECT_EQ(getnameinfo((struct sockaddr *)&a, sizeof a, back, sizeof back, NULL, 0, NI_NAMEREQD),
            0);
  EXPECT(!strcmp(back, "host555.test"));
  expect_hello("host300.test");
}

static void without_a_relay(void) {
  struct sockaddr_storage a;
  EXPECT_EQ(address_of("127.1"), 0x7f000001);
  EXPECT_EQ(address_of("localhost"), 0x7f000001);
  FILE *hosts = fopen("/etc/hosts", "w");
  if (hosts) {
    fputs("10.1.2.3 mine.test\n", hosts);
    fclose(hosts);
    EXPECT_EQ(address_of("mine.test"), 0x0a010203);
  }
  EXPECT_EQ(resolve("no such name", AF_UNSPEC, 0, &a), EAI_NONAME);
  EXPECT_EQ(resolve("one.test", AF_UNSPEC, AI_NUMERICHOST, &a), EAI_NONAME);
  EXPECT_EQ(resolve("one.test", AF_INET6, 0, &a), 0);
  EXPECT(IN6_IS_ADDR_V4MAPPED(&((struct sockaddr_in6 *)&a)->sin6_addr));
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  stand_ins();
  without_a_relay();
  return status_of_test();
}
