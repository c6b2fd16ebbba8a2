/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The interpreter's input and output. In wasm both are files of the host's: descriptors of the
 * program's own would be in the way.
 */
#include "text.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#define MUCH (1 << 16)

static char *program, *next;
static const char *out_path;
static char *out;
static size_t out_len, out_size;
static int line, arg_count;

/* ---- Files of the host ------------------------------------------------------------------------- */

#ifdef __EMSCRIPTEN__

#include <emscripten/em_js.h>

EM_JS_DEPS(text, "$lengthBytesUTF8,$stringToUTF8,$UTF8ToString");

/* Number(): pointers are BigInts in a build for wasm64. */
EM_JS(int, host_file_size, (const char *path),
      { return lengthBytesUTF8(require('fs').readFileSync(UTF8ToString(Number(path)), 'utf8')); });

EM_JS(void, host_load_file, (const char *path, char *text, int size), {
  stringToUTF8(require('fs').readFileSync(UTF8ToString(Number(path)), 'utf8'), Number(text), size);
});

EM_JS(void, host_append_file, (const char *path, const char *text, int len), {
  require('fs').appendFileSync(UTF8ToString(Number(path)), UTF8ToString(Number(text), len));
});

static char *host_read_file(const char *path) {
  int size = host_file_size(path) + 1;
  char *text = malloc((size_t)size);
  host_load_file(path, text, size);
  return text;
}

#else

static char *host_read_file(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) {
    perror(path);
    exit(2);
  }
  char *text = NULL;
  size_t size = 0;
  if (getdelim(&text, &size, 0, f) < 0) {
    text[0] = 0;
  }
  fclose(f);
  return text;
}

static void host_append_file(const char *path, const char *text, int len) {
  FILE *f = fopen(path, "a");
  if (!f || fwrite(text, 1, (size_t)len, f) != (size_t)len || fclose(f)) {
    perror(path);
    exit(2);
  }
}

#endif

void text_open(const char *program_path, const char *transcript) {
  program = next = host_read_file(program_path);
  out_path = transcript;
  host_append_file(out_path, "", 0);
}

/* ---- The program ------------------------------------------------------------------------------- */

static char *next_line(void) {
  char *text = next;
  size_t len = strcspn(text, "\n");
  next = text + len + (text[len] == '\n');
  text[len] = 0;
  line++;
  return text;
}

int text_next(char **words, int max) {
  while (*next) {
    char *save, *text = next_line();
    int n = 0;
    for (char *w = strtok_r(text, " ", &save); w && w[0] != '#'; w = strtok_r(NULL, " ", &save)) {
      if (n == max) {
        text_fail("too many words");
      }
      words[n++] = w;
    }
    if (n && !strcmp(words[0], "--")) {
      return 0;
    }
    if (n) {
      arg_count = n - 1;
      return n;
    }
  }
  return -1;
}

int text_arg_count(void) {
  return arg_count;
}

_Noreturn void text_fail(const char *what) {
  fprintf(stderr, "fuzz: line %d: %s\n", line, what);
  exit(2);
}

#define NAME(x)                                                                                    \
  { #x, (long)(x) }

static const struct {
  const char *name;
  long value;
} constants[] = {
  NAME(O_NONBLOCK),     NAME(O_DIRECT),         NAME(O_CLOEXEC),       NAME(O_APPEND),
  NAME(O_ASYNC),        NAME(O_RDWR),           NAME(FD_CLOEXEC),      NAME(F_DUPFD),
  NAME(F_GETFD),        NAME(F_SETFD),          NAME(F_GETFL),         NAME(F_SETFL),
  NAME(F_SETPIPE_SZ),   NAME(F_GETPIPE_SZ),     NAME(FIONREAD),        NAME(FIONBIO),
  NAME(FIOASYNC),       NAME(FIOCLEX),          NAME(FIONCLEX),        NAME(F_DUPFD_CLOEXEC),
  NAME(EFD_SEMAPHORE),  NAME(EPOLL_CTL_ADD),    NAME(POLLIN),          NAME(EPOLL_CTL_MOD),
  NAME(EPOLL_CTL_DEL),  NAME(EPOLLIN),          NAME(EPOLLPRI),        NAME(EPOLLOUT),
  NAME(EPOLLERR),       NAME(EPOLLHUP),         NAME(EPOLLRDNORM),     NAME(EPOLLRDBAND),
  NAME(EPOLLWRNORM),    NAME(EPOLLWRBAND),      NAME(EPOLLRDHUP),      NAME(EPOLLET),
  NAME(EPOLLONESHOT),   NAME(EPOLLEXCLUSIVE),   NAME(POLLPRI),         NAME(POLLOUT),
  NAME(POLLERR),        NAME(POLLHUP),          NAME(POLLNVAL),        NAME(POLLRDNORM),
  NAME(POLLRDBAND),     NAME(POLLWRNORM),       NAME(POLLWRBAND),      NAME(POLLRDHUP),
  NAME(SHUT_RD),        NAME(SHUT_WR),          NAME(SHUT_RDWR),       NAME(MSG_PEEK),
  NAME(MSG_DONTWAIT),   NAME(MSG_NOSIGNAL),     NAME(MSG_TRUNC),       NAME(MSG_OOB),
  NAME(SOCK_STREAM),    NAME(SOCK_DGRAM),       NAME(SOCK_SEQPACKET),  NAME(SOCK_NONBLOCK),
  NAME(SOCK_CLOEXEC),   NAME(MSG_CMSG_CLOEXEC), NAME(O_RDONLY),        NAME(O_WRONLY),
  NAME(SIGUSR1),        NAME(SIGUSR2),          NAME(CLOCK_MONOTONIC), NAME(CLOCK_REALTIME),
  NAME(CLOCK_BOOTTIME),
};

static long name_value(const char *name, size_t len) {
  for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
    if (strlen(constants[i].name) == len && !strncmp(constants[i].name, name, len)) {
      return constants[i].value;
    }
  }
  text_fail("no such constant");
}

long text_constant(const char *word) {
  char *end;
  long value = strtol(word, &end, 0);
  if (!*end && end != word) {
    return value;
  }
  for (value = 0; *word; word += *word == '|') {
    size_t len = strcspn(word, "|");
    value |= name_value(word, len);
    word += len;
  }
  return value;
}

/* ---- The transcript ---------------------------------------------------------------------------- */

void text_print(const char *format, ...) {
  for (;;) {
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(out + out_len, out_size - out_len, format, ap);
    va_end(ap);
    if ((size_t)n < out_size - out_len) {
      out_len += (size_t)n;
      return;
    }
    out_size = out_size * 2 + (size_t)n + 1;
    out = realloc(out, out_size);
  }
}

void text_flush(bool now) {
  if (out_len && (now ? out_len : out_len / MUCH)) {
    host_append_file(out_path, out, (int)out_len);
    out_len = 0;
  }
}
