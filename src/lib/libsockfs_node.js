/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// The backend of sockets that is Node.js: TCP on node:net, UDP on node:dgram. Its other half is
// system/lib/host/socket_node.c; all state from which readiness follows is in the C socket.
//
// One record per socket, by a number that C keeps with its own, until that is closed:
//   conn    HandleStream or net.Socket   server  net.Server of a listener
//   bound   what a stream is bound by    held    accepted connections that C has no room for:
//   name    a listener's own address             {handle}, or a net.Socket
//   udp     dgram.Socket                 peer    whom udp is connected to
//
// Everything here runs on the runtime's main thread, from the event loop or from a call of C.
// What Node is given stays Node's until it says so: data is copied once each way, or (HandleStream's) lent.

addToLibrary({
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
  // Not a Map, see $emwakeStacks. There is no record 0.
  $nodeSocketRecords: '[null]',

  $NODESOCK__deps: ['$nodeSocketRecords', '$readAddress6', '$ERRNO_CODES', '$writeSockaddr',
    '$HandleStream', '$inetNtop4', '$inetNtop6', '$emwakeAtEnd',
    'emwake_datagram_commit', 'emwake_datagram_reserve', 'emwake_node_flush_socket',
    'emwake_node_record', 'emwake_node_sent', 'emwake_node_set_record',
    'emwake_socket_connected', 'emwake_socket_exit', 'emwake_socket_failed',
    'emwake_socket_finished',
    'emwake_socket_incoming', 'emwake_socket_options_apply', 'emwake_socket_queue',
    'emwake_socket_receive_commit', 'emwake_socket_receive_end', 'emwake_socket_receive_reserve',
    'emwake_socket_report_error', 'emwake_socket_sent', 'emwake_socket_set_local',
    'emwake_socket_set_peer', 'emwake_source_address'],
  $NODESOCK__postset: 'emwakeAtEnd.push(() => NODESOCK.closeAll());',
  $NODESOCK: {
    net: () => NODESOCK.netModule ??= process.getBuiltinModule('node:net'),
    dgram: () => NODESOCK.dgramModule ??= process.getBuiltinModule('node:dgram'),

    // The record of a socket of C, which is made when C first has use for it.
    record: (ptr) => NODESOCK.find(ptr) || NODESOCK.remember({ptr}),

    find: (ptr) => nodeSocketRecords[_emwake_node_record({{{ to64('ptr') }}})],

    unused: [], // numbers of records that were forgotten
    remember(rec) {
      rec.number = NODESOCK.unused.pop() ?? nodeSocketRecords.length;
      nodeSocketRecords[rec.number] = rec;
      _emwake_node_set_record({{{ to64('rec.ptr') }}}, rec.number);
      return rec;
    },

    forget(rec) {
      nodeSocketRecords[rec.number] = null;
      NODESOCK.unused.push(rec.number);
      _emwake_node_set_record({{{ to64('rec.ptr') }}}, 0);
      rec.ptr = 0;
    },

    // The program ends: as if it had closed every socket. Node goes on until all that was sent has
    // gone.
    closeAll() {
      NODESOCK.ended = true;
      nodeSocketRecords.forEach((rec) => rec && _emwake_socket_exit({{{ to64('rec.ptr') }}}));
    },

    // ---- Errors ----

    errno: (e) => NODESOCK.errnoOf(e.code),
    errnoOf: (code) => ERRNO_CODES[code] || {{{ cDefs.EIO }}},

    // Of what a call of a handle has answered with: a negative number of libuv's.
    codeOf: (err) => process.getBuiltinModule('node:util').getSystemErrorName(err),
    hostError: (call, err) => Object.assign(new Error(call), {code: NODESOCK.codeOf(err)}),

    // ---- Addresses ----

    // Puts an address of Node's where C reads it from.
    writeAddress(address, port) {
      var a = _emwake_source_address();
      {{{ from64('a') }}};
      var six = address.includes(':');
      if (six) address = address.replace(/%.*/, '');
      writeSockaddr(a, six ? {{{ cDefs.AF_INET6 }}} : {{{ cDefs.AF_INET }}}, address, port);
      NODESOCK.sourceAddress = null;
    },

    // The same for the source of a datagram, of which one peer may send many.
    writeSource(address, port) {
      if (address !== NODESOCK.sourceAddress) {
        NODESOCK.writeAddress(address, port);
        NODESOCK.sourceAddress = address;
      } else {
        var a = {{{ from64Expr('_emwake_source_address()') }}};
        HEAPU8[a + 2] = port >> 8;
        HEAPU8[a + 3] = port;
      }
    },

    // Whether it is a number, and not a name.
    isNumber(host) {
      if (host !== NODESOCK.lastNumber) {
        if (!NODESOCK.net().isIP(host)) return false;
        NODESOCK.lastNumber = host;
      }
      return true;
    },

    setLocal(rec, name) {
      if (!name.address) return;
      NODESOCK.writeAddress(name.address, name.port);
      _emwake_socket_set_local({{{ to64('rec.ptr') }}}, _emwake_source_address());
    },

    setPeer(rec, name) {
      if (!name.address) return;
      NODESOCK.writeAddress(name.address, name.port);
      _emwake_socket_set_peer({{{ to64('rec.ptr') }}}, _emwake_source_address());
    },

    // The addresses of a connection, which C keeps. A net.Socket that is asked keeps them as well.
    setNames(rec, {_handle: handle}, local = NODESOCK.nameOf(handle, 'getsockname')) {
      NODESOCK.setLocal(rec, local);
      NODESOCK.setPeer(rec, NODESOCK.nameOf(handle, 'getpeername'));
    },

    nameOf(handle, which) {
      var name = {};
      handle?.[which](name);
      return name;
    },

    // ---- Streams: receiving ----

    // Sockets share the buffer that Node reads into, for it calls back after each read. On Windows
    // libuv posts reads ahead, so that each needs a buffer of its own.
    bufferToRead() {
      // What fits into 64 KiB of C together with the header of a block (core/sock_buffer.h).
      var size = 65536 - 32;
      return process.platform === 'win32' ? new Uint8Array(size)
        : NODESOCK.readBuffer ??= new Uint8Array(size);
    },

    onread: (rec) => ({
      buffer: NODESOCK.bufferToRead(),
      callback: (length, buf) => NODESOCK.received(rec, length, buf),
    }),

    // Returns whether Node is to go on reading.
    received(rec, length, buf) {
      if (!rec.ptr) return true;
      var p = _emwake_socket_receive_reserve({{{ to64('rec.ptr') }}}, {{{ to64('length') }}});
      {{{ from64('p') }}};
      if (!p) {
        _emwake_socket_failed({{{ to64('rec.ptr') }}}, {{{ cDefs.ENOBUFS }}});
        rec.conn.destroy();
        return false;
      }
      // A few bytes are copied sooner than a copy is called for, and a page sooner than a view is made.
      if (length <= 128) {
        for (var i = 0; i < length; i++) HEAPU8[p + i] = buf[i];
      } else {
        if (NODESOCK.view?.length !== length || NODESOCK.view.buffer !== buf.buffer) {
          NODESOCK.view = new Uint8Array(buf.buffer, buf.byteOffset, length);
        }
        HEAPU8.set(NODESOCK.view, p);
      }
      var more = _emwake_socket_receive_commit({{{ to64('rec.ptr') }}}, {{{ to64('length') }}});
      return !!more;
    },

    // Streams share their listeners, which find the record by the connection that they are of.
    watch(rec, conn) {
      rec.conn = conn;
      conn.emwakeRecord = rec;
      conn.on('end', NODESOCK.onEnd);
      conn.on('error', NODESOCK.onError);
      conn.on('close', NODESOCK.onClose);
    },

    onEnd() {
      var rec = this.emwakeRecord;
      if (!rec.ptr) return;
      _emwake_socket_receive_end({{{ to64('rec.ptr') }}});
    },

    onError(e) {
      var rec = this.emwakeRecord;
      if (!rec.ptr || rec.conn !== this) return;
      _emwake_socket_failed({{{ to64('rec.ptr') }}}, NODESOCK.errno(e));
    },

    onClose() {
      var rec = this.emwakeRecord;
      if (!rec.ptr || rec.conn !== this) return;
      // An error has been told, and a thread may be connecting anew already.
      if (!this.errored) _emwake_socket_finished({{{ to64('rec.ptr') }}});
    },

    // ---- Streams: connecting ----

    // What a stream is bound by: {handle, name}. Throws on a conflict.
    bindStream({host, port}, flags) {
      var ipv6Only = !!(flags & 4);
      var BoundSocket = NODESOCK.net().BoundSocket;
      if (BoundSocket) {
        var handle = new BoundSocket({host, port, ipv6Only, reusePort: !!(flags & 2)});
        return {handle, name: handle.address()};
      }
      return NODESOCK.bindPrivately(host, port, flags);
    },

    // For a Node without net.BoundSocket.
    bindPrivately(host, port, flags) {
      var {TCP, constants} = process.binding('tcp_wrap');
      var handle = new TCP(constants.SOCKET);
      var name = {};
      var how = (flags & 2 ? constants.UV_TCP_REUSEPORT : 0) |
        (flags & 4 ? constants.UV_TCP_IPV6ONLY : 0);
      var err = host.includes(':') ? handle.bind6(host, port, how) : handle.bind(host, port, how);
      // A conflict shows only now.
      err ||= handle.getsockname(name);
      if (err) {
        handle.close();
        throw NODESOCK.hostError('bind', err);
      }
      return {handle, name};
    },

    connectStream(rec, to, limit) {
      var net = NODESOCK.net();
      var conn = new net.Socket({
        handle: rec.bound?.handle,
        manualStart: true,
        allowHalfOpen: true,
        onread: NODESOCK.onread(rec),
      });
      rec.bound = null;
      NODESOCK.watch(rec, conn);
      conn.once('connect', () => {
        if (!rec.ptr || rec.conn !== conn) return;
        if (HandleStream.usable()) HandleStream.takeOver(rec, conn);
        NODESOCK.setNames(rec, rec.conn);
        _emwake_socket_connected({{{ to64('rec.ptr') }}});
      });
      if (NODESOCK.isNumber(to.host)) {
        // Node connects in the next tick to a number, and at once to a name that is looked up at
        // once: then errors are there now, and so is the local address.
        var lookup = (host, options, callback) => callback(null, to.host, to.family);
        conn.connect({host: 'address', port: to.port, family: to.family, lookup});
      } else {
        conn.connect({host: to.host, port: to.port, family: to.family});
      }
      if (conn.destroyed) {
        rec.conn = null;
        return -NODESOCK.errno(conn.errored);
      }
      NODESOCK.setLocal(rec, conn.address());
      if (limit) NODESOCK.limitConnect(conn, limit);
      return 0;
    },

    limitConnect(conn, limit) {
      var timer = setTimeout(() => {
        conn.destroy(Object.assign(new Error('connect'), {code: 'ETIMEDOUT'}));
      }, limit);
      var stop = () => clearTimeout(timer);
      conn.once('connect', stop).once('close', stop);
    },

    // ---- Listeners ----

    listen(rec, backlog) {
      var net = NODESOCK.net();
      var server = new net.Server({pauseOnConnect: true, allowHalfOpen: true});
      rec.server = server;
      rec.held = [];
      var name = rec.bound.name;
      // That of all its connections, unless it is a wildcard.
      rec.name = /^(0\.0\.0\.0|::)$/.test(name.address) ? undefined : name;
      server.on('error', () => {});
      server.on('connection', (conn) => NODESOCK.arrived(rec, conn));
      server.listen(rec.bound.handle, Math.max(backlog, 1));
      rec.bound = null;
      if (!server.listening) {
        rec.server = null;
        return -{{{ cDefs.EADDRINUSE }}};
      }
      NODESOCK.takeHandles(rec, server._handle);
      return 0;
    },

    // The handles of connections are taken before node:net makes sockets of them: it takes `onread` only
    // for one that it makes from options.
    takeHandles(rec, listener) {
      if (!listener?.onconnection) return;
      listener.onconnection = (err, handle) => {
        if (!err) NODESOCK.arrived(rec, {handle});
      };
    },

    arrived(rec, conn) {
      rec.held.push(conn);
      NODESOCK.admit(rec);
    },

    // Gives C the connections that it has room for. The others stay as they are, paused.
    admit(rec) {
      while (rec.ptr && rec.held.length) {
        if (rec.held[0].destroyed) {
          rec.held.shift();
          continue;
        }
        var ptr = _emwake_socket_incoming({{{ to64('rec.ptr') }}});
        {{{ from64('ptr') }}};
        if (!ptr) return;
        NODESOCK.adopt(ptr, rec.held.shift(), rec.name);
        _emwake_socket_queue({{{ to64('rec.ptr') }}}, {{{ to64('ptr') }}});
      }
    },

    // accepted: {handle}, or a socket where Node gave no handle. local: its address, if known.
    adopt(ptr, accepted, local) {
      var rec = NODESOCK.record(ptr);
      var {handle} = accepted;
      if (handle && HandleStream.usable()) {
        HandleStream.open(rec, handle);
      } else if (handle) {
        NODESOCK.watch(rec, new (NODESOCK.net().Socket)({
          handle, allowHalfOpen: true, onread: NODESOCK.onread(rec),
        }));
      } else {
        NODESOCK.watch(rec, accepted);
        accepted.on('data', (buf) => {
          if (!NODESOCK.received(rec, buf.length, buf)) accepted.pause();
        });
        accepted.resume();
      }
      NODESOCK.setNames(rec, rec.conn, local);
      _emwake_socket_options_apply({{{ to64('ptr') }}});
    },

    // ---- Streams: sending and closing ----

    // The result is enum WRITE_* of socket_node.c.
    write(rec, ptr, length, capacity) {
      var {conn} = rec;
      if (!conn || conn.destroyed) return 1;
      if (conn instanceof HandleStream) return conn.write(ptr, length, capacity);
      var taken = NODESOCK.writeToSocket(rec, NODESOCK.copyOut(ptr, length));
      if (!taken) NODESOCK.writeView = null;
      return +taken;
    },

    // Returns whether Node has taken all; if not, the data is its own, and sent() follows.
    writeToSocket(rec, data) {
      var {conn} = rec;
      conn.write(data);
      if (conn.errored) {
        _emwake_socket_failed({{{ to64('rec.ptr') }}}, NODESOCK.errno(conn.errored));
        return true;
      }
      if (!conn.writableLength) return true;
      // Node says when it has gone by the callback of a write behind it.
      conn.write(NODESOCK.nothing ??= new Uint8Array(0), () => NODESOCK.sent(rec.ptr, data.length, 0, 0));
      return false;
    },

    // kept: what Node had of C's memory, or 0.
    sent(ptr, length, kept, capacity) {
      if (NODESOCK.ended) return;
      _emwake_node_sent({{{ to64('ptr') }}}, {{{ to64('length') }}}, {{{ to64('kept') }}},
                        {{{ to64('capacity') }}});
    },

    // A copy in a buffer that serves again unless Node keeps it.
    copyOut(ptr, length) {
      var view = NODESOCK.writeView;
      if (view?.length !== length) {
        var buffer = view && length <= view.buffer.byteLength ? view.buffer
          : new ArrayBuffer(Math.max(length, 65536));
        view = NODESOCK.writeView = new Uint8Array(buffer, 0, length);
      }
      // To make a view costs more than to copy a few bytes.
      if (length > 128) view.set(HEAPU8.subarray(ptr, ptr + length));
      else for (var i = 0; i < length; i++) view[i] = HEAPU8[ptr + i];
      return view;
    },

    closeStream(rec, reset) {
      var {conn} = rec;
      if (rec.server) {
        rec.server.close();
        for (var held of rec.held) {
          if (held.handle) held.handle.reset(() => {});
          else held.resetAndDestroy();
        }
      }
      if (!conn) {
        if (rec.bound) rec.bound.handle.close();
      } else if (reset && !conn.connecting) {
        conn.resetAndDestroy();
      } else if (reset || conn.connecting) {
        conn.destroy();
      } else {
        conn.resume();
        conn.destroySoon();
      }
    },

    // ---- Datagrams ----

    openDatagram(rec, family, flags) {
      var udp = NODESOCK.dgram().createSocket({
        type: family === 6 ? 'udp6' : 'udp4',
        reuseAddr: !!(flags & 1),
        reusePort: !!(flags & 2),
        ipv6Only: !!(flags & 4),
        lookup: NODESOCK.lookup,
      });
      udp.on('message', (data, {address, port}) => {
        NODESOCK.receivedDatagram(rec, data, address, port);
      });
      udp.on('error', (e) => {
        if (rec.udp === udp) NODESOCK.failedDatagram(rec, e);
      });
      rec.onsent = (e) => NODESOCK.sentDatagram(rec, e);
      rec.unsent = 0;
      return udp;
    },

    // Numbers are looked up at once, so that send() sends at once.
    lookup(host, family, callback) {
      if (NODESOCK.isNumber(host)) {
        callback(null, host, family);
      } else {
        process.getBuiltinModule('node:dns').lookup(host, family, callback);
      }
    },

    // Returns 0 or -errno. Port 0 becomes one that is bound by its number: the kernel gives up a
    // port of its own choice when the socket is disconnected, and then send() to another than the
    // peer would come from another port.
    bindDatagram(rec, {host, port, family}, flags) {
      for (var tries = 8;; tries--) {
        var udp = NODESOCK.openDatagram(rec, family, flags);
        try {
          var number = port || NODESOCK.freePort(host, family, flags);
          NODESOCK.setLocal(rec, NODESOCK.bindNow(udp, host, number));
          rec.udp = udp;
          return 0;
        } catch (e) {
          udp.close();
          if (port || e.code !== 'EADDRINUSE' || !tries) return -NODESOCK.errno(e);
        }
      }
    },

    freePort(host, family, flags) {
      var udp = NODESOCK.dgram().createSocket({
        type: family === 6 ? 'udp6' : 'udp4',
        ipv6Only: !!(flags & 4),
        lookup: NODESOCK.lookup,
      });
      try {
        return NODESOCK.bindNow(udp, host, 0).port;
      } finally {
        udp.close();
      }
    },

    // Returns the address or throws. A Node without bindSync() and connectSync() binds and connects
    // at once if the address is looked up at once, but reports errors in other ways.
    bindNow(udp, address, port) {
      if (udp.bindSync) return udp.bindSync({address, port});
      var error;
      var onerror = (e) => error = e;
      udp.prependOnceListener('error', onerror);
      udp.bind({address, port, exclusive: true});
      udp.off('error', onerror);
      if (error) throw error;
      return udp.address();
    },

    connectNow(udp, {host, port}) {
      if (udp.connectSync) return udp.connectSync(port, host);
      udp.connect(port, host, () => {});
      udp.remoteAddress();
    },

    // C has bound it.
    connectDatagram(rec, to) {
      if (rec.peer) {
        rec.udp.disconnect();
        rec.peer = null;
      }
      try {
        NODESOCK.connectNow(rec.udp, to);
      } catch (e) {
        return ERRNO_CODES[e.code] ? -ERRNO_CODES[e.code] : -{{{ cDefs.ENETUNREACH }}};
      }
      rec.peer = to;
      NODESOCK.setLocal(rec, rec.udp.address());
      return 0;
    },

    receivedDatagram(rec, data, address, port) {
      if (!rec.ptr) return;
      NODESOCK.writeSource(address, port);
      var p = _emwake_datagram_reserve({{{ to64('rec.ptr') }}}, {{{ to64('data.length') }}});
      {{{ from64('p') }}};
      if (!p) return;
      HEAPU8.set(data, p);
      _emwake_datagram_commit({{{ to64('rec.ptr') }}});
    },

    failedDatagram(rec, e) {
      if (!rec.ptr) return;
      _emwake_socket_report_error({{{ to64('rec.ptr') }}}, NODESOCK.errno(e));
    },

    // Returns 1 if the datagram has gone, 0 if Node keeps it, or -errno.
    sendDatagram(rec, to, ptr, length) {
      var {udp, peer} = rec;
      var data = NODESOCK.copyOut(ptr, length);
      // Node keeps it while it looks up a name; one that cannot say what it keeps may keep it too.
      if (!udp.getSendQueueSize || (to && !NODESOCK.isNumber(to.host))) NODESOCK.writeView = null;
      try {
        if (peer && to) {
          // Node sends from a connected socket to its peer alone.
          udp.disconnect();
          try {
            udp.send(data, to.port, to.host, rec.onsent);
          } finally {
            NODESOCK.connectNow(udp, peer);
          }
        } else if (peer) {
          udp.send(data, rec.onsent);
        } else {
          udp.send(data, to.port, to.host, rec.onsent);
        }
      } catch (e) {
        return -NODESOCK.errno(e);
      }
      if (!NODESOCK.sendQueue(udp)) return 1;
      NODESOCK.writeView = null;
      rec.unsent += length;
      return 0;
    },

    // Bytes that Node has not been able to send yet; one that cannot say is taken to have none.
    sendQueue: (udp) => udp.getSendQueueSize?.() ?? 0,

    sentDatagram(rec, e) {
      if (e && rec.udp) NODESOCK.failedDatagram(rec, e);
      if (rec.ptr && rec.udp && rec.unsent && !NODESOCK.sendQueue(rec.udp)) {
        _emwake_socket_sent({{{ to64('rec.ptr') }}}, {{{ to64('rec.unsent') }}});
        rec.unsent = 0;
      }
    },

    // ---- Options ----

    keepAlive(rec, level, name, value) {
      rec.keep ??= {};
      if (level === {{{ cDefs.SOL_SOCKET }}}) rec.keep.on = !!value;
      else rec.keep[name] = value;
      var {on, 4: idle, 5: interval, 6: count} = rec.keep;
      if (!rec.conn || on === undefined) return;
      rec.conn.setKeepAlive(on, (idle ?? 7200) * 1000, (interval ?? 75) * 1000, count ?? 9);
    },

    // The numbers are those of <sys/socket.h>, <netinet/tcp.h> and <netinet/in.h>.
    setStreamOption(rec, level, name, value) {
      if (level === {{{ cDefs.IPPROTO_TCP }}} && name === 1 /* TCP_NODELAY */) {
        rec.conn?.setNoDelay(!!value);
      } else if (level === {{{ cDefs.IPPROTO_IP }}} && name === 1 /* IP_TOS */) {
        rec.conn?.setTypeOfService?.(value);
      } else if (level === {{{ cDefs.IPPROTO_TCP }}} || name === 9 /* SO_KEEPALIVE */) {
        NODESOCK.keepAlive(rec, level, name, value);
      }
    },

    // SO_RCVBUF is not among them: it bounds the queue of C, and with a small one before that the
    // datagrams that are kept would not be the oldest.
    setDatagramOption(rec, level, name, value, ptr) {
      var {udp} = rec;
      switch (`${level}:${name}`) {
        case '1:6': return udp.setBroadcast(!!value); // SO_BROADCAST
        case '1:7': return udp.setSendBufferSize(value); // SO_SNDBUF
        case '0:2': // IP_TTL
        case '41:16': return value && udp.setTTL(value); // IPV6_UNICAST_HOPS
        case '0:33': // IP_MULTICAST_TTL
        case '41:18': return udp.setMulticastTTL(value); // IPV6_MULTICAST_HOPS
        case '0:34': // IP_MULTICAST_LOOP
        case '41:19': return udp.setMulticastLoopback(!!value); // IPV6_MULTICAST_LOOP
        case '0:32': return udp.setMulticastInterface(inetNtop4(value)); // IP_MULTICAST_IF
        case '0:35': // IP_ADD_MEMBERSHIP: struct ip_mreq
          return udp.addMembership(inetNtop4(value), NODESOCK.interfaceAt(ptr + 4));
        case '0:36': // IP_DROP_MEMBERSHIP
          return udp.dropMembership(inetNtop4(value), NODESOCK.interfaceAt(ptr + 4));
        case '0:39': // IP_ADD_SOURCE_MEMBERSHIP: struct ip_mreq_source
          return udp.addSourceSpecificMembership(NODESOCK.address4(ptr + 8), inetNtop4(value),
                                                 NODESOCK.interfaceAt(ptr + 4));
        case '0:40': // IP_DROP_SOURCE_MEMBERSHIP
          return udp.dropSourceSpecificMembership(NODESOCK.address4(ptr + 8), inetNtop4(value),
                                                  NODESOCK.interfaceAt(ptr + 4));
        case '41:20': // IPV6_ADD_MEMBERSHIP: struct ipv6_mreq
          return udp.addMembership(NODESOCK.address6(ptr));
        case '41:21': // IPV6_DROP_MEMBERSHIP
          return udp.dropMembership(NODESOCK.address6(ptr));
      }
    },

    address4: (ptr) => inetNtop4({{{ makeGetValue('ptr', 0, 'i32') }}}),
    address6: (ptr) => readAddress6(ptr),
    // INADDR_ANY leaves the choice of an interface to the system.
    interfaceAt(ptr) {
      var address = NODESOCK.address4(ptr);
      return address === '0.0.0.0' ? undefined : address;
    },
  },

  emwake_node_bind__deps: ['$NODESOCK', '$readSocketAddress'],
  emwake_node_bind__proxy: 'sync',
  emwake_node_bind__sig: 'ipipi',
  emwake_node_bind: (s, type, a, flags) => {
    var rec = NODESOCK.record(s);
    var to = readSocketAddress(a);
    if (type === {{{ cDefs.SOCK_DGRAM }}}) return NODESOCK.bindDatagram(rec, to, flags);
    try {
      rec.bound = NODESOCK.bindStream(to, flags);
    } catch (e) {
      return -NODESOCK.errno(e);
    }
    NODESOCK.setLocal(rec, rec.bound.name);
    return 0;
  },

  emwake_node_listen__deps: ['$NODESOCK', '$readSocketAddress'],
  emwake_node_listen__proxy: 'sync',
  emwake_node_listen__sig: 'ippii',
  emwake_node_listen: (s, a, flags, backlog) => {
    var rec = NODESOCK.record(s);
    try {
      rec.bound ??= NODESOCK.bindStream(readSocketAddress(a), flags);
    } catch (e) {
      return -NODESOCK.errno(e);
    }
    return NODESOCK.listen(rec, backlog);
  },

  emwake_node_connect__deps: ['$NODESOCK', '$readSocketAddress'],
  emwake_node_connect__proxy: 'sync',
  emwake_node_connect__sig: 'ipipi',
  emwake_node_connect: (s, type, a, limit) => {
    var rec = NODESOCK.record(s);
    var to = readSocketAddress(a);
    return type === {{{ cDefs.SOCK_DGRAM }}} ? NODESOCK.connectDatagram(rec, to)
      : NODESOCK.connectStream(rec, to, limit);
  },

  emwake_node_disconnect__deps: ['$NODESOCK'],
  emwake_node_disconnect__proxy: 'sync',
  emwake_node_disconnect__sig: 'vpi',
  emwake_node_disconnect: (s, keepPort) => {
    var rec = NODESOCK.record(s);
    if (!rec.udp) return;
    if (keepPort) {
      rec.udp.disconnect();
    } else {
      rec.udp.close();
      rec.udp = null;
    }
    rec.peer = null;
  },

  emwake_node_set_option__deps: ['$NODESOCK'],
  emwake_node_set_option__proxy: 'sync',
  emwake_node_set_option__sig: 'ipiipp',
  emwake_node_set_option: (s, level, name, value, length) => {
    var rec = NODESOCK.record(s);
    var number = {{{ makeGetValue('value', 0, 'i32') }}};
    try {
      if (rec.udp) NODESOCK.setDatagramOption(rec, level, name, number, value);
      else NODESOCK.setStreamOption(rec, level, name, number);
    } catch (e) {
      return -NODESOCK.errno(e);
    }
    return 0;
  },

  emwake_node_close__deps: ['$NODESOCK', 'emwake_node_flush_socket'],
  emwake_node_close__proxy: 'sync',
  emwake_node_close__sig: 'vpi',
  emwake_node_close: (s, reset) => {
    var rec = NODESOCK.find(s);
    if (!rec) return;
    _emwake_node_flush_socket({{{ to64('s') }}});
    NODESOCK.forget(rec);
    if (rec.udp) rec.udp.close();
    else NODESOCK.closeStream(rec, reset);
  },

  emwake_node_flush_soon__deps: ['$NODESOCK', '$emwakeAtRest', 'emwake_node_flush'],
  emwake_node_flush_soon__sig: 'v',
  emwake_node_flush_soon: () => emwakeAtRest(() => {
    if (!NODESOCK.ended) _emwake_node_flush();
  }),

  // Node runs immediates when it has called back for all events that it got from the system, and
  // microtasks after each.
  emwake_node_notify_soon__deps: ['$NODESOCK', '$emwakeMicrotask', 'emwake_node_notify'],
  emwake_node_notify_soon__sig: 'vi',
  emwake_node_notify_soon: (atOnce) => (atOnce ? emwakeMicrotask : setImmediate)(() => {
    if (!NODESOCK.ended) _emwake_node_notify();
  }),

  emwake_node_write__deps: ['$NODESOCK', '$nodeSocketRecords'],
  emwake_node_write__sig: 'iipppi',
  emwake_node_write: (record, data, length, capacity, end) => {
    var rec = nodeSocketRecords[record];
    if (!rec) return 1;
    var how = length ? NODESOCK.write(rec, data, length, capacity) : 1;
    if (end) rec.conn?.end();
    return how;
  },

  emwake_node_send__deps: ['$NODESOCK', '$nodeSocketRecords', '$readSocketAddress'],
  emwake_node_send__sig: 'iippp',
  emwake_node_send: (record, a, data, length) => {
    var rec = nodeSocketRecords[record];
    if (!rec?.udp) return 1;
    return NODESOCK.sendDatagram(rec, a ? readSocketAddress(a) : null, data, length);
  },

  emwake_node_resume__deps: ['$NODESOCK', '$nodeSocketRecords'],
  emwake_node_resume__sig: 'vi',
  emwake_node_resume: (record) => {
    var rec = nodeSocketRecords[record];
    if (rec?.held) NODESOCK.admit(rec);
    else rec?.conn?.resume();
  },
#endif
});
