/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the program's descriptors are, in which state they are, and who waits for them, as ss(8) and
 * lsof(8) show it of a process:
 *
 *   FD  KIND    READY    STATE
 *    0  tty     IN OUT   /dev/tty
 *    3  pipe             0 of 65536 bytes
 *         main waits for IN
 *    4  socket           TCP 127.0.0.1:8080 listening
 *         epoll 5 watches for IN|ET
 *
 * JavaScript has the same, and as objects, by Module.emwakeDiag of a program that is linked with
 * -sEXPORTED_RUNTIME_METHODS=emwakeDiag; on Node, that program also writes it to its standard error when
 * it gets SIGQUIT (the key Ctrl-\), and goes on.
 *
 * It changes nothing. From any thread; the main thread does it, and must not be blocked.
 */
#ifndef EMSCRIPTEN_DIAG_H
#define EMSCRIPTEN_DIAG_H

#ifdef __cplusplus
extern "C" {
#endif

/* Writes it to the console, or standard error on Node. */
void emscripten_diag_print(void);

/* The same as a string, which the caller frees with free(3). NULL: out of memory. */
char *emscripten_diag_text(void);

#ifdef __cplusplus
}
#endif

#endif
