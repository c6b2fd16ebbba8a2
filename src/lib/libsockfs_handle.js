/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// A TCP connection by Node's handle of it, without the net.Socket that Node puts around it: that is half a
// dozen objects, of which each read and each write looks at most.
//
// What is called here is what node:net calls itself (lib/net.js, lib/internal/stream_base_commons.js), and no public
// interface: process.binding() is deprecated (DEP0111). Where it is not to be had, or not as in Node 26,
// connections are net.Sockets.
//
// It has the methods of net.Socket that libsockfs_node.js calls, but tells of what happens by calling C at
// once, not by events.

addToLibrary({
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
  $HandleStream__deps: ['$NODESOCK', 'emwake_socket_failed', 'emwake_socket_finished',
                        'emwake_socket_receive_end'],
  $HandleStream: class {
    // What Node's streams of handles share: how a read has ended is in a table.
    static wrap;
    static state;
    static readAt;
    static writeErrorAt;

    static usable() {
      if (HandleStream.wrap === undefined) HandleStream.look();
      return HandleStream.wrap;
    }

    // kLastWriteErr is of those Nodes whose handles write without a request.
    static look() {
      HandleStream.wrap = null;
      try {
        var wrap = process.binding('stream_wrap');
      } catch {
        return; // node --permission
      }
      if (!wrap.streamBaseState || wrap.kLastWriteErr === undefined) return;
      HandleStream.wrap = wrap;
      HandleStream.state = wrap.streamBaseState;
      HandleStream.readAt = wrap.kReadBytesOrError;
      HandleStream.writeErrorAt = wrap.kLastWriteErr;
    }

    // Makes an open handle the connection of a record, and begins to read.
    static open(rec, handle) {
      rec.conn = new HandleStream(rec, handle);
      rec.conn.resume();
    }

    // The same for the handle of a net.Socket that has just connected.
    static takeOver(rec, socket) {
      var handle = socket._handle;
      socket._handle = null;
      HandleStream.open(rec, handle);
    }

    constructor(rec, handle) {
      this.rec = rec;
      this._handle = handle;
      this.buffer = NODESOCK.bufferToRead();
      this.reading = false;
      this.peerEnded = false; // its FIN has come
      this.ended = false;     // end() was called
      this.finished = false;  // our FIN has gone
      this.leaves = false;    // closes when that has
      this.destroyed = false;
      handle.emwakeStream = this;
      handle.onread = HandleStream.onread;
      handle.useUserBuffer(this.buffer);
    }

    // ---- Receiving ----

    // Of a handle.
    static onread() {
      var stream = this.emwakeStream;
      var n = HandleStream.state[HandleStream.readAt];
      if (n > 0) {
        if (!NODESOCK.received(stream.rec, n, stream.buffer)) stream.pause();
      } else if (n < 0) {
        stream.readEnded(n);
      }
    }

    readEnded(err) {
      if (err !== -4095 /* UV_EOF */) return this.fail(err);
      this.peerEnded = true;
      if (this.isCurrent()) _emwake_socket_receive_end({{{ to64('this.rec.ptr') }}});
      this.closeIfOver();
    }

    pause() {
      if (!this.reading || this.destroyed) return;
      this.reading = false;
      this._handle.readStop();
    }

    resume() {
      if (this.reading || this.peerEnded || this.destroyed) return;
      this.reading = true;
      var err = this._handle.readStart();
      if (err) this.fail(err);
    }

    // ---- Sending ----

    // The result is enum WRITE_* of socket_node.c. Where C's memory never moves, it is written from there.
    write(ptr, length, capacity) {
#if !ALLOW_MEMORY_GROWTH || SHARED_MEMORY
      var lent = length > 128; // less is copied sooner than a view is made
      var data = lent ? HEAPU8.subarray(ptr, ptr + length) : NODESOCK.copyOut(ptr, length);
#else
      var lent = false;
      var data = NODESOCK.copyOut(ptr, length);
#endif
      // 0, an error, or the request of a write that has yet to end.
      var req = this._handle.writeBuffer(null, data);
      if (req === 0) return 1;
      var err = typeof req == 'number' ? req : HandleStream.state[HandleStream.writeErrorAt];
      if (err) {
        this.fail(err);
        return 1;
      }
      if (!lent) NODESOCK.writeView = null;
      req.buffer = data;
      req.oncomplete = (status) => this.written(status, length, lent ? ptr : 0, capacity);
      // It may have ended within the call.
      var status = req.writeStatus ?? null;
      req.writeStatus = null;
      if (status !== null) req.oncomplete(status);
      return lent ? -1 : 0;
    }

    written(status, length, kept, capacity) {
      if (status < 0) this.fail(status);
      NODESOCK.sent(this.isCurrent() && !this.destroyed ? this.rec.ptr : 0, length, kept, capacity);
    }

    // Sends a FIN when all else has gone.
    end() {
      if (this.ended || this.destroyed) return;
      this.ended = true;
      var req = new HandleStream.wrap.ShutdownWrap();
      req.handle = this._handle;
      req.oncomplete = () => this.finish();
      // 1: done. An error is that of a connection which is over.
      if (this._handle.shutdown(req)) this.finish();
    }

    finish() {
      this.finished = true;
      this.closeIfOver();
    }

    // ---- The end ----

    // Whether C still takes this for the connection of a socket.
    isCurrent() {
      return this.rec.ptr && this.rec.conn === this;
    }

    closeIfOver() {
      if (this.destroyed || !this.finished || !(this.peerEnded || this.leaves)) return;
      this.destroy();
      if (this.isCurrent()) _emwake_socket_finished({{{ to64('this.rec.ptr') }}});
    }

    // err: a negative number of libuv's.
    fail(err) {
      if (this.destroyed) return;
      this.destroy();
      if (!this.isCurrent()) return;
      _emwake_socket_failed({{{ to64('this.rec.ptr') }}}, NODESOCK.errnoOf(NODESOCK.codeOf(err)));
    }

    destroy(how = 'close') {
      if (this.destroyed) return;
      this.destroyed = true;
      this._handle[how]();
    }

    destroySoon() {
      this.leaves = true;
      this.end();
      this.closeIfOver();
    }

    // libuv resets no connection whose FIN it is about to send.
    resetAndDestroy() {
      this.destroy(this.ended && !this.finished ? 'close' : 'reset');
    }

    // ---- Options ----

    setNoDelay(on) {
      this._handle.setNoDelay(on);
    }

    setKeepAlive(on, idle, interval, count) {
      this._handle.setKeepAlive(on, idle / 1000, interval / 1000, count);
    }

    setTypeOfService(value) {
      var err = this._handle.setTypeOfService?.(value);
      // Windows may refuse, and node:net passes over it.
      if (err && process.platform !== 'win32') throw NODESOCK.hostError('setTypeOfService', err);
    }
  },
#endif
});
