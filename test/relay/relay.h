// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// For tests with a relay: the servers behind it (servers.mjs), which the names in .test and the
// addresses of TEST-NET-1 lead to, and their driver (drive.mjs).

#ifndef EMWAKE_TEST_RELAY_H
#define EMWAKE_TEST_RELAY_H

#include "expect.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int relay_argc;
static char **relay_argv;

static UNUSED void relay_begin(int argc, char **argv) {
  relay_argc = argc;
  relay_argv = argv;
}

// What the driver has given as NAME=VALUE.
static UNUSED const char *argument(const char *name) {
  size_t len = strlen(name);
  for (int i = 1; i < relay_argc; i++) {
    if (!strncmp(relay_argv[i], name, len) && relay_argv[i][len] == '=') {
      return relay_argv[i] + len + 1;
    }
  }
  printf("no argument is named %s\n", name);
  exit(1);
}

// The port of a server.
static UNUSED int port_of(const char *server) {
  return atoi(argument(server));
}

static UNUSED void tell_driver(const char *command) {
  printf("@%s\n", command);
  fflush(stdout);
}

static UNUSED struct sockaddr_in numeric(const char *address, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  MUST(inet_pton(AF_INET, address, &a.sin_addr) - 1);
  return a;
}

// What getaddrinfo finds first for a name.
static UNUSED struct sockaddr_in named(const char *name, int port) {
  struct addrinfo hints = {.ai_family = AF_INET}, *found;
  int err = getaddrinfo(name, NULL, &hints, &found);
  if (err) {
    printf("%s: %s\n", name, gai_strerror(err));
    exit(1);
  }
  struct sockaddr_in a = *(struct sockaddr_in *)found->ai_addr;
  a.sin_port = htons((unsigned short)port);
  freeaddrinfo(found);
  return a;
}

// Returns 0 or errno.
static UNUSED int try_connect(int fd, struct sockaddr_in a) {
  return connect(fd, (struct sockaddr *)&a, sizeof a) ? errno : 0;
}

// A connection to a server.
static UNUSED int connect_to(const char *server) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(fd, named(argument("host"), port_of(server))), 0);
  return fd;
}

static UNUSED void write_all(int fd, const void *data, size_t len) {
  for (size_t done = 0; done < len;) {
    ssize_t n = write(fd, (const char *)data + done, len - done);
    if (n < 0) {
      printf("write: %s\n", strerror(errno));
      exit(1);
    }
    done += (size_t)n;
  }
}

// Up to the end of the stream, or len bytes. Returns how many; errno is 0 at the end.
static UNUSED size_t read_all(int fd, void *data, size_t len) {
  size_t done = 0;
  errno = 0;
  while (done < len) {
    ssize_t n = read(fd, (char *)data + done, len - done);
    if (n <= 0) {
      break;
    }
    done += (size_t)n;
  }
  return done;
}

// That the server hello is there, by a name or a number.
static UNUSED void expect_hello(const char *name) {
  char got[6];
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(fd, named(name, port_of("hello"))), 0);
  EXPECT_EQ(read_all(fd, got, 6), 6);
  close(fd);
}

// The error that reading and writing end with, or 0.
static UNUSED int fate_of(int fd) {
  char byte;
  ssize_t n = read(fd, &byte, 1);
  return n < 0 ? errno : 0;
}

static UNUSED int poll_one(int fd, int events, int timeout) {
  struct pollfd p = {.fd = fd, .events = (short)events};
  return poll(&p, 1, timeout) < 0 ? -errno : p.revents;
}

#endif
