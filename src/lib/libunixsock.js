/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// What AF_UNIX sockets (system/lib/core/unix*.c) have to do with the file system: descriptors of
// FS.streams that are on their way in a control message, and files of type S_IFSOCK.

addToLibrary({
  // Under another name than getuid()'s, which would bring the file system with it.
  emwake_user_id__deps: ['__syscall_getuid32', '__syscall_getgid32'],
  emwake_user_id__sig: 'ii',
  emwake_user_id: (group) => group ? ___syscall_getgid32() : ___syscall_getuid32(),

#if SYSCALLS_REQUIRE_FILESYSTEM
  // ---- FS streams on their way from one descriptor to another (SCM_RIGHTS) ----

  $HELD__deps: ['$FS'],
  $HELD: {
    streams: new Map(),
    last: 0,

    // FS makes and closes streams under numbers only. Runs call with number 0, which is given back.
    withoutNumber(call) {
      var stream = FS.streams[0];
      try {
        return call();
      } finally {
        FS.streams[0] = stream;
      }
    },

    // A stream that shares position and flags with another, as one that was dup'ed.
    hold(original) {
      HELD.streams.set(++HELD.last, HELD.withoutNumber(() => FS.dupStream(original, 0)));
      return HELD.last;
    },

    take(held) {
      var stream = HELD.streams.get(held);
      HELD.streams.delete(held);
      return stream;
    },
  },

  emwake_foreign_hold__deps: ['$FS', '$HELD'],
  emwake_foreign_hold__proxy: 'sync',
  emwake_foreign_hold__sig: 'ii',
  emwake_foreign_hold: (fd) => {
    var stream = FS.getStream(fd);
    return stream ? HELD.hold(stream) : -{{{ cDefs.EBADF }}};
  },

  emwake_foreign_hold_again__deps: ['$HELD'],
  emwake_foreign_hold_again__proxy: 'sync',
  emwake_foreign_hold_again__sig: 'ii',
  emwake_foreign_hold_again: (held) => HELD.hold(HELD.streams.get(held)),

  emwake_foreign_install__deps: ['$FS', '$HELD'],
  emwake_foreign_install__proxy: 'sync',
  emwake_foreign_install__sig: 'ii',
  emwake_foreign_install: (held) => {
    try {
      var fd = FS.nextfd();
    } catch (e) {
      if (e.name !== 'ErrnoError') throw e;
      return -e.errno;
    }
    var stream = HELD.take(held);
    stream.fd = fd;
    FS.streams[fd] = stream;
    return fd;
  },

  emwake_foreign_drop__deps: ['$FS', '$HELD'],
  emwake_foreign_drop__proxy: 'sync',
  emwake_foreign_drop__sig: 'vi',
  emwake_foreign_drop: (held) => {
    try {
      HELD.withoutNumber(() => FS.close(HELD.take(held)));
    } catch (e) {
      if (e.name !== 'ErrnoError') throw e;
    }
  },

#if !NODERAWFS
  // ---- Files of type S_IFSOCK ----

  // Runs call, which gives 0 or a positive errno, and says what C wants to know.
  $socketPathResult__deps: ['$FS'],
  $socketPathResult: (call) => {
    try {
      return -call();
    } catch (e) {
      if (e.name !== 'ErrnoError') throw e;
      return -e.errno;
    }
  },

  emwake_socket_path_make__deps: ['$FS', '$MEMFS', '$SYSCALLS', '$socketPathResult', '$UTF8ToString'],
  emwake_socket_path_make__proxy: 'sync',
  emwake_socket_path_make__sig: 'ipp',
  emwake_socket_path_make: (path, inode) => {
    var result = socketPathResult(() => {
      var name = UTF8ToString(path);
      var node = FS.mknod(name, {{{ cDefs.S_IFSOCK }}} | 0o777 & ~SYSCALLS.currentUmask, 0);
      if (node.node_ops.getattr) {
        // Not of MEMFS: the file is of another type, for there are no sockets in that file system.
        FS.unlink(name);
        return {{{ cDefs.EPERM }}};
      }
      node.node_ops = MEMFS.ops_table.chrdev.node;
      node.stream_ops = {
        open() {
          throw new FS.ErrnoError({{{ cDefs.ENXIO }}});
        },
      };
      {{{ makeSetValue('inode', 0, 'node.id', 'i64') }}};
      return 0;
    });
    return result === -{{{ cDefs.EEXIST }}} ? -{{{ cDefs.EADDRINUSE }}} : result;
  },

  emwake_socket_path_find__deps: ['$FS', '$socketPathResult', '$UTF8ToString'],
  emwake_socket_path_find__proxy: 'sync',
  emwake_socket_path_find__sig: 'ipp',
  emwake_socket_path_find: (path, inode) => socketPathResult(() => {
    var {node} = FS.lookupPath(UTF8ToString(path), {follow: true});
    var error = FS.nodePermissions(node, 'w');
    if (error || !FS.isSocket(node.mode)) return error || {{{ cDefs.ECONNREFUSED }}};
    {{{ makeSetValue('inode', 0, 'node.id', 'i64') }}};
    return 0;
  }),

  emwake_socket_path_remove__deps: ['$FS', '$socketPathResult', '$UTF8ToString'],
  emwake_socket_path_remove__proxy: 'sync',
  emwake_socket_path_remove__sig: 'vpj',
  emwake_socket_path_remove: (path, inode) => {
    socketPathResult(() => {
      FS.unlink(UTF8ToString(path));
      return 0;
    });
  },
#endif
#else
  // Without a file system, standard input, output and error have no other number, and names are all
  // there is of a path.
  emwake_foreign_hold__sig: 'ii',
  emwake_foreign_hold: (fd) => -{{{ cDefs.EBADF }}},
  emwake_foreign_hold_again__sig: 'ii',
  emwake_foreign_hold_again: (held) => -{{{ cDefs.EBADF }}},
  emwake_foreign_install__sig: 'ii',
  emwake_foreign_install: (held) => -{{{ cDefs.EBADF }}},
  emwake_foreign_drop__sig: 'vi',
  emwake_foreign_drop: (held) => {},

#if !NODERAWFS
  $socketPaths: 'new Map()',

  emwake_socket_path_make__deps: ['$socketPaths', '$UTF8ToString'],
  emwake_socket_path_make__proxy: 'sync',
  emwake_socket_path_make__sig: 'ipp',
  emwake_socket_path_make: (path, inode) => {
    var name = UTF8ToString(path);
    if (socketPaths.has(name)) return -{{{ cDefs.EADDRINUSE }}};
    socketPaths.set(name, socketPaths.size + 1);
    {{{ makeSetValue('inode', 0, 'socketPaths.size', 'i64') }}};
    return 0;
  },

  emwake_socket_path_find__deps: ['$socketPaths', '$UTF8ToString'],
  emwake_socket_path_find__proxy: 'sync',
  emwake_socket_path_find__sig: 'ipp',
  emwake_socket_path_find: (path, inode) => {
    var number = socketPaths.get(UTF8ToString(path));
    if (!number) return -{{{ cDefs.ENOENT }}};
    {{{ makeSetValue('inode', 0, 'number', 'i64') }}};
    return 0;
  },

  // Only a file that nobody else has heard of.
  emwake_socket_path_remove__deps: ['$socketPaths', '$UTF8ToString'],
  emwake_socket_path_remove__proxy: 'sync',
  emwake_socket_path_remove__sig: 'vpj',
  emwake_socket_path_remove: (path, inode) => socketPaths.delete(UTF8ToString(path)),
#endif
#endif
});
