/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The files of names, /etc/hosts and /etc/services: the program's own, in its file system, or else
 * the host's.
 */
#ifndef EMWAKE_NAMES_NAMES_FILE_H
#define EMWAKE_NAMES_NAMES_FILE_H

#include <stdbool.h>

/* The text of the program's file, or of the host's if host; NULL if there is none. The caller frees
   it. */
char *names_file_read(const char *path, bool host);

/*
 * The next line of text that has words in it, without its comment, as words that end with NULL. text
 * is cut up, and moved on. Words beyond max - 1 are dropped. Returns false at the end.
 */
bool names_file_line(char **text, char *words[], int max);

#endif
