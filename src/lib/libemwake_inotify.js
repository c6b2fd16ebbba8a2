/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// What happens in Emscripten's FS, for inotify (system/lib/core/inotify.c): while anything is watched,
// the functions of FS are wrapped by ones that report, whoever calls them. The rules of what is
// reported to whom are those of include/linux/fsnotify.h and of its callers in fs/.

addToLibrary({
#if SYSCALLS_REQUIRE_FILESYSTEM && !NODERAWFS
  // The bits of <sys/inotify.h>.
  $emwakeInotify__deps: ['$EMWAKE', '$FS', '$PATH', '$stackSave', '$stackRestore',
    '$stringToUTF8OnStack', 'emwake_fs_watches', 'emwake_fs_report', 'emwake_fs_forget'],
  $emwakeInotify: {
    ACCESS: 0x1,
    MODIFY: 0x2,
    ATTRIB: 0x4,
    CLOSE_WRITE: 0x8,
    CLOSE_NOWRITE: 0x10,
    OPEN: 0x20,
    MOVED_FROM: 0x40,
    MOVED_TO: 0x80,
    CREATE: 0x100,
    DELETE: 0x200,
    DELETE_SELF: 0x400,
    MOVE_SELF: 0x800,
    UNMOUNT: 0x2000,
    ISDIR: 0x40000000,

    // Watches, and what was FS's own while there are any.
    count: 0,
    stock: null,
    cookie: 0,
    // FS nodes without a name that a stream still refers to.
    unlinked: new WeakSet(),
    // The mode of a file that FS.open makes is not a change of it.
    creating: 0,

    watching(change) {
      emwakeInotify.count += change;
      var wanted = emwakeInotify.count > 0;
      if (wanted === !!emwakeInotify.stock) return;
      if (wanted) {
        emwakeInotify.stock = {};
        for (var [name, wrap] of Object.entries(emwakeInotify.wrappers)) {
          emwakeInotify.stock[name] = FS[name];
          FS[name] = wrap(FS[name]);
        }
        EMWAKE.onOpen = (stream) => emwakeInotify.reportFile(stream.node, emwakeInotify.OPEN);
      } else {
        Object.assign(FS, emwakeInotify.stock);
        emwakeInotify.stock = EMWAKE.onOpen = null;
      }
    },

    // ---- Reporting ----

    send(inode, events, name, cookie = 0, unlinked = false) {
      if (!_emwake_fs_watches(inode)) return;
      var sp = stackSave();
      var text = name === undefined ? 0 : stringToUTF8OnStack(name);
      _emwake_fs_report(inode, events, cookie, {{{ to64('text') }}}, unlinked ? 1 : 0);
      stackRestore(sp);
    },

    kind: (node) => FS.isDir(node.mode) ? emwakeInotify.ISDIR : 0,

    // fsnotify_inode(): to those who watch the node itself.
    reportInode(node, events) {
      emwakeInotify.send(node.id, events | emwakeInotify.kind(node));
    },

    // fsnotify_name(): an entry of a directory.
    reportEntry(dir, events, name, node, cookie) {
      emwakeInotify.send(dir.id, events | emwakeInotify.kind(node), name, cookie);
    },

    // fsnotify_parent(): to those who watch its directory, then to those who watch it.
    reportBoth(node, events, unlinked) {
      events |= emwakeInotify.kind(node);
      if (node.parent !== node) {
        emwakeInotify.send(node.parent.id, events, node.name, 0, unlinked);
      }
      emwakeInotify.send(node.id, events, undefined, 0, unlinked);
    },

    // fsnotify_file(): by way of a stream.
    reportFile(node, events) {
      emwakeInotify.reportBoth(node, events, emwakeInotify.unlinked.has(node));
    },

    // The node has lost its name; it goes with its last stream.
    lose(node) {
      emwakeInotify.unlinked.add(node);
      emwakeInotify.endIfUnused(node);
    },

    // A stream keeps its node, and a node without a name keeps the directory that it was in.
    isUsed(node) {
      return FS.streams.some((stream) => {
        var used = stream?.node;
        while (used && used !== node && emwakeInotify.unlinked.has(used)) used = used.parent;
        return used === node;
      });
    },

    endIfUnused(node) {
      if (emwakeInotify.isUsed(node)) return;
      emwakeInotify.reportInode(node, emwakeInotify.DELETE_SELF);
      _emwake_fs_forget(node.id);
    },

    // What a path of a call names, before the call; undefined: nothing, and the call will say why.
    find(path, opts) {
      try {
        return FS.lookupPath(path, opts).node;
      } catch (e) {
        if (e.name !== 'ErrnoError') throw e;
      }
    },

    // The node that an entry is about; a lookup of the last component alone, without following it.
    entry(path) {
      return emwakeInotify.find(path, {follow_mount: false});
    },

    dir(path) {
      return emwakeInotify.find(path, {parent: true});
    },

    // ---- The functions of FS, by name ----

    wrappers: {
      open: (open) => (...args) => {
        emwakeInotify.creating++;
        try {
          var stream = open(...args);
        } finally {
          emwakeInotify.creating--;
        }
        if (!(stream.flags & {{{ cDefs.O_PATH }}})) {
          emwakeInotify.reportFile(stream.node, emwakeInotify.OPEN);
        }
        return stream;
      },

      close: (close) => (stream) => {
        // A stream for each duplicate; the description is what they share.
        var {node, shared, flags} = stream;
        var result = close(stream);
        if (!node || FS.streams.some((other) => other?.shared === shared)) return result;
        if (!(flags & {{{ cDefs.O_PATH }}})) {
          var writes = (flags & {{{ cDefs.O_ACCMODE }}}) !== {{{ cDefs.O_RDONLY }}};
          emwakeInotify.reportFile(
              node, writes ? emwakeInotify.CLOSE_WRITE : emwakeInotify.CLOSE_NOWRITE);
        }
        for (; emwakeInotify.unlinked.has(node); node = node.parent) {
          emwakeInotify.endIfUnused(node);
        }
        return result;
      },

      read: (read) => (stream, ...args) => {
        var n = read(stream, ...args);
        if (n > 0) emwakeInotify.reportFile(stream.node, emwakeInotify.ACCESS);
        return n;
      },

      write: (write) => (stream, ...args) => {
        var n = write(stream, ...args);
        if (n > 0) emwakeInotify.reportFile(stream.node, emwakeInotify.MODIFY);
        return n;
      },

      readdir: (readdir) => (path) => {
        var names = readdir(path);
        var node = emwakeInotify.find(path, {follow: true});
        if (node) emwakeInotify.reportBoth(node, emwakeInotify.ACCESS);
        return names;
      },

      mknod: (mknod) => (...args) => {
        var node = mknod(...args);
        emwakeInotify.reportEntry(node.parent, emwakeInotify.CREATE, node.name, node);
        return node;
      },

      symlink: (symlink) => (target, path) => {
        var result = symlink(target, path);
        emwakeInotify.reportEntry(
            emwakeInotify.dir(path), emwakeInotify.CREATE, PATH.basename(path), {mode: 0});
        return result;
      },

      unlink: (unlink) => (path) => {
        var dir = emwakeInotify.dir(path);
        var node = emwakeInotify.entry(path);
        var result = unlink(path);
        emwakeInotify.reportInode(node, emwakeInotify.ATTRIB); // the count of its links
        emwakeInotify.lose(node);
        emwakeInotify.reportEntry(dir, emwakeInotify.DELETE, PATH.basename(path), node);
        return result;
      },

      rmdir: (rmdir) => (path) => {
        var dir = emwakeInotify.dir(path);
        var node = emwakeInotify.entry(path);
        var result = rmdir(path);
        emwakeInotify.lose(node);
        emwakeInotify.reportEntry(dir, emwakeInotify.DELETE, PATH.basename(path), node);
        return result;
      },

      rename: (rename) => (from, to) => {
        var node = emwakeInotify.entry(from);
        var target = emwakeInotify.entry(to);
        var oldDir = emwakeInotify.dir(from);
        var newDir = emwakeInotify.dir(to);
        var result = rename(from, to);
        if (node === target) return result;
        var cookie = emwakeInotify.cookie = emwakeInotify.cookie + 1 >>> 0 || 1;
        emwakeInotify.reportEntry(
            oldDir, emwakeInotify.MOVED_FROM, PATH.basename(from), node, cookie);
        emwakeInotify.reportEntry(newDir, emwakeInotify.MOVED_TO, PATH.basename(to), node, cookie);
        if (target) emwakeInotify.reportInode(target, emwakeInotify.ATTRIB);
        emwakeInotify.reportInode(node, emwakeInotify.MOVE_SELF);
        if (target) emwakeInotify.lose(target);
        return result;
      },

      // chmod, chown, truncate and utime, of paths and of descriptors: fsnotify_change().
      doSetAttr: (doSetAttr) => (stream, node, attr) => {
        doSetAttr(stream, node, attr);
        var events = 0;
        if (attr.size !== undefined) {
          events = emwakeInotify.MODIFY;
        } else if (attr.atime === undefined && attr.mtime === undefined) {
          if (!emwakeInotify.creating) events = emwakeInotify.ATTRIB;
        } else if (attr.atime !== null) {
          events = attr.mtime !== null ? emwakeInotify.ATTRIB : emwakeInotify.ACCESS;
        } else {
          events = emwakeInotify.MODIFY;
        }
        if (events) emwakeInotify.reportBoth(node, events);
      },

      unmount: (unmount) => (mountpoint) => {
        var mounts = FS.getMounts(emwakeInotify.find(mountpoint, {}).mount);
        var nodes = mounts.map((mount) => mount.root);
        for (var node of FS.nameTable) {
          for (; node; node = node.name_next) {
            if (mounts.includes(node.mount)) nodes.push(node);
          }
        }
        var result = unmount(mountpoint);
        for (var gone of new Set(nodes)) {
          emwakeInotify.reportInode(gone, emwakeInotify.UNMOUNT);
          _emwake_fs_forget(gone.id);
        }
        return result;
      },
    },
  },

  emwake_inotify_supported__deps: ['$emwakeInotify'],
  emwake_inotify_supported__sig: 'i',
  emwake_inotify_supported: () => 1,

  emwake_inotify_watch_path__deps: ['$FS', '$SYSCALLS', 'emwake_fs_watch'],
  emwake_inotify_watch_path__proxy: 'sync',
  emwake_inotify_watch_path__sig: 'ippi',
  emwake_inotify_watch_path: (instance, path, mask) => {
    try {
      // 0x2000000: IN_DONT_FOLLOW, 0x1000000: IN_ONLYDIR.
      var {node} = FS.lookupPath(SYSCALLS.getStr(path), {follow: !(mask & 0x2000000)});
    } catch (e) {
      if (e.name !== 'ErrnoError') throw e;
      return -e.errno;
    }
    if (mask & 0x1000000 && !FS.isDir(node.mode)) return -{{{ cDefs.ENOTDIR }}};
    var err = FS.nodePermissions(node, 'r');
    return err ? -err : _emwake_fs_watch({{{ to64('instance') }}}, node.id, mask);
  },

  emwake_inotify_watching__deps: ['$emwakeInotify'],
  emwake_inotify_watching__proxy: 'sync',
  emwake_inotify_watching__sig: 'vi',
  emwake_inotify_watching: (change) => emwakeInotify.watching(change),
#else
  emwake_inotify_supported__deps: ['emwake_fs_watch', 'emwake_fs_watches', 'emwake_fs_report',
    'emwake_fs_forget'],
  emwake_inotify_supported__sig: 'i',
#if NODERAWFS
  emwake_inotify_supported: () => 0,
#else
  emwake_inotify_supported: () => 1,
#endif

  emwake_inotify_watch_path__sig: 'ippi',
  emwake_inotify_watch_path: (instance, path, mask) => -{{{ cDefs.ENOENT }}},

  emwake_inotify_watching__sig: 'vi',
  emwake_inotify_watching: (change) => {},
#endif
});
