/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * gethostbyaddr_r(3), which gethostbyaddr(3) calls, in the place of musl's: an address that has no
 * name is HOST_NOT_FOUND, as with glibc, and not its own digits.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

union socket_address {
  struct sockaddr any;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
};

/* What goes to the caller's buffer before the name. */
struct answer {
  char *addresses[2], *aliases[1];
  unsigned char address[16];
};

/* The length of the sockaddr, or 0. */
static socklen_t make_address(union socket_address *to, const void *address, socklen_t len,
                              int family) {
  memset(to, 0, sizeof *to);
  to->any.sa_family = (sa_family_t)family;
  if (family == AF_INET && len == sizeof to->in.sin_addr) {
    memcpy(&to->in.sin_addr, address, len);
    return sizeof to->in;
  }
  if (family == AF_INET6 && len == sizeof to->in6.sin6_addr) {
    memcpy(&to->in6.sin6_addr, address, len);
    return sizeof to->in6;
  }
  return 0;
}

/* Returns an errno, with h_errno's value in *h_err. */
static int explain(int eai, int *h_err) {
  switch (eai) {
    case EAI_NONAME:
      *h_err = HOST_NOT_FOUND;
      return 0;
    case EAI_AGAIN:
      *h_err = TRY_AGAIN;
      return EAGAIN;
    case EAI_OVERFLOW:
      *h_err = NO_RECOVERY;
      return ERANGE;
    case EAI_SYSTEM:
      *h_err = NO_RECOVERY;
      return errno;
    default:
      *h_err = NO_RECOVERY;
      return EBADMSG;
  }
}

int gethostbyaddr_r(const void *address, socklen_t len, int family, struct hostent *host,
                    char *buffer, size_t size, struct hostent **result, int *h_err) {
  union socket_address a;
  *result = NULL;
  socklen_t a_len = make_address(&a, address, len, family);
  if (!a_len) {
    *h_err = NO_RECOVERY;
    return EINVAL;
  }
  size_t before = -(uintptr_t)buffer % _Alignof(struct answer);
  if (size <= before + sizeof(struct answer)) {
    return ERANGE;
  }
  struct answer *answer = (struct answer *)(buffer + before);
  char *name = (char *)(answer + 1);
  int eai =
    getnameinfo(&a.any, a_len, name, (socklen_t)(buffer + size - name), NULL, 0, NI_NAMEREQD);
  if (eai) {
    return explain(eai, h_err);
  }
  *answer = (struct answer){.addresses = {(char *)answer->address}};
  memcpy(answer->address, address, len);
  *host = (struct hostent){
    .h_name = name,
    .h_aliases = answer->aliases,
    .h_addrtype = family,
    .h_length = (int)len,
    .h_addr_list = answer->addresses,
  };
  *result = host;
  return 0;
}
