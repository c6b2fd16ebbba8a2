// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A soak: in each round a thousand connections, a hundred at a time, that send, end their half,
// reset, leave or send a byte at a time, at random. Every byte of those that end in order comes
// back, and afterwards no descriptor, no socket of the host's and no memory is left.

#include "peer.h"
#include <malloc.h>
#include <sys/epoll.h>

enum { ROUNDS = 3, CONNECTIONS = 1000, AT_ONCE = 100, MOST = 60000 };

// ---- The server: an echo by epoll ----------------------------------------------------------------

struct connection {
  int fd;
  size_t start, end;
  bool ended;
  char buf[16384];
};

static int epfd;

static void watch(struct connection *c, int op) {
  bool sending = c->start < c->end;
  struct epoll_event event = {.events = sending ? EPOLLOUT : EPOLLIN, .data.ptr = c};
  MUST(epoll_ctl(epfd, op, c->fd, &event));
}

// Returns whether it goes on.
static bool echo(struct connection *c) {
  if (c->start == c->end) {
    ssize_t n = recv(c->fd, c->buf, sizeof c->buf, 0);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    c->start = 0;
    c->end = (size_t)n;
  }
  ssize_t n = send(c->fd, c->buf + c->start, c->end - c->start, 0);
  if (n < 0) return errno == EAGAIN;
  c->start += (size_t)n;
  return true;
}

static struct connection *take(int listener) {
  struct connection *c = calloc(1, sizeof *c);
  c->fd = MUST(accept4(listener, NULL, NULL, SOCK_NONBLOCK));
  watch(c, EPOLL_CTL_ADD);
  return c;
}

static void serve_round(int listener) {
  int accepted = 0, open = 0;
  while (accepted < CONNECTIONS || open) {
    struct epoll_event events[32];
    int n = MUST(epoll_wait(epfd, events, 32, SOON));
    if (n == 0) {
      printf("nothing has come: %d accepted, %d open\n", accepted, open);
      exit(1);
    }
    for (int i = 0; i < n; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) {
        take(listener);
        accepted++;
        open++;
      } else if (echo(c)) {
        watch(c, EPOLL_CTL_MOD);
      } else {
        close(c->fd);
        free(c);
        open--;
      }
    }
  }
}

static int descriptors(void) {
  int n = 0;
  for (int fd = 0; fd < 1024; fd++) {
    n += fcntl(fd, F_GETFD) != -1;
  }
  return n;
}

#if defined(__EMSCRIPTEN__)
// clang-format off
EM_JS_DEPS(soak, "$nodeSocketRecords");
EM_JS(int, host_sockets_here, (void), { return nodeSocketRecords.filter(Boolean).length; });
// clang-format on
#if defined(__EMSCRIPTEN_PTHREADS__)
#include <emscripten/threading.h>
static int count_host_sockets(void) {
  return host_sockets_here();
}
static int host_sockets(void) {
  return emscripten_sync_run_in_main_runtime_thread(EM_FUNC_SIG_I, count_host_sockets);
}
#else
#define host_sockets host_sockets_here
#endif
#else
static int host_sockets(void) {
  return 2;
}
#endif

static size_t memory_in_use(void) {
#if defined(__EMSCRIPTEN__)
  return (size_t)mallinfo().uordblks;
#else
  return mallinfo2().uordblks;
#endif
}

static void serve(int listener) {
  int control = next_connection(listener);
  struct epoll_event event = {.events = EPOLLIN};
  epfd = MUST(epoll_create1(0));
  MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
  int before = descriptors();
  size_t memory = 0;
  for (int i = 0; i < ROUNDS; i++) {
    MUST(send(control, "!", 1, 0));
    serve_round(listener);
    CHECK(descriptors() == before);
    CHECK(host_sockets() == 2);
    // A connection's buffer is more than the allocator's own records of another segment.
    CHECK(i == 0 || memory_in_use() < memory + 1024);
    memory = memory_in_use();
  }
}

// ---- The peer ------------------------------------------------------------------------------------

enum behaviour { IN_ORDER, BYTEWISE, RESET, LEAVE, BEHAVIOURS };

struct client {
  int fd;
  enum behaviour behaviour;
  uint64_t total;
  struct stream sent, received;
};

static uint32_t state = 12345;

static uint32_t chance(uint32_t n) {
  state = state * 1103515245 + 12345;
  return (state >> 8) % n;
}

static void begin(struct client *c, int port) {
  *c = (struct client){.fd = dial(port), .behaviour = chance(BEHAVIOURS)};
  c->total = c->behaviour == BYTEWISE ? chance(20) : chance(MOST);
  set_nonblocking(c->fd, 1);
  if (c->behaviour == BYTEWISE) {
    MUST(setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
  }
}

static void send_some(struct client *c) {
  unsigned char bytes[5000];
  uint64_t left = c->total - c->sent.position;
  size_t len = c->behaviour == BYTEWISE ? 1 : sizeof bytes;
  len = len > left ? (size_t)left : len;
  fill(&c->sent, bytes, len);
  ssize_t n = len ? send(c->fd, bytes, len, 0) : 0;
  if (n > 0) add_to_sum(&c->sent, bytes, (size_t)n);
  if (c->sent.position == c->total) MUST(shutdown(c->fd, SHUT_WR));
}

// Returns whether it goes on.
static bool receive_some(struct client *c) {
  unsigned char bytes[5000];
  ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
  if (n > 0) add_to_sum(&c->received, bytes, (size_t)n);
  return n > 0 || (n < 0 && errno == EAGAIN);
}

static bool orderly(const struct client *c) {
  return c->behaviour == IN_ORDER || c->behaviour == BYTEWISE;
}

// Returns whether it has ended.
static bool step_client(struct client *c, int ready, bool *sending) {
  if (!orderly(c) && c->sent.position >= c->total / 2) {
    if (c->behaviour == RESET) {
      reset_connection(c->fd);
    } else {
      close(c->fd);
    }
    return true;
  }
  if ((ready & POLLOUT) && *sending) send_some(c);
  *sending = c->sent.position < c->total;
  if ((ready & (POLLIN | POLLHUP | POLLERR)) && !receive_some(c)) {
    close(c->fd);
    return true;
  }
  return false;
}

static int wrong;

static void run_round(int port) {
  static struct client clients[AT_ONCE];
  static struct pollfd fds[AT_ONCE];
  int begun = 0, ended = 0;
  for (int i = 0; i < AT_ONCE; i++) {
    fds[i].fd = -1;
  }
  while (ended < CONNECTIONS) {
    for (int i = 0; i < AT_ONCE; i++) {
      if (fds[i].fd < 0 && begun < CONNECTIONS) {
        begin(&clients[i], port);
        fds[i] = (struct pollfd){clients[i].fd, POLLIN | POLLOUT, 0};
        begun++;
      }
    }
    MUST(poll(fds, AT_ONCE, SOON));
    for (int i = 0; i < AT_ONCE; i++) {
      struct client *c = &clients[i];
      bool sending = fds[i].events & POLLOUT;
      if (fds[i].fd >= 0 && fds[i].revents && step_client(c, fds[i].revents, &sending)) {
        wrong += orderly(c) && (c->received.position != c->total || c->received.sum != c->sent.sum);
        fds[i].fd = -1;
        ended++;
      }
      fds[i].events = (short)(sending ? POLLIN | POLLOUT : POLLIN);
    }
  }
}

static void peer(int port) {
  int control = dial(port);
  char byte;
  for (int i = 0; i < ROUNDS; i++) {
    MUST(recv(control, &byte, 1, MSG_WAITALL));
    run_round(port);
  }
  printf("wrong: %d\n", wrong);
  MUST(recv(control, &byte, 1, 0));
}
