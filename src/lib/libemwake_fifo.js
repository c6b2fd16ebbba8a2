/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// FIFOs in Emscripten's FS: MEMFS keeps their names, inodes and permissions. What is open of them is
// system/lib/core/fifo.c, which knows an FS node by its id. Linked into a program that calls mkfifo
// or mknod.

addToLibrary({
#if SYSCALLS_REQUIRE_FILESYSTEM && !NODERAWFS
  $emwakeFifo__deps: ['$EMWAKE', '$FS', '$MEMFS', 'emwake_fifo_made', 'emwake_fifo_open_stream'],
  $emwakeFifo__postset: 'emwakeFifo.staticInit();',
  $emwakeFifo: {
    // The FS nodes that C is opening, by id: {node, count}. They may be unlinked meanwhile.
    opening: new Map(),

    staticInit() {
      var createNode = MEMFS.createNode;
      MEMFS.createNode = (parent, name, mode, dev) => {
        // IDBFS has nodes of MEMFS too, but cannot store this one.
        if (!FS.isFIFO(mode) || parent.mount.type !== MEMFS) return createNode(parent, name, mode, dev);
        var node = createNode(parent, name, mode & ~{{{ cDefs.S_IFMT }}} | {{{ cDefs.S_IFREG }}}, 0);
        node.mode = mode;
        node.stream_ops = emwakeFifo.stream_ops;
        _emwake_fifo_made();
        return node;
      };
    },

    // Makes a stream of FS an ordinary one of EMWAKE.
    stream_ops: {
      open(stream) {
        var file = {{{ from64Expr('_emwake_fifo_open_stream(stream.fd, stream.node.id, stream.flags)') }}};
        if (file < 0 && file > -4096) {
          FS.closeStream(stream.fd);
          throw new FS.ErrnoError(-file);
        }
        Object.assign(stream, {
          file,
          shared: new EMWAKE.SharedState(file),
          stream_ops: EMWAKE.stream_ops,
          seekable: false,
        });
      },
    },
  },

  emwake_fifo_supported__deps: ['$emwakeFifo'],
  emwake_fifo_supported__sig: 'i',
  emwake_fifo_supported: () => 1,

  emwake_fifo_begin_open__deps: ['$emwakeFifo', '$FS', '$SYSCALLS'],
  emwake_fifo_begin_open__proxy: 'sync',
  emwake_fifo_begin_open__sig: 'iipi',
  emwake_fifo_begin_open: (dirfd, path, flags) => {
    try {
      var {node} = FS.lookupPath(SYSCALLS.calculateAt(dirfd, SYSCALLS.getStr(path)), {
        follow: !(flags & {{{ cDefs.O_NOFOLLOW }}}),
        noent_okay: true,
      });
    } catch (e) {
      // The stock open will say so.
      if (e.name !== 'ErrnoError') throw e;
      return 0;
    }
    if (!node || !FS.isFIFO(node.mode)) return 0;
    var exclusive = {{{ cDefs.O_CREAT | cDefs.O_EXCL }}};
    if ((flags & exclusive) === exclusive) return -{{{ cDefs.EEXIST }}};
    if (flags & {{{ cDefs.O_DIRECTORY }}}) return -{{{ cDefs.ENOTDIR }}};
    var err = FS.mayOpen(node, flags);
    if (err) return -err;
    var held = emwakeFifo.opening.get(node.id) ?? {node, count: 0};
    held.count++;
    emwakeFifo.opening.set(node.id, held);
    return node.id;
  },

  emwake_fifo_end_open__deps: ['$emwakeFifo'],
  emwake_fifo_end_open__proxy: 'sync',
  emwake_fifo_end_open__sig: 'vi',
  emwake_fifo_end_open: (inode) => {
    if (--emwakeFifo.opening.get(inode).count === 0) emwakeFifo.opening.delete(inode);
  },

  emwake_fifo_installed__deps: ['$EMWAKE', '$emwakeFifo', '$FS'],
  emwake_fifo_installed__proxy: 'sync',
  emwake_fifo_installed__sig: 'vipi',
  emwake_fifo_installed: (fd, file, inode) => {
    var stream = FS.getStream(fd);
    // Another thread may have closed it.
    if (stream?.file !== file) return;
    stream.node = emwakeFifo.opening.get(inode).node;
    stream.path = FS.getPath(stream.node);
    EMWAKE.onOpen?.(stream);
  },
#else
  emwake_fifo_supported__deps: ['emwake_fifo_made', 'emwake_fifo_open_stream'],
  emwake_fifo_supported__sig: 'i',
  emwake_fifo_supported: () => 0,

  emwake_fifo_begin_open__sig: 'iipi',
  emwake_fifo_begin_open: (dirfd, path, flags) => 0,

  emwake_fifo_end_open__sig: 'vi',
  emwake_fifo_end_open: (inode) => {},

  emwake_fifo_installed__sig: 'vipi',
  emwake_fifo_installed: (fd, file, inode) => {},
#endif
});
