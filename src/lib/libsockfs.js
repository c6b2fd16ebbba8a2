/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// SOCKFS, as the stock library file has it for JavaScript callers: the socket events of
// <emscripten.h> (emscripten_set_socket_message_callback and its kin). The sockets themselves are
// system/lib/core/socket*.c, and their descriptors FS streams of EMWAKE.

addToLibrary({
  $SOCKFS__postset: '',
  $SOCKFS__deps: ['emwake_socket_events_begin'],
  $SOCKFS: {
    callbacks: {},
    // The events are those of all sockets of the program (core/socket_event.h); they come to the
    // first thread that asks for one.
    on(event, callback) {
      SOCKFS.callbacks[event] = callback;
      _emwake_socket_events_begin();
    },
    // param: a descriptor; for 'error' [descriptor, errno, message].
    emit(event, param) {
      SOCKFS.callbacks[event]?.(param);
    },
  },

  emwake_socket_emit__deps: ['$SOCKFS', '$UTF8ToString'],
  emwake_socket_emit__sig: 'vpiip',
  emwake_socket_emit: (name, fd, error, message) => {
    var event = UTF8ToString(name);
    SOCKFS.emit(event, event === 'error' ? [fd, error, UTF8ToString(message)] : fd);
  },

  $_setNetworkCallback__deps: ['$SOCKFS', '$withStackSave', '$callUserCallback',
    '$stringToUTF8OnStack'],

  // What the page has put into Module.emwake: how connections leave the program.
  $emwakeOptions: () => Module['emwake'] ?? {},

  $relayIsConfigured__deps: ['$emwakeOptions'],
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'wisp'
  $relayIsConfigured: () => !!emwakeOptions()['relay'],
#elif EMWAKE_NET == 'websocket'
  $relayIsConfigured: () => true,
#else
  $relayIsConfigured: () => false,
#endif

  // What a sockaddr of C means to a host: a number, or a name that getaddrinfo gave a stand-in for.
  $readSocketAddress__deps: ['$DNS', '$inetNtop4', '$readAddress6'],
  $readSocketAddress: (a) => {
    var family = {{{ makeGetValue('a', C_STRUCTS.sockaddr_in.sin_family, 'i16') }}};
    var four = family === {{{ cDefs.AF_INET }}};
    var port = HEAPU8[a + 2] << 8 | HEAPU8[a + 3];
    var address = four && {{{ makeGetValue('a', C_STRUCTS.sockaddr_in.sin_addr.s_addr, 'i32') }}};
    var last = readSocketAddress.last;
    if (four && address === last?.address) return {family: 4, port, host: last.host};
    var host = four ? inetNtop4(address)
      : readAddress6(a + {{{ C_STRUCTS.sockaddr_in6.sin6_addr.__in6_union.__s6_addr }}});
    var name = DNS.lookup_addr(host.replace(/^::ffff:(?=172\.29\.)/, ''));
    // Many a datagram goes where the one before went.
    if (four && !name) readSocketAddress.last = {address, host};
    if (name === 'localhost') name = four ? '127.0.0.1' : '::1';
    return {family: four ? 4 : 6, port, host: name ?? host};
  },

  $readAddress6__deps: ['$inetNtop6'],
  $readAddress6: (ptr) =>
    inetNtop6([0, 4, 8, 12].map((i) => {{{ makeGetValue('ptr', 'i', 'i32') }}})),

  // The backend of the program's sockets, as the address of its struct socket_ops; 0: there is none.
  // Asked for once.
  emwake_choose_backend__deps: [
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
    'emwake_node_ops',
#endif
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'wisp' || EMWAKE_NET == 'websocket'
    '$relayIsConfigured', 'emwake_relay_ops',
#endif
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'loopback'
    'emwake_socket_loopback_ops',
#endif
  ],
#if EMWAKE_NET == 'auto'
  emwake_choose_backend__proxy: 'sync',
#endif
  emwake_choose_backend__sig: 'p',
  emwake_choose_backend: () => {
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
    if (ENVIRONMENT_IS_NODE) return {{{ from64Expr('_emwake_node_ops()') }}};
#endif
#if EMWAKE_NET == 'auto'
    if (relayIsConfigured()) return {{{ from64Expr('_emwake_relay_ops(0)') }}};
#endif
#if EMWAKE_NET == 'wisp'
    return {{{ from64Expr('_emwake_relay_ops(0)') }}};
#elif EMWAKE_NET == 'websocket'
    return {{{ from64Expr('_emwake_relay_ops(1)') }}};
#elif EMWAKE_NET == 'auto' || EMWAKE_NET == 'loopback'
    return {{{ from64Expr('_emwake_socket_loopback_ops()') }}};
#else
    return 0;
#endif
  },
});
