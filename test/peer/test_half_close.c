// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A peer that sends, ends its half of the connection, and reads the answer, however long; and the
// other way round.

#include "peer.h"

enum { QUESTION = 300000, ANSWER = 3000000 };

static void serve(int listener) {
  int fd = next_connection(listener);
  struct stream received = receive_stream(fd), sent = {0};
  show_stream("received", &received);
  printf("poll: %s\n", event_names(await(fd, POLLIN | POLLRDHUP)));
  send_stream(fd, &sent, ANSWER);
  show_stream("sent", &sent);
  close(fd);
  fd = next_connection(listener);
  sent = (struct stream){0};
  send_stream(fd, &sent, QUESTION);
  SHOW(shutdown(fd, SHUT_WR));
  SHOW(send(fd, "x", 1, 0));
  received = receive_stream(fd);
  show_stream("received", &received);
  close(fd);
}

static void peer(int port) {
  int fd = dial(port);
  struct stream sent = {0}, received;
  send_stream(fd, &sent, QUESTION);
  MUST(shutdown(fd, SHUT_WR));
  received = receive_stream(fd);
  show_stream("received", &received);
  close(fd);
  fd = dial(port);
  received = receive_stream(fd);
  show_stream("received", &received);
  sent = (struct stream){0};
  send_stream(fd, &sent, ANSWER);
  close(fd);
}
