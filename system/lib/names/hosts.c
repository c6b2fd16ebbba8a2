/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */
#include "hosts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "names_file.h"

#define PATH "/etc/hosts"
#define MAX_WORDS 64

static int names_it(char *words[], const char *name) {
  for (int i = 1; words[i]; i++) {
    if (strcasecmp(words[i], name) == 0) {
      return 1;
    }
  }
  return 0;
}

static int find(char *text, const char *name, int family, int map, struct name_address *addresses) {
  char *words[MAX_WORDS];
  int n = 0;
  while (n < MAX_ADDRESSES && names_file_line(&text, words, MAX_WORDS)) {
    if (names_it(words, name) && name_address_parse(words[0], &addresses[n]) &&
        name_address_convert(&addresses[n], family, map)) {
      n++;
    }
  }
  return n;
}

int hosts_addresses(const char *name, int family, int map, struct name_address *addresses) {
  int n = 0;
  for (int mapped = 0; n == 0 && mapped <= !!map; mapped++) {
    char *text = names_file_read(PATH, false);
    if (!text) {
      return 0;
    }
    n = find(text, name, family, mapped, addresses);
    free(text);
  }
  return n;
}

int hosts_name(const struct name_address *address, char *name, size_t size) {
  char *text = names_file_read(PATH, false);
  char *rest = text, *words[MAX_WORDS];
  struct name_address a;
  int found = 0;
  while (text && !found && names_file_line(&rest, words, MAX_WORDS)) {
    found = words[1] && name_address_parse(words[0], &a) && name_address_equal(&a, address);
  }
  if (found) {
    strlcpy(name, words[1], size);
  }
  free(text);
  return found;
}
