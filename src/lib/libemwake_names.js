/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// The host's resolver, for system/lib/names/name_lookup.c: node:dns, which asks as the host's own
// programs do (its getaddrinfo and getnameinfo). With a relay it is the relay that resolves, when a
// connection is made: until then an address of 172.29.0.0/16 stands in for the name. A page may name
// a resolver that is asked over HTTPS (libemwake_doh.js). Where there is none of these, names but
// localhost fail with EAI_AGAIN, as on a machine without a network.
//
// Runs on the runtime's main thread. A lookup that the program has given up is answered all the
// same, for Node cannot take it back; then only its memory is let go of.

addToLibrary({
  // Addresses that stand in for names, as in the stock library, which runs out of them sooner.
  $DNS__deps: ['$inetPton4', '$inetPton6'],
  $DNS: {
    names: [],
    numbers: new Map(),
    PREFIX: '172.29.',

    lookup_name(name) {
      if (inetPton4(name) !== null || inetPton6(name) !== null) return name;
      var id = DNS.numbers.get(name);
      if (!id) {
        // The 65,536th takes over the address of the first.
        DNS.last = id = (DNS.last ?? 0) % 65535 + 1;
        DNS.numbers.delete(DNS.names[id]);
        DNS.names[id] = name;
        DNS.numbers.set(name, id);
      }
      return `${DNS.PREFIX}${id >> 8}.${id & 255}`;
    },

    lookup_addr(address) {
      if (!address.startsWith(DNS.PREFIX)) return null;
      var [high, low] = address.slice(DNS.PREFIX.length).split('.');
      return DNS.names[high << 8 | low] ?? null;
    },
  },

  $EMWAKE_NAMES__deps: ['$DNS', '$relayIsConfigured',
#if EMWAKE_NET != 'node' && EMWAKE_NET != 'loopback'
    '$DOH',
#endif
    '$stackSave', '$stackRestore', 'emwake_lookup_done'],
  $EMWAKE_NAMES: {
    // <netdb.h>
    EAI_AGAIN: -3,
    EAI_FAIL: -4,
    errors: {
      ENOTFOUND: {{{ cDefs.EAI_NONAME }}},
      EAI_AGAIN: -3,
      EAI_FAIL: -4,
      EAI_FAMILY: {{{ cDefs.EAI_FAMILY }}},
      EAI_MEMORY: -10,
      EAI_NODATA: {{{ cDefs.EAI_NONAME }}},
      EAI_NONAME: {{{ cDefs.EAI_NONAME }}},
    },

    dns() {
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
      if (ENVIRONMENT_IS_NODE) return process.getBuiltinModule('node:dns');
#endif
      return EMWAKE_NAMES.ownNames;
    },

    // A resolver that the page has named.
    doh() {
#if EMWAKE_NET != 'node' && EMWAKE_NET != 'loopback'
      if (DOH.url()) return DOH;
#endif
      return null;
    },

    // Without the host's resolver the program knows its own name (RFC 6761, 6.3).
    ownNames: {
      // Hints, as node:dns has them.
      ADDRCONFIG: 0, V4MAPPED: 1, ALL: 2,

      lookup(name, options, callback) {
        var {family} = options;
        if (!/(^|\.)localhost\.?$/i.test(name)) {
          return EMWAKE_NAMES.otherName(name, options, callback);
        }
        var six = {address: '::1', family: 6};
        var four = {address: '127.0.0.1', family: 4};
        callback(null, family === 6 ? [six] : family === 4 ? [four] : [six, four]);
      },
      lookupService(address, port, callback) {
        if (address === '127.0.0.1' || address === '::1') return callback(null, 'localhost');
        var name = DNS.lookup_addr(address.replace(/^::ffff:/, ''));
        if (name) return callback(null, name);
        var doh = EMWAKE_NAMES.doh();
        if (doh) return doh.lookupService(address, port, callback);
        callback({code: relayIsConfigured() ? 'ENOTFOUND' : 'EAI_AGAIN'});
      },
    },

    otherName(name, options, callback) {
      var doh = EMWAKE_NAMES.doh();
      if (!doh && !relayIsConfigured()) return callback({code: 'EAI_AGAIN'});
      if (!EMWAKE_NAMES.isHostName(name)) return callback({code: 'ENOTFOUND'});
      // Throws if it cannot be a name.
      if (/[^\0-\x7f]/.test(name)) name = new URL(`http://${name}`).hostname;
      var {V4MAPPED, ALL} = EMWAKE_NAMES.ownNames;
      var {family, hints} = options;
      if (doh) return doh.lookup(name, {family, map: hints & V4MAPPED, all: hints & ALL}, callback);
      EMWAKE_NAMES.standIn(name, options, callback);
    },
    standIn(name, {family}, callback) {
      var address = DNS.lookup_name(name);
      callback(null, [family === 6 ? {address: '::ffff:' + address, family: 6}
        : {address, family: 4}]);
    },
    // Labels of at most 63, not all of them digits.
    isHostName(name) {
      var label = '[\\w\\x80-\\uffff-]{1,63}';
      return new RegExp(`^(?=.{1,253}$)(?=.*[^\\d.])${label}(\\.${label})*\\.?$`).test(name);
    },

    // Asks by ask(dns, callback); a good answer is handed to C by answer(...).
    resolve(lookup, ask, answer) {
      var done = (error) => _emwake_lookup_done({{{ to64('lookup') }}}, error);
      var dns = EMWAKE_NAMES.dns();
      var callback = (e, ...result) => {
        if (ABORT) return;
        if (e) return done(EMWAKE_NAMES.errors[e.code] || EMWAKE_NAMES.EAI_FAIL);
        var sp = stackSave();
        answer(...result);
        stackRestore(sp);
        done(0);
      };
      try {
        ask(dns, callback);
      } catch (e) {
        // What cannot be a name at all.
        done({{{ cDefs.EAI_NONAME }}});
      }
    },

    flags(dns, flags) {
      return (flags & {{{ cDefs.AI_ADDRCONFIG }}} ? dns.ADDRCONFIG : 0) |
             (flags & {{{ cDefs.AI_V4MAPPED }}} ? dns.V4MAPPED : 0) |
             (flags & {{{ cDefs.AI_ALL }}} ? dns.ALL : 0);
    },
  },

  emwake_lookup__deps: ['$EMWAKE_NAMES', '$UTF8ToString', '$stackAlloc', '$writeSockaddr',
    'emwake_lookup_add'],
  emwake_lookup__proxy: 'async',
  emwake_lookup__sig: 'vppii',
  emwake_lookup: (lookup, name, family, flags) => {
    var six = family === {{{ cDefs.AF_INET6 }}};
    EMWAKE_NAMES.resolve(lookup, (dns, callback) => {
      dns.lookup(UTF8ToString(name), {
        all: true,
        order: 'verbatim',
        family: six ? 6 : family === {{{ cDefs.AF_INET }}} ? 4 : 0,
        hints: EMWAKE_NAMES.flags(dns, six ? flags : flags & {{{ cDefs.AI_ADDRCONFIG }}}),
      }, callback);
    }, (addresses) => {
      var sa = stackAlloc({{{ C_STRUCTS.sockaddr_in6.__size__ }}});
      addresses.forEach((a) => {
        var f = a.family === 6 ? {{{ cDefs.AF_INET6 }}} : {{{ cDefs.AF_INET }}};
        writeSockaddr(sa, f, a.address.replace(/%.*/, ''), 0);
        _emwake_lookup_add({{{ to64('lookup') }}}, {{{ to64('sa') }}});
      });
    });
  },

  emwake_lookup_reverse__deps: ['$EMWAKE_NAMES', '$UTF8ToString', '$stringToUTF8OnStack',
    'emwake_lookup_name'],
  emwake_lookup_reverse__proxy: 'async',
  emwake_lookup_reverse__sig: 'vpp',
  emwake_lookup_reverse: (lookup, address) => {
    EMWAKE_NAMES.resolve(lookup, (dns, callback) => {
      dns.lookupService(UTF8ToString(address), 0, callback);
    }, (name) => {
      _emwake_lookup_name({{{ to64('lookup') }}}, {{{ to64('stringToUTF8OnStack(name)') }}});
    });
  },

  // A text file of the host, as malloc'ed memory; 0 if there is none.
  emwake_names_host_file__deps: ['$UTF8ToString', '$stringToNewUTF8'],
  emwake_names_host_file__proxy: 'sync',
  emwake_names_host_file__sig: 'pp',
  emwake_names_host_file: (path) => {
#if ENVIRONMENT_MAY_BE_NODE
    if (ENVIRONMENT_IS_NODE) {
      try {
        var fs = process.getBuiltinModule('node:fs');
        return stringToNewUTF8(fs.readFileSync(UTF8ToString(path), 'utf8'));
      } catch {
        return 0;
      }
    }
#endif
    return 0;
  },
});
