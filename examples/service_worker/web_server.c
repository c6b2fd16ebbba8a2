/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A small web server, one epoll loop over sockets that do not block: an ordinary C program, which runs
 * in a page here. The page's service worker sends it what is asked of inside/ (worker.js).
 *
 *   /             a page, which counts its visitors
 *   /big/BYTES    so many bytes of text, at the pace of who reads them
 *   /echo         what was posted
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT 80
#define MAX_REQUEST 65536

struct client {
  int fd;
  char request[MAX_REQUEST + 1];
  size_t received;
  char head[512]; /* of the answer, and then its body */
  size_t head_len, body_len, sent;
  const char *body; /* NULL: text that is made as it is sent */
  char *page;
};

static int epoll, visitors;

static void watch(int op, int fd, int events, void *data) {
  struct epoll_event event = {.events = (uint32_t)events, .data.ptr = data};
  epoll_ctl(epoll, op, fd, &event);
}

static void end(struct client *c) {
  close(c->fd);
  free(c->page);
  free(c);
}

/* ---- Answers ----------------------------------------------------------------------------------- */

static void answer(struct client *c, const char *status, const char *type, const char *body,
                   size_t len) {
  c->body = body;
  c->body_len = len;
  c->head_len = (size_t)snprintf(c->head, sizeof c->head,
                                 "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                                 "Server: C in this page\r\nConnection: close\r\n\r\n",
                                 status, type, len);
}

static void answer_page(struct client *c) {
  char now[64];
  time_t t = time(NULL);
  strftime(now, sizeof now, "%H:%M:%S", localtime(&t));
  c->page = malloc(2048);
  if (!c->page) {
    return answer(c, "503 Service Unavailable", "text/plain", "no memory\n", 10);
  }
  int len = snprintf(
    c->page, 2048,
    "<!doctype html><meta name=color-scheme content='light dark'>"
    "<style>body{font:16px/1.5 system-ui;margin:1.5rem}b{font-variant-numeric:tabular-nums}</style>"
    "<h1>Hello from C</h1><p>It is <b>%s</b>, and you are visitor <b id=visitor>%d</b>.</p>"
    "<p><a href='./'>Again</a> &middot; <a href='big/2000'>two thousand bytes</a></p>"
    "<form method=post action=echo enctype=text/plain><input name=text value='some text'> "
    "<button>Post</button></form>",
    now, ++visitors);
  answer(c, "200 OK", "text/html; charset=utf-8", c->page, (size_t)len);
}

static void route(struct client *c, const char *method, const char *path, const char *body,
                  size_t len) {
  if (!strcmp(path, "/")) {
    answer_page(c);
  } else if (!strncmp(path, "/big/", 5)) {
    answer(c, "200 OK", "text/plain", NULL, strtoul(path + 5, NULL, 10));
  } else if (!strcmp(path, "/echo") && !strcmp(method, "POST")) {
    answer(c, "200 OK", "text/plain", body, len);
  } else {
    answer(c, "404 Not Found", "text/plain", "There is no such page here.\n", 28);
  }
}

/* ---- Requests ---------------------------------------------------------------------------------- */

static size_t content_length(const char *head) {
  for (const char *line = strchr(head, '\n'); line; line = strchr(line + 1, '\n')) {
    if (!strncasecmp(line + 1, "Content-Length:", 15)) {
      return strtoul(line + 16, NULL, 10);
    }
  }
  return 0;
}

/* Returns whether the request was whole, and there is an answer. */
static bool take_request(struct client *c) {
  char method[16], path[256];
  c->request[c->received] = 0;
  char *body = strstr(c->request, "\r\n\r\n");
  if (!body) {
    return false;
  }
  body += 4;
  size_t len = content_length(c->request), come = c->received - (size_t)(body - c->request);
  if (len > MAX_REQUEST / 2) {
    answer(c, "413 Content Too Large", "text/plain", "Too much\n", 9);
  } else if (come < len) {
    return false;
  } else if (sscanf(c->request, "%15s %255s", method, path) == 2) {
    route(c, method, path, body, len);
  } else {
    answer(c, "400 Bad Request", "text/plain", "What?\n", 6);
  }
  return true;
}

static void receive(struct client *c) {
  ssize_t n = read(c->fd, c->request + c->received, MAX_REQUEST - c->received);
  if (n < 0 && errno == EAGAIN) {
    return;
  }
  if (n <= 0) {
    return end(c);
  }
  c->received += (size_t)n;
  if (take_request(c)) {
    watch(EPOLL_CTL_MOD, c->fd, EPOLLOUT, c);
  } else if (c->received == MAX_REQUEST) {
    end(c);
  }
}

/* ---- Sending ----------------------------------------------------------------------------------- */

static ssize_t send_text(struct client *c, size_t at) {
  static const char line[] = "The quick brown fox jumps over the lazy dog, and over and over.\n";
  char part[16384];
  size_t len = c->body_len - at < sizeof part ? c->body_len - at : sizeof part;
  for (size_t i = 0; i < len; i++) {
    part[i] = line[(at + i) % (sizeof line - 1)];
  }
  return write(c->fd, part, len);
}

static void send_more(struct client *c) {
  ssize_t n;
  size_t at = c->sent - c->head_len;
  if (c->sent < c->head_len) {
    n = write(c->fd, c->head + c->sent, c->head_len - c->sent);
  } else if (c->body) {
    n = write(c->fd, c->body + at, c->body_len - at);
  } else {
    n = send_text(c, at);
  }
  if (n < 0 && errno != EAGAIN) {
    return end(c);
  }
  c->sent += n > 0 ? (size_t)n : 0;
  if (c->sent == c->head_len + c->body_len) {
    end(c);
  }
}

static void take_client(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  struct client *c = fd < 0 ? NULL : calloc(1, sizeof *c);
  if (c) {
    c->fd = fd;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, c);
  } else if (fd >= 0) {
    close(fd);
  }
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  epoll = epoll_create1(0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) {
    perror("listen");
    return 1;
  }
  watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  printf("listening on port %d\n", PORT);
  for (;;) {
    struct epoll_event events[16];
    int n = epoll_wait(epoll, events, 16, -1);
    for (int i = 0; i < n; i++) {
      struct client *c = events[i].data.ptr;
      if (!c) {
        take_client(listener);
      } else if (events[i].events & EPOLLOUT) {
        send_more(c);
      } else {
        receive(c);
      }
    }
  }
}
