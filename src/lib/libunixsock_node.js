/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// AF_UNIX paths where the program's files are the host's (-sNODERAWFS): a bound socket is one of the
// host, and its streams are Node's. Its other halves are system/lib/host/unix_node.c and
// core/unix_outside.c. Everything here runs on the runtime's main thread.
//
// A bound path has a record by the identity of its file:
//   handle  Node's Pipe, which is bound to it       listener  the C socket that listens, or 0
//   held    connections that C has no room for      watcher   tells when it has
// A stream has one for as long as Node or C has something to do with it:
//   end     what C knows it by, a description       watcher   tells when its readiness changes
//   conn    net.Socket                              arrived   what has come and not been taken

addToLibrary({
#if NODERAWFS
  $UNIXNODE__deps: ['$ERRNO_CODES', '$SYSCALLS', '$emwakeAtEnd', '$stackSave', '$stackAlloc',
    '$stackRestore', 'emwake_unixnode_accept', 'emwake_unixnode_close',
    'emwake_unixnode_connected', 'emwake_unixnode_end', 'emwake_unixnode_is_over',
    'emwake_unixnode_unwatch', 'emwake_unixnode_watch_end', 'emwake_unixnode_watch_room',
    'emwake_stream_read', 'emwake_stream_write'],
  $UNIXNODE__postset: 'emwakeAtEnd.push(() => UNIXNODE.closeAll());',
  $UNIXNODE: {
    bound: new Map(),
    streams: new Set(),
    // Whom a watcher belongs to: a function to call when there is a change, and whether it has
    // been asked for.
    watchers: new Map(),

    net: () => process.getBuiltinModule('node:net'),
    errno: (e) => ERRNO_CODES[e.code] || {{{ cDefs.EIO }}},

    // Node has no public name for a socket that is bound and does not listen.
    newHandle() {
      var {Pipe, constants} = process.binding('pipe_wrap');
      return new Pipe(constants.SERVER);
    },

    // A file is the same by any name, and not the same as one that had its number before.
    identity(path, follow) {
      var {ino, dev} = (follow ? fs.statSync : fs.lstatSync)(path, {bigint: true});
      return BigInt.asIntN(64, ino ^ dev << 40n);
    },

    errorNumber(code) {
      return ERRNO_CODES[process.getBuiltinModule('node:util').getSystemErrorName(code)] ||
        {{{ cDefs.EIO }}};
    },

    watch(watcher, changed) {
      UNIXNODE.watchers.set(watcher, {changed, asked: false});
      return watcher;
    },

    unwatch(watcher) {
      if (!watcher) return;
      UNIXNODE.watchers.delete(watcher);
      _emwake_unixnode_unwatch({{{ to64('watcher') }}});
    },

    // ---- Listening ----

    // Returns 0 or a positive errno.
    bind(path) {
      // Node takes the file away when the handle is closed, by the name that it was bound to.
      var full = process.getBuiltinModule('node:path').resolve(path);
      var handle = UNIXNODE.newHandle();
      var name = full.length < 108 ? full : path;
      var code = handle.bind(name);
      if (code) {
        handle.close();
        return {error: UNIXNODE.errorNumber(code)};
      }
      fs.chmodSync(name, 0o777 & ~SYSCALLS.currentUmask);
      var inode = UNIXNODE.identity(name, false);
      UNIXNODE.bound.set(inode, {handle, name, listener: 0, held: [], watcher: 0});
      return {error: 0, inode};
    },

    // On Linux the file outlives the socket, and its name may be another's by now.
    closeHandle({handle, name}) {
      var kept = `${name}~${process.pid}`;
      try {
        fs.linkSync(name, kept);
      } catch {
        kept = '';
      }
      handle.close();
      if (kept) fs.renameSync(kept, name);
    },

    listen(rec, listener) {
      if (rec.listener) return 0;
      var code = rec.handle.listen(511);
      if (code) return -UNIXNODE.errorNumber(code);
      rec.listener = listener;
      var watcher = _emwake_unixnode_watch_room({{{ to64('listener') }}});
      {{{ from64('watcher') }}};
      rec.watcher = UNIXNODE.watch(watcher, () => UNIXNODE.admit(rec));
      rec.handle.onconnection = (error, handle) => {
        if (error) return;
        rec.held.push(handle);
        UNIXNODE.admit(rec);
      };
      return 0;
    },

    // Gives C the connections that it has room for. The others stay as they are, unread.
    admit(rec) {
      while (rec.listener && rec.held.length) {
        var end = _emwake_unixnode_accept({{{ to64('rec.listener') }}});
        {{{ from64('end') }}};
        if (!end) return;
        var conn = new (UNIXNODE.net().Socket)({handle: rec.held.shift(), allowHalfOpen: true});
        UNIXNODE.carry(end, conn);
      }
    },

    close(rec) {
      UNIXNODE.unwatch(rec.watcher);
      rec.listener = 0;
      for (var handle of rec.held) handle.close();
      UNIXNODE.closeHandle(rec);
    },

    // ---- Connecting ----

    // Returns 0 or -errno; later, C is told.
    connect(path, end) {
      var conn = UNIXNODE.net().connect({path, allowHalfOpen: true});
      conn.pause();
      var failed = (e) => {
        _emwake_unixnode_connected({{{ to64('end') }}}, UNIXNODE.errno(e));
        _emwake_unixnode_close({{{ to64('end') }}}, 0);
      };
      conn.once('error', failed);
      conn.once('connect', () => {
        conn.off('error', failed);
        if (_emwake_unixnode_connected({{{ to64('end') }}}, 0)) {
          UNIXNODE.carry(end, conn);
        } else {
          conn.destroy();
          _emwake_unixnode_close({{{ to64('end') }}}, 0);
        }
      });
      return 0;
    },

    // ---- Carrying ----

    carry(end, conn) {
      var watcher = _emwake_unixnode_watch_end({{{ to64('end') }}});
      {{{ from64('watcher') }}};
      var rec = {end, conn, arrived: [], full: false, sentEnd: false, ended: false, passedEnd: false,
        gone: false, error: 0, watcher: 0};
      UNIXNODE.streams.add(rec);
      rec.watcher = UNIXNODE.watch(watcher, () => UNIXNODE.move(rec));
      conn.on('data', (data) => {
        rec.arrived.push(data);
        UNIXNODE.move(rec);
      });
      conn.on('end', () => {
        rec.ended = true;
        UNIXNODE.move(rec);
      });
      conn.on('drain', () => {
        rec.full = false;
        UNIXNODE.move(rec);
      });
      conn.on('error', (e) => rec.error = e.code === 'EPIPE' ? 0 : UNIXNODE.errno(e));
      conn.on('close', () => {
        rec.gone = true;
        UNIXNODE.move(rec);
      });
      conn.resume();
      UNIXNODE.move(rec);
    },

    // Moves what there is, as far as there is room for it, in both directions.
    move(rec) {
      if (!rec.end) return;
      UNIXNODE.moveOut(rec);
      UNIXNODE.moveIn(rec);
      var over = _emwake_unixnode_is_over({{{ to64('rec.end') }}});
      if (rec.gone && !rec.arrived.length || over && rec.sentEnd) UNIXNODE.finish(rec);
    },

    // From the program to the other process.
    moveOut(rec) {
      var size = 16384;
      var sp = stackSave();
      var ptr = stackAlloc(size);
      while (!rec.full && !rec.sentEnd) {
        var n = _emwake_stream_read({{{ to64('rec.end') }}}, {{{ to64('ptr') }}}, size);
        if (n === -{{{ cDefs.EAGAIN }}}) break;
        if (n > 0) {
          rec.full = !rec.conn.write(HEAPU8.slice(ptr, ptr + n));
        } else {
          rec.sentEnd = true;
          rec.conn.end();
        }
      }
      stackRestore(sp);
    },

    // From the other process to the program. What it does not want any more is dropped.
    moveIn(rec) {
      while (rec.arrived.length) {
        var taken = UNIXNODE.give(rec.end, rec.arrived[0]);
        if (taken === -{{{ cDefs.EAGAIN }}}) {
          rec.conn.pause();
          return;
        }
        if (taken < 0 || taken === rec.arrived[0].length) rec.arrived.shift();
        else rec.arrived[0] = rec.arrived[0].subarray(taken);
      }
      rec.conn.resume();
      if (rec.ended && !rec.passedEnd) {
        rec.passedEnd = true;
        _emwake_unixnode_end({{{ to64('rec.end') }}});
      }
    },

    give(end, data) {
      var sp = stackSave();
      var size = Math.min(data.length, 16384);
      var ptr = stackAlloc(size);
      HEAPU8.set(data.subarray(0, size), ptr);
      var taken = _emwake_stream_write({{{ to64('end') }}}, {{{ to64('ptr') }}}, size);
      stackRestore(sp);
      return taken;
    },

    // One of the two sides is closed, and the other has all that is for it.
    finish(rec) {
      var {end, conn, error} = rec;
      rec.end = 0;
      UNIXNODE.streams.delete(rec);
      UNIXNODE.unwatch(rec.watcher);
      _emwake_unixnode_close({{{ to64('end') }}}, error);
      // Who still sends to it is told that nobody reads.
      if (!rec.gone) conn.destroySoon();
    },

    // The program ends: as if it had closed every socket. Node goes on until all that was sent has
    // gone.
    closeAll() {
      for (var rec of UNIXNODE.streams) {
        rec.full = false;
        UNIXNODE.moveOut(rec);
        UNIXNODE.streams.delete(rec);
        rec.end = 0;
        rec.conn.destroySoon();
      }
      for (var bound of UNIXNODE.bound.values()) {
        bound.listener = 0;
        for (var handle of bound.held) handle.close();
        UNIXNODE.closeHandle(bound);
      }
      UNIXNODE.bound.clear();
    },
  },

  // Only notes it: C calls with a lock held.
  emwake_unixnode_changed__deps: ['$UNIXNODE'],
  emwake_unixnode_changed__sig: 'vp',
  emwake_unixnode_changed: (watcher) => {
    var entry = UNIXNODE.watchers.get(watcher);
    if (!entry || entry.asked) return;
    entry.asked = true;
    queueMicrotask(() => {
      entry.asked = false;
      if (UNIXNODE.watchers.get(watcher) === entry) entry.changed();
    });
  },

  emwake_socket_path_make__deps: ['$FS', '$SYSCALLS', '$UNIXNODE', '$UTF8ToString'],
  emwake_socket_path_make__proxy: 'sync',
  emwake_socket_path_make__sig: 'ipp',
  emwake_socket_path_make: (path, inode) => {
    var bound = UNIXNODE.bind(UTF8ToString(path));
    if (bound.error) return -bound.error;
    {{{ makeSetValue('inode', 0, 'bound.inode', 'i64') }}};
    return 0;
  },

  emwake_socket_path_find__deps: ['$FS', '$UNIXNODE', '$UTF8ToString'],
  emwake_socket_path_find__proxy: 'sync',
  emwake_socket_path_find__sig: 'ipp',
  emwake_socket_path_find: (path, inode) => {
    var name = UTF8ToString(path);
    try {
      var socket = fs.statSync(name).isSocket();
      fs.accessSync(name, fs.constants.W_OK);
      if (!socket) return -{{{ cDefs.ECONNREFUSED }}};
      {{{ makeSetValue('inode', 0, 'UNIXNODE.identity(name, true)', 'i64') }}};
      return 0;
    } catch (e) {
      return -UNIXNODE.errno(e);
    }
  },

  emwake_socket_path_remove__deps: ['$FS', '$UNIXNODE', '$UTF8ToString'],
  emwake_socket_path_remove__proxy: 'sync',
  emwake_socket_path_remove__sig: 'vpj',
  emwake_socket_path_remove: (path, inode) => {
    UNIXNODE.bound.get(inode).handle.close();
    UNIXNODE.bound.delete(inode);
  },

  emwake_socket_path_close__deps: ['$UNIXNODE'],
  emwake_socket_path_close__proxy: 'sync',
  emwake_socket_path_close__sig: 'vj',
  emwake_socket_path_close: (inode) => {
    var rec = UNIXNODE.bound.get(inode);
    if (!rec) return;
    UNIXNODE.bound.delete(inode);
    UNIXNODE.close(rec);
  },

  emwake_socket_listen__deps: ['$UNIXNODE'],
  emwake_socket_listen__proxy: 'sync',
  emwake_socket_listen__sig: 'ijp',
  emwake_socket_listen: (inode, listener) => UNIXNODE.listen(UNIXNODE.bound.get(inode), listener),

  emwake_socket_connect__deps: ['$UNIXNODE', '$UTF8ToString'],
  emwake_socket_connect__proxy: 'sync',
  emwake_socket_connect__sig: 'ipp',
  emwake_socket_connect: (path, end) => UNIXNODE.connect(UTF8ToString(path), end),
#else
  emwake_socket_path_close__sig: 'vj',
  emwake_socket_path_close: (inode) => {},
  emwake_socket_listen__sig: 'ijp',
  emwake_socket_listen: (inode, listener) => 0,
  emwake_socket_connect__sig: 'ipp',
  emwake_socket_connect: (path, end) => -{{{ cDefs.ECONNREFUSED }}},
#endif
});
