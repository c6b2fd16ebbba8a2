/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What websockify is: for each server of servers.mjs a port that takes WebSockets and passes what they
 * bring on to it. One message is one datagram for the servers of UDP; a first message that says a
 * port, as Emscripten sends it, is not passed on.
 */
import dgram from 'node:dgram';
import net from 'node:net';
import {WebSocketServer} from 'ws';

const IS_UDP = (name) => name.startsWith('udp');

function bridgeTcp(socket, port) {
  const conn = net.connect(port, '127.0.0.1');
  conn.on('data', (data) => {
    socket.send(data, () => conn.resume());
    if (socket.bufferedAmount > 1 << 20) conn.pause();
  });
  conn.on('end', () => socket.close(1000));
  conn.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    if (conn.write(data)) return;
    socket.pause();
    conn.once('drain', () => socket.resume());
  });
  socket.on('close', () => conn.end());
}

const isPortMessage = (data) => data.length === 10 && data.readUInt32BE(0) === 0xffffffff;

function bridgeUdp(socket, port) {
  const udp = dgram.createSocket('udp4');
  let met = false;
  udp.on('message', (data) => socket.send(data));
  socket.on('message', (data) => {
    if (met || !isPortMessage(data)) udp.send(data, port, '127.0.0.1');
    met = true;
  });
  socket.on('close', () => udp.close());
}

async function listen(handler) {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0});
  await new Promise((resolve) => server.on('listening', resolve));
  server.on('connection', handler);
  return server.address().port;
}

// Takes ports by name, and gives those of the bridges, and of `protocol`, which says the path and the
// subprotocols that it was asked for.
export async function bridge(ports) {
  const bridged = {...ports};
  bridged.protocol = await listen((socket, {url, headers}) => {
    socket.send(`${url} ${headers['sec-websocket-protocol'] ?? 'none'}`);
    socket.close(1000);
  });
  for (const [name, port] of Object.entries(ports)) {
    if (name === 'closed') continue;
    bridged[name] = await listen((socket) => {
      socket.on('error', () => {});
      (IS_UDP(name) ? bridgeUdp : bridgeTcp)(socket, port);
    });
  }
  return bridged;
}
