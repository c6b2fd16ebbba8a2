/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */
#include "names_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* src/lib/libemwake_names.js: the text as malloc'ed memory, or NULL. */
char *emwake_names_host_file(const char *path);

static char *read_all(FILE *f) {
  size_t size = 0, room = 0;
  char *text = NULL;
  do {
    room = room ? room * 2 : 4096;
    char *larger = realloc(text, room);
    if (!larger) {
      free(text);
      return NULL;
    }
    text = larger;
    size += fread(text + size, 1, room - 1 - size, f);
  } while (size == room - 1);
  text[size] = 0;
  return text;
}

char *names_file_read(const char *path, bool host) {
  if (host) {
    return emwake_names_host_file(path);
  }
  int saved = errno;
  FILE *f = fopen(path, "re");
  char *text = NULL;
  if (f) {
    text = read_all(f);
    fclose(f);
  }
  errno = saved;
  return text;
}

bool names_file_line(char **text, char *words[], int max) {
  while (*text && **text) {
    char *line = strsep(text, "\n");
    line[strcspn(line, "#")] = 0;
    int n = 0;
    char *save;
    for (char *w = strtok_r(line, " \t\r", &save); w && n < max - 1;
         w = strtok_r(NULL, " \t\r", &save)) {
      words[n++] = w;
    }
    words[n] = NULL;
    if (n) {
      return true;
    }
  }
  return false;
}
