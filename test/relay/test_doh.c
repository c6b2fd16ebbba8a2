// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A resolver that is asked over HTTPS, named by the page: addresses of both families, aliases, many of
// them, names of addresses; what it does not know, its failures, and messages that are none. The relay
// gets the numbers.
// needs: wait net
// args: doh=1
// flags: --pre-js {dir}/options.js

#include "relay.h"
#include <emscripten.h>

// How many addresses of the family there are, the first of them written out; or EAI_*.
static int resolve(const char *name, int family, int flags, char *first) {
  struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags},
                  *found;
  int err = getaddrinfo(name, NULL, &hints, &found), count = 0;
  *first = 0;
  if (err) {
    return err;
  }
  EXPECT_EQ(getnameinfo(found->ai_addr, found->ai_addrlen, first, INET6_ADDRSTRLEN, NULL, 0,
                        NI_NUMERICHOST),
            0);
  for (struct addrinfo *a = found; a; a = a->ai_next) {
    count++;
  }
  freeaddrinfo(found);
  return count;
}

static void expect_name(const char *name, int family, int flags, int count, const char *address) {
  char first[INET6_ADDRSTRLEN];
  int n = resolve(name, family, flags, first);
  if (n != count || strcmp(first, address) != 0) {
    printf("%s: %d, %s; not %d, %s\n", name, n, first, count, address);
  }
  EXPECT(n == count && !strcmp(first, address));
}

static void addresses(void) {
  expect_name("four.test", AF_UNSPEC, 0, 1, "192.0.2.10");
  expect_name("four.test.", AF_UNSPEC, 0, 1, "192.0.2.10");
  expect_name("FOUR.test", AF_INET, 0, 1, "192.0.2.10");
  expect_name("four.test", AF_INET6, 0, EAI_NONAME, "");
  expect_name("four.test", AF_INET6, AI_V4MAPPED, 1, "::ffff:192.0.2.10");
  expect_name("six.test", AF_UNSPEC, 0, 1, "2001:db8::a:1");
  expect_name("six.test", AF_INET6, AI_V4MAPPED, 1, "2001:db8::a:1");
  expect_name("six.test", AF_INET, 0, EAI_NONAME, "");
  expect_name("both.test", AF_UNSPEC, 0, 2, "192.0.2.11");
  expect_name("both.test", AF_INET6, AI_V4MAPPED, 1, "2001:db8::b");
  expect_name("both.test", AF_INET6, AI_V4MAPPED | AI_ALL, 2, "::ffff:192.0.2.11");
  expect_name("alias.test", AF_UNSPEC, 0, 1, "192.0.2.10");
  expect_name("b\303\274cher.test", AF_UNSPEC, 0, 1, "192.0.2.12");
  expect_name("many.test", AF_UNSPEC, 0, 30, "198.51.100.1");
  expect_name("localhost", AF_INET, 0, 1, "127.0.0.1");
  expect_name("10.9.8.7", AF_UNSPEC, 0, 1, "10.9.8.7");
}

static void unanswered(void) {
  expect_name("unknown.test", AF_UNSPEC, 0, EAI_NONAME, "");
  expect_name("empty.test", AF_UNSPEC, 0, EAI_NONAME, "");
  expect_name("no such name", AF_UNSPEC, 0, EAI_NONAME, "");
  expect_name("broken.test", AF_UNSPEC, 0, EAI_AGAIN, "");
  expect_name("refused.test", AF_UNSPEC, 0, EAI_FAIL, "");
  expect_name("question.test", AF_UNSPEC, 0, EAI_FAIL, "");
  expect_name("cut.test", AF_INET, 0, EAI_FAIL, "");
  expect_name("nothing.test", AF_UNSPEC, 0, EAI_FAIL, "");
  expect_name("long.test", AF_UNSPEC, 0, EAI_AGAIN, "");
  expect_name("count.test", AF_UNSPEC, 0, EAI_FAIL, "");
  expect_name("down.test", AF_UNSPEC, 0, EAI_AGAIN, "");
}

static void expect_address(const char *address, int err, const char *name) {
  char got[NI_MAXHOST] = "";
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *a;
  EXPECT_EQ(getaddrinfo(address, NULL, &hints, &a), 0);
  EXPECT_EQ(getnameinfo(a->ai_addr, a->ai_addrlen, got, sizeof got, NULL, 0, NI_NAMEREQD), err);
  EXPECT(!strcmp(got, name));
  freeaddrinfo(a);
}

static void names(void) {
  expect_address("192.0.2.10", 0, "four.test");
  expect_address("::ffff:192.0.2.10", 0, "four.test");
  expect_address("2001:db8::a:1", 0, "six.test");
  expect_address("192.0.2.99", EAI_NONAME, "");
  // Compressed without an end.
  expect_address("192.0.2.66", EAI_NONAME, "");
  expect_address("192.0.2.67", EAI_NONAME, "");
  expect_address("127.0.0.1", 0, "localhost");
}

static void without_the_resolver(void) {
  MAIN_THREAD_EM_ASM({ Module['emwake']['doh'] = 'http://127.0.0.1:' + $0; }, port_of("closed"));
  expect_name("four.test", AF_INET, 0, EAI_AGAIN, "");
  MAIN_THREAD_EM_ASM({ delete Module['emwake']['doh']; });
  char first[INET6_ADDRSTRLEN];
  EXPECT_EQ(resolve("four.test", AF_INET, 0, first), 1);
  EXPECT(!strncmp(first, "172.29.", 7));
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  addresses();
  unanswered();
  names();
  expect_hello("four.test");
  without_the_resolver();
  return status_of_test();
}
