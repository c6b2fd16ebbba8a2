/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */
#include "services.h"

#include <stdlib.h>
#include <string.h>

#include "names_file.h"

#define PATH "/etc/services"
#define MAX_WORDS 16

/* IANA's registry of service names. */
static const char well_known[] = "echo 7/tcp\n"
                                 "echo 7/udp\n"
                                 "discard 9/tcp\n"
                                 "discard 9/udp\n"
                                 "daytime 13/tcp\n"
                                 "daytime 13/udp\n"
                                 "ftp-data 20/tcp\n"
                                 "ftp 21/tcp\n"
                                 "ssh 22/tcp\n"
                                 "telnet 23/tcp\n"
                                 "smtp 25/tcp mail\n"
                                 "time 37/tcp\n"
                                 "time 37/udp\n"
                                 "domain 53/tcp\n"
                                 "domain 53/udp\n"
                                 "bootps 67/udp\n"
                                 "bootpc 68/udp\n"
                                 "tftp 69/udp\n"
                                 "finger 79/tcp\n"
                                 "http 80/tcp www\n"
                                 "kerberos 88/tcp\n"
                                 "kerberos 88/udp\n"
                                 "pop3 110/tcp\n"
                                 "sunrpc 111/tcp\n"
                                 "sunrpc 111/udp\n"
                                 "nntp 119/tcp\n"
                                 "ntp 123/udp\n"
                                 "imap2 143/tcp imap\n"
                                 "snmp 161/tcp\n"
                                 "snmp 161/udp\n"
                                 "snmp-trap 162/udp\n"
                                 "irc 194/tcp\n"
                                 "ldap 389/tcp\n"
                                 "ldap 389/udp\n"
                                 "https 443/tcp\n"
                                 "https 443/udp\n"
                                 "submissions 465/tcp\n"
                                 "syslog 514/udp\n"
                                 "submission 587/tcp\n"
                                 "ldaps 636/tcp\n"
                                 "rsync 873/tcp\n"
                                 "ftps 990/tcp\n"
                                 "imaps 993/tcp\n"
                                 "pop3s 995/tcp\n"
                                 "socks 1080/tcp\n"
                                 "ms-sql-s 1433/tcp\n"
                                 "mysql 3306/tcp\n"
                                 "postgresql 5432/tcp\n"
                                 "sip 5060/tcp\n"
                                 "sip 5060/udp\n"
                                 "amqp 5672/tcp\n"
                                 "redis 6379/tcp\n"
                                 "http-alt 8080/tcp\n";

typedef int matcher(char *words[], int port, const void *wanted);

/* The text that is asked; the caller frees it. */
static char *services_text(void) {
  char *text = names_file_read(PATH, false);
  text = text ? text : names_file_read(PATH, true);
  return text ? text : strdup(well_known);
}

/* Returns whether a line matched; its name and port are in the other arguments. */
static int find(const char *protocol, matcher *matches, const void *wanted, int *port, char *name,
                size_t size) {
  char *text = services_text(), *rest = text, *words[MAX_WORDS];
  int found = 0;
  while (text && !found && names_file_line(&rest, words, MAX_WORDS)) {
    char *slash;
    *port = words[1] ? (int)strtoul(words[1], &slash, 10) : -1;
    found = words[1] && *slash == '/' && strcmp(slash + 1, protocol) == 0 &&
            matches(words, *port, wanted);
  }
  if (found) {
    strlcpy(name, words[0], size);
  }
  free(text);
  return found;
}

static int is_named(char *words[], int port, const void *name) {
  (void)port;
  for (int i = 0; words[i]; i++) {
    if (i != 1 && strcmp(words[i], name) == 0) {
      return 1;
    }
  }
  return 0;
}

static int is_at(char *words[], int port, const void *wanted) {
  (void)words;
  return port == *(const int *)wanted;
}

int service_port(const char *name, const char *protocol) {
  char found[1];
  int port;
  return find(protocol, is_named, name, &port, found, sizeof found) ? port & 0xffff : -1;
}

int service_name(int port, const char *protocol, char *name, size_t size) {
  int found;
  return find(protocol, is_at, &port, &found, name, size);
}
