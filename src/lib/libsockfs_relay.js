/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Sockets that leave the program through WebSockets, in browsers and on Node: what is between the C
// sockets (system/lib/host/socket_relay.c) and a carrier, which speaks a protocol:
//
//   libsockfs_wisp.js        one WebSocket to a relay for all of them
//   libsockfs_websocket.js   one for each connection
//
// One record per socket, by the address of the C socket, until that is closed:
//   ptr        the C socket; 0 once it is closed
//   datagram   whether it is one of datagrams
//   queue      Uint8Arrays of a stream that C has no room for, queued bytes in all
//   atEnd      called when the queue has been taken, if the peer has ended
//   stalled    C has no room
//   hasEnded   the program has ended its direction    isOver  the peer has, and the program knows
//   held       of a listener: connections that C has no room for
// and what the carrier keeps there.
//
// A carrier has the functions
//   listen(rec, at, backlog)  0 or -errno
//   connect(rec, to)          0 or -errno; ends with connected(), ended() or failed()
//   disconnect(rec)           of datagrams
//   hasRoom(rec)              whether the stream may be given bytes now; if not, the carrier calls
//                             flush() when it may
//   write(rec, bytes)         bytes are C's, and are copied; ends with sent()
//   send(rec, to, bytes)      1: gone, 0: kept until sent(), or -errno; without `to` to the peer
//   close(rec, reset)         what was sent still goes, unless reset
//   abort(rec, errno)         the socket cannot go on
//   end()                     the program has ended; all records have been closed
// where `to` is {family: 4 or 6, host, port, sockaddr}.
//
// Module.emwake.receiveLimit is how many bytes of a stream may wait for the program (64 MiB); then the
// connection is given up, and the socket has ENOBUFS.
//
// Everything here runs on the runtime's main thread, from the event loop or from a call of C.

addToLibrary({
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'wisp' || EMWAKE_NET == 'websocket'
  $relaySocketRecords: 'new Map()',

#if EMWAKE_NET == 'websocket'
  $relayCarrier__deps: ['$WEBSOCKET'],
  $relayCarrier: () => WEBSOCKET,
#else
  $relayCarrier__deps: ['$WISP'],
  $relayCarrier: () => WISP,
#endif

  $RELAYSOCK__deps: ['$emwakeOptions', '$relayCarrier', '$relaySocketRecords', '$readSocketAddress',
    '$emwakeAtEnd', 'emwake_datagram_commit', 'emwake_datagram_reserve',
    'emwake_relay_flush_socket', 'emwake_socket_connected',
    'emwake_socket_exit', 'emwake_socket_failed', 'emwake_socket_finished',
    'emwake_socket_receive_commit', 'emwake_socket_receive_end', 'emwake_socket_receive_reserve',
    'emwake_socket_report_error', 'emwake_socket_sent', 'emwake_source_address'],
  $RELAYSOCK__postset: 'emwakeAtEnd.push(() => RELAYSOCK.closeAll());',
  $RELAYSOCK: {
    RECEIVE_LIMIT: 1 << 26,
    // Of all that a stream may be given at once, and of a datagram.
    MAX_PIECE: 65536 - 32,
    MAX_DATAGRAM: 65535,

    record(ptr, datagram) {
      var rec = relaySocketRecords.get(ptr);
      if (!rec) {
        rec = {ptr, datagram, queue: [], queued: 0, atEnd: null, stalled: false};
        relaySocketRecords.set(ptr, rec);
      }
      return rec;
    },

    close(rec, reset) {
      if (!reset && !rec.datagram) _emwake_relay_flush_socket({{{ to64('rec.ptr') }}});
      relayCarrier().close(rec, reset);
      relaySocketRecords.delete(rec.ptr);
      rec.ptr = rec.queued = 0;
      rec.queue = [];
      rec.atEnd = null;
    },

    // The program ends: as if it had closed every socket. What was sent still goes.
    closeAll() {
      if (RELAYSOCK.closed) return;
      RELAYSOCK.closed = true;
      relaySocketRecords.forEach((rec, ptr) => _emwake_socket_exit({{{ to64('ptr') }}}));
      relayCarrier().end();
    },

    readAddress(a) {
      var to = readSocketAddress(a);
      to.host = to.host.replace(/^::ffff:(?=\d+\.)/, '');
      to.sockaddr = HEAPU8.slice(a, a + {{{ C_STRUCTS.sockaddr_in6.__size__ }}});
      return to;
    },

    // ---- For carriers: streams ----

    connected(rec) {
      if (!rec.ptr) return;
      _emwake_socket_connected({{{ to64('rec.ptr') }}});
    },

    // Bytes from the peer, which may be any number. No WebSocket can be told to wait, nor the peer
    // behind it: one that sends far more than the program takes is cut off.
    received(rec, bytes) {
      if (!rec.ptr || !bytes.length) return;
      if (rec.stalled) {
        rec.queue.push(bytes);
        rec.queued += bytes.length;
      } else {
        RELAYSOCK.deliver(rec, bytes);
      }
      if (rec.queued > (emwakeOptions()['receiveLimit'] ?? RELAYSOCK.RECEIVE_LIMIT)) {
        relayCarrier().abort(rec, {{{ cDefs.ENOBUFS }}});
      }
    },

    // Gives C what it takes of the bytes, and keeps the rest.
    deliver(rec, bytes) {
      var offset = 0;
      while (offset < bytes.length && rec.ptr && !rec.stalled) {
        var n = Math.min(bytes.length - offset, RELAYSOCK.MAX_PIECE);
        var p = _emwake_socket_receive_reserve({{{ to64('rec.ptr') }}}, {{{ to64('n') }}});
        {{{ from64('p') }}};
        if (!p) return relayCarrier().abort(rec, {{{ cDefs.ENOBUFS }}});
        HEAPU8.set(bytes.subarray(offset, offset + n), p);
        offset += n;
        rec.stalled = !_emwake_socket_receive_commit({{{ to64('rec.ptr') }}}, {{{ to64('n') }}});
      }
      if (rec.ptr && offset < bytes.length) {
        rec.queue.unshift(bytes.subarray(offset));
        rec.queued += bytes.length - offset;
      }
    },

    resume(rec) {
      rec.stalled = false;
      while (rec.queue.length && rec.ptr && !rec.stalled) {
        var bytes = rec.queue.shift();
        rec.queued -= bytes.length;
        RELAYSOCK.deliver(rec, bytes);
      }
      if (!rec.queue.length) {
        rec.atEnd?.();
        rec.atEnd = null;
      }
    },

    // The peer has closed the connection: the program hears of it behind the last byte. What it sends
    // from then on is answered with a reset, by write().
    ended(rec) {
      rec.atEnd = () => {
        if (!rec.ptr) return;
        _emwake_socket_receive_end({{{ to64('rec.ptr') }}});
        if (rec.hasEnded) _emwake_socket_finished({{{ to64('rec.ptr') }}});
        rec.isOver = true;
      };
      if (rec.queue.length) return;
      rec.atEnd();
      rec.atEnd = null;
    },

    // The program has ended its direction, or both. No carrier has a word for the end of one: then it
    // goes at close.
    shutdown(rec, both) {
      rec.hasEnded = true;
      if (both) relayCarrier().close(rec, false);
      if (both || rec.isOver) _emwake_socket_finished({{{ to64('rec.ptr') }}});
    },

    // What waits for the program is lost, as in a TCP connection that is reset.
    failed(rec, errno) {
      if (!rec.ptr) return;
      rec.queue = [];
      rec.queued = 0;
      rec.atEnd = null;
      _emwake_socket_failed({{{ to64('rec.ptr') }}}, errno);
    },

    sent(rec, bytes) {
      if (rec.ptr && bytes) _emwake_socket_sent({{{ to64('rec.ptr') }}}, {{{ to64('bytes') }}});
    },

    flush(rec) {
      if (rec.ptr) _emwake_relay_flush_socket({{{ to64('rec.ptr') }}});
    },

    // ---- For carriers: datagrams ----

    // source: bytes of a sockaddr.
    receivedDatagram(rec, bytes, source) {
      if (!rec.ptr || bytes.length > RELAYSOCK.MAX_DATAGRAM) return;
      var a = _emwake_source_address();
      {{{ from64('a') }}};
      HEAPU8.set(source, a);
      var p = _emwake_datagram_reserve({{{ to64('rec.ptr') }}}, {{{ to64('bytes.length') }}});
      {{{ from64('p') }}};
      if (!p) return;
      HEAPU8.set(bytes, p);
      _emwake_datagram_commit({{{ to64('rec.ptr') }}});
    },

    reportError(rec, errno) {
      if (!rec.ptr) return;
      _emwake_socket_report_error({{{ to64('rec.ptr') }}}, errno);
    },
  },

  emwake_relay_listen__deps: ['$RELAYSOCK', '$readSocketAddress', '$relayCarrier'],
  emwake_relay_listen__proxy: 'sync',
  emwake_relay_listen__sig: 'ippi',
  emwake_relay_listen: (s, a, backlog) =>
    relayCarrier().listen(RELAYSOCK.record(s, false), readSocketAddress(a), backlog),

  emwake_relay_connect__deps: ['$RELAYSOCK', '$relayCarrier'],
  emwake_relay_connect__proxy: 'sync',
  emwake_relay_connect__sig: 'ipip',
  emwake_relay_connect: (s, type, a) => {
    var rec = RELAYSOCK.record(s, type === {{{ cDefs.SOCK_DGRAM }}});
    return relayCarrier().connect(rec, RELAYSOCK.readAddress(a));
  },

  emwake_relay_disconnect__deps: ['$RELAYSOCK', '$relayCarrier'],
  emwake_relay_disconnect__proxy: 'sync',
  emwake_relay_disconnect__sig: 'vp',
  emwake_relay_disconnect: (s) => relayCarrier().disconnect(RELAYSOCK.record(s, true)),

  emwake_relay_close__deps: ['$RELAYSOCK', '$relaySocketRecords'],
  emwake_relay_close__proxy: 'sync',
  emwake_relay_close__sig: 'vpi',
  emwake_relay_close: (s, reset) => {
    var rec = relaySocketRecords.get(s);
    if (rec) RELAYSOCK.close(rec, reset);
  },

  emwake_relay_flush_soon__deps: ['$RELAYSOCK', '$emwakeAtRest', 'emwake_relay_flush'],
  emwake_relay_flush_soon__sig: 'v',
  emwake_relay_flush_soon: () => emwakeAtRest(() => {
    if (!RELAYSOCK.closed) _emwake_relay_flush();
  }),

  emwake_relay_has_room__deps: ['$RELAYSOCK', '$relayCarrier', '$relaySocketRecords'],
  emwake_relay_has_room__sig: 'ip',
  emwake_relay_has_room: (s) => {
    var rec = relaySocketRecords.get(s);
    return rec ? relayCarrier().hasRoom(rec) : 1;
  },

  emwake_relay_write__deps: ['$RELAYSOCK', '$relayCarrier', '$relaySocketRecords'],
  emwake_relay_write__sig: 'vpppi',
  emwake_relay_write: (s, data, length, end) => {
    var rec = relaySocketRecords.get(s);
    if (!rec) return;
    if (length) relayCarrier().write(rec, HEAPU8.subarray(data, data + length));
    if (end) RELAYSOCK.shutdown(rec, end === 3);
  },

  emwake_relay_send__deps: ['$RELAYSOCK', '$relayCarrier'],
  emwake_relay_send__sig: 'ipppp',
  emwake_relay_send: (s, a, data, length) => {
    var rec = RELAYSOCK.record(s, true);
    var to = a ? RELAYSOCK.readAddress(a) : null;
    return relayCarrier().send(rec, to, HEAPU8.subarray(data, data + length));
  },

  emwake_relay_resume__deps: ['$RELAYSOCK', '$relayCarrier', '$relaySocketRecords'],
  emwake_relay_resume__sig: 'vp',
  emwake_relay_resume: (s) => {
    var rec = relaySocketRecords.get(s);
    if (rec?.held) relayCarrier().admit(rec);
    else if (rec) RELAYSOCK.resume(rec);
  },
#endif
});
