/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * How libsockfs_node.js writes to a stream, with Node's socket and its handle faked: directly where the first
 * write has shown that Node does so without a request, and by way of the socket otherwise.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import {BUILDS, ROOT, instantiate} from './harness/library.mjs';

const LIBRARY = path.join(ROOT, 'src/lib/libsockfs_node.js');
const JSPI = BUILDS.find(({ASYNCIFY, PTHREADS, MEMORY64, EMWAKE_NET}) =>
  ASYNCIFY === 2 && !PTHREADS && !MEMORY64 && EMWAKE_NET === 'auto');
const [ECONNRESET, PTR] = [15, 1000];

// What came to the handle. It takes all, or says that of `answer`.
class Handle {
  came = [];
  answer = 0;
}
Handle.prototype.writeBuffer = function(req, data) {
  this.came.push(Buffer.from(data).toString());
  return this.answer;
};

// A net.Socket of which a write reaches the handle at once, with a request or without.
class Connection {
  _handle = new Handle();
  writableLength = 0;
  streamed = [];
  constructor(makesRequests) {
    this.makesRequests = makesRequests;
  }
  write(data, done) {
    this.streamed.push(data.length);
    this.done = done;
    if (data.length) this._handle.writeBuffer(this.makesRequests ? {} : null, data);
  }
  destroy(error) {
    this.destroyed = true;
    this.errored = error;
  }
}

describe('the write of a stream', function() {
  this.timeout(20000);
  const HEAPU8 = new Uint8Array(64);
  let sock, told;

  beforeEach(() => {
    told = [];
    HEAPU8.set(Buffer.from('abcdef'));
    sock = instantiate(LIBRARY, JSPI, ['$NODESOCK'], {
      HEAPU8,
      ERRNO_CODES: {ECONNRESET},
      _emwake_socket_failed: (ptr, errno) => told.push(['failed', ptr, errno]),
      _emwake_socket_sent: (ptr, length) => told.push(['sent', ptr, length]),
    }).NODESOCK;
  });
  const write = (conn, length) => sock.write({ptr: PTR, conn}, 0, length);

  it('goes by the socket at first, and then directly', () => {
    const conn = new Connection(false);
    assert.equal(write(conn, 1), 1);
    assert.equal(write(conn, 2), 1);
    assert.deepEqual(conn.streamed, [1]);
    assert.deepEqual(conn._handle.came, ['a', 'ab']);
    assert.ok(!Object.hasOwn(conn._handle, 'writeBuffer'));
  });

  it('always goes by the socket of a Node that makes requests', () => {
    const conn = new Connection(true);
    write(conn, 1);
    write(conn, 2);
    assert.deepEqual(conn.streamed, [1, 2]);
    assert.ok(!Object.hasOwn(conn._handle, 'writeBuffer'));
  });

  it('goes by the socket behind what that keeps, and before it has connected', () => {
    const conn = new Connection(false);
    write(conn, 1);
    conn.writableLength = 5;
    assert.equal(write(conn, 2), 0);
    conn.writableLength = 0;
    conn.connecting = true;
    write(conn, 3);
    assert.deepEqual(conn.streamed, [1, 2, 0, 3]);
  });

  it('has a write behind one that has yet to end, in a buffer of its own', () => {
    const conn = new Connection(false);
    write(conn, 1);
    const req = conn._handle.answer = {};
    assert.equal(write(conn, 3), 0);
    assert.equal(Buffer.from(req.buffer).toString(), 'abc');
    assert.deepEqual(conn.streamed, [1, 0]);
    req.oncomplete(0);
    assert.deepEqual(told, []);
    conn.done();
    assert.deepEqual(told, [['sent', PTR, 3]]);
    conn._handle.answer = 0;
    HEAPU8.set(Buffer.from('xyz'));
    write(conn, 3);
    assert.equal(Buffer.from(req.buffer).toString(), 'abc');
  });

  it('that fails says so, and ends the connection', () => {
    const conn = new Connection(false);
    write(conn, 1);
    conn._handle.answer = -104; // UV_ECONNRESET
    assert.equal(write(conn, 2), 1);
    assert.deepEqual(told, [['failed', PTR, ECONNRESET]]);
    assert.ok(conn.destroyed);
  });
});
