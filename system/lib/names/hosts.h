/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The program's own hosts file (hosts(5)), which is asked before any resolver; the host's is part
 * of the host's resolver.
 */
#ifndef EMWAKE_NAMES_HOSTS_H
#define EMWAKE_NAMES_HOSTS_H

#include <stddef.h>

#include "name_address.h"

/* The addresses of name that are of family, at most MAX_ADDRESSES; IPv4 ones as IPv6 if map and
   there is none else. Returns how many. */
int hosts_addresses(const char *name, int family, int map, struct name_address *addresses);

/* The first name of the address. Returns whether there is one. */
int hosts_name(const struct name_address *address, char *name, size_t size);

#endif
