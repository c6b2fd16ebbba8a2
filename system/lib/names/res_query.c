/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * res_query(3) and res_search(3), which Emscripten's libc lacks, over its res_mkquery and res_send:
 * those ask the servers of the program's /etc/resolv.conf through the program's own sockets.
 */
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

#define RCODE(answer) ((answer)[3] & 15)
#define ANSWERS(answer) ((answer)[6] << 8 | (answer)[7])

/* The length of the answer; or -1 with h_errno: HOST_NOT_FOUND, NO_DATA, TRY_AGAIN, NO_RECOVERY. */
int res_query(const char *name, int class, int type, unsigned char *answer, int size) {
  unsigned char query[280];
  int len = res_mkquery(QUERY, name, class, type, NULL, 0, NULL, query, sizeof query);
  if (len < 0 || size < 12) {
    h_errno = NO_RECOVERY;
    return -1;
  }
  int r = res_send(query, len, answer, size);
  if (r < 12) {
    h_errno = TRY_AGAIN;
    return -1;
  }
  switch (RCODE(answer)) {
    case 0:
      if (ANSWERS(answer)) {
        return r;
      }
      h_errno = NO_DATA;
      return -1;
    case 2:
      h_errno = TRY_AGAIN;
      return -1;
    case 3:
      h_errno = HOST_NOT_FOUND;
      return -1;
    default:
      h_errno = NO_RECOVERY;
      return -1;
  }
}

/* Without a search list, as musl's. */
int res_search(const char *name, int class, int type, unsigned char *answer, int size) {
  return res_query(name, class, type, answer, size);
}

int res_querydomain(const char *name, const char *domain, int class, int type,
                    unsigned char *answer, int size) {
  char full[255];
  size_t len = strnlen(name, sizeof full), domain_len = strnlen(domain, sizeof full);
  if (len + domain_len + 1 >= sizeof full) {
    h_errno = NO_RECOVERY;
    return -1;
  }
  memcpy(full, name, len);
  full[len] = '.';
  memcpy(full + len + 1, domain, domain_len + 1);
  return res_query(full, class, type, answer, size);
}
