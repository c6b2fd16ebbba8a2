/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The program that the interpreter reads, and the transcript that it writes. While it runs it has no descriptor open.
 */
#ifndef EMWAKE_FUZZ_TEXT_H
#define EMWAKE_FUZZ_TEXT_H

#include <stdbool.h>

/* Reads all of the program; makes the transcript, empty. */
void text_open(const char *program, const char *transcript);

/* The words of the next line: how many, 0 for the end of a sequence, -1 for that of the program. */
int text_next(char **words, int max);

/* How many words follow the first one. */
int text_arg_count(void);

/* The value of a number or of names joined by |. */
long text_constant(const char *word);

/* Adds to the transcript. */
void text_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes out what there is, if now or if it has become much. */
void text_flush(bool now);

/* The program is wrong at this line. */
_Noreturn void text_fail(const char *what);

#endif
