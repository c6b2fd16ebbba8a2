/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * getnameinfo(3), in the place of Emscripten's; errors and their order are those of glibc.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "hosts.h"
#include "name_lookup.h"
#include "services.h"

static int put(char *to, size_t size, const char *text) {
  if (strlen(text) >= size) {
    return EAI_OVERFLOW;
  }
  strcpy(to, text);
  return 0;
}

static void write_number(const struct name_address *a, char *text, size_t size) {
  inet_ntop(a->family, a->bytes, text, (socklen_t)size);
  if (a->scope) {
    char interface[IF_NAMESIZE];
    size_t len = strlen(text);
    if (if_indextoname(a->scope, interface)) {
      snprintf(text + len, size - len, "%%%s", interface);
    } else {
      snprintf(text + len, size - len, "%%%u", (unsigned)a->scope);
    }
  }
}

static int ask_resolver(const struct name_address *a, char *host, size_t size) {
  struct name_lookup *l = name_lookup_new("");
  if (!l) {
    return EAI_MEMORY;
  }
  l->addresses[0] = *a;
  name_lookup_reverse(l);
  int r = name_lookup_wait(l);
  if (r == 0) {
    r = put(host, size, l->name);
  }
  node_put(&l->node);
  return r;
}

static int host_name(const struct name_address *a, char *host, size_t size, int flags) {
  char text[NAME_SIZE];
  if (!(flags & NI_NUMERICHOST)) {
    if (hosts_name(a, text, sizeof text)) {
      return put(host, size, text);
    }
    int r = ask_resolver(a, host, size);
    if (r == 0 || r == EAI_MEMORY || r == EAI_OVERFLOW || r == EAI_SYSTEM) {
      return r;
    }
  }
  if (flags & NI_NAMEREQD) {
    return EAI_NONAME;
  }
  write_number(a, text, sizeof text);
  return put(host, size, text);
}

static int service_at(int port, char *service, size_t size, int flags) {
  char text[NI_MAXSERV];
  const char *protocol = flags & NI_DGRAM ? "udp" : "tcp";
  if ((flags & NI_NUMERICSERV) || !service_name(port, protocol, text, sizeof text)) {
    snprintf(text, sizeof text, "%d", port);
  }
  return put(service, size, text);
}

int getnameinfo(const struct sockaddr *restrict sa, socklen_t len, char *restrict host,
                socklen_t hostlen, char *restrict service, socklen_t servicelen, int flags) {
  const int known = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM;
  if (flags & ~known) {
    return EAI_BADFLAGS;
  }
  if (len < sizeof sa->sa_family || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6) ||
      len < (sa->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6))) {
    return EAI_FAMILY;
  }
  struct name_address a;
  name_address_from_sockaddr(&a, sa);
  int r = host && hostlen ? host_name(&a, host, hostlen, flags) : 0;
  if (r == 0 && service && servicelen) {
    /* At the same place in both. */
    r = service_at(ntohs(((const struct sockaddr_in *)sa)->sin_port), service, servicelen, flags);
  }
  return r;
}
