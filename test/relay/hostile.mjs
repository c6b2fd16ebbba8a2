/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A relay that breaks the protocol in every way that it can think of, at random:
 *
 *   node hostile.mjs PORT SEED
 *
 * As relay.mjs, and it says its seed on stderr.
 */
import {WebSocketServer} from 'ws';

const [port, seed] = process.argv.slice(2);
const PACKETS = 200;

// mulberry32
let state = Number(seed) >>> 0;
function random(n) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];
const chance = (percent) => random(100) < percent;

function noise(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < Math.min(length, 64); i++) bytes[i] = random(256);
  return bytes;
}

function packet(type, id, payload) {
  const head = Buffer.alloc(5);
  head[0] = type;
  head.writeUInt32LE(id >>> 0, 1);
  return Buffer.concat([head, payload]);
}

const number = (n) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n >>> 0);
  return bytes;
};

const LENGTHS = [0, 1, 2, 3, 4, 5, 100, 32768, 65507, 65535, 65536, 65537, 300000];
const CREDITS = [0, 1, 2, 128, 1 << 20, 0x7fffffff, 0xffffffff];
const REASONS = [0, 1, 2, 3, 0x41, 0x42, 0x43, 0x44, 0x47, 0x48, 0x49, 0x81, 0xc0, 255];

const INFOS = [
  () => Buffer.alloc(0), () => Buffer.from([2]), () => Buffer.from([2, 0]), () => Buffer.from([9, 9]),
  () => Buffer.concat([Buffer.from([2, 0, 1]), number(0)]),
  () => Buffer.concat([Buffer.from([2, 0, 1]), number(0xffffffff)]),
  () => Buffer.concat([Buffer.from([2, 0, 4]), number(5), Buffer.from('hello')]),
  () => Buffer.concat([Buffer.from([2, 0, 4]), number(6), Buffer.from('hello')]),
  () => Buffer.concat([Buffer.from([2, 0]), noise(random(40))]),
];

function handshake() {
  if (chance(15)) return [noise(random(12))];
  if (chance(5)) return ['text'];
  if (chance(5)) return [packet(4, 0, Buffer.from([pick(REASONS)]))];
  const messages = [packet(3, 0, number(pick(CREDITS)))];
  if (chance(70)) messages.unshift(packet(5, 0, pick(INFOS)()));
  return messages;
}

// Mostly what a relay may say, of streams that there are.
function anything(ids) {
  const id = chance(85) && ids.length ? pick(ids) : chance(50) ? 0 : random(0xffffffff);
  switch (random(12)) {
    case 0: return packet(3, id, number(pick(CREDITS)));
    case 1: return packet(4, id, Buffer.from([pick(REASONS)]));
    case 2: return packet(4, id, Buffer.alloc(0));
    case 3: return packet(random(256), id, noise(pick(LENGTHS)));
    case 4: return packet(5, id, pick(INFOS)());
    case 5: return chance(10) ? packet(3, id, noise(random(4))) : packet(3, id, number(pick(CREDITS)));
    case 6: return chance(10) ? noise(random(6)) : packet(2, id, noise(1));
    case 7: return chance(10) ? 'text' : packet(2, id, noise(0));
    default: return packet(2, id, noise(pick(LENGTHS)));
  }
}

function attack(socket) {
  const ids = [];
  let left = random(PACKETS);
  socket.on('error', () => {});
  socket.on('message', (data) => {
    if (data[0] === 1 && data.length > 5) ids.push(data.readUInt32LE(1));
    for (let n = random(4); n > 0 && left > 0; n--, left--) socket.send(anything(ids));
    if (!left && chance(30)) socket.terminate();
  });
  for (const message of handshake()) socket.send(message);
  // One that has nothing left to say goes in the end.
  setTimeout(() => socket.terminate(), 20 + random(100));
}

const server = new WebSocketServer({host: '127.0.0.1', port: +port, handleProtocols: ([first]) =>
  chance(90) && first});
server.on('connection', attack);
server.on('listening', () => {
  console.error(`hostile relay: seed ${seed}`);
  console.log(server.address().port);
});
process.stdin.on('end', () => process.exit()).resume();
