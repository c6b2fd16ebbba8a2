// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The measure for idle_memory.c: the plainest echo server on node:net, with the same answer to '?'.
// Prints {"port": N} once it listens.
'use strict';

const fs = require('node:fs');
const net = require('node:net');

function printMemory() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const {rss, heapUsed} = process.memoryUsage();
  fs.writeSync(1, JSON.stringify({rss, js: heapUsed, wasm: 0}) + '\n');
}

const server = net.createServer((socket) => {
  socket.on('data', (data) => {
    if (data.length === 1 && data[0] === 63) printMemory();
    else socket.write(data);
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', 1024, () => {
  console.log(JSON.stringify({port: server.address().port}));
});
