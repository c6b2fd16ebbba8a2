/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * HandleStream of libsockfs_handle.js over a fake of Node's handle: what C is told, in which order, and what
 * becomes of the handle.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import {BUILDS, ROOT, instantiate} from './harness/library.mjs';

const LIBRARY = path.join(ROOT, 'src/lib/libsockfs_handle.js');
const JSPI = BUILDS.find(({ASYNCIFY, PTHREADS, MEMORY64, EMWAKE_NET}) =>
  ASYNCIFY === 2 && !PTHREADS && !MEMORY64 && EMWAKE_NET === 'auto');
const PTR = 1000;
const [UV_EOF, UV_ECONNRESET, UV_ENOTCONN] = [-4095, -104, -107];
const [READ, WRITE_ERROR] = [0, 1];

// The stream_wrap of Node 26.
const stateOfWrap = [];
const WRAP = {
  ShutdownWrap: class {},
  streamBaseState: stateOfWrap,
  kReadBytesOrError: READ,
  kLastWriteErr: WRITE_ERROR,
};

// Notes what it is told, and answers as the test says.
class Handle {
  calls = [];
  answers = {};
  did(call) {
    this.calls.push(call);
    return this.answers[call] ?? 0;
  }
  useUserBuffer() {}
  readStart() {
    return this.did('readStart');
  }
  readStop() {
    return this.did('readStop');
  }
  writeBuffer(req, data) {
    assert.equal(req, null);
    this.data = data;
    return this.did('write');
  }
  shutdown(req) {
    this.req = req;
    return this.did('shutdown');
  }
  close() {
    this.did('close');
  }
  reset() {
    this.did('reset');
  }
  // A read has ended so.
  reads(result) {
    stateOfWrap[READ] = result;
    this.onread();
  }
}

describe('HandleStream', function() {
  this.timeout(20000);
  const HEAPU8 = Buffer.alloc(1024);
  let library, told, takesMore, rec, handle;

  function load(binding, build = JSPI) {
    told = [];
    takesMore = true;
    const tell = (what) => (ptr, ...more) => {
      assert.equal(ptr, PTR);
      told.push([what, ...more]);
    };
    return instantiate(LIBRARY, build, ['$HandleStream'], {
      HEAPU8,
      process: {binding, platform: 'linux'},
      NODESOCK: {
        bufferToRead: () => Buffer.alloc(16),
        received(of, length) {
          told.push(['received', length]);
          return takesMore;
        },
        copyOut: (ptr, length) => Buffer.from(HEAPU8.subarray(ptr, ptr + length)),
        sent: (ptr, ...more) => told.push(['sent', ptr, ...more]),
        codeOf: (err) => err,
        errnoOf: (code) => -code,
      },
      _emwake_socket_failed: tell('failed'),
      _emwake_socket_finished: tell('finished'),
      _emwake_socket_receive_end: tell('end'),
    }).HandleStream;
  }

  beforeEach(() => {
    library = load(() => WRAP);
    assert.ok(library.usable());
    handle = new Handle();
    rec = {ptr: PTR};
    library.open(rec, handle);
    handle.calls.length = 0;
    stateOfWrap[WRITE_ERROR] = 0;
    HEAPU8.write('abc', 8);
  });

  // 3 bytes at 8, of a buffer of 16.
  const write = () => rec.conn.write(8, 3, 16);

  it('is not usable where Node refuses its inside, or has another', () => {
    assert.ok(!load(() => {
      throw new Error('ERR_ACCESS_DENIED');
    }).usable());
    assert.ok(!load(undefined).usable());
    assert.ok(!load(() => ({})).usable());
    assert.ok(!load(() => ({...WRAP, kLastWriteErr: undefined})).usable());
  });

  it('takes the handle of a socket, and reads at once', () => {
    const socket = {_handle: new Handle()};
    const {_handle: taken} = socket;
    library.takeOver(rec, socket);
    assert.equal(socket._handle, null);
    assert.equal(rec.conn._handle, taken);
    assert.deepEqual(taken.calls, ['readStart']);
  });

  it('stops reading when C has no room, and goes on when asked', () => {
    handle.reads(3);
    takesMore = false;
    handle.reads(4);
    assert.deepEqual(told, [['received', 3], ['received', 4]]);
    rec.conn.resume();
    rec.conn.resume();
    assert.deepEqual(handle.calls, ['readStop', 'readStart']);
  });

  it('passes over a read of nothing', () => {
    handle.reads(0);
    assert.deepEqual([told, handle.calls], [[], []]);
  });

  it('that cannot read fails', () => {
    const broken = new Handle();
    broken.answers.readStart = UV_ENOTCONN;
    library.open(rec, broken);
    assert.deepEqual(told, [['failed', -UV_ENOTCONN]]);
    assert.deepEqual(broken.calls, ['readStart', 'close']);
  });

  it('is finished when both directions have ended, whichever is first', () => {
    handle.reads(UV_EOF);
    rec.conn.end();
    assert.deepEqual(told, [['end']]);
    handle.req.oncomplete(0);
    assert.deepEqual(told, [['end'], ['finished']]);
    assert.deepEqual(handle.calls, ['shutdown', 'close']);

    const other = new Handle();
    told = [];
    other.answers.shutdown = 1; // done at once
    library.open(rec, other);
    rec.conn.end();
    rec.conn.end();
    other.reads(UV_EOF);
    assert.deepEqual(told, [['end'], ['finished']]);
    assert.deepEqual(other.calls, ['readStart', 'shutdown', 'close']);
  });

  it('fails once, by the error of a read', () => {
    handle.reads(UV_ECONNRESET);
    handle.reads(UV_ECONNRESET);
    assert.deepEqual(told, [['failed', -UV_ECONNRESET]]);
    assert.deepEqual(handle.calls, ['close']);
  });

  it('writes what the system takes at once', () => {
    assert.equal(write(), 1);
    assert.equal(handle.data.toString(), 'abc');
    assert.deepEqual(told, []);
  });

  it('holds what Node keeps until that has gone', () => {
    const req = handle.answers.write = {};
    assert.equal(write(), 0);
    HEAPU8.write('xyz', 8);
    assert.equal(req.buffer.toString(), 'abc');
    assert.deepEqual(told, []);
    req.oncomplete(0);
    assert.deepEqual(told, [['sent', PTR, 3, 0, 16]]);
  });

  it('lends Node much of memory that never moves, and gives it back', () => {
    const req = handle.answers.write = {};
    assert.equal(rec.conn.write(8, 200, 256), -1);
    HEAPU8.write('xyz', 8);
    assert.equal(req.buffer.toString('latin1', 0, 3), 'xyz');
    req.oncomplete(0);
    assert.deepEqual(told, [['sent', PTR, 200, 8, 256]]);
    handle.answers.write = 0;
    assert.equal(rec.conn.write(8, 200, 256), 1);
  });

  it('gives back what it has lent when the connection is over', () => {
    const req = handle.answers.write = {};
    rec.conn.write(8, 200, 256);
    rec.conn.destroy();
    req.oncomplete(-125 /* UV_ECANCELED */);
    assert.deepEqual(told, [['sent', 0, 200, 8, 256]]);
  });

  it('copies from memory that may move', () => {
    library = load(() => WRAP, {...JSPI, ALLOW_MEMORY_GROWTH: 1});
    library.usable();
    library.open(rec, handle);
    const req = handle.answers.write = {};
    assert.equal(rec.conn.write(8, 200, 256), 0);
    HEAPU8.write('xyz', 8);
    assert.equal(req.buffer.toString('latin1', 0, 3), 'abc');
    req.oncomplete(0);
    assert.deepEqual(told, [['sent', PTR, 200, 0, 256]]);
  });

  it('tells of a write that has ended within the call', () => {
    handle.answers.write = {writeStatus: 0};
    assert.equal(write(), 0);
    assert.deepEqual(told, [['sent', PTR, 3, 0, 16]]);
  });

  it('fails by the error of a write, at once or later', () => {
    handle.answers.write = UV_ECONNRESET;
    assert.equal(write(), 1);
    assert.deepEqual(told, [['failed', -UV_ECONNRESET]]);

    const inCall = new Handle();
    told = [];
    library.open(rec, inCall);
    inCall.answers.write = {};
    stateOfWrap[WRITE_ERROR] = UV_ECONNRESET;
    assert.equal(write(), 1);
    assert.deepEqual(told, [['failed', -UV_ECONNRESET]]);

    const later = new Handle();
    told = [];
    library.open(rec, later);
    stateOfWrap[WRITE_ERROR] = 0;
    const req = later.answers.write = {};
    assert.equal(write(), 0);
    req.oncomplete(UV_ECONNRESET);
    assert.deepEqual(told, [['failed', -UV_ECONNRESET], ['sent', 0, 3, 0, 16]]);
    assert.deepEqual(later.calls, ['readStart', 'write', 'close']);
  });

  it('that C has closed leaves when its FIN has gone, and tells nobody', () => {
    rec.ptr = 0;
    rec.conn.destroySoon();
    assert.deepEqual(handle.calls, ['shutdown']);
    handle.req.oncomplete(0);
    handle.reads(UV_EOF);
    assert.deepEqual(handle.calls, ['shutdown', 'close']);
    assert.deepEqual(told, []);
  });

  it('that is no longer the connection of its socket tells nobody', () => {
    const old = handle;
    library.open(rec, new Handle());
    old.reads(UV_ECONNRESET);
    assert.deepEqual(old.calls, ['close']);
    assert.deepEqual(told, []);
  });

  it('resets, or closes if libuv is about to send a FIN', () => {
    rec.conn.resetAndDestroy();
    rec.conn.resetAndDestroy();
    assert.deepEqual(handle.calls, ['reset']);

    const other = new Handle();
    library.open(rec, other);
    rec.conn.end();
    rec.conn.resetAndDestroy();
    other.req.oncomplete(-125);
    assert.deepEqual(other.calls, ['readStart', 'shutdown', 'close']);
  });
});
