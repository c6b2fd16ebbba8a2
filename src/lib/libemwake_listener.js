/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// JavaScript code as a consumer: addNodeListener(node, callback) hears what is notified to a node,
// whoever made it: an FS node (of a device, a pipe, a socket) or the address of a node of the core.

addToLibrary({
  // The functions by the number that C knows them by.
  $emwakeListeners: '{next: 1, functions: new Map()}',

  // Calls callback(events) from the event loop after the node of the core at ptr has been notified.
  // Returns a function that ends it, or null if there is no memory.
  $emwakeListenTo__deps: ['$emwakeListeners', 'emwake_listener_add', 'emwake_listener_call',
    'emwake_listener_remove'],
  $emwakeListenTo: (ptr, callback, events) => {
    var id = emwakeListeners.next++;
    var listener = _emwake_listener_add({{{ to64('ptr') }}}, events, id);
    if (!listener) return null;
    emwakeListeners.functions.set(id, callback);
    return () => {
      if (emwakeListeners.functions.delete(id)) _emwake_listener_remove(listener);
    };
  },

  emwake_listener_call__deps: ['$emwakeListeners'],
  emwake_listener_call__sig: 'vii',
  emwake_listener_call: (id, events) => emwakeListeners.functions.get(id)?.(events),

#if SYSCALLS_REQUIRE_FILESYSTEM
  // The node of the core behind an FS node. One of the core's own descriptors has it as long as it
  // is open; any other gets it when somebody first listens.
  $emwakeNodePointer__deps: ['$EMWAKE', '$FS', 'emwake_device_node', 'emwake_stream_node'],
  $emwakeNodePointer: (node) => {
    if (typeof node != 'object') return node;
    if (node.mount === EMWAKE.root.mount) {
      var stream = FS.streams.find((s) => s?.node === node);
      return stream ? {{{ from64Expr('_emwake_stream_node(' + to64('stream.file') + ')') }}} : 0;
    }
    node.nodePtr ||= {{{ from64Expr('_emwake_device_node(-1)') }}};
    return node.nodePtr;
  },

  // Calls callback(events) from the event loop after the node has been notified of events that
  // meet the given ones (all, if absent; errors, hang-ups and closes always): what may have come up
  // since the last call, as poll(2) bits. It may be gone again: derive before acting. Returns a
  // function that ends it. A listener does not keep the runtime alive.
  $addNodeListener__deps: ['$emwakeListenTo', '$emwakeNodePointer', '$FS'],
  $addNodeListener: (node, callback, events = -1) => {
    var ptr = emwakeNodePointer(node);
    if (!ptr) throw new FS.ErrnoError({{{ cDefs.EBADF }}});
    var end = emwakeListenTo(ptr, callback, events);
    if (!end) throw new FS.ErrnoError({{{ cDefs.ENOMEM }}});
    return end;
  },
#endif
});
