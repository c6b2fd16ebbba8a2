// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The ceiling for tcp_stream.c: the same server written by hand on node:net.
'use strict';

const net = require('node:net');

const CHUNK = Buffer.alloc(65536);

// node:net takes `onread` only for sockets that it is to construct, see tcp_echo.js.
function sink(accepted) {
  const handle = accepted._handle;
  accepted._handle = null;
  const socket = new net.Socket({
    handle,
    onread: { buffer: Buffer.allocUnsafeSlow(65536), callback: () => true },
  });
  socket.on('error', () => socket.destroy());
  socket.resume();
}

function source(socket) {
  const send = () => {
    let room = true;
    while (room) room = socket.write(CHUNK);
  };
  socket.on('error', () => socket.destroy());
  socket.on('drain', send);
  send();
}

const role = process.argv[2] === 'source' ? source : sink;
const server = net.createServer({ pauseOnConnect: role === sink }, role);
server.listen(0, '127.0.0.1', 64, () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
