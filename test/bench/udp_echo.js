// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The ceiling for udp_echo.c: a UDP echo server written by hand on node:dgram. Prints {"port": N}
// once it is bound.
'use strict';

const dgram = require('node:dgram');

// Peers are numeric already; the default lookup would defer every send by a turn of the loop.
function lookup(host, options, done) {
  done(null, host, 4);
}

const socket = dgram.createSocket({ type: 'udp4', lookup });
socket.on('message', (message, peer) => socket.send(message, peer.port, peer.address));
socket.bind(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: socket.address().port }));
});
