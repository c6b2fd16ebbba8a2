// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

/* global Module */
// All connections lead to one place.
Module['websocket'] = {
  'url': `ws://127.0.0.1:${process.env.PROTOCOL_PORT}/some/path`,
  'subprotocol': ' one,  two ',
};
