/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// A carrier of sockets (libsockfs_relay.js): a WebSocket for each connection, to websockify or to
// another program that has been compiled by Emscripten. It is set as in the stock library:
//
//   Module.websocket = {url: 'ws://', subprotocol: 'binary'}
//   -sWEBSOCKET_URL=..., -sWEBSOCKET_SUBPROTOCOL=...
//
//   url           a prefix ('ws://', 'wss://') leads to the host and port that the program connects to;
//                 any other leads there, wherever the program connects to
//   subprotocol   names with commas between them; null: none
//   listen        an interface of Node's host, such as '127.0.0.1' (not in the stock library, which
//                 takes any): listeners take WebSockets there too, by the npm package ws
//
// The bytes of a stream are messages of any size. Of datagrams each message is one; a socket that is
// bound begins with a message that says its port, as stock ones do.
//
// A link is one WebSocket:
//   socket, rec   rec: null once the program has closed it
//   opened        it may be sent to
//   waiting       of datagrams, what is to be sent once it is open
//   sockaddr      of datagrams, where they come from

addToLibrary({
#if EMWAKE_NET == 'websocket'
  $WEBSOCKET__deps: ['$RELAYSOCK', '$SOCKFS', '$ERRNO_CODES', '$writeSockaddr',
    'emwake_relay_accept', 'emwake_relay_local_port', 'emwake_socket_queue',
    'emwake_source_address'],
  $WEBSOCKET__postset: `(Module['websocket'] ??= {})['on'] = SOCKFS.on;`,
  $WEBSOCKET: {
    // Bytes in a WebSocket from which on it is given no more, and below which it is again.
    HIGH: 1 << 20, LOW: 1 << 18,
    DRAIN_CHECK_MS: 4,
    MESSAGE: 65536,
    MAX_LINKS: 256, // of one datagram socket
    PORT_MESSAGE: [255, 255, 255, 255, 112, 111, 114, 116], // "port" and two bytes

    config: () => Module['websocket'] ?? {},

    url({host, port}) {
      // The compiler takes // for a comment and has replaced it.
      var url = WEBSOCKET.config()['url'] || '{{{ WEBSOCKET_URL }}}'.replace('#', '//');
      if (url !== 'ws://' && url !== 'wss://') return url;
      return `${url}${host.includes(':') ? `[${host}]` : host}:${port}/`;
    },

    subprotocols() {
      var names = WEBSOCKET.config()['subprotocol'];
      if (names === null || names === 'null') return [];
      return (names || '{{{ WEBSOCKET_SUBPROTOCOL }}}').split(',').map((s) => s.trim()).filter((s) => s);
    },

    // ---- Links ----

    // A new link, or null if there can be none.
    dial(rec, to) {
      try {
        return WEBSOCKET.link(rec, new WebSocket(WEBSOCKET.url(to), WEBSOCKET.subprotocols()));
      } catch (e) {
        err(`emwake: WebSocket: ${e.message}`);
        return null;
      }
    },

    link(rec, socket) {
      var link = {rec, socket, opened: false, waiting: []};
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => WEBSOCKET.open(link);
      socket.onmessage = ({data}) => WEBSOCKET.message(link, WEBSOCKET.bytes(data));
      socket.onerror = () => {};
      socket.onclose = ({code}) => WEBSOCKET.closed(link, code);
      return link;
    },

    bytes: (data) =>
      typeof data == 'string' ? new TextEncoder().encode(data) : new Uint8Array(data),

    open(link) {
      link.opened = true;
      var {rec} = link;
      if (!link.datagram) return rec && RELAYSOCK.connected(rec);
      link.waiting.forEach((bytes) => link.socket.send(bytes));
      if (rec) RELAYSOCK.sent(rec, link.waitingBytes);
      link.waiting = [];
      if (!rec) link.socket.close();
    },

    message(link, bytes) {
      var {rec} = link;
      var first = !link.met;
      link.met = true;
      if (!rec) return;
      if (!link.datagram) return RELAYSOCK.received(rec, bytes);
      if (first && WEBSOCKET.isPort(bytes)) link.sockaddr.set(bytes.subarray(8), 2);
      else if (!rec.peerKey || rec.peerKey === link.key) {
        RELAYSOCK.receivedDatagram(rec, bytes, link.sockaddr);
      }
    },

    isPort: (bytes) => bytes.length === 10 && WEBSOCKET.PORT_MESSAGE.every((b, i) => bytes[i] === b),

    closed(link, code) {
      var {rec, opened} = link;
      link.opened = false;
      link.rec = null;
      clearTimeout(link.timer);
      if (!rec) return;
      // 1005: without a code.
      var inOrder = code === 1000 || code === 1001 || code === 1005;
      if (link.datagram) return WEBSOCKET.lost(link, rec, opened && inOrder);
      rec.link = null;
      if (!opened) RELAYSOCK.failed(rec, {{{ cDefs.ECONNREFUSED }}});
      else if (inOrder) RELAYSOCK.ended(rec);
      else RELAYSOCK.failed(rec, {{{ cDefs.ECONNRESET }}});
    },

    // Of datagrams: the next one makes a new link. A socket without a peer does not hear of it.
    lost(link, rec, inOrder) {
      rec.links.delete(link.key);
      if (link.waiting.length) RELAYSOCK.sent(rec, link.waitingBytes);
      if (!inOrder && rec.peerKey === link.key) {
        RELAYSOCK.reportError(rec, {{{ cDefs.ECONNREFUSED }}});
      }
    },

    // ---- Room ----

    // Nothing tells when a WebSocket has sent what it was given, so somebody has to look.
    isCongested(link) {
      if (link.timer) return true;
      if (link.socket.bufferedAmount < WEBSOCKET.HIGH) return false;
      link.timer = setTimeout(WEBSOCKET.checkDrain, WEBSOCKET.DRAIN_CHECK_MS, link);
      return true;
    },

    checkDrain(link) {
      if (link.socket.bufferedAmount > WEBSOCKET.LOW) {
        link.timer = setTimeout(WEBSOCKET.checkDrain, WEBSOCKET.DRAIN_CHECK_MS, link);
        return;
      }
      link.timer = 0;
      if (link.rec) RELAYSOCK.flush(link.rec);
    },

    // ---- What RELAYSOCK calls ----

    connect(rec, to) {
      if (rec.datagram) {
        WEBSOCKET.disconnect(rec);
        rec.peer = to;
        rec.peerKey = WEBSOCKET.key(to);
        return 0;
      }
      rec.link = WEBSOCKET.dial(rec, to);
      return rec.link ? 0 : -{{{ cDefs.EHOSTUNREACH }}};
    },

    disconnect(rec) {
      rec.peer = rec.peerKey = null;
    },

    hasRoom: ({link}) => !link || (link.opened && !WEBSOCKET.isCongested(link)),

    // C keeps what there is no room for; at close all of it comes.
    write(rec, bytes) {
      var {link} = rec;
      // The peer has closed the connection: tcp_reset() of a socket that has received the end.
      if (!link) return RELAYSOCK.failed(rec, {{{ cDefs.EPIPE }}});
      for (var at = 0; at < bytes.length; at += WEBSOCKET.MESSAGE) {
        link.socket.send(bytes.slice(at, at + WEBSOCKET.MESSAGE));
      }
      RELAYSOCK.sent(rec, bytes.length);
    },

    key: (to) => `${to.port} ${to.host}`,

    send(rec, to, bytes) {
      to ??= rec.peer;
      rec.links ??= new Map();
      var key = WEBSOCKET.key(to);
      var link = rec.links.get(key) ?? WEBSOCKET.newLink(rec, to, key);
      if (!link) return -{{{ cDefs.EHOSTUNREACH }}};
      if (link.opened) {
        link.socket.send(bytes.slice());
        return 1;
      }
      link.waiting.push(bytes.slice());
      link.waitingBytes += bytes.length;
      return 0;
    },

    newLink(rec, to, key) {
      if (rec.links.size >= WEBSOCKET.MAX_LINKS) {
        var [oldest] = rec.links.values();
        RELAYSOCK.sent(rec, oldest.waitingBytes);
        WEBSOCKET.release(oldest);
        rec.links.delete(oldest.key);
      }
      var link = WEBSOCKET.dial(rec, to);
      if (!link) return null;
      Object.assign(link, {datagram: true, key, sockaddr: to.sockaddr, waitingBytes: 0});
      var port = _emwake_relay_local_port({{{ to64('rec.ptr') }}});
      if (port) link.waiting.push(new Uint8Array([...WEBSOCKET.PORT_MESSAGE, port >> 8, port & 255]));
      rec.links.set(key, link);
      return link;
    },

    // The program has no use for it any more; what it has sent still goes.
    release(link) {
      link.rec = null;
      if (link.opened || !link.waiting.length) link.socket.close();
    },

    abort(rec, errno) {
      if (rec.link) WEBSOCKET.release(rec.link);
      rec.link = null;
      RELAYSOCK.failed(rec, errno);
    },

    close(rec) {
      rec.links?.forEach(WEBSOCKET.release);
      if (rec.link) WEBSOCKET.release(rec.link);
      rec.link = null;
      rec.server?.close();
      rec.held?.forEach((socket) => socket.terminate());
    },

    end() {},

    // ---- Listeners, on Node ----

    listen(rec, {port}, backlog) {
#if ENVIRONMENT_MAY_BE_NODE
      var host = WEBSOCKET.config()['listen'];
      if (!host || !ENVIRONMENT_IS_NODE) return 0;
      try {
        rec.server = new (WEBSOCKET.ws().WebSocketServer)({host, port, backlog: Math.max(backlog, 1)});
      } catch (e) {
        err(`emwake: WebSocket: ${e.message}`);
        return -{{{ cDefs.EOPNOTSUPP }}};
      }
      rec.held = [];
      rec.server.on('connection', (socket, {socket: {remoteAddress, remotePort}}) => {
        // What comes before somebody listens would be lost.
        socket.pause();
        rec.held.push(Object.assign(socket, {remoteAddress, remotePort}));
        WEBSOCKET.admit(rec);
      });
      rec.server.on('error', (e) => {
        RELAYSOCK.failed(rec, ERRNO_CODES[e.code] || {{{ cDefs.EIO }}});
      });
#endif
      return 0;
    },

#if ENVIRONMENT_MAY_BE_NODE
    // The npm package, from where the program is.
    ws() {
      var {createRequire} = process.getBuiltinModule('node:module');
      return createRequire(process.argv[1] || process.cwd() + '/')('ws');
    },

    // Gives C the connections that it has room for.
    admit(rec) {
      while (rec.ptr && rec.held.length) {
        var {remoteAddress, remotePort} = rec.held[0];
        var a = _emwake_source_address();
        {{{ from64('a') }}};
        var six = remoteAddress.includes(':');
        writeSockaddr(a, six ? {{{ cDefs.AF_INET6 }}} : {{{ cDefs.AF_INET }}}, remoteAddress, remotePort);
        var ptr = _emwake_relay_accept({{{ to64('rec.ptr') }}});
        {{{ from64('ptr') }}};
        if (!ptr) return;
        var socket = rec.held.shift();
        var accepted = RELAYSOCK.record(ptr, false);
        accepted.link = WEBSOCKET.link(accepted, socket);
        accepted.link.opened = true;
        _emwake_socket_queue({{{ to64('rec.ptr') }}}, {{{ to64('ptr') }}});
        // It may have been closed while it was held.
        if (socket.readyState > 1) WEBSOCKET.closed(accepted.link, 1006);
        else socket.resume();
      }
    },
#endif
  },
#endif
});
