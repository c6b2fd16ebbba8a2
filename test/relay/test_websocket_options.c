// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Module.websocket has the URL that every connection leads to, and the subprotocols.
// needs: wait net
// net: websocket
// flags: --pre-js {dir}/websocket_options.js

#include "relay.h"

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  char got[64] = "";
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(fd, named("nowhere.test", 1)), 0);
  read_all(fd, got, sizeof got - 1);
  EXPECT(!strcmp(got, "/some/path one,two") || !strcmp(got, "/some/path one, two"));
  close(fd);
  return status_of_test();
}
