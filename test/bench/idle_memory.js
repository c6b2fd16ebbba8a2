// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The measure for idle_memory.c: the plainest echo server on node:net, with the same answers.
// Prints {"port": N} once it listens.
'use strict';

const fs = require('node:fs');
const net = require('node:net');

function printMemory() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const {rss, heapUsed} = process.memoryUsage();
  fs.writeSync(1, JSON.stringify({rss, js: heapUsed, wasm: 0}) + '\n');
}

let open = 0;

function answer(data, socket) {
  const question = data.length === 1 ? String.fromCharCode(data[0]) : '';
  if (question === '?') printMemory();
  else if (question === '#') fs.writeSync(1, `${open}\n`);
  else socket.write(data);
}

const server = net.createServer((socket) => {
  open++;
  socket.on('close', () => open--);
  socket.on('data', (data) => answer(data, socket));
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', 1024, () => {
  console.log(JSON.stringify({port: server.address().port}));
});
