/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Names over HTTPS (RFC 8484), for programs that no host resolves for. Off unless the page says so:
//
//   Module.emwake = {doh: 'https://resolver.example/dns-query'}
//
// The resolver hears of the names then, and the relay is given numbers. Called by libemwake_names.js.
// Asked by GET and with id 0, so that the browser's cache serves for as long as the answer lives.

addToLibrary({
#if EMWAKE_NET != 'node' && EMWAKE_NET != 'loopback'
  $DOH__deps: ['$emwakeOptions', '$inetPton6'],
  $DOH: {
    A: 1, PTR: 12, AAAA: 28,
    IN: 1,
    MAX_MESSAGE: 65535,
    TIMEOUT_MS: 10000,

    url: () => emwakeOptions()['doh'],

    // IPv4 first: whether there is a route for IPv6 behind a relay cannot be known. map and all: as
    // AI_V4MAPPED and AI_ALL.
    lookup(name, {family, map, all}, callback) {
      var mapped = family === 6 && map;
      var types = family === 4 ? [DOH.A] : mapped || !family ? [DOH.A, DOH.AAAA] : [DOH.AAAA];
      Promise.allSettled(types.map((type) => DOH.ask(name, type))).then((answers) => {
        var found = answers.flatMap(({value}) => value ?? []);
        if (found.length) return callback(null, mapped ? DOH.mapped(found, all) : found);
        callback(answers.find(({reason}) => reason)?.reason ?? {code: 'ENOTFOUND'});
      });
    },

    mapped(found, all) {
      var six = found.filter(({family}) => family === 6);
      if (six.length && !all) return six;
      return found.map(({address, family}) =>
        ({address: family === 4 ? '::ffff:' + address : address, family: 6}));
    },

    lookupService(address, port, callback) {
      DOH.ask(DOH.reverseName(address), DOH.PTR).then(([name]) => {
        if (name) callback(null, name);
        else callback({code: 'ENOTFOUND'});
      }, callback);
    },

    // Of the address of a sockaddr, RFC 1035, 3.5 and RFC 3596, 2.5.
    reverseName(address) {
      var four = /^(?:::ffff:)?([\d.]+)$/.exec(address)?.[1];
      if (four) return `${four.split('.').reverse().join('.')}.in-addr.arpa`;
      var bytes = new Uint8Array(new Int32Array(inetPton6(address.replace(/%.*/, ''))).buffer);
      var nibbles = [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
      return `${nibbles.reverse().map((n) => n.toString(16)).join('.')}.ip6.arpa`;
    },

    // What the resolver has of a type: a promise of it, or of an error of node:dns's.
    async ask(name, type) {
      var message = await DOH.fetch(DOH.query(name, type));
      try {
        return DOH.records(new DataView(message.buffer), type);
      } catch (e) {
        // RangeError: it is cut off.
        throw e.code ? e : {code: 'EAI_FAIL'};
      }
    },

    // What cannot be reached now may be another time.
    async fetch(query) {
      try {
        var dns = btoa(String.fromCharCode(...query))
          .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
        var url = new URL(DOH.url().replace('{?dns}', ''), globalThis.location?.href);
        url.searchParams.set('dns', dns);
        var response = await fetch(url, {
          headers: {'accept': 'application/dns-message'},
          signal: AbortSignal.timeout(DOH.TIMEOUT_MS),
        });
        if (response.ok) return await DOH.body(response);
        err(`emwake: doh: ${response.status}`);
      } catch (e) {
        err(`emwake: doh: ${e.message}`);
      }
      throw {code: 'EAI_AGAIN'};
    },

    async body(response) {
      var bytes = new Uint8Array(DOH.MAX_MESSAGE);
      var length = 0;
      for (var reader = response.body.getReader(), part; !(part = await reader.read()).done;) {
        // RangeError: it is too long.
        bytes.set(part.value, length);
        length += part.value.length;
      }
      return bytes.slice(0, length);
    },

    // RFC 1035, 4.1: one question, recursion desired.
    query(name, type) {
      var labels = name.replace(/\.$/, '').split('.').flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
      return [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, DOH.IN];
    },

    records(view, type) {
      DOH.check(view.getUint16(2));
      var at = 12;
      for (var questions = view.getUint16(4); questions--;) at = DOH.skipName(view, at) + 4;
      var found = [];
      for (var answers = view.getUint16(6); answers--;) {
        at = DOH.skipName(view, at);
        var end = at + 10 + view.getUint16(at + 8);
        if (view.getUint16(at) === type && view.getUint16(at + 2) === DOH.IN) {
          found.push(DOH.value(view, type, at + 10));
        }
        at = end;
      }
      return found;
    },

    // The flags of an answer: QR and the RCODE.
    check(flags) {
      if (!(flags & 0x8000)) throw {code: 'EAI_FAIL'};
      switch (flags & 15) {
        case 0: return;
        case 2: throw {code: 'EAI_AGAIN'}; // SERVFAIL
        case 3: throw {code: 'ENOTFOUND'}; // NXDOMAIN
        default: throw {code: 'EAI_FAIL'};
      }
    },

    value(view, type, at) {
      if (type === DOH.PTR) return DOH.name(view, at);
      if (type === DOH.A) {
        return {address: [0, 1, 2, 3].map((i) => view.getUint8(at + i)).join('.'), family: 4};
      }
      var groups = [0, 2, 4, 6, 8, 10, 12, 14].map((i) => view.getUint16(at + i).toString(16));
      return {address: groups.join(':'), family: 6};
    },

    // Where the name that begins at at ends: behind an empty label or a pointer.
    skipName(view, at) {
      for (var length; (length = view.getUint8(at)); at += 1 + length) {
        if (length >= 0xc0) return at + 2;
      }
      return at + 1;
    },

    // A pointer leads to before the part of the name that it ends, so that they come to an end.
    name(view, at) {
      var labels = [];
      var start = at;
      for (var length; (length = view.getUint8(at));) {
        if (length >= 0xc0) {
          at = view.getUint16(at) & 0x3fff;
          if (at >= start) throw {code: 'EAI_FAIL'};
          start = at;
        } else {
          var label = '';
          while (length--) label += String.fromCharCode(view.getUint8(++at));
          labels.push(label);
          at++;
        }
      }
      return labels.join('.');
    },
  },
#endif
});
