// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// gethostbyaddr(3): the name of an address that has one in /etc/hosts; one that has none is
// HOST_NOT_FOUND, not its digits; an address of a wrong length or family is none. gethostbyname of digits
// is their address.
//
// gaps: 24
// needs: wait net host
#include "net.h"
#include <netdb.h>

static void show(const char *what, const struct hostent *h) {
  if (!h) {
    printf("%s: nothing\n", what);
    return;
  }
  printf("%s: family %s, length %d, aliases %s, addresses %s\n", what,
         h->h_addrtype == AF_INET6 ? "AF_INET6" : "AF_INET", h->h_length,
         h->h_aliases ? "listed" : "not listed", h->h_addr_list[0] ? "listed" : "none");
}

int main(void) {
  struct in_addr a = {htonl(INADDR_LOOPBACK)};
  struct hostent *h = gethostbyaddr(&a, sizeof a, AF_INET);
  show("127.0.0.1", h);
  CHECK(h && !strcmp(h->h_name, "localhost"));
  CHECK(h && !memcmp(h->h_addr_list[0], &a, sizeof a) && !h->h_addr_list[1]);
  a.s_addr = inet_addr("192.0.2.77");
  show("192.0.2.77", gethostbyaddr(&a, sizeof a, AF_INET));
  CHECK(h_errno == HOST_NOT_FOUND || h_errno == TRY_AGAIN);
  show("three bytes", gethostbyaddr(&a, 3, AF_INET));
  show("a family that is none", gethostbyaddr(&a, sizeof a, 77));
  h = gethostbyname("10.1.2.3");
  show("10.1.2.3", h);
  CHECK(h && !strcmp(h->h_name, "10.1.2.3"));
  show("::1", gethostbyname2("::1", AF_INET6));
  return 0;
}
