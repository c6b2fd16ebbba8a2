/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// The door: JavaScript as a peer on the program's own network (net=loopback). Module.emwakeDoor has
//
//   await connect({port, host})   to a listening socket of the program
//   await listen({port, host, backlog})   for the program's connects
//   serve(messagePort)            the same for who holds the other end, in any worker: src/door.mjs
//
// A connection is {readable, writable, localAddress, localPort, remoteAddress, remotePort, closed,
// close()}. Nothing is taken out of the socket that nobody has asked for, and a write is done when the
// socket has taken it: SO_RCVBUF and SO_SNDBUF are the only buffers. Errors have a `code`, ECONNREFUSED
// and the like. Its other half is system/lib/core/socket_door.c. Everything here runs on the runtime's
// main thread.

addToLibrary({
  $emwakeDoor__deps: ['$emwakeListenTo', '$ERRNO_CODES', '$strError', '$UTF8ToString',
    '$emwakeAtEnd', '$stackSave', '$stackAlloc', '$stackRestore', '$stringToUTF8OnStack',
    'emwake_door_accept', 'emwake_door_buffer', 'emwake_door_close', 'emwake_door_connect',
    'emwake_door_connected', 'emwake_door_listen', 'emwake_door_name', 'emwake_door_shutdown',
    'emwake_stream_node', 'emwake_stream_read', 'emwake_stream_write'],
  $emwakeDoor__postset: 'emwakeAtEnd.push(() => emwakeDoor.end());',
  $emwakeDoor: {
    // Of BUFFER_SIZE in js_door.c.
    bufferSize: 65536,
    // What is open: connections and listeners, and the message ports that are served.
    open: new Set(),
    served: new Set(),
    ended: false,

    // ---- For the page ----

    async connect({port, host = '127.0.0.1'}) {
      var to = `connect to ${host}:${port}`;
      var rec = emwakeDoor.adopt(emwakeDoor.start(to, host, (name, err) =>
        _emwake_door_connect({{{ to64('name') }}}, port, {{{ to64('err') }}})));
      var connection;
      var error = await emwakeDoor.retry(rec, () => {
        var result = _emwake_door_connected({{{ to64('rec.file') }}});
        if (!result) connection = emwakeDoor.connection(rec);
        return result;
      }, -{{{ cDefs.EINPROGRESS }}});
      if (!connection) {
        emwakeDoor.close(rec);
        throw emwakeDoor.error(to, -error || {{{ cDefs.ECONNRESET }}});
      }
      return connection;
    },

    async listen({port = 0, host = '127.0.0.1', backlog = 128} = {}) {
      var rec = emwakeDoor.adopt(emwakeDoor.start(`listen on ${host}:${port}`, host, (name, err) =>
        _emwake_door_listen({{{ to64('name') }}}, port, backlog, {{{ to64('err') }}})));
      return emwakeDoor.listener(rec);
    },

    // Does what the other end of the port asks for (src/door.mjs). Streams go there as they are.
    // Returns a function that ends it.
    serve(port) {
      var session = {listeners: new Map(), connections: new Set(), next: 1};
      var end = () => {
        if (!emwakeDoor.served.delete(end)) return;
        port.close();
        session.listeners.forEach((listener) => listener.close());
        session.connections.forEach((connection) => connection.close());
      };
      emwakeDoor.served.add(end);
      port.addEventListener('message', async ({data}) => {
        var reply = await emwakeDoor.answer(session, data);
        port.postMessage({id: data.id, ...reply.data}, reply.transfer ?? []);
      });
      port.addEventListener('close', end);
      port.start();
      return end;
    },

    // ---- What both have ----

    error(what, errno) {
      var code = Object.keys(ERRNO_CODES).find((name) => ERRNO_CODES[name] === errno) ?? 'EIO';
      return Object.assign(new Error(`${what}: ${strError(errno)} (${code})`), {errno, code});
    },

    // Returns what open(host, err) returns, or throws the error that it has put at err.
    start(what, host, open) {
      if (emwakeDoor.ended) throw emwakeDoor.error(what, {{{ cDefs.ENETDOWN }}});
      var sp = stackSave();
      var err = stackAlloc(4);
      var file = open(stringToUTF8OnStack(host === 'localhost' ? '127.0.0.1' : host), err);
      {{{ from64('file') }}};
      var errno = -{{{ makeGetValue('err', 0, 'i32') }}};
      stackRestore(sp);
      if (!file) throw emwakeDoor.error(what, errno);
      return file;
    },

    // file: 0 once it is closed. changed: what to do when its readiness has changed.
    adopt(file) {
      var rec = {file, changed: []};
      var node = _emwake_stream_node({{{ to64('file') }}});
      {{{ from64('node') }}};
      rec.unlisten = emwakeListenTo(node, () => emwakeDoor.wake(rec), -1);
      if (!rec.unlisten) {
        _emwake_door_close({{{ to64('file') }}}, 1);
        throw emwakeDoor.error('door', {{{ cDefs.ENOMEM }}});
      }
      emwakeDoor.open.add(rec);
      return rec;
    },

    wake(rec) {
      for (var attempt of rec.changed.splice(0)) attempt();
    },

    // What call() answers as soon as that is not `later`; 0 once rec is closed. The call is made again
    // when the socket's readiness has changed, and one last time when the program ends.
    retry: (rec, call, later = -{{{ cDefs.EAGAIN }}}) => new Promise((resolve) => {
      var attempt = () => {
        var result = rec.file ? call() : 0;
        if (result === later) rec.changed.push(attempt);
        else resolve(result);
      };
      attempt();
    }),

    close(rec, reset = 0) {
      var {file} = rec;
      if (!file) return;
      rec.file = 0;
      emwakeDoor.open.delete(rec);
      rec.unlisten();
      _emwake_door_close({{{ to64('file') }}}, reset);
      emwakeDoor.wake(rec);
    },

    name(rec, peer) {
      var sp = stackSave();
      var host = stackAlloc(46);
      var port = _emwake_door_name({{{ to64('rec.file') }}}, peer, {{{ to64('host') }}});
      var name = {port, address: port ? UTF8ToString(host) : ''};
      stackRestore(sp);
      return name;
    },

    // The program ends, and its sockets with it: what it has sent still arrives.
    end() {
      if (emwakeDoor.ended) return;
      emwakeDoor.ended = true;
      for (var rec of emwakeDoor.open) {
        emwakeDoor.wake(rec);
        rec.finish?.();
        emwakeDoor.close(rec);
      }
      for (var stop of emwakeDoor.served) stop();
    },

    // ---- Connections ----

    connection(rec) {
      var local = emwakeDoor.name(rec, 0);
      var remote = emwakeDoor.name(rec, 1);
      var closed = new Promise((resolve, reject) => Object.assign(rec, {resolve, reject}));
      closed.catch(() => {});
      rec.readable = rec.writable = true;
      rec.finish = () => emwakeDoor.drain(rec);
      return {
        readable: emwakeDoor.makeReadable(rec),
        writable: emwakeDoor.makeWritable(rec),
        localAddress: local.address,
        localPort: local.port,
        remoteAddress: remote.address,
        remotePort: remote.port,
        closed,
        close: () => emwakeDoor.abandon(rec),
      };
    },

    makeReadable: (rec) => new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        rec.reader = controller;
      },
      pull: () => emwakeDoor.pull(rec),
      cancel: () => emwakeDoor.halfDone(rec, 'readable'),
    }, {highWaterMark: 0}),

    makeWritable: (rec) => new WritableStream({
      start: (controller) => {
        rec.writer = controller;
        // Not when the write that is under way has ended: it may never.
        controller.signal.addEventListener('abort', () => emwakeDoor.abandon(rec, 1));
      },
      write: (chunk) => emwakeDoor.write(rec, emwakeDoor.bytesOf(chunk)),
      close: () => {
        if (rec.file) _emwake_door_shutdown({{{ to64('rec.file') }}}, 1 /* SHUT_WR */);
        emwakeDoor.halfDone(rec, 'writable');
      },
    }),

    // Both directions have come to their end.
    halfDone(rec, half) {
      rec[half] = false;
      if (rec.readable || rec.writable) return;
      emwakeDoor.close(rec);
      rec.resolve();
    },

    // The connection is lost: both streams are in error.
    fail(rec, errno) {
      var error = emwakeDoor.error('connection', errno);
      if (rec.readable) rec.reader.error(error);
      if (rec.writable) rec.writer.error(error);
      rec.readable = rec.writable = false;
      emwakeDoor.close(rec);
      rec.reject(error);
      return error;
    },

    // Without waiting for anything, as close(2).
    abandon(rec, reset) {
      if (rec.readable) emwakeDoor.endReadable(rec);
      if (rec.writable) rec.writer.error(emwakeDoor.error('closed', {{{ cDefs.EPIPE }}}));
      rec.readable = rec.writable = false;
      emwakeDoor.close(rec, reset);
      rec.resolve();
    },

    endReadable(rec) {
      rec.reader.close();
      // Who reads into a buffer of his own gets it back.
      rec.reader.byobRequest?.respond(0);
    },

    // -EAGAIN, 0 at the end, or how many bytes are in the buffer.
    readSome(rec, length) {
      var ptr = _emwake_door_buffer();
      {{{ from64('ptr') }}};
      return [_emwake_stream_read({{{ to64('rec.file') }}}, {{{ to64('ptr') }}}, length), ptr];
    },

    async pull(rec) {
      var size = rec.reader.byobRequest?.view.byteLength ?? emwakeDoor.bufferSize;
      var ptr;
      var n = await emwakeDoor.retry(rec, () => {
        var result = emwakeDoor.readSome(rec, Math.min(size, emwakeDoor.bufferSize));
        ptr = result[1];
        // In the same turn, for the buffer is everybody's.
        if (result[0] > 0 && rec.readable) emwakeDoor.deliver(rec, ptr, result[0]);
        return result[0];
      });
      if (n > 0 || !rec.readable) return;
      if (n < 0) {
        emwakeDoor.fail(rec, -n);
      } else {
        emwakeDoor.endReadable(rec);
        emwakeDoor.halfDone(rec, 'readable');
      }
    },

    deliver(rec, ptr, n) {
      var request = rec.reader.byobRequest;
      if (request) {
        var {buffer, byteOffset} = request.view;
        new Uint8Array(buffer, byteOffset, n).set(HEAPU8.subarray(ptr, ptr + n));
        request.respond(n);
      } else {
        rec.reader.enqueue(HEAPU8.slice(ptr, ptr + n));
      }
    },

    bytesOf(chunk) {
      if (typeof chunk == 'string') return new TextEncoder().encode(chunk);
      if (ArrayBuffer.isView(chunk)) {
        return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
      if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
      throw new TypeError('a chunk is a string, an ArrayBuffer or a view of one');
    },

    async write(rec, bytes) {
      while (bytes.length) {
        var n = await emwakeDoor.retry(rec, () => {
          var part = bytes.subarray(0, emwakeDoor.bufferSize);
          var ptr = _emwake_door_buffer();
          {{{ from64('ptr') }}};
          HEAPU8.set(part, ptr);
          return _emwake_stream_write({{{ to64('rec.file') }}}, {{{ to64('ptr') }}}, part.length);
        });
        if (n <= 0) throw emwakeDoor.fail(rec, -n || {{{ cDefs.EPIPE }}});
        bytes = bytes.subarray(n);
      }
    },

    // The program has ended: all that it has sent, at once, and its end.
    drain(rec) {
      while (rec.readable) {
        var [n, ptr] = emwakeDoor.readSome(rec, emwakeDoor.bufferSize);
        if (n <= 0) break;
        rec.reader.enqueue(HEAPU8.slice(ptr, ptr + n));
      }
      emwakeDoor.abandon(rec);
    },

    // ---- Listeners ----

    listener(rec) {
      var {address, port} = emwakeDoor.name(rec, 0);
      rec.finish = () => emwakeDoor.acceptAll(rec);
      return {
        host: address,
        port,
        accept: async () => {
          var connection = await emwakeDoor.accept(rec);
          if (!connection) throw emwakeDoor.error('accept', {{{ cDefs.EINVAL }}});
          return connection;
        },
        close: () => emwakeDoor.close(rec),
        async *[Symbol.asyncIterator]() {
          for (var connection; (connection = await emwakeDoor.accept(rec));) yield connection;
        },
      };
    },

    // null: the listener is closed.
    async accept(rec) {
      if (rec.accepted?.length) return rec.accepted.shift();
      var connection = null;
      var error = await emwakeDoor.retry(rec, () => {
        var result = emwakeDoor.acceptNow(rec);
        if (typeof result == 'number') return result;
        connection = result;
        return 0;
      });
      if (error) throw emwakeDoor.error('accept', -error);
      return connection;
    },

    // A connection, or -errno.
    acceptNow(rec) {
      var sp = stackSave();
      var err = stackAlloc(4);
      var file = _emwake_door_accept({{{ to64('rec.file') }}}, {{{ to64('err') }}});
      {{{ from64('file') }}};
      var result = {{{ makeGetValue('err', 0, 'i32') }}};
      stackRestore(sp);
      return file ? emwakeDoor.connection(emwakeDoor.adopt(file)) : result;
    },

    // The program has ended: what has come is still to be accepted.
    acceptAll(rec) {
      rec.accepted = [];
      for (var c; typeof (c = emwakeDoor.acceptNow(rec)) != 'number';) rec.accepted.push(c);
    },

    // ---- Message ports ----

    // What to post: {data, transfer}.
    async answer(session, request) {
      try {
        return await emwakeDoor.requests[request.op](session, request);
      } catch ({message, code, errno}) {
        return {data: {error: {message, code, errno}}};
      }
    },

    requests: {
      connect: async (session, {port, host}) =>
        emwakeDoor.handOver(session, await emwakeDoor.connect({port, host})),

      async listen(session, {port, host, backlog}) {
        var listener = await emwakeDoor.listen({port, host, backlog});
        var id = session.next++;
        session.listeners.set(id, listener);
        return {data: {listener: id, host: listener.host, port: listener.port}};
      },

      accept: async (session, {listener}) =>
        emwakeDoor.handOver(session, await session.listeners.get(listener).accept()),

      async close(session, {listener}) {
        session.listeners.get(listener)?.close();
        session.listeners.delete(listener);
        return {data: {}};
      },
    },

    handOver(session, connection) {
      session.connections.add(connection);
      connection.closed.catch(() => {}).then(() => session.connections.delete(connection));
      var {readable, writable, localAddress, localPort, remoteAddress, remotePort} = connection;
      return {
        data: {connection: {readable, writable, localAddress, localPort, remoteAddress, remotePort}},
        transfer: [readable, writable],
      };
    },
  },
});
