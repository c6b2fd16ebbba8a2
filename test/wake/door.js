/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For test_door.c, before the program: the JavaScript on the other side of the door.
 */
/* global Module, doorTest */
globalThis.doorTest = {
  numbers: {failures: 0},
  PORT: 7000,
  PORT_OF_JS: 7100,
  MANY: 8 << 20,

  begin(what) {
    doorTest.parts[what]().catch((e) => {
      console.log(`${what}: ${e.stack}`);
      doorTest.numbers.failures++;
    });
  },

  expect(got, want) {
    if (got === want) return;
    console.log(`${new Error().stack.split('\n')[2]}: it is ${got}, not ${want}`);
    doorTest.numbers.failures++;
  },

  // Threads alone do not.
  keepNode() {
    doorTest.timer = setInterval(() => {}, 1000);
  },

  byteAt: (position) => position * 31 + (position >> 11) & 255,

  connect: () => Module.emwakeDoor.connect({port: doorTest.PORT}),

  async say(connection, text) {
    const writer = connection.writable.getWriter();
    await writer.write(text);
    writer.releaseLock();
  },

  async readAll(readable) {
    let text = '';
    for await (const part of readable.pipeThrough(new TextDecoderStream())) text += part;
    return text;
  },

  // Reads to the end; returns how many bytes came.
  async readPattern(readable) {
    let position = 0;
    let wrong = 0;
    for await (const part of readable) {
      for (const byte of part) wrong += byte !== doorTest.byteAt(position++);
    }
    doorTest.expect(wrong, 0);
    return position;
  },

  errorOf: (promise) => promise.then(() => 'none', (e) => e.code),

  parts: {
    async talk() {
      const {expect} = doorTest;
      const connection = await doorTest.connect();
      expect(connection.remotePort, doorTest.PORT);
      expect(connection.remoteAddress, '127.0.0.1');
      expect(connection.localAddress, '127.0.0.1');
      expect(connection.localPort > 0, true);
      await doorTest.say(connection, 'hello\n');
      const reader = connection.readable.getReader({mode: 'byob'});
      let text = '';
      while (!text.endsWith('\n')) {
        const {value} = await reader.read(new Uint8Array(4));
        expect(value.length <= 4, true);
        text += new TextDecoder().decode(value);
      }
      expect(text, 'good day\n');
      await doorTest.say(connection, new TextEncoder().encode('good day to you\n'));
      await connection.writable.close();
      const last = await reader.read(new Uint8Array(4));
      expect(last.done, true);
      await connection.closed;
    },

    async 'read late'() {
      doorTest.late = doorTest.connect();
    },

    async 'read now'() {
      const late = await doorTest.late;
      doorTest.numbers.read = await doorTest.readPattern(late.readable);
      await doorTest.say(late, 'read\n');
      await late.writable.close();
    },

    async 'write much'() {
      const {numbers, MANY} = doorTest;
      const connection = await doorTest.connect();
      const writer = connection.writable.getWriter();
      numbers.written = 0;
      while (numbers.written < MANY) {
        const bytes = new Uint8Array(100000 < MANY - numbers.written ? 100000 : MANY - numbers.written);
        for (let i = 0; i < bytes.length; i++) bytes[i] = doorTest.byteAt(numbers.written + i);
        await writer.write(bytes);
        numbers.written += bytes.length;
      }
      await writer.close();
      doorTest.expect(await doorTest.readAll(connection.readable), 'got it\n');
    },

    async abort() {
      const connection = await doorTest.connect();
      await doorTest.say(connection, 'soon over\n');
      await connection.writable.abort();
      await connection.closed;
      doorTest.expect(await doorTest.readAll(connection.readable), '');
    },

    async 'be reset'() {
      const connection = await doorTest.connect();
      doorTest.reading = doorTest.errorOf(connection.readable.getReader().read());
      doorTest.closing = doorTest.errorOf(connection.closed);
      await doorTest.say(connection, 'never read');
    },

    async 'be told'() {
      const connection = await doorTest.connect();
      await doorTest.say(connection, `${await doorTest.reading} ${await doorTest.closing}\n`);
      connection.close();
    },

    async 'be refused'() {
      const {connect, listen} = Module.emwakeDoor;
      const codes = [connect({port: 7999}), listen({port: doorTest.PORT}),
                     connect({port: 80, host: 'a.name'})].map(doorTest.errorOf);
      const connection = await doorTest.connect();
      await doorTest.say(connection, `${(await Promise.all(codes)).join(' ')}\n`);
      connection.close();
    },

    async listen() {
      const connection = await doorTest.connect();
      const listener = await Module.emwakeDoor.listen({port: doorTest.PORT_OF_JS});
      doorTest.expect(listener.port, doorTest.PORT_OF_JS);
      await doorTest.say(connection, 'listening\n');
      let count = 0;
      for await (const {readable, writable} of listener) {
        const writer = writable.getWriter();
        await writer.write(`${(await doorTest.readAll(readable)).toUpperCase()}\n`);
        await writer.close();
        if (++count === 3) listener.close();
      }
      doorTest.expect(await doorTest.errorOf(listener.accept()), 'EINVAL');
      await doorTest.say(connection, `closed after ${count}\n`);
      connection.close();
    },

    async worker() {
      const {Worker, MessageChannel} = process.getBuiltinModule('node:worker_threads');
      const path = process.getBuiltinModule('node:path');
      const worker = new Worker(path.resolve(doorTest.source, '../door_worker.mjs'));
      const {port1, port2} = new MessageChannel();
      worker.on('error', (e) => doorTest.expect(e.stack, ''));
      worker.postMessage({port: port2, PORT: doorTest.PORT, MANY: doorTest.MANY}, [port2]);
      Module.emwakeDoor.serve(port1);
    },

    async 'accept at the end'() {
      const connection = await doorTest.connect();
      const listener = await Module.emwakeDoor.listen({port: doorTest.PORT_OF_JS});
      await doorTest.say(connection, 'listening\n');
      await connection.closed;
      const texts = [];
      for await (const {readable} of listener) texts.push(await doorTest.readAll(readable));
      doorTest.lastWords = texts.join();
    },

    async outlive() {
      const connection = await doorTest.connect();
      const read = doorTest.readPattern(connection.readable);
      doorTest.expect(await read, doorTest.numbers.sent);
      await connection.closed;
      doorTest.expect(await doorTest.errorOf(doorTest.connect()), 'ENETDOWN');
      doorTest.outlived = true;
      clearInterval(doorTest.timer);
    },
  },
};
if (globalThis.process) {
  process.on('exit', () => {
    const {numbers, outlived, lastWords} = doorTest;
    if (!numbers.sent || (outlived && lastWords === 'last words' && !numbers.failures)) return;
    console.log(`after the end: ${outlived}, '${lastWords}'`);
    process.exitCode = 1;
  });
}
