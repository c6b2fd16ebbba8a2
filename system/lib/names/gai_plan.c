/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */
#include "gai_plan.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hosts.h"
#include "services.h"

/* ---- Kinds of sockets -------------------------------------------------------------------------- */

/* In glibc's order, with what it does for each. */
static const struct socket_type {
  int socktype, protocol;
  const char *name; /* in the services file; NULL: no service can be named for it */
  bool by_default;  /* when the hints name neither type nor protocol */
} socket_types[] = {
  {SOCK_STREAM, IPPROTO_TCP, "tcp", true},
  {SOCK_DGRAM, IPPROTO_UDP, "udp", true},
  {SOCK_DCCP, IPPROTO_DCCP, "dccp", false},
  {SOCK_DGRAM, IPPROTO_UDPLITE, "udplite", false},
  {SOCK_STREAM, IPPROTO_SCTP, "sctp", false},
  {SOCK_SEQPACKET, IPPROTO_SCTP, "sctp", false},
  {SOCK_RAW, 0, NULL, true}, /* any protocol */
};

#define END_OF_TYPES (socket_types + sizeof socket_types / sizeof *socket_types)

static bool matches(const struct socket_type *t, int socktype, int protocol) {
  bool any_protocol = t->socktype == SOCK_RAW;
  return (!socktype || socktype == t->socktype) &&
         (!protocol || any_protocol || protocol == t->protocol);
}

static void add_type(struct gai_plan *p, const struct socket_type *t, int protocol, int port) {
  if (p->ntypes < MAX_SOCKET_TYPES) {
    p->types[p->ntypes].socktype = t->socktype;
    p->types[p->ntypes].protocol = t->socktype == SOCK_RAW ? protocol : t->protocol;
    p->types[p->ntypes].port = (uint16_t)port;
    p->ntypes++;
  }
}

static int plan_one_type(struct gai_plan *p, const char *service, int port,
                         const struct addrinfo *hints) {
  const struct socket_type *t = socket_types;
  while (t < END_OF_TYPES && !matches(t, hints->ai_socktype, hints->ai_protocol)) {
    t++;
  }
  if (t == END_OF_TYPES) {
    return hints->ai_socktype ? EAI_SOCKTYPE : EAI_SERVICE;
  }
  if (service && !t->name) {
    return EAI_SERVICE;
  }
  if (port < 0) {
    port = service_port(service, t->name);
  }
  if (port < 0) {
    return EAI_SERVICE;
  }
  add_type(p, t, hints->ai_protocol, port);
  return 0;
}

static int plan_all_types(struct gai_plan *p, const char *service, int port) {
  for (const struct socket_type *t = socket_types; t < END_OF_TYPES; t++) {
    if (port >= 0) {
      if (t->by_default) {
        add_type(p, t, 0, port);
      }
    } else if (t->name) {
      int named = service_port(service, t->name);
      if (named >= 0) {
        add_type(p, t, 0, named);
      }
    }
  }
  return p->ntypes ? 0 : EAI_SERVICE;
}

/* A number is taken as it is, cut to 16 bits; one that is negative is looked up as a name. */
static int plan_types(struct gai_plan *p, const char *service, const struct addrinfo *hints) {
  int port = 0;
  if (service) {
    char *end;
    port = (int)strtoul(service, &end, 10);
    if (*end && (hints->ai_flags & AI_NUMERICSERV)) {
      return EAI_NONAME;
    }
    port = *end || port < 0 ? -1 : port & 0xffff;
  }
  return hints->ai_socktype || hints->ai_protocol ? plan_one_type(p, service, port, hints)
                                                  : plan_all_types(p, service, port);
}

/* ---- The plan ---------------------------------------------------------------------------------- */

static const char *without_wildcard(const char *s) {
  return s && strcmp(s, "*") == 0 ? NULL : s;
}

int gai_plan_make(struct gai_plan *p, const char *name, const char *service,
                  const struct addrinfo *hints) {
  /* getaddrinfo(3): what no hints mean. */
  static const struct addrinfo no_hints = {.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
  const int known = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL |
                    AI_ADDRCONFIG | AI_NUMERICSERV;
  name = without_wildcard(name);
  service = without_wildcard(service);
  if (!hints) {
    hints = &no_hints;
  }
  if (!name && !service) {
    return EAI_NONAME;
  }
  if ((hints->ai_flags & ~known) || (!name && (hints->ai_flags & AI_CANONNAME))) {
    return EAI_BADFLAGS;
  }
  if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET &&
      hints->ai_family != AF_INET6) {
    return EAI_FAMILY;
  }
  *p = (struct gai_plan){.family = hints->ai_family, .flags = hints->ai_flags};
  return plan_types(p, service, hints);
}

/* RFC 6724 prefers ::1 to 127.0.0.1, and 0.0.0.0 to ::, for which it has no rule of its own. */
static int own_addresses(const struct gai_plan *p, struct name_address *a) {
  const struct name_address loopback6 = {.family = AF_INET6, .bytes = {[15] = 1}};
  struct name_address six = loopback6, four;
  name_address_set_ipv4(&four, INADDR_LOOPBACK);
  if (p->flags & AI_PASSIVE) {
    name_address_set_ipv4(&four, INADDR_ANY);
    six.bytes[15] = 0;
  }
  bool four_first = p->flags & AI_PASSIVE;
  int n = 0;
  for (int i = 0; i < 2; i++) {
    const struct name_address *next = (i == 0) == four_first ? &four : &six;
    if (p->family == AF_UNSPEC || p->family == next->family) {
      a[n++] = *next;
    }
  }
  return n;
}

int gai_plan_known(const struct gai_plan *p, const char *name, struct name_address *addresses) {
  name = without_wildcard(name);
  if (!name) {
    return own_addresses(p, addresses);
  }
  if (name_address_parse(name, &addresses[0])) {
    return name_address_convert(&addresses[0], p->family, p->flags & AI_V4MAPPED) ? 1
                                                                                  : EAI_ADDRFAMILY;
  }
  if ((p->flags & AI_NUMERICHOST) || !*name || strchr(name, '%')) {
    return EAI_NONAME;
  }
  return hosts_addresses(name, p->family, p->flags & AI_V4MAPPED, addresses);
}

/* ---- The result -------------------------------------------------------------------------------- */

static struct addrinfo *new_entry(const struct gai_plan *p, int type,
                                  const struct name_address *address, const char *canonical) {
  struct entry {
    struct addrinfo info;
    struct sockaddr_in6 sa;
  } *e = malloc(sizeof *e);
  char *copy = e && canonical ? strdup(canonical) : NULL;
  if (!e || (canonical && !copy)) {
    free(e);
    return NULL;
  }
  e->info = (struct addrinfo){
    .ai_flags = p->flags,
    .ai_family = address->family,
    .ai_socktype = p->types[type].socktype,
    .ai_protocol = p->types[type].protocol,
    .ai_addr = (struct sockaddr *)&e->sa,
    .ai_canonname = copy,
  };
  e->info.ai_addrlen = name_address_to_sockaddr(address, p->types[type].port, e->info.ai_addr);
  return &e->info;
}

int gai_plan_result(const struct gai_plan *p, const char *name,
                    const struct name_address *addresses, int count, struct addrinfo **result) {
  struct addrinfo *first = NULL, **link = &first;
  const char *canonical = p->flags & AI_CANONNAME ? name : NULL;
  for (int i = 0; i < count; i++) {
    for (int type = 0; type < p->ntypes; type++) {
      *link = new_entry(p, type, &addresses[i], canonical);
      if (!*link) {
        freeaddrinfo(first);
        return EAI_MEMORY;
      }
      link = &(*link)->ai_next;
      canonical = NULL; /* RFC 3493, section 6.1: in the first one */
    }
  }
  if (!first) {
    return EAI_NONAME;
  }
  *result = first;
  return 0;
}
