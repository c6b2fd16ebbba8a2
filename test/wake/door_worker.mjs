/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For door.js: a worker that uses the program's door by a message port. An error ends the worker, and
 * is reported by it.
 */
import {once} from 'node:events';
import {parentPort} from 'node:worker_threads';
import {openDoor} from '../../src/door.mjs';

const [{port, PORT, MANY}] = await once(parentPort, 'message');
const door = openDoor(port);

async function write(writable, chunks) {
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
}

const byteAt = (position) => position * 7 + (position >> 9) & 255;

function* pattern(length) {
  for (let position = 0; position < length;) {
    const chunk = new Uint8Array(Math.min(50000, length - position));
    for (let i = 0; i < chunk.length; i++) chunk[i] = byteAt(position++);
    yield chunk;
  }
}

async function echoes() {
  const {readable, writable} = await door.connect({port: PORT});
  const written = write(writable, pattern(MANY));
  let position = 0;
  for await (const chunk of readable) {
    for (const byte of chunk) if (byte !== byteAt(position++)) throw new Error('another byte');
  }
  await written;
  if (position !== MANY) throw new Error(`${position} bytes came back`);
}

async function listens() {
  const listener = await door.listen({port: 7101});
  const {readable, writable} = await door.connect({port: PORT});
  const writer = writable.getWriter();
  await writer.write('worker listens\n');
  for await (const connection of listener) {
    const [text] = await Array.fromAsync(connection.readable.pipeThrough(new TextDecoderStream()));
    await write(connection.writable, [`from the worker: ${text}`]);
    break;
  }
  await listener.close();
  const code = await door.connect({port: 7101}).catch((e) => e.code);
  await writer.write(`${code}\n`);
  await writer.close();
  await readable.cancel();
}

await echoes();
await listens();
door.close();
