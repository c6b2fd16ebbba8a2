/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// A carrier of sockets (libsockfs_relay.js): streams and datagrams multiplexed over one WebSocket to
// a relay that speaks Wisp (https://github.com/MercuryWorkshop/wisp-protocol), version 1 or 2. The
// relay makes the real connections, and resolves names.
//
//   Module.emwake = {relay: 'wss://relay.example/'}
//   Module.emwake = {relay: {url, protocols, confirm, timeout}}
//
//   protocols     for the WebSocket (the default: 'wisp-v2', and none if the relay refuses that)
//   confirm       ms for which a connect waits for the relay to say that it has failed. The protocol
//                 has no word for success: 0, the default, is success at once, as with
//                 TCP_FASTOPEN_CONNECT, and a failure is that of the first read or write
//   timeout       ms for which a connect waits for the relay itself (30,000); then it is ENETDOWN
//
// A packet is a message: type (1 byte), number of the stream (4, little-endian), payload. A relay
// that breaks the protocol is dropped, which is as if it had died: its streams are reset, and what
// connects from then on dials again, with growing pauses.
//
// A flow is what the protocol calls a stream: a TCP connection, or a socket's datagrams to and from
// one address.
//   id, rec       rec: null once the program has closed it and only what it sent is still to go
//   to            whom it leads to       datagram   whether it is one of datagrams
//   opened        the relay has been told of it
//   packets       not yet sent           credit     packets that the relay takes now (TCP)
//   confirmed     the relay has sent something
//   tail          the empty packets behind the last byte: see drain()

addToLibrary({
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'wisp'
  $WISP__deps: ['$RELAYSOCK', '$emwakeOptions'],
  $WISP: {
    CONNECT: 1, DATA: 2, CONTINUE: 3, CLOSE: 4, INFO: 5,
    TCP: 1, UDP: 2,
    UDP_EXTENSION: 1,
    HEADER: 5,
    VOLUNTARY: 2, OVERFLOW: 0x81,
    // Of a stream in one packet: credits count packets, not bytes.
    PAYLOAD: 32768,
    // Bytes in the WebSocket from which on it is given no more, and below which it is again.
    HIGH: 1 << 20, LOW: 1 << 18,
    DRAIN_CHECK_MS: 4,
    HANDSHAKE_MS: 10000,
    IDLE_MS: 1000,
    RETRY_MS: 100, MAX_RETRY_MS: 5000,
    LINGER_MS: 60000,
    MAX_TAIL: 1024,
    MAX_FLOWS: 256, // of one datagram socket

    socket: null,
    isOpen: false,
    hasUdp: true,
    firstCredit: 0,
    withoutProtocol: false,
    retries: 0,
    flows: new Map(),
    unopened: new Set(),

    config() {
      var relay = emwakeOptions()['relay'];
      return typeof relay == 'string' ? {'url': relay} : relay ?? {};
    },

    // ---- The connection to the relay ----

    dial() {
      clearTimeout(WISP.retryTimer);
      WISP.retryTimer = 0;
      WISP.hasUdp = true;
      var config = WISP.config();
      var protocols = config['protocols'] ?? (WISP.withoutProtocol ? [] : ['wisp-v2']);
      try {
        WISP.socket = new WebSocket(config['url'], protocols);
      } catch (e) {
        err(`emwake: relay: ${e.message}`);
        return WISP.refuse({{{ cDefs.ENETDOWN }}});
      }
      var socket = WISP.socket;
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({data}) => socket === WISP.socket && WISP.message(data);
      socket.onclose = () => {
        if (socket !== WISP.socket) return;
        // In a browser, one that was asked for a protocol and has chosen none is not open.
        if (!WISP.isOpen) WISP.withoutProtocol = !WISP.withoutProtocol;
        WISP.dropped();
      };
      socket.onerror = () => {};
      WISP.handshakeTimer = setTimeout(() => WISP.drop(), WISP.HANDSHAKE_MS);
    },

    need() {
      clearTimeout(WISP.idleTimer);
      if (!WISP.socket && !WISP.retryTimer) WISP.dial();
    },

    // Nothing holds the connection any more; one that is left open would keep Node running.
    releaseIfIdle() {
      clearTimeout(WISP.idleTimer);
      if (WISP.flows.size || !WISP.socket) return;
      WISP.idleTimer = setTimeout(() => {
        if (!WISP.flows.size) WISP.hangUp();
      }, RELAYSOCK.closed ? 0 : WISP.IDLE_MS);
    },

    hangUp() {
      var {socket} = WISP;
      WISP.socket = null;
      WISP.isOpen = false;
      clearTimeout(WISP.handshakeTimer);
      clearTimeout(WISP.drainTimer);
      WISP.drainTimer = 0;
      socket?.close();
    },

    // Ends the connection from this side.
    drop() {
      WISP.hangUp();
      WISP.dropped();
    },

    violation(what) {
      err(`emwake: relay: ${what}: the connection to it is given up`);
      WISP.drop();
    },

    // The connection has gone, and all that was open on it.
    dropped() {
      WISP.hangUp();
      [...WISP.flows.values()].forEach((flow) => {
        if (!flow.opened) return;
        WISP.forget(flow);
        WISP.lost(flow, {{{ cDefs.ENETDOWN }}}, {{{ cDefs.ECONNRESET }}});
      });
      WISP.retry();
    },

    // Something befalls a flow that has been forgotten.
    lost(flow, datagramError, streamError) {
      var {rec} = flow;
      if (!rec) return;
      if (rec.datagram) {
        RELAYSOCK.sent(rec, WISP.queued(flow));
        RELAYSOCK.reportError(rec, datagramError);
      } else {
        rec.flow = null;
        RELAYSOCK.failed(rec, streamError);
      }
    },

    // For those who wait for the relay.
    retry() {
      var timeout = WISP.config()['timeout'] ?? 30000;
      var now = Date.now();
      var pause = Math.min(WISP.RETRY_MS << Math.min(WISP.retries++, 10), WISP.MAX_RETRY_MS);
      pause *= 0.5 + Math.random() / 2;
      [...WISP.unopened].forEach((flow) => {
        if (flow.since + timeout > now + pause) return;
        WISP.forget(flow);
        WISP.lost(flow, {{{ cDefs.ENETDOWN }}}, {{{ cDefs.ENETDOWN }}});
      });
      if (WISP.unopened.size) WISP.retryTimer = setTimeout(WISP.dial, pause);
    },

    // There is no use in trying again.
    refuse(errno) {
      WISP.hangUp();
      [...WISP.flows.values()].forEach((flow) => {
        WISP.forget(flow);
        WISP.lost(flow, errno, errno);
      });
    },

    // ---- Packets from the relay ----

    message(data) {
      if (typeof data == 'string') return WISP.violation('a message of text');
      if (data.byteLength < WISP.HEADER) return WISP.violation('a packet without a header');
      var view = new DataView(data);
      var type = view.getUint8(0);
      var id = view.getUint32(1, true);
      if (type === WISP.CONTINUE && data.byteLength < WISP.HEADER + 4) {
        return WISP.violation('a CONTINUE without a number');
      }
      if (!WISP.isOpen) return WISP.handshake(type, id, view);
      if (!id) return WISP.aboutConnection(type);
      var flow = WISP.flows.get(id);
      // What belongs to a flow that was closed here may still be under way.
      if (!flow?.opened) return;
      if (type === WISP.DATA) WISP.data(flow, new Uint8Array(data, WISP.HEADER));
      else if (type === WISP.CONTINUE) WISP.credit(flow, view.getUint32(WISP.HEADER, true));
      else if (type === WISP.CLOSE) WISP.closed(flow, WISP.reason(view));
    },

    reason: (view) => view.byteLength > WISP.HEADER ? view.getUint8(WISP.HEADER) : 1,

    // Version 2 of the protocol begins with an INFO; then a CONTINUE tells the first credit.
    handshake(type, id, view) {
      if (id) return WISP.violation('a packet of a stream before the handshake');
      if (type === WISP.INFO) return WISP.info(view);
      if (type === WISP.CLOSE) {
        // 0xc0 to 0xc2: of authentication.
        var denied = WISP.reason(view) >= 0xc0;
        return WISP.refuse(denied ? {{{ cDefs.EACCES }}} : {{{ cDefs.EPROTO }}});
      }
      if (type !== WISP.CONTINUE) return WISP.violation('a handshake of another protocol');
      clearTimeout(WISP.handshakeTimer);
      WISP.isOpen = true;
      WISP.retries = 0;
      WISP.firstCredit = view.getUint32(WISP.HEADER, true);
      [...WISP.unopened].forEach(WISP.open);
      WISP.releaseIfIdle();
    },

    info(view) {
      var extensions = WISP.extensions(view);
      if (!extensions) return WISP.violation('an INFO that is cut off');
      WISP.hasUdp = extensions.includes(WISP.UDP_EXTENSION);
      // Ours: version 2.0, and the one extension of those that we know.
      var own = WISP.hasUdp ? [2, 0, WISP.UDP_EXTENSION, 0, 0, 0, 0] : [2, 0];
      WISP.socket.send(WISP.packet(WISP.INFO, 0, own));
    },

    // The numbers of the extensions that an INFO lists, or null if it is malformed.
    extensions(view) {
      var found = [];
      var at = WISP.HEADER + 2;
      while (at < view.byteLength) {
        if (at + 5 > view.byteLength) return null;
        found.push(view.getUint8(at));
        at += 5 + view.getUint32(at + 1, true);
      }
      return at === view.byteLength ? found : null;
    },

    aboutConnection(type) {
      if (type === WISP.CLOSE) WISP.drop();
      else if (type === WISP.DATA) WISP.violation('data of no stream');
    },

    data(flow, bytes) {
      var {rec} = flow;
      WISP.confirm(flow);
      if (!rec) return;
      if (rec.datagram) return WISP.datagram(flow, bytes);
      RELAYSOCK.received(rec, bytes);
    },

    datagram({rec, to}, bytes) {
      if (!rec.peer || (rec.peer.host === to.host && rec.peer.port === to.port)) {
        RELAYSOCK.receivedDatagram(rec, bytes, to.sockaddr);
      }
    },

    credit(flow, packets) {
      WISP.confirm(flow);
      if (flow.datagram) return;
      flow.credit = packets;
      if (!flow.rec && !flow.packets.length && flow.tail >= WISP.firstCredit) WISP.finish(flow);
      else WISP.pump(flow);
    },

    // The relay has something to say of the flow, so it is connected.
    confirm(flow) {
      if (flow.confirmed) return;
      flow.confirmed = true;
      WISP.establish(flow);
    },

    establish(flow) {
      clearTimeout(flow.timer);
      if (flow.rec && !flow.rec.datagram && !flow.established) {
        flow.established = true;
        RELAYSOCK.connected(flow.rec);
        WISP.pump(flow);
      }
    },

    // 0: the peer has ended in order. Some relays have one reason for all that fails: before the
    // first sign of a connection it is that there is none.
    errnoOf(reason, confirmed) {
      switch (reason) {
        case 0x02: return 0;
        case 0x01: return confirmed ? 0 : {{{ cDefs.ECONNREFUSED }}};
        case 0x41: return {{{ cDefs.EINVAL }}};
        case 0x42: return {{{ cDefs.EHOSTUNREACH }}};
        case 0x43:
        case 0x47: return {{{ cDefs.ETIMEDOUT }}};
        case 0x48: return {{{ cDefs.EACCES }}};
        default: return confirmed ? {{{ cDefs.ECONNRESET }}} : {{{ cDefs.ECONNREFUSED }}};
      }
    },

    closed(flow, reason) {
      var {rec} = flow;
      var errno = WISP.errnoOf(reason, flow.confirmed);
      WISP.forget(flow);
      if (errno || !rec) return WISP.lost(flow, errno, errno);
      if (rec.datagram) return RELAYSOCK.sent(rec, WISP.queued(flow));
      WISP.establish(flow);
      rec.flow = null;
      RELAYSOCK.ended(rec);
    },

    // ---- Packets to the relay ----

    packet(type, id, payload) {
      var bytes = new Uint8Array(WISP.HEADER + payload.length);
      bytes[0] = type;
      new DataView(bytes.buffer).setUint32(1, id, true);
      bytes.set(payload, WISP.HEADER);
      return bytes;
    },

    newFlow(rec, to) {
      var id;
      do {
        id = crypto.getRandomValues(new Uint32Array(1))[0];
      } while (!id || WISP.flows.has(id));
      var flow = {id, rec, to, datagram: rec.datagram, packets: [], credit: 0, tail: 0, since: Date.now()};
      if (!rec.datagram) rec.flow = flow;
      WISP.flows.set(id, flow);
      WISP.unopened.add(flow);
      WISP.need();
      if (WISP.isOpen) WISP.open(flow);
      return flow;
    },

    open(flow) {
      var {datagram, to} = flow;
      WISP.unopened.delete(flow);
      if (datagram && !WISP.hasUdp) {
        WISP.forget(flow);
        return WISP.lost(flow, {{{ cDefs.ENETUNREACH }}}, 0);
      }
      var kind = datagram ? WISP.UDP : WISP.TCP;
      var payload = [kind, to.port & 255, to.port >> 8, ...new TextEncoder().encode(to.host)];
      WISP.socket.send(WISP.packet(WISP.CONNECT, flow.id, payload));
      flow.opened = true;
      flow.credit = datagram ? Infinity : WISP.firstCredit;
      if (datagram) return WISP.pump(flow);
      var wait = WISP.config()['confirm'];
      if (wait) flow.timer = setTimeout(WISP.establish, wait, flow);
      else WISP.establish(flow);
    },

    // Takes the flow out; what it has is the caller's to settle.
    forget(flow) {
      clearTimeout(flow.timer);
      WISP.flows.delete(flow.id);
      WISP.unopened.delete(flow);
      flow.opened = false;
      if (flow.rec?.datagram) flow.rec.flows.delete(WISP.flowKey(flow.to));
      WISP.releaseIfIdle();
    },

    sendClose(flow, reason) {
      if (flow.opened) WISP.socket.send(WISP.packet(WISP.CLOSE, flow.id, [reason]));
      WISP.forget(flow);
    },

    // Bytes that wait in a flow.
    queued: (flow) => flow.packets.reduce((n, p) => n + p.length - WISP.HEADER, 0),

    // Nothing tells when a WebSocket has sent what it was given, so somebody has to look.
    isCongested() {
      if (WISP.drainTimer) return true;
      if (WISP.socket.bufferedAmount < WISP.HIGH) return false;
      WISP.drainTimer = setTimeout(WISP.checkDrain, WISP.DRAIN_CHECK_MS);
      return true;
    },

    checkDrain() {
      if (WISP.socket.bufferedAmount > WISP.LOW) {
        WISP.drainTimer = setTimeout(WISP.checkDrain, WISP.DRAIN_CHECK_MS);
        return;
      }
      WISP.drainTimer = 0;
      // In turns: the one that was served first is the last the next time.
      var flows = [...WISP.flows.values()];
      var first = WISP.turn = ((WISP.turn ?? 0) + 1) % (flows.length || 1);
      flows.slice(first).concat(flows.slice(0, first)).forEach(WISP.pump);
    },

    canSend: (flow) => flow.opened && flow.credit > 0 && !WISP.isCongested(),

    // Sends what the relay has room for, and has more from C if there is room for that.
    pump(flow) {
      while (flow.packets.length && WISP.canSend(flow)) {
        var packet = flow.packets.shift();
        WISP.socket.send(packet);
        flow.credit--;
        if (flow.rec) RELAYSOCK.sent(flow.rec, packet.length - WISP.HEADER);
      }
      if (flow.packets.length) return;
      if (!flow.rec) WISP.drain(flow);
      else if (flow.established && WISP.canSend(flow)) RELAYSOCK.flush(flow.rec);
    },

    // A CLOSE makes a relay forget what it has not yet passed on. It says by a CONTINUE that it has
    // taken packets, and does so at least once in as many as it has room for: so a flow is closed
    // when empty packets have followed the last byte, and a CONTINUE those.
    drain(flow) {
      if (flow.datagram) {
        // Datagrams are under way for a moment.
        flow.timer ??= setTimeout(WISP.finish, WISP.IDLE_MS, flow);
        return;
      }
      if (WISP.firstCredit > WISP.MAX_TAIL) return;
      while (WISP.canSend(flow)) {
        WISP.socket.send(WISP.packet(WISP.DATA, flow.id, []));
        flow.credit--;
        flow.tail++;
      }
    },

    finish(flow) {
      WISP.sendClose(flow, WISP.VOLUNTARY);
    },

    // ---- What RELAYSOCK calls ----

    // The protocol leads outwards alone.
    listen: (rec, at, backlog) => 0,

    connect(rec, to) {
      if (!WISP.config()['url']) return -{{{ cDefs.ENETDOWN }}};
      if (rec.datagram) {
        WISP.disconnect(rec);
        rec.peer = to;
      } else {
        WISP.newFlow(rec, to);
      }
      return 0;
    },

    disconnect(rec) {
      rec.peer = null;
    },

    hasRoom: ({flow}) =>
      !flow || (flow.established && !flow.packets.length && WISP.canSend(flow)),

    write(rec, bytes) {
      var {flow} = rec;
      // The peer has closed the connection: tcp_reset() of a socket that has received the end.
      if (!flow) return RELAYSOCK.failed(rec, {{{ cDefs.EPIPE }}});
      for (var at = 0; at < bytes.length; at += WISP.PAYLOAD) {
        var payload = bytes.subarray(at, at + WISP.PAYLOAD);
        flow.packets.push(WISP.packet(WISP.DATA, flow.id, payload));
      }
      flow.hasSent = true;
      WISP.pump(flow);
    },

    flowKey: (to) => `${to.port} ${to.host}`,

    send(rec, to, bytes) {
      if (!WISP.config()['url']) return -{{{ cDefs.ENETDOWN }}};
      to ??= rec.peer;
      rec.flows ??= new Map();
      var key = WISP.flowKey(to);
      var flow = rec.flows.get(key);
      if (!flow) {
        if (rec.flows.size >= WISP.MAX_FLOWS) {
          var [oldest] = rec.flows.values();
          RELAYSOCK.sent(rec, WISP.queued(oldest));
          WISP.sendClose(oldest, WISP.VOLUNTARY);
        }
        flow = WISP.newFlow(rec, to);
        // The relay may have refused it already.
        if (!WISP.flows.has(flow.id)) return 1;
        rec.flows.set(key, flow);
      }
      var packet = WISP.packet(WISP.DATA, flow.id, bytes);
      flow.lastSent = Date.now();
      if (flow.packets.length || !WISP.canSend(flow)) {
        flow.packets.push(packet);
        return 0;
      }
      WISP.socket.send(packet);
      return 1;
    },

    // The relay sends more than can be kept.
    abort(rec, errno) {
      var {flow} = rec;
      if (flow) WISP.sendClose(flow, WISP.OVERFLOW);
      rec.flow = null;
      RELAYSOCK.failed(rec, errno);
    },

    close(rec, reset) {
      if (rec.datagram) return rec.flows?.forEach(WISP.closeDatagrams);
      var {flow} = rec;
      if (!flow) return;
      rec.flow = flow.rec = null;
      clearTimeout(flow.timer);
      if (reset || !flow.opened || !flow.hasSent) return WISP.finish(flow);
      flow.timer = setTimeout(WISP.finish, WISP.firstCredit > WISP.MAX_TAIL && !flow.packets.length ?
        WISP.IDLE_MS : WISP.LINGER_MS, flow);
      WISP.pump(flow);
    },

    closeDatagrams(flow) {
      flow.rec = null;
      if (flow.packets.length || flow.lastSent + WISP.IDLE_MS > Date.now()) WISP.pump(flow);
      else WISP.finish(flow);
    },

    end() {
      WISP.releaseIfIdle();
    },
  },
#endif
});
