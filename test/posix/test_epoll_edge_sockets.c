// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): what is an edge to a watch of a socket that did not ask for what has come. Data wakes with a
// key (sock_def_readable(): EPOLLPRI and EPOLLRDBAND too), the end of a stream, a shutdown and an
// established connection without one (sk_state_change()), an error with its own, and then without.
//
// Where main is another thread than the one that takes bytes from the host, it may see that they are there
// a moment before the edge has come.
//
// modes: jspi asyncify wasm64 pthread_jspi loopback
// gaps: 13
// needs: net wait

#include "epolls.h"
#include "net.h"

static int in, out, pri, band, err;

static void watch(int fd, const char *name) {
  MUST(control(in, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET, name));
  MUST(control(out, EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLET, name));
  MUST(control(pri, EPOLL_CTL_ADD, fd, EPOLLPRI | EPOLLOUT | EPOLLET, name));
  MUST(control(band, EPOLL_CTL_ADD, fd, EPOLLRDBAND | EPOLLOUT | EPOLLET, name));
  MUST(control(err, EPOLL_CTL_ADD, fd, EPOLLET, name));
}

static void show(const char *what) {
  printf("%s\n", what);
  WAIT(in, 0);
  WAIT(out, 0);
  WAIT(pri, 0);
  WAIT(band, 0);
  WAIT(err, 0);
}

static void stream(void) {
  int a, b;
  char byte;
  tcp_pair(AF_INET, &a, &b);
  watch(a, "a");
  show("watched");
  MUST(send(b, "x", 1, 0));
  await(a, POLLIN);
  show("data");
  MUST(recv(a, &byte, 1, 0));
  show("read");
  MUST(shutdown(a, SHUT_WR));
  show("own shutdown");
  MUST(shutdown(b, SHUT_WR));
  await(a, POLLHUP);
  show("end of both");
  close(a);
  close(b);
}

static void end_of_stream(void) {
  int a, b;
  tcp_pair(AF_INET, &a, &b);
  watch(a, "a");
  show("watched");
  MUST(shutdown(b, SHUT_WR));
  await(a, POLLRDHUP);
  show("end");
  MUST(shutdown(a, SHUT_RD));
  show("own shutdown of reading");
  close(a);
  close(b);
}

static void reset(void) {
  int a, b;
  struct linger none = {.l_onoff = 1};
  tcp_pair(AF_INET, &a, &b);
  watch(a, "a");
  show("watched");
  MUST(setsockopt(b, SOL_SOCKET, SO_LINGER, &none, sizeof none));
  close(b);
  await(a, POLLHUP);
  show("reset");
  SHOW_SOCKET_ERROR(a);
  show("error taken");
  close(a);
}

static void connecting(void) {
  int listener = tcp_listener(AF_INET), a = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  union address to = own_address(listener);
  watch(a, "a");
  show("unconnected");
  if (connect(a, &to.any, address_size(AF_INET)) == -1 && errno != EINPROGRESS) {
    printf("%s\n", errno_name(errno));
  }
  await(a, POLLOUT);
  show("connected");
  watch(listener, "listener");
  show("a connection waits");
  int b = tcp_client(&to);
  show("another");
  close(a);
  close(b);
  close(listener);
}

static void datagrams(void) {
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  union address to = own_address(a);
  watch(a, "a");
  show("watched");
  MUST(sendto(b, "x", 1, 0, &to.any, address_size(AF_INET)));
  await(a, POLLIN);
  show("datagram");
  close(a);
  close(b);
}

int main(void) {
  in = MUST(epoll_create1(0));
  out = MUST(epoll_create1(0));
  pri = MUST(epoll_create1(0));
  band = MUST(epoll_create1(0));
  err = MUST(epoll_create1(0));
  stream();
  end_of_stream();
  reset();
  connecting();
  datagrams();
  return 0;
}
