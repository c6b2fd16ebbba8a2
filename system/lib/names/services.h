/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Services by name and by port (services(5)): the program's /etc/services, or else the host's, or
 * else a table of the well-known ones.
 */
#ifndef EMWAKE_NAMES_SERVICES_H
#define EMWAKE_NAMES_SERVICES_H

#include <stddef.h>

/* The port of a service, by its name or an alias; -1 if there is none. protocol: "tcp", "udp", ... */
int service_port(const char *name, const char *protocol);

/* The name of the service at a port. Returns whether there is one. */
int service_name(int port, const char *protocol, char *name, size_t size);

#endif
