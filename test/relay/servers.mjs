/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the tests connect to from behind a relay: servers on 127.0.0.1, by name.
 *
 *   echo       sends back what comes, and ends when the peer does
 *   hello      says hello and ends
 *   reset      resets the connection when something comes
 *   slow       sends back what comes, from letGo() on
 *   collect    takes what comes
 *   collected  says how many bytes the first, second, ... connection to collect has brought until its
 *              end, and their SHA-256
 *   source     sends as many bytes as a first line says, byte i being i % 251, and ends
 *   flood      sends as many bytes as a first line says, all zero
 *   sink       takes as many bytes as a first line says, and says ok when they are there
 *   udpecho    sends datagrams back
 *   udpcount   counts datagrams
 *   counted    says how many, once there are any
 *   closed     a port that nobody listens on
 */
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';

const collected = [];
const waiting = [];
const counting = [];
let count = 0;
const stuck = [];
let released = false;

const HANDLERS = {
  echo: (conn) => conn.pipe(conn),
  hello: (conn) => conn.end('hello\n'),
  reset: (conn) => conn.once('data', () => conn.resetAndDestroy()),
  slow: (conn) => released ? conn.pipe(conn) : stuck.push(conn.pause()),
  collect(conn) {
    const hash = crypto.createHash('sha256');
    let count = 0;
    conn.on('data', (data) => {
      count += data.length;
      hash.update(data);
    });
    conn.on('close', () => {
      collected.push(`${count} ${hash.digest('hex')}\n`);
      report();
    });
    conn.on('end', () => conn.end());
  },
  collected(conn) {
    waiting.push(conn);
    report();
  },
  counted(conn) {
    counting.push(conn);
    reportCount();
  },
  source(conn) {
    let line = '';
    conn.on('data', (data) => {
      line += data;
      if (line.endsWith('\n')) conn.end(Uint8Array.from({length: +line}, (_, i) => i % 251));
    });
  },
};

// As fast as the connection takes them. It leaves the end to the other side: a relay may lose at the end
// what it has not yet passed on.
HANDLERS.flood = (conn) => conn.once('data', (line) => {
  const block = Buffer.alloc(65536);
  let left = Number(line);
  const send = () => {
    while (left > 0) {
      left -= block.length;
      if (!conn.write(block)) return conn.once('drain', send);
    }
  };
  conn.on('end', () => conn.end());
  send();
});

HANDLERS.sink = (conn) => {
  let left = -1;
  let line = '';
  conn.on('data', (data) => {
    if (left < 0) {
      const end = data.indexOf(10);
      line += data.subarray(0, end < 0 ? data.length : end);
      if (end < 0) return;
      left = Number(line);
      data = data.subarray(end + 1);
    }
    left -= data.length;
    if (!left) conn.write('ok\n');
  });
  conn.on('end', () => conn.end());
};

function report() {
  while (waiting.length && collected.length) waiting.shift().end(collected.shift());
}

export function letGo() {
  released = true;
  for (const conn of stuck.splice(0)) conn.pipe(conn);
}

async function tcp(handler) {
  const server = net.createServer({allowHalfOpen: true}, (conn) => {
    conn.on('error', () => {});
    handler(conn);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function reportCount() {
  if (count) for (const conn of counting.splice(0)) conn.end(`${count}\n`);
}

async function udp(handler) {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (data, from) => handler(socket, data, from));
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket.address().port;
}

// The port of a client: while that is connected nobody can listen there.
async function silentPort(server) {
  const client = net.connect(server, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  return client.localPort;
}

// Starts all; returns their ports by name.
export async function start() {
  const ports = {};
  for (const [name, handler] of Object.entries(HANDLERS)) {
    ports[name] = (await tcp(handler)).address().port;
  }
  ports.closed = await silentPort(ports.echo);
  ports.udpecho = await udp((socket, data, {address, port}) => socket.send(data, port, address));
  ports.udpcount = await udp(() => {
    count++;
    reportCount();
  });
  return ports;
}
