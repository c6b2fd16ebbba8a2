/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * How libsockfs_node.js writes to a net.Socket, which is faked here.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import {BUILDS, ROOT, instantiate} from './harness/library.mjs';

const LIBRARY = path.join(ROOT, 'src/lib/libsockfs_node.js');
const JSPI = BUILDS.find(({ASYNCIFY, PTHREADS, MEMORY64, EMWAKE_NET}) =>
  ASYNCIFY === 2 && !PTHREADS && !MEMORY64 && EMWAKE_NET === 'auto');
const [ECONNRESET, PTR] = [15, 1000];

// A net.Socket that takes all, or keeps it all.
class Connection {
  writableLength = 0;
  came = [];
  constructor(keeps = false) {
    this.keeps = keeps;
  }
  write(data, done) {
    this.came.push(data);
    this.done = done;
    if (this.keeps) this.writableLength += data.length;
  }
}

describe('the write to a net.Socket', function() {
  this.timeout(20000);
  const HEAPU8 = new Uint8Array(64);
  let sock, told;

  beforeEach(() => {
    told = [];
    HEAPU8.set(Buffer.from('abcdef'));
    sock = instantiate(LIBRARY, JSPI, ['$NODESOCK'], {
      HEAPU8,
      ERRNO_CODES: {ECONNRESET},
      HandleStream: class {},
      _emwake_socket_failed: (ptr, errno) => told.push(['failed', ptr, errno]),
      _emwake_node_sent: (...what) => told.push(['sent', ...what]),
    }).NODESOCK;
  });
  const text = (data) => Buffer.from(data).toString();

  it('that takes it all leaves the buffer to the next', () => {
    const conn = new Connection();
    assert.equal(sock.write({ptr: PTR, conn}, 0, 3), 1);
    assert.equal(text(conn.came[0]), 'abc');
    assert.equal(sock.write({ptr: PTR, conn}, 3, 3), 1);
    assert.equal(conn.came[0].buffer, conn.came[1].buffer);
    assert.deepEqual(told, []);
  });

  it('that keeps it has another behind, whose end tells of it, and keeps the buffer', () => {
    const conn = new Connection(true);
    assert.equal(sock.write({ptr: PTR, conn}, 0, 3), 0);
    assert.deepEqual(conn.came.map(text), ['abc', '']);
    sock.write({ptr: PTR, conn: new Connection()}, 3, 3);
    assert.equal(text(conn.came[0]), 'abc');
    assert.deepEqual(told, []);
    conn.done();
    assert.deepEqual(told, [['sent', PTR, 3, 0, 0]]);
  });

  it('that is kept for a socket which C has closed is nobody\'s', () => {
    const rec = {ptr: PTR, conn: new Connection(true)};
    sock.write(rec, 0, 3);
    rec.ptr = 0;
    rec.conn.done();
    assert.deepEqual(told, [['sent', 0, 3, 0, 0]]);
  });

  it('that is kept when the program ends tells nobody', () => {
    const rec = {ptr: PTR, conn: new Connection(true)};
    sock.write(rec, 0, 3);
    sock.ended = true;
    rec.conn.done();
    assert.deepEqual(told, []);
  });

  it('that fails says so', () => {
    const conn = new Connection();
    conn.write = () => conn.errored = {code: 'ECONNRESET'};
    assert.equal(sock.write({ptr: PTR, conn}, 0, 3), 1);
    assert.deepEqual(told, [['failed', PTR, ECONNRESET]]);
  });

  it('that is over is nothing', () => {
    const conn = new Connection();
    conn.destroyed = true;
    assert.equal(sock.write({ptr: PTR, conn}, 0, 3), 1);
    assert.equal(sock.write({ptr: PTR}, 0, 3), 1);
    assert.deepEqual(conn.came, []);
  });
});
