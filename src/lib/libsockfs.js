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

  // The backend of a new socket, as the address of its struct socket_ops; 0: there is none.
  emwake_socket_backend__deps: [
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
    'emwake_node_ops',
#endif
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'loopback'
    'emwake_socket_loopback_ops',
#endif
  ],
  emwake_socket_backend__sig: 'pii',
  emwake_socket_backend: (domain, type) => {
#if (EMWAKE_NET == 'auto' || EMWAKE_NET == 'node') && ENVIRONMENT_MAY_BE_NODE
    if (ENVIRONMENT_IS_NODE) return {{{ from64Expr('_emwake_node_ops()') }}};
#endif
#if EMWAKE_NET == 'auto' || EMWAKE_NET == 'loopback'
    return {{{ from64Expr('_emwake_socket_loopback_ops()') }}};
#else
    return 0;
#endif
  },
});
