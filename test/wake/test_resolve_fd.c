// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// <emscripten/resolve.h>: a lookup is a descriptor, which callbacks and epoll wait for; answers,
// errors, what is known at once, and closing before the answer. Nothing here suspends.
//
// flags: --pre-js {dir}/resolver.js

#include "expect.h"
#include <arpa/inet.h>
#include <emscripten/poll.h>
#include <emscripten/resolve.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/stat.h>

static int ready(int fd) {
  struct pollfd p = {.fd = fd, .events = POLLIN};
  return poll(&p, 1, 0) == 1 && p.revents == POLLIN;
}

// The error; the first address is in text.
static int result(int fd, char *text) {
  struct addrinfo *list;
  int error = emscripten_getaddrinfo_result(fd, &list);
  strcpy(text, "");
  if (!error) {
    inet_ntop(AF_INET, &((struct sockaddr_in *)list->ai_addr)->sin_addr, text, 64);
    freeaddrinfo(list);
  }
  return error;
}

static int start(const char *name) {
  return emscripten_getaddrinfo_start(
    name, "80", &(struct addrinfo){.ai_family = AF_INET, .ai_socktype = SOCK_STREAM});
}

// ---- What is known at once ---------------------------------------------------------------------

static void test_known(void) {
  char text[64];
  int fd = MUST(start("127.0.0.9"));
  EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  EXPECT(ready(fd));
  EXPECT_EQ(result(fd, text), 0);
  EXPECT(strcmp(text, "127.0.0.9") == 0);
  EXPECT_EQ(result(fd, text), 0);
  close(fd);
  EXPECT_EQ(result(fd, text), EAI_SYSTEM);
  EXPECT_EQ(errno, EBADF);
  fd = MUST(emscripten_getaddrinfo_start("127.0.0.9", "no-such-service", NULL));
  EXPECT(ready(fd));
  EXPECT_EQ(result(fd, text), EAI_SERVICE);
  close(fd);
  next_step();
}

static void test_hosts_file(void) {
  char text[64];
  FILE *f = fopen("/etc/hosts", "w");
  if (!f) {
    MUST(mkdir("/etc", 0777));
    f = fopen("/etc/hosts", "w");
  }
  fputs("# a comment\n127.0.0.66 mine.test alias.test # another\n", f);
  fclose(f);
  int fd = MUST(start("ALIAS.test"));
  EXPECT(ready(fd));
  EXPECT_EQ(result(fd, text), 0);
  EXPECT(strcmp(text, "127.0.0.66") == 0);
  close(fd);
  next_step();
}

// ---- Answers -----------------------------------------------------------------------------------

static int slow, helper;

static void slow_ready(int fd, int revents) {
  char text[64];
  EXPECT_EQ(fd, slow);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(result(fd, text), 0);
  EXPECT(strcmp(text, "127.0.0.7") == 0);
  close(slow);
  close(helper);
  next_step();
}

static void test_answer(void) {
  char text[64];
  slow = MUST(start("slow.test"));
  EXPECT(!ready(slow));
  EXPECT_EQ(result(slow, text), EAI_INPROGRESS);
  EXPECT_EQ(emscripten_poll_with_callback(slow, POLLIN, SOON, slow_ready), 0);
  helper = MUST(start("release.test"));
}

static int epfd;
static const struct {
  const char *name;
  int error;
} failing[] = {
  {"enotfound.test", EAI_NONAME}, {"eai_again.test", EAI_AGAIN},   {"eai_fail.test", EAI_FAIL},
  {"eunknown.test", EAI_FAIL},    {"eai_memory.test", EAI_MEMORY},
};
enum { FAILING = sizeof failing / sizeof *failing };
static int fds[FAILING], reported;

static void collect_errors(int fd, int revents) {
  struct epoll_event events[FAILING];
  char text[64];
  int n = epoll_wait(fd, events, FAILING, 0);
  EXPECT(n > 0);
  for (int i = 0; i < n; i++) {
    int which = events[i].data.fd;
    EXPECT_EQ(result(fds[which], text), failing[which].error);
    close(fds[which]);
    reported++;
  }
  if (reported < FAILING) {
    EXPECT_EQ(emscripten_poll_with_callback(epfd, POLLIN, SOON, collect_errors), 0);
  } else {
    close(epfd);
    next_step();
  }
}

static void test_errors(void) {
  epfd = MUST(epoll_create1(0));
  for (int i = 0; i < FAILING; i++) {
    fds[i] = MUST(start(failing[i].name));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = i};
    MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &event));
  }
  EXPECT_EQ(emscripten_poll_with_callback(epfd, POLLIN, SOON, collect_errors), 0);
}

static void many_ready(int fd, int revents) {
  struct addrinfo *list;
  int n = 0;
  EXPECT_EQ(emscripten_getaddrinfo_result(fd, &list), 0);
  for (struct addrinfo *a = list; a; a = a->ai_next) {
    n++;
  }
  EXPECT_EQ(n, 48);
  freeaddrinfo(list);
  close(fd);
  next_step();
}

static void test_many(void) {
  int fd = MUST(start("many.test"));
  EXPECT_EQ(emscripten_poll_with_callback(fd, POLLIN, SOON, many_ready), 0);
}

// ---- Cancelling --------------------------------------------------------------------------------

static void closed(int fd, int revents) {
  EXPECT_EQ(revents, POLLNVAL);
  close(helper);
  next_step();
}

// The resolver's answer comes when nobody has use for it any more.
static void test_close(void) {
  int silent = MUST(start("silent.test"));
  slow = MUST(start("slow.test"));
  EXPECT_EQ(emscripten_poll_with_callback(slow, POLLIN, SOON, closed), 0);
  close(slow);
  close(silent);
  helper = MUST(start("release.test"));
}

static const step steps[] = {test_known, test_hosts_file, test_answer, test_errors,
                             test_many,  test_close,      NULL};

int main(void) {
  run_steps(steps);
  return 0;
}
