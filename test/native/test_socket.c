/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Sockets over a backend that only notes what it was asked for: the tests say what the network
 * does, step by step. Errno and readiness are those of Linux 6 for the same steps.
 */
#define _GNU_SOURCE
#include "socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"

#define IN (POLLIN | POLLRDNORM)
#define OUT (POLLOUT | POLLWRNORM)
#define ENDED (IN | OUT | POLLHUP | POLLRDHUP)

static char buf[1 << 20], text[1 << 20];

/* ---- The backend ----------------------------------------------------------------------------- */

static struct {
  struct socket *last; /* whom the last call was about */
  int port;            /* what bind(0) gives */
  int result;          /* of the next bind, listen, connect, send */
  int flushes, resumes, closes, resets, sends;
  size_t taken; /* bytes of output */
  int ends;
  bool keep; /* bytes stay in transit */
  union sock_address to;
  bool has_to;
} net;

static int take_result(struct socket *s) {
  int r = net.result;
  net.result = 0;
  net.last = s;
  return r;
}

static int fake_bind(struct socket *s, const union sock_address *a) {
  union sock_address local = *a;
  if (!sock_address_port(a)) {
    sock_address_set_port(&local, ++net.port);
  }
  int err = take_result(s);
  if (!err) {
    socket_set_local(s, &local);
  }
  return err;
}

static int fake_listen(struct socket *s, int backlog) {
  (void)backlog;
  return take_result(s);
}

static int fake_connect(struct socket *s, const union sock_address *a) {
  net.to = *a;
  return take_result(s);
}

static void fake_disconnect(struct socket *s) {
  net.last = s;
}

static void fake_flush(struct socket *s) {
  struct socket_output output;
  net.flushes++;
  socket_take_output(s, &output);
  net.taken += output.len;
  net.ends += output.end;
  socket_output_free(&output);
  if (!net.keep) {
    socket_sent(s, output.len);
  }
}

static int fake_send(struct socket *s, const union sock_address *to, const void *data, size_t len) {
  (void)data;
  net.has_to = to;
  if (to) {
    net.to = *to;
  }
  int err = take_result(s);
  if (!err) {
    net.sends++;
    if (!net.keep) {
      socket_sent(s, len);
    }
  }
  return err;
}

static void fake_resume(struct socket *s) {
  net.last = s;
  net.resumes++;
}

static void fake_close(struct socket *s, bool reset) {
  net.last = s;
  net.closes++;
  net.resets += reset;
}

static const struct socket_ops fake_ops = {
  .name = "fake",
  .bind = fake_bind,
  .listen = fake_listen,
  .connect = fake_connect,
  .disconnect = fake_disconnect,
  .flush = fake_flush,
  .send = fake_send,
  .resume = fake_resume,
  .close = fake_close,
};

static const struct socket_ops *backend = &fake_ops;

const struct socket_ops *socket_backend(int domain, int type) {
  (void)domain;
  (void)type;
  return backend;
}

/* ---- Shorthand ------------------------------------------------------------------------------- */

static union sock_address address(int port) {
  union sock_address a = {.in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}};
  a.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static struct socket *socket_of(int fd) {
  struct file *f = file_get(fd);
  struct socket *s = socket_of_file(f);
  CHECK(s);
  file_put(f);
  return s;
}

static int open_socket(int type) {
  memset(&net, 0, sizeof net);
  net.port = 5000;
  int fd = sock_socket(AF_INET, type | SOCK_NONBLOCK, 0);
  CHECK(fd >= 0);
  return fd;
}

static int start_connect(int fd) {
  union sock_address a = address(7);
  return sock_connect(fd, &a.any, sizeof a.in);
}

static int connected(void) {
  int fd = open_socket(SOCK_STREAM);
  CHECK_EQ(start_connect(fd), -EINPROGRESS);
  socket_connected(socket_of(fd));
  return fd;
}

/* Returns what the backend is told: whether more may come. */
static bool arrive(int fd, size_t n) {
  struct socket *s = socket_of(fd);
  memcpy(socket_receive_reserve(s, n), text, n);
  return socket_receive_commit(s, n);
}

static void arrive_datagram(int fd, size_t n, int port) {
  struct datagram *d;
  union sock_address from = address(port);
  char *p = socket_datagram_reserve(socket_of(fd), n, &from, &d);
  if (p) {
    memcpy(p, text, n);
    socket_datagram_commit(socket_of(fd), d);
  }
}

static int so_error(int fd) {
  int error = -1;
  socklen_t len = sizeof error;
  CHECK_EQ(sock_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
  return error;
}

static ssize_t receive(int fd, size_t len, int flags) {
  return sock_recvfrom(fd, buf, len, flags, NULL, NULL);
}

static ssize_t send_bytes(int fd, size_t len, int flags) {
  return sock_sendto(fd, text, len, flags, NULL, 0);
}

static void close_fd(int fd) {
  CHECK_EQ(host_fd_close(fd), 0);
}

/* ---- socket() -------------------------------------------------------------------------------- */

static void test_kinds(void) {
  CHECK_EQ(sock_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), -EPROTONOSUPPORT);
  CHECK_EQ(sock_socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), -EPROTONOSUPPORT);
  CHECK_EQ(sock_socket(AF_INET, SOCK_SEQPACKET, 0), -ESOCKTNOSUPPORT);
  CHECK_EQ(sock_socket(AF_INET, 15, 0), -EINVAL);
  CHECK_EQ(sock_socket(AF_INET, SOCK_STREAM | 1 << 20, 0), -EINVAL);
  CHECK_EQ(sock_socket(-1, SOCK_STREAM, 0), -EAFNOSUPPORT);
  CHECK_EQ(sock_socket(AF_APPLETALK, SOCK_DGRAM, 0), -EAFNOSUPPORT);
  int fd = sock_socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  CHECK_EQ(fd_get_flags(fd), FD_CLOEXEC);
  struct file *f = file_get(fd);
  CHECK_EQ(f->flags, O_RDWR | O_NONBLOCK);
  file_put(f);
  close_fd(fd);
}

static void test_fresh(void) {
  int fd = open_socket(SOCK_STREAM);
  CHECK_EQ(call_readiness(fd), OUT | POLLHUP);
  CHECK_EQ(receive(fd, 1, 0), -ENOTCONN);
  CHECK_EQ(send_bytes(fd, 1, MSG_NOSIGNAL), -EPIPE);
  CHECK_EQ(native_sigpipes(), 0);
  CHECK_EQ(send_bytes(fd, 1, 0), -EPIPE);
  CHECK_EQ(native_sigpipes(), 1);
  CHECK_EQ(sock_shutdown(fd, SHUT_WR), -ENOTCONN);
  CHECK_EQ(sock_shutdown(fd, 3), -EINVAL);
  close_fd(fd);
  CHECK_EQ(net.closes, 0); /* the backend never heard of it */
}

static void test_no_backend(void) {
  backend = NULL;
  int fd = open_socket(SOCK_STREAM);
  union sock_address a = address(0);
  CHECK_EQ(sock_bind(fd, &a.any, sizeof a.in), -ENETDOWN);
  CHECK_EQ(sock_listen(fd, 1), -ENETDOWN);
  CHECK_EQ(start_connect(fd), -ENETDOWN);
  CHECK_EQ(call_readiness(fd), OUT | POLLHUP);
  int on = 1;
  CHECK_EQ(sock_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
  close_fd(fd);
  fd = open_socket(SOCK_DGRAM);
  CHECK_EQ(sock_sendto(fd, text, 1, 0, &a.any, sizeof a.in), -EINVAL); /* port 0 */
  a = address(9);
  CHECK_EQ(sock_sendto(fd, text, 1, 0, &a.any, sizeof a.in), -ENETDOWN);
  close_fd(fd);
  backend = &fake_ops;
}

/* ---- connect() ------------------------------------------------------------------------------- */

static void test_connect(void) {
  int fd = open_socket(SOCK_STREAM);
  CHECK_EQ(start_connect(fd), -EINPROGRESS);
  CHECK_EQ(start_connect(fd), -EALREADY);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK_EQ(receive(fd, 1, 0), -EAGAIN);
  CHECK_EQ(send_bytes(fd, 1, 0), -EAGAIN);
  socket_connected(socket_of(fd));
  CHECK_EQ(call_readiness(fd), OUT);
  CHECK_EQ(start_connect(fd), 0);
  CHECK_EQ(start_connect(fd), -EISCONN);
  close_fd(fd);
  CHECK_EQ(net.closes, 1);
  CHECK_EQ(net.resets, 0);
}

static void test_refused(void) {
  int fd = open_socket(SOCK_STREAM);
  CHECK_EQ(start_connect(fd), -EINPROGRESS);
  socket_failed(socket_of(fd), ECONNREFUSED);
  CHECK_EQ(call_readiness(fd), ENDED | POLLERR);
  CHECK_EQ(so_error(fd), ECONNREFUSED);
  CHECK_EQ(so_error(fd), 0);
  CHECK_EQ(call_readiness(fd), ENDED);
  CHECK_EQ(start_connect(fd), -ECONNABORTED);
  CHECK_EQ(start_connect(fd), -EINPROGRESS); /* and a new attempt */
  close_fd(fd);
}

static void refuse(void *fd) {
  socket_failed(socket_of(*(int *)fd), ECONNREFUSED);
}

static void establish(void *fd) {
  socket_connected(socket_of(*(int *)fd));
}

static void test_blocking_connect(void) {
  int fd = open_socket(SOCK_STREAM);
  call_set_flags(fd, 0);
  native_alone(refuse, &fd);
  CHECK_EQ(start_connect(fd), -ECONNREFUSED);
  native_alone(establish, &fd);
  CHECK_EQ(start_connect(fd), 0);
  close_fd(fd);
  fd = open_socket(SOCK_STREAM);
  call_set_flags(fd, 0);
  native_alone(NULL, NULL);
  struct timeval tv = {.tv_usec = 5000};
  CHECK_EQ(sock_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv), 0);
  CHECK_EQ(start_connect(fd), -EINPROGRESS);
  close_fd(fd);
}

static void test_connect_addresses(void) {
  int fd = open_socket(SOCK_STREAM);
  union sock_address a = address(7);
  CHECK_EQ(sock_connect(fd, &a.any, 1), -EINVAL);
  CHECK_EQ(sock_connect(fd, &a.any, sizeof a.in - 1), -EINVAL);
  CHECK_EQ(sock_connect(fd, &a.any, sizeof(struct sockaddr_storage) + 1), -EINVAL);
  CHECK_EQ(sock_connect(fd, NULL, sizeof a.in), -EFAULT);
  a.any.sa_family = AF_INET6;
  CHECK_EQ(sock_connect(fd, &a.any, sizeof a.in6), -EAFNOSUPPORT);
  a = address(7);
  a.in.sin_addr.s_addr = htonl(INADDR_BROADCAST);
  CHECK_EQ(sock_connect(fd, &a.any, sizeof a.in), -ENETUNREACH);
  a.in.sin_addr.s_addr = htonl(INADDR_ANY);
  CHECK_EQ(sock_connect(fd, &a.any, sizeof a.in), -EINPROGRESS);
  CHECK_EQ(ntohl(net.to.in.sin_addr.s_addr), INADDR_LOOPBACK);
  close_fd(fd);
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static void test_receive(void) {
  int fd = connected(), n;
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (char)(i * 7 + i / 251);
  }
  CHECK(arrive(fd, 5));
  CHECK(arrive(fd, 10000));
  CHECK_EQ(call_readiness(fd), IN | OUT);
  CHECK_EQ(call_ioctl(fd, FIONREAD, &n), 0);
  CHECK_EQ(n, 10005);
  CHECK_EQ(receive(fd, 9, MSG_PEEK), 9);
  CHECK_BYTES(buf, text, 5);
  CHECK_BYTES(buf + 5, text, 4);
  CHECK_EQ(receive(fd, 5, MSG_TRUNC), 5);
  CHECK_EQ(receive(fd, 6000, 0), 6000);
  CHECK_BYTES(buf, text, 6000);
  CHECK_EQ(call_read(fd, buf, sizeof buf), 4000);
  CHECK_BYTES(buf, text + 6000, 4000);
  CHECK_EQ(receive(fd, 1, 0), -EAGAIN);
  socket_receive_end(socket_of(fd));
  CHECK_EQ(call_readiness(fd), IN | OUT | POLLRDHUP);
  CHECK_EQ(receive(fd, 1, 0), 0);
  CHECK_EQ(send_bytes(fd, 3, 0), 3);
  CHECK_EQ(sock_shutdown(fd, SHUT_WR), 0);
  CHECK_EQ(call_readiness(fd), ENDED);
  CHECK_EQ(net.ends, 1);
  close_fd(fd);
  CHECK_EQ(net.resets, 0);
}

static void test_back_pressure(void) {
  int fd = connected(), size = 8192;
  CHECK_EQ(sock_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
  CHECK(arrive(fd, 16383));
  CHECK(!arrive(fd, 1)); /* twice what was asked for */
  CHECK_EQ(receive(fd, 8191, 0), 8191);
  CHECK_EQ(net.resumes, 0);
  CHECK_EQ(receive(fd, 1, 0), 1);
  CHECK_EQ(net.resumes, 1);
  CHECK_EQ(receive(fd, 1, 0), 1);
  CHECK_EQ(net.resumes, 1);
  close_fd(fd);
  CHECK_EQ(net.resets, 1); /* unread data */
}

/* How many bytes fd takes before it has its backend wait, in steps of 64 KiB. */
static size_t fill_window(int fd) {
  size_t n = 65536;
  while (arrive(fd, 65536)) {
    n += 65536;
  }
  return n;
}

static void empty(int fd) {
  while (receive(fd, sizeof buf, 0) > 0) {
  }
}

enum { FIRST_WINDOW = 131072, MOST_WINDOW = 6 << 20, SECOND = 1000000000 };

static void test_window_widens(void) {
  int fd = connected(), size = FIRST_WINDOW / 2;
  native_alone(NULL, NULL);
  CHECK_EQ(fill_window(fd), FIRST_WINDOW);
  empty(fd);
  CHECK_EQ(net.resumes, 1);
  CHECK_EQ(fill_window(fd), 2 * FIRST_WINDOW);
  /* A program that does not keep pace. */
  native_advance(SECOND);
  empty(fd);
  CHECK_EQ(fill_window(fd), 2 * FIRST_WINDOW);
  empty(fd);
  CHECK_EQ(fill_window(fd), 4 * FIRST_WINDOW);
  empty(fd);
  CHECK_EQ(sock_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
  CHECK_EQ(fill_window(fd), FIRST_WINDOW);
  empty(fd);
  CHECK_EQ(fill_window(fd), FIRST_WINDOW);
  close_fd(fd);
}

/* They share a quarter of the memory, which the unit tests take for 64 MiB. */
static void test_windows_share(void) {
  int fds[3];
  for (int i = 0; i < 3; i++) {
    fds[i] = connected();
    for (int rounds = 0; rounds < 8; rounds++) {
      CHECK(fill_window(fds[i]) <= MOST_WINDOW);
      empty(fds[i]);
    }
  }
  CHECK_EQ(fill_window(fds[0]), MOST_WINDOW);
  CHECK_EQ(fill_window(fds[1]), MOST_WINDOW);
  size_t left = fill_window(fds[2]);
  CHECK(left > (4 << 20) - 65536 && left <= (4 << 20) + 65536);
  empty(fds[0]);
  empty(fds[2]);
  CHECK_EQ(fill_window(fds[2]), MOST_WINDOW);
  for (int i = 0; i < 3; i++) {
    close_fd(fds[i]);
  }
}

static int more_for;

static void more(void *unused) {
  (void)unused;
  arrive(more_for, 3);
}

static void test_wait_all(void) {
  int fd = more_for = connected();
  native_alone(more, NULL);
  CHECK_EQ(receive(fd, 10, MSG_WAITALL), -EAGAIN);
  call_set_flags(fd, 0);
  CHECK_EQ(receive(fd, 10, MSG_WAITALL), 10);
  CHECK_EQ(receive(fd, 10, 0), 2);
  arrive(fd, 1);
  native_alone(refuse, &fd);
  CHECK_EQ(receive(fd, 10, MSG_WAITALL), 1);
  CHECK_EQ(receive(fd, 10, 0), -ECONNREFUSED); /* the error waited */
  CHECK_EQ(receive(fd, 10, 0), 0);
  close_fd(fd);
}

static void test_send(void) {
  int fd = connected(), size = 4608;
  CHECK_EQ(sock_setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
  net.keep = true;
  CHECK_EQ(send_bytes(fd, 100, 0), 100);
  CHECK_EQ(net.taken, 100);
  CHECK_EQ(send_bytes(fd, sizeof text, 0), 9116);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK_EQ(send_bytes(fd, 1, 0), -EAGAIN);
  socket_sent(socket_of(fd), 3000); /* less than a third is free */
  CHECK_EQ(call_readiness(fd), 0);
  socket_sent(socket_of(fd), 73);
  CHECK_EQ(call_readiness(fd), OUT);
  CHECK_EQ(call_write(fd, text, sizeof text), 3073);
  socket_failed(socket_of(fd), ECONNRESET);
  CHECK_EQ(send_bytes(fd, 1, 0), -ECONNRESET);
  int signals = native_sigpipes();
  CHECK_EQ(send_bytes(fd, 1, 0), -EPIPE);
  CHECK_EQ(native_sigpipes(), signals + 1);
  CHECK_EQ(receive(fd, 1, 0), 0);
  socket_sent(socket_of(fd), 9216); /* late, and harmless */
  close_fd(fd);
}

static void drain(void *fd) {
  socket_sent(socket_of(*(int *)fd), 100000);
}

static void test_blocking_send(void) {
  int fd = connected();
  call_set_flags(fd, 0);
  net.keep = true;
  native_alone(drain, &fd);
  CHECK_EQ(send_bytes(fd, sizeof text, 0), sizeof text);
  CHECK_EQ(net.taken, sizeof text);
  CHECK(native_sleeps() > 1);
  close_fd(fd);
}

static void test_linger(void) {
  int fd = connected();
  struct linger l = {1, 0};
  CHECK_EQ(sock_setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l), 0);
  close_fd(fd);
  CHECK_EQ(net.resets, 1);
}

/* ---- Listening ------------------------------------------------------------------------------- */

static int listener(int backlog) {
  int fd = open_socket(SOCK_STREAM);
  CHECK_EQ(sock_listen(fd, backlog), 0);
  return fd;
}

static struct socket *come(int fd, int port) {
  struct socket *s = socket_incoming(socket_of(fd));
  if (s) {
    union sock_address a = address(port);
    socket_set_peer(s, &a);
    CHECK(socket_queue(socket_of(fd), s));
  }
  return s;
}

static void test_accept(void) {
  int fd = listener(1), on = 1;
  union sock_address peer = {0};
  socklen_t len = sizeof peer;
  CHECK_EQ(sock_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
  CHECK_EQ(sock_accept4(fd, NULL, NULL, 0), -EAGAIN);
  CHECK_EQ(sock_accept4(fd, NULL, NULL, 1), -EINVAL);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK(come(fd, 11));
  CHECK(come(fd, 12));
  CHECK(!come(fd, 13)); /* a backlog of n holds n + 1 */
  CHECK_EQ(call_readiness(fd), IN);
  int numbers = native_open_fds();
  int a = sock_accept4(fd, &peer.any, &len, SOCK_CLOEXEC);
  CHECK_EQ(native_open_fds(), numbers + 1);
  CHECK_EQ(sock_address_port(&peer), 11);
  CHECK_EQ(len, sizeof peer.in);
  CHECK_EQ(fd_get_flags(a), FD_CLOEXEC);
  CHECK_EQ(socket_int_option(socket_of(a), IPPROTO_TCP, TCP_NODELAY), 1);
  CHECK_EQ(net.resumes, 1);
  CHECK(come(fd, 13));
  native_limit_fds(native_open_fds());
  CHECK_EQ(sock_accept4(fd, NULL, NULL, 0), -EMFILE);
  native_limit_fds(-1);
  len = 4;
  int b = sock_accept4(fd, &peer.any, &len, 0); /* nothing was lost */
  CHECK_EQ(sock_address_port(&peer), 12);
  CHECK_EQ(len, sizeof peer.in);
  close_fd(a);
  close_fd(b);
  CHECK_EQ(net.resets, 0);
  close_fd(fd);
  CHECK_EQ(net.resets, 1); /* the one that was never accepted */
  CHECK_EQ(net.closes, 4);
}

static void test_listener_states(void) {
  int fd = listener(-1);
  CHECK_EQ(receive(fd, 1, 0), -ENOTCONN);
  CHECK_EQ(start_connect(fd), -EISCONN);
  CHECK_EQ(sock_shutdown(fd, SHUT_WR), 0);
  CHECK_EQ(call_readiness(fd), 0);
  CHECK_EQ(sock_shutdown(fd, SHUT_RD), 0);
  CHECK_EQ(call_readiness(fd), OUT | POLLHUP);
  CHECK_EQ(sock_accept4(fd, NULL, NULL, 0), -EINVAL);
  close_fd(fd);
  fd = open_socket(SOCK_DGRAM);
  CHECK_EQ(sock_listen(fd, 1), -EOPNOTSUPP);
  CHECK_EQ(sock_accept4(fd, NULL, NULL, 0), -EOPNOTSUPP);
  close_fd(fd);
}

static void test_bind(void) {
  int a = open_socket(SOCK_STREAM), b = sock_socket(AF_INET, SOCK_STREAM, 0), on = 1;
  union sock_address at = address(80), name;
  socklen_t len = 4;
  CHECK_EQ(sock_bind(a, &at.any, sizeof(struct sockaddr_storage)), 0);
  CHECK_EQ(sock_bind(a, &at.any, sizeof at.in), -EINVAL);
  memset(&name, 0xee, sizeof name);
  CHECK_EQ(sock_getsockname(a, &name.any, &len), 0);
  CHECK_EQ(sock_address_port(&name), 80);
  CHECK_EQ(name.in.sin_addr.s_addr, 0xeeeeeeee); /* only four bytes were asked for */
  CHECK_EQ(len, sizeof name.in);
  CHECK_EQ(sock_bind(b, &at.any, sizeof at.in), -EADDRINUSE);
  sock_setsockopt(a, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  CHECK_EQ(sock_bind(b, &at.any, sizeof at.in), -EADDRINUSE);
  sock_setsockopt(b, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  CHECK_EQ(sock_bind(b, &at.any, sizeof at.in), 0);
  close_fd(a);
  close_fd(b);
}

/* ---- Datagrams ------------------------------------------------------------------------------- */

static void test_datagrams(void) {
  int fd = open_socket(SOCK_DGRAM);
  union sock_address to = address(9), from;
  socklen_t len = sizeof from;
  CHECK_EQ(call_readiness(fd), OUT | POLLWRBAND);
  CHECK_EQ(send_bytes(fd, 1, 0), -EDESTADDRREQ);
  CHECK_EQ(sock_sendto(fd, text, 5, 0, &to.any, sizeof to.in), 5);
  CHECK(net.has_to && sock_address_port(&net.to) == 9);
  CHECK_EQ(sock_sendto(fd, text, 65508, 0, &to.any, sizeof to.in), -EMSGSIZE);
  arrive_datagram(fd, 10, 21);
  arrive_datagram(fd, 0, 22);
  CHECK_EQ(call_readiness(fd), IN | OUT | POLLWRBAND);
  CHECK_EQ(receive(fd, 4, MSG_PEEK | MSG_TRUNC), 10);
  CHECK_EQ(sock_recvfrom(fd, buf, 4, 0, &from.any, &len), 4);
  CHECK_EQ(sock_address_port(&from), 21);
  CHECK_EQ(receive(fd, 4, 0), 0);
  CHECK_EQ(receive(fd, 4, 0), -EAGAIN);
  socket_report_error(socket_of(fd), ECONNREFUSED);
  CHECK_EQ(call_readiness(fd), OUT | POLLWRBAND | POLLERR);
  arrive_datagram(fd, 1, 21);
  CHECK_EQ(receive(fd, 4, 0), -ECONNREFUSED);
  CHECK_EQ(receive(fd, 4, 0), 1);
  close_fd(fd);
}

static void test_datagram_queue(void) {
  int fd = open_socket(SOCK_DGRAM), size = 2304, n = 0;
  CHECK_EQ(sock_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
  for (int i = 0; i < 20; i++) {
    arrive_datagram(fd, 64, i + 1);
  }
  while (receive(fd, 64, 0) == 64) {
    n++;
  }
  CHECK_EQ(n, 4608 / 768 + 1);
  CHECK_EQ(socket_of(fd)->dropped, 20 - n);
  arrive_datagram(fd, 64, 1);
  close_fd(fd);
}

static void test_connected_datagrams(void) {
  int fd = open_socket(SOCK_DGRAM);
  union sock_address to = address(9), other = address(10), name;
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  socklen_t len = sizeof name;
  CHECK_EQ(sock_connect(fd, &to.any, sizeof to.in), 0);
  CHECK_EQ(send_bytes(fd, 1, 0), 1);
  CHECK(!net.has_to);
  CHECK_EQ(sock_sendto(fd, text, 1, 0, &other.any, sizeof other.in), 1);
  CHECK(net.has_to);
  CHECK_EQ(sock_getpeername(fd, &name.any, &len), 0);
  CHECK_EQ(sock_connect(fd, &none, sizeof none), 0);
  CHECK_EQ(sock_getpeername(fd, &name.any, &len), -ENOTCONN);
  CHECK_EQ(send_bytes(fd, 1, 0), -EDESTADDRREQ);
  close_fd(fd);
}

static void test_no_memory(void) {
  native_fail_alloc(0, true);
  CHECK_EQ(sock_socket(AF_INET, SOCK_STREAM, 0), -ENOMEM);
  native_fail_alloc(-1, false);
  int fd = connected();
  native_fail_alloc(0, true);
  CHECK_EQ(send_bytes(fd, 1, 0), -ENOBUFS);
  CHECK(!socket_receive_reserve(socket_of(fd), 1));
  native_fail_alloc(-1, false);
  CHECK_EQ(send_bytes(fd, 1, 0), 1);
  CHECK(arrive(fd, 1));
  CHECK_EQ(receive(fd, 1, 0), 1);
  close_fd(fd);
  fd = listener(5);
  native_fail_alloc(0, true);
  CHECK(!come(fd, 1));
  native_fail_alloc(-1, false);
  CHECK(come(fd, 1));
  close_fd(fd);
}

int main(void) {
  close_fd(open_socket(SOCK_STREAM)); /* the table of descriptors stays */
  long blocks = native_live_blocks();
  test_kinds();
  test_fresh();
  test_no_backend();
  test_connect();
  test_refused();
  test_blocking_connect();
  test_connect_addresses();
  test_receive();
  test_back_pressure();
  test_window_widens();
  test_windows_share();
  test_wait_all();
  test_send();
  test_blocking_send();
  test_linger();
  test_accept();
  test_listener_states();
  test_bind();
  test_datagrams();
  test_datagram_queue();
  test_connected_datagrams();
  test_no_memory();
  CHECK_EQ(native_live_blocks(), blocks);
  return 0;
}
