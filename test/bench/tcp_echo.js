// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The ceiling for tcp_echo.c: a TCP echo server written by hand on node:net, as fast as its sockets
// go. It reads into a static buffer per connection and writes back from inside the read callback.
// Prints {"port": N} once it listens.
'use strict';

const net = require('node:net');

const BUFFER_SIZE = 1024;

// node:net takes `onread` only for sockets that it is to construct from options, so the handle of
// an accepted connection, which pauseOnConnect has kept from reading, moves to a new Socket.
function adopt(accepted) {
  const handle = accepted._handle;
  accepted._handle = null;
  const buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  let view = buffer;
  const socket = new net.Socket({
    handle,
    onread: {
      buffer,
      callback(length) {
        // Making a view costs more than the rest of this function.
        if (view.length !== length) view = buffer.subarray(0, length);
        socket.write(view);
        if (socket.writableLength === 0) return true;
        // The kernel has not taken all of it: the buffer is in use until it has.
        socket.write('', () => socket.resume());
        return false;
      },
    },
  });
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.resume();
}

const server = net.createServer({ pauseOnConnect: true }, adopt);
server.listen(0, '127.0.0.1', 1024, () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
