/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// SOCKFS, as the stock library file has it for JavaScript callers: the socket events of
// <emscripten.h> (emscripten_set_socket_message_callback and its kin). The sockets themselves are
// system/lib/core/socket*.c, and their descriptors FS streams of EMWAKE.

addToLibrary({
  $SOCKFS__postset: '',
  $SOCKFS__deps: [],
  $SOCKFS: {
    callbacks: {},
    on(event, callback) {
      SOCKFS.callbacks[event] = callback;
    },
    // param: a descriptor; for 'error' [descriptor, errno, message].
    emit(event, param) {
      SOCKFS.callbacks[event]?.(param);
    },
  },
});
