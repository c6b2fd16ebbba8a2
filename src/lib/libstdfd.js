/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Standard input, output and error as the host has them: Node's descriptors 0, 1 and 2, /dev/tty,
// and Module.stdinStream. The other half is system/lib/host/std_fd.c; the state is there.
//
// A pipe, a socket or a terminal becomes a descriptor of the core. A regular file (and /dev/null) is
// always ready: its stream reads and writes the host's descriptor. What the program's page overrides
// (Module.stdin, stdout, stderr, print, printErr), what a browser has, and Windows, are left to the
// stock library.
//
// Node does not say when a descriptor is readable but by reading from it. So whoever waits has one
// byte read (emwake_std_watch); everything else is read by C, directly, when the program asks.

addToLibrary({
  // Values of enum std_kind, and of open(2).
  $STDFD__deps: ['$EMWAKE', '$FS', '$TTY', '$ERRNO_CODES', '$emwakeDeadlock', '$emwakeSources',
    'emwake_stream_duplicated', 'emwake_std_received', 'emwake_std_reserve', 'emwake_std_commit',
    'emwake_std_is_waited_for', 'emwake_std_sent', 'emwake_std_reopen'],
  $STDFD__postset: () => {
    addAtExit('STDFD.letGo();');
    return 'STDFD.staticInit();';
  },
  $STDFD: {
    PIPE: 0, SOCKET: 1, TTY: 2, STREAM: 3, TTY_STREAM: 4,

    // By the address of the C node: {ptr, handle} or {ptr, stream, reader}.
    records: new Map(),

    staticInit() {
      // What the stock library prints with, unless the page has given something else.
      var own = (name) => Object.getOwnPropertyDescriptor(Module, name)?.value;
      STDFD.prints = [null, own('print') ? null : out, own('printErr') ? null : err];
#if ENVIRONMENT_MAY_BE_NODE
      emwakeSources.push(STDFD.stayAlive);
#endif
    },

    record(ptr) {
      var rec = STDFD.records.get(ptr);
      if (!rec) STDFD.records.set(ptr, rec = {ptr});
      return rec;
    },

    // ---- What is there ----

    // Whether the stream is the stock library's own, so that it can be replaced.
    isStock(fd, stream) {
#if NODERAWFS
      return 'nfd' in stream;
#else
      var ops = fd === 2 ? TTY.default_tty1_ops : TTY.default_tty_ops;
      return stream.tty?.ops === ops && (!fd || STDFD.prints[fd] === (fd === 2 ? err : out));
#endif
    },

    // Which kind of descriptor of the core fd is to be; -1: none.
    kind(fd) {
      var stream = FS.streams[fd];
      if (!stream) return -1;
      if (!fd && Module['stdinStream']) {
        STDFD.input = Module['stdinStream'];
        return STDFD.input.isTTY ? STDFD.TTY_STREAM : STDFD.STREAM;
      }
#if ENVIRONMENT_MAY_BE_NODE
      if (!ENVIRONMENT_IS_NODE || process.platform === 'win32' || !STDFD.isStock(fd, stream)) {
        return -1;
      }
      try {
        var stat = fs.fstatSync(fd);
      } catch {
        return -1;
      }
      if (stat.isFIFO()) return STDFD.PIPE;
      if (stat.isSocket()) return STDFD.SOCKET;
      if (STDFD.isatty(fd)) {
        STDFD.ttys ??= [];
        STDFD.ttys[fd] = stat.rdev;
        return STDFD.TTY;
      }
      STDFD.attachFile(fd, stream, stat);
#endif
      return -1;
    },

    // An FS stream for a node of the core, in place of the stock one.
    attach(fd, kind, file) {
      var old = FS.streams[fd];
      var isTty = kind === STDFD.TTY || kind === STDFD.TTY_STREAM;
      var path = old.path;
      var node = null;
      if (isTty) {
        // For ttyname(3).
#if NODERAWFS
        path = fs.readlinkSync(`/proc/self/fd/${fd}`);
#else
        path = '/dev/tty';
        node = FS.lookupPath(path).node;
#endif
      }
      node ??= new FS.FSNode(EMWAKE.root, '', {{{ cDefs.S_IFIFO }}} | 0o600, 0);
      FS.close(old);
      FS.createStream({
        file, node, path,
        host: kind < STDFD.STREAM ? fd : -1,
        shared: new EMWAKE.SharedState(file),
        seekable: false,
        tty: isTty && {ops: {}},
        stream_ops: STDFD.streamOps(isTty),
      }, fd);
      var open = (stream) => STDFD.reopen(stream, file, isTty, -1, fd);
      STDFD.replaceDevice(fd, open);
      if (isTty) STDFD.openTerminal ??= open;
      return _emwake_stream_duplicated(fd, {{{ to64('file') }}});
    },

    streamOps(isTty) {
      var ops = {...EMWAKE.stream_ops};
#if NODERAWFS
      ops.getattr = (stream) => fs.fstatSync(stream.host);
#else
      if (isTty) delete ops.getattr; // the node's
#if ENVIRONMENT_MAY_BE_NODE
      else ops.getattr = (stream) => stream.host >= 0 ? fs.fstatSync(stream.host)
        : EMWAKE.stream_ops.getattr(stream);
#endif
#endif
      return ops;
    },

    // /dev/stdin and its kin, which the FS has as other names of its one terminal, become devices.
    replaceDevice(fd, open) {
#if !NODERAWFS
      var name = '/dev/' + ['stdin', 'stdout', 'stderr'][fd];
      var device = FS.makedev(5, 10 + fd);
      FS.unlink(name);
      FS.registerDevice(device, {open});
      FS.mkdev(name, device);
      var terminal = FS.makedev(5, 0);
      if (!fd) FS.registerDevice(terminal, {...FS.getDevice(terminal).stream_ops, open: STDFD.openTty});
#endif
    },

    // A description of what file describes, or of the host's terminal at fd, for a stream that the
    // FS is opening.
    reopen(stream, file, isTty, terminal, host) {
      var {flags} = stream;
      var opened = _emwake_std_reopen(stream.fd, {{{ to64('file') }}}, terminal, flags);
      {{{ from64('opened') }}};
      if (!opened) throw new FS.ErrnoError({{{ cDefs.ENOMEM }}});
      Object.assign(stream, {
        file: opened, host, seekable: false, shared: new EMWAKE.SharedState(opened),
        tty: isTty && {ops: {}}, stream_ops: STDFD.streamOps(isTty),
      });
    },

    // open("/dev/tty").
    openTty(stream) {
      try {
        STDFD.openTerminal ? STDFD.openTerminal(stream) : STDFD.openHostTty(stream);
      } catch (e) {
        FS.closeStream(stream.fd);
        throw e;
      }
    },

    openHostTty(stream) {
#if ENVIRONMENT_MAY_BE_NODE
      if (ENVIRONMENT_IS_NODE) {
        var {O_RDWR, O_NOCTTY} = fs.constants;
        try {
          var fd = fs.openSync('/dev/tty', O_RDWR | O_NOCTTY);
        } catch (e) {
          throw new FS.ErrnoError(STDFD.errno(e));
        }
        return STDFD.reopen(stream, 0, true, fd, fd);
      }
#endif
      throw new FS.ErrnoError({{{ cDefs.ENXIO }}});
    },

#if ENVIRONMENT_MAY_BE_NODE
    isatty: (fd) => process.getBuiltinModule('node:tty').isatty(fd),

    // ---- Files ----

    // A regular file, or a device that is always ready. The host's own position moves as long as the
    // program reads on where it is, so that a process that comes after goes on there.
    attachFile(fd, old, stat) {
      var regular = stat.isFile();
      var position = regular ? STDFD.position(fd) : 0;
      FS.close(old);
      FS.createStream({
        node: new FS.FSNode(EMWAKE.root, '', stat.mode, stat.rdev),
        path: old.path,
        shared: {flags: fd ? {{{ cDefs.O_WRONLY }}} : {{{ cDefs.O_RDONLY }}}, position, fd, at: position, regular},
        seekable: true, // lseek(2) on /dev/null is 0
        stream_ops: STDFD.fileOps,
      }, fd);
      var {node, shared} = FS.streams[fd];
      STDFD.replaceDevice(fd, (stream) => {
        stream.shared = shared;
        stream.node = node;
        stream.stream_ops = STDFD.fileOps;
      });
    },

    // Linux says where the descriptor is.
    position(fd) {
      try {
        return +/^pos:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))[1];
      } catch {
        return 0;
      }
    },

    transfer(call, stream, buffer, offset, length, position) {
      var {shared} = stream;
      var here = !shared.regular || position === shared.at;
      try {
        var n = call(shared.fd, buffer, offset, length, here ? null : position);
      } catch (e) {
        throw new FS.ErrnoError(STDFD.errno(e));
      }
      if (here) shared.at += n;
      return n;
    },

    fileOps: {
      getattr: (stream) => fs.fstatSync(stream.shared.fd),
      read: (...args) => STDFD.transfer(fs.readSync, ...args),
      write: (...args) => STDFD.transfer(fs.writeSync, ...args),
      llseek(stream, offset, whence) {
        if (!stream.shared.regular) return 0;
        if (whence === {{{ cDefs.SEEK_CUR }}}) offset += stream.position;
        else if (whence === {{{ cDefs.SEEK_END }}}) offset += fs.fstatSync(stream.shared.fd).size;
        if (offset < 0) throw new FS.ErrnoError({{{ cDefs.EINVAL }}});
        return offset;
      },
      fsync(stream) {
        fs.fsyncSync(stream.shared.fd);
      },
    },

    errno: (e) => ERRNO_CODES[e.code] || {{{ cDefs.EIO }}},

    // fs.readSync and fs.writeSync, where EAGAIN is nothing unusual: without the cost of a trace.
    call(op, fd, ptr, length) {
      var limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        return op(fd, HEAPU8, ptr, Math.min(length, 0x7fffffff), null);
      } catch (e) {
        return -STDFD.errno(e);
      } finally {
        Error.stackTraceLimit = limit;
      }
    },

    // ---- Waiting ----

    // A handle of Node's for the event loop, at fd, which it makes non-blocking.
    open(rec, kind, fd) {
      var options = {
        fd, manualStart: true, allowHalfOpen: true,
        readable: kind === STDFD.SOCKET || rec.in, writable: kind === STDFD.SOCKET || !rec.in,
      };
      if (options.readable) {
        options.onread = {
          buffer: new Uint8Array(1),
          callback: (n, buf) => STDFD.received(rec, buf[0]),
        };
      }
      var handle;
      if (kind === STDFD.TTY) {
        delete options.fd;
        handle = new (process.getBuiltinModule('node:tty').ReadStream)(fd, options);
      } else {
        handle = new (process.getBuiltinModule('node:net').Socket)(options);
      }
      rec.handle = handle;
      // The handle closes fd, even before the program does: see ended(). Node needs the standard ones
      // itself.
      rec.isOwn = fd > 2;
      handle.on('error', (e) => STDFD.ended(rec, handle));
      handle.on('end', () => STDFD.ended(rec, handle));
      handle.unref();
    },

    ended(rec, handle) {
      if (rec.handle !== handle || !rec.watching) return;
      if (rec.kind !== STDFD.SOCKET) {
        rec.handle = null;
        if (rec.isOwn) handle.destroy();
      }
      STDFD.finished(rec);
    },

    // Node's event loop has run dry: whether it is to wait for standard input.
    stayAlive() {
      var wait = false;
      STDFD.records.forEach((rec) => {
        if (rec.watching && !ABORT && !STDFD.hasEnded && _emwake_std_is_waited_for({{{ to64('rec.ptr') }}})) {
          rec.handle?.ref();
          wait = true;
        }
      });
      return wait;
    },
#endif

    received(rec, byte) {
      rec.watching = false;
      rec.handle.unref();
      _emwake_std_received({{{ to64('rec.ptr') }}}, byte);
      return false;
    },

    finished(rec) {
      rec.watching = false;
      if (!ABORT && !rec.closed) _emwake_std_received({{{ to64('rec.ptr') }}}, -1);
    },

    // The program ends: nothing waits for input any more.
    letGo() {
      STDFD.hasEnded = true;
      STDFD.records.forEach((rec) => {
        if (rec.watching) rec.handle?.unref();
      });
    },

    // ---- Module.stdinStream ----

    // Takes the next chunk, when the program has read what was there.
    async pull(rec) {
      rec.reader ??= STDFD.input.getReader();
      try {
        var {value, done} = await rec.reader.read();
      } catch (e) {
        err(`emwake: Module.stdinStream failed: ${e}`);
        done = true;
      }
      if (ABORT || rec.closed) return;
      var bytes = done ? null : STDFD.bytesOf(value);
      if (bytes && !bytes.length) return STDFD.pull(rec);
      var p = bytes && _emwake_std_reserve({{{ to64('rec.ptr') }}}, {{{ to64('bytes.length') }}});
      {{{ from64('p') }}};
      if (!p) return STDFD.finished(rec);
      rec.watching = false;
      HEAPU8.set(bytes, p);
      _emwake_std_commit({{{ to64('rec.ptr') }}}, {{{ to64('bytes.length') }}});
    },

    bytesOf(chunk) {
      if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
      if (ArrayBuffer.isView(chunk)) {
        return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
      return new Uint8Array(chunk);
    },

    // ---- Terminals ----

    modeOf(fd) {
#if ENVIRONMENT_MAY_BE_NODE
      var mode = fd >= 0 && STDFD.hostMode(fd);
      if (mode) return mode;
#endif
      // What the stock library says of a terminal, for one whose mode cannot be asked for.
      return STDFD.mode ??= TTY.default_tty_ops.ioctl_tcgets();
    },

#if ENVIRONMENT_MAY_BE_NODE
    stty(fd, ...args) {
      var {spawnSync} = process.getBuiltinModule('node:child_process');
      var {status, stdout} = spawnSync('stty', args, {stdio: [fd, 'pipe', 'ignore'], encoding: 'latin1'});
      return status === 0 ? stdout.trim() : null;
    },

    // `stty -g` of Linux: the four words of flags, then c_cc, in hexadecimal.
    hostMode(fd) {
      var fields = process.platform === 'linux' && STDFD.stty(fd, '-g')?.split(':');
      if (!fields || fields.length < 8) return null;
      var [c_iflag, c_oflag, c_cflag, c_lflag, ...c_cc] = fields.map((f) => parseInt(f, 16));
      return {c_iflag, c_oflag, c_cflag, c_lflag, c_cc};
    },

    setHostMode(fd, mode) {
      var old = STDFD.hostMode(fd);
      if (!old) return false;
      var cc = old.c_cc.map((value, i) => mode.c_cc[i] ?? value);
      var fields = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, ...cc];
      return STDFD.stty(fd, fields.map((f) => (f >>> 0).toString(16)).join(':')) !== null;
    },

    // By the names that every stty knows, where -g is not Linux's.
    setModeByName(fd, {c_iflag, c_oflag, c_lflag, c_cc}) {
      var names = [
        [c_iflag, {{{ cDefs.ICRNL }}}, 'icrnl'], [c_iflag, {{{ cDefs.IXON }}}, 'ixon'],
        [c_oflag, {{{ cDefs.OPOST }}}, 'opost'], [c_lflag, {{{ cDefs.ISIG }}}, 'isig'],
        [c_lflag, {{{ cDefs.ICANON }}}, 'icanon'], [c_lflag, {{{ cDefs.ECHO }}}, 'echo'],
        [c_lflag, {{{ cDefs.IEXTEN }}}, 'iexten'],
      ].map(([flags, bit, name]) => (flags & bit ? '' : '-') + name);
      // VMIN and VTIME share their places with other characters on some systems.
      if (names.includes('-icanon')) names.push('min', c_cc[6], 'time', c_cc[5]);
      return STDFD.stty(fd, ...names) !== null;
    },

    // Of the terminal at fd, as it is now.
    windowSize(fd) {
      var {WriteStream} = process.getBuiltinModule('node:tty');
      var stream = STDFD.windows?.get(fd);
      if (!stream) {
        STDFD.windows ??= new Map();
        stream = fd === 1 ? process.stdout : fd === 2 ? process.stderr : new WriteStream(fd);
        STDFD.windows.set(fd, stream);
      }
      stream._refreshSize?.();
      return stream;
    },
#endif
  },

  // ---- For C ----

  emwake_std_kind__deps: ['$STDFD'],
  emwake_std_kind__sig: 'iip',
  emwake_std_kind: (fd, first) => {
    var kind = STDFD.kind(fd);
    if (kind === STDFD.TTY) {
      var same = STDFD.ttys.findIndex((rdev) => rdev === STDFD.ttys[fd]);
      if (same < fd) {{{ makeSetValue('first', 0, 'same', 'i32') }}};
    }
    return kind;
  },

  emwake_std_attach__deps: ['$STDFD'],
  emwake_std_attach__sig: 'iiip',
  emwake_std_attach: (fd, kind, file) => STDFD.attach(fd, kind, file),

#if ENVIRONMENT_MAY_BE_NODE
  emwake_std_read__deps: ['$STDFD'],
  emwake_std_read__sig: 'iipp',
  emwake_std_read: (fd, ptr, length) => STDFD.call(fs.readSync, fd, ptr, length),

  emwake_std_write__deps: ['$STDFD'],
  emwake_std_write__sig: 'iipp',
  emwake_std_write: (fd, ptr, length) => STDFD.call(fs.writeSync, fd, ptr, length),

  // Linux opens what is behind a descriptor anew, with flags of its own: those that other processes
  // share are not touched. Not a socket, nor what belongs to another user.
  emwake_std_unblocked__sig: 'iii',
  emwake_std_unblocked: (fd, flags) => {
    if (process.platform !== 'linux') return -1;
    try {
      var {O_NONBLOCK, O_NOCTTY} = fs.constants;
      return fs.openSync(`/proc/self/fd/${fd}`, flags | O_NONBLOCK | O_NOCTTY);
    } catch {
      return -1;
    }
  },

  emwake_std_hung_up__deps: ['$STDFD'],
  emwake_std_hung_up__sig: 'ii',
  emwake_std_hung_up: (fd) => STDFD.isatty(fd) ? 0 : 1,

  emwake_std_open__deps: ['$STDFD'],
  emwake_std_open__sig: 'ipiiiii',
  emwake_std_open: (ptr, kind, input, ownInput, output, ownOutput) => {
    var rec = STDFD.record(ptr);
    rec.kind = kind;
    rec.in = input >= 0;
    var own = rec.in ? ownInput : ownOutput;
    if (rec.handle) return own;
    var fd = own;
    if (own < 0) {
      var {O_RDONLY, O_WRONLY, O_NONBLOCK, O_NOCTTY} = fs.constants;
      fd = rec.in ? input : output;
      try {
        // A duplicate, on systems other than Linux.
        fd = fs.openSync(`/dev/fd/${fd}`, (rec.in ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_NOCTTY);
      } catch {
        // The one that there is.
      }
    }
    try {
      STDFD.open(rec, kind, fd);
      return fd;
    } catch {
      if (own < 0 && fd > 2) fs.closeSync(fd);
      return own;
    }
  },

  emwake_std_send__deps: ['$STDFD', 'emwake_std_sent'],
  emwake_std_send__sig: 'vppp',
  emwake_std_send: (ptr, data, length) => {
    var sent = (failed) => {
      if (!ABORT) _emwake_std_sent({{{ to64('ptr') }}}, {{{ to64('length') }}}, failed);
    };
    var handle = STDFD.records.get(ptr)?.handle;
    if (handle) handle.write(HEAPU8.slice(data, data + length), (e) => sent(e ? 1 : 0));
    else queueMicrotask(() => sent(1));
  },
#else
  emwake_std_read: () => -{{{ cDefs.EIO }}},
  emwake_std_write: () => -{{{ cDefs.EIO }}},
  emwake_std_unblocked: () => -1,
  emwake_std_hung_up: () => 0,
  emwake_std_open: () => -1,
  emwake_std_send: () => {},
#endif

  emwake_std_main_is_free__sig: 'i',
#if PROXY_TO_PTHREAD
  emwake_std_main_is_free: () => 1,
#else
  emwake_std_main_is_free: () => 0,
#endif

  emwake_std_watch__deps: ['$STDFD'],
  emwake_std_watch__sig: 'vp',
  emwake_std_watch: (ptr) => {
    var rec = STDFD.record(ptr);
    if (rec.watching) return;
    rec.watching = true;
    if (rec.handle) rec.handle.resume();
    else if (rec.kind === undefined) STDFD.pull(rec);
    else queueMicrotask(() => STDFD.finished(rec)); // a terminal that is hung up cannot be opened
  },

  emwake_std_close__deps: ['$STDFD'],
  emwake_std_close__sig: 'vpiiii',
  emwake_std_close: (ptr, kind, input, ownInput, ownOutput) => {
    var rec = STDFD.record(ptr);
    rec.closed = true;
    rec.watching = false;
    STDFD.records.delete(ptr);
    rec.reader?.cancel().catch(() => {});
#if ENVIRONMENT_MAY_BE_NODE
    if (rec.handle && !rec.isOwn) {
      rec.handle.pause();
    } else if (rec.handle && !rec.in) {
      // What it still has to write is written first.
      rec.handle.end();
    } else {
      rec.handle?.destroy();
      for (var fd of [input, rec.isOwn ? -1 : ownInput, ownOutput]) if (fd > 2) fs.closeSync(fd);
    }
#endif
  },

  // ---- Terminals ----

  emwake_tty_get__deps: ['$STDFD'],
  emwake_tty_get__proxy: 'sync',
  emwake_tty_get__sig: 'iip',
  emwake_tty_get: (fd, t) => {
    var mode = STDFD.modeOf(fd);
    for (var [i, word] of ['c_iflag', 'c_oflag', 'c_cflag', 'c_lflag'].entries()) {
      {{{ makeSetValue('t', 'i * 4', 'mode[word]', 'i32') }}};
    }
    for (i = 0; i < {{{ cDefs.NCCS }}}; i++) {
      {{{ makeSetValue('t', C_STRUCTS.termios.c_cc + ' + i', 'mode.c_cc[i] || 0', 'i8') }}};
    }
    return 0;
  },

  emwake_tty_set__deps: ['$STDFD'],
  emwake_tty_set__proxy: 'sync',
  emwake_tty_set__sig: 'iip',
  emwake_tty_set: (fd, t) => {
    var word = (i) => {{{ makeGetValue('t', 'i * 4', 'i32') }}};
    var cc = t + {{{ C_STRUCTS.termios.c_cc }}};
    var mode = {
      c_iflag: word(0), c_oflag: word(1), c_cflag: word(2), c_lflag: word(3),
      c_cc: Array.from(HEAPU8.subarray(cc, cc + {{{ cDefs.NCCS }}})),
    };
#if ENVIRONMENT_MAY_BE_NODE
    if (fd >= 0) {
      if (STDFD.setHostMode(fd, mode)) return 0;
      if (!STDFD.setModeByName(fd, mode)) return -{{{ cDefs.EIO }}};
    }
#endif
    STDFD.mode = mode;
    if (fd < 0) STDFD.input.setRawMode?.(!(mode.c_lflag & {{{ cDefs.ICANON }}}));
    return 0;
  },

  emwake_tty_size__deps: ['$STDFD'],
  emwake_tty_size__proxy: 'sync',
  emwake_tty_size__sig: 'iip',
  emwake_tty_size: (fd, w) => {
    var size = STDFD.input;
#if ENVIRONMENT_MAY_BE_NODE
    if (fd >= 0) size = STDFD.windowSize(fd);
#endif
    {{{ makeSetValue('w', 0, 'size.rows || 0', 'i16') }}};
    {{{ makeSetValue('w', 2, 'size.columns || 0', 'i16') }}};
    {{{ makeSetValue('w', 4, 0, 'i32') }}};
    return 0;
  },

  // Without -sEXIT_RUNTIME nobody flushes stdio when main has returned, so that what libc buffers
  // would never be seen.
  emwake_std_line_buffered__sig: 'ii',
#if EXIT_RUNTIME
  emwake_std_line_buffered: (fd) => 0,
#else
  emwake_std_line_buffered: (fd) => fd === 1 ? 1 : 0,
#endif

  // ---- Without a file system ----

#if !SYSCALLS_REQUIRE_FILESYSTEM
  // A program that only writes: on Node its bytes go out as they are. Where the page prints, lines of
  // text do, as with the stock library.
  // What the runtime prints with at first.
  $emwakePrints: '[null, out, err]',
  $emwakeText__deps: ['$UTF8ArrayToString', '$emwakePrints'],
  $emwakeText: {
    lines: [null, [], []],

    put(fd, byte) {
      if (byte && byte !== {{{ charCode('\n') }}}) {
        emwakeText.lines[fd].push(byte);
        return;
      }
      (fd === 1 ? out : err)(UTF8ArrayToString(emwakeText.lines[fd]));
      emwakeText.lines[fd] = [];
    },

    flush() {
#if hasExportedSymbol('fflush')
      _fflush(0);
#endif
      for (var fd of [1, 2]) if (emwakeText.lines[fd].length) emwakeText.put(fd, 0);
    },

#if ENVIRONMENT_MAY_BE_NODE
    // Unless the page has a print or printErr of its own.
    isRaw(fd) {
      var own = Object.getOwnPropertyDescriptor(Module, fd === 1 ? 'print' : 'printErr');
      return ENVIRONMENT_IS_NODE && emwakePrints[fd] === (fd === 1 ? out : err) && !own?.value;
    },

    // Returns 0 or an errno. What a descriptor that somebody has made non-blocking has no room for,
    // Node keeps, and all that follows.
    writeRaw(fd, ptr, length) {
      try {
        while (length > 0 && !emwakeText.queued) {
          var n = fs.writeSync(fd, HEAPU8, ptr, length);
          ptr += n;
          length -= n;
        }
      } catch (e) {
        if (e.code !== 'EAGAIN') return e.code === 'EPIPE' ? {{{ cDefs.EPIPE }}} : {{{ cDefs.EIO }}};
        emwakeText.queued = true;
      }
      if (length) (fd === 1 ? process.stdout : process.stderr).write(HEAPU8.slice(ptr, ptr + length));
      return 0;
    },
#endif
  },

  fd_write__deps: ['$emwakeText'],
  fd_write__postset: () => {
    addAtExit('emwakeText.flush();');
    return '';
  },
  fd_write: (fd, iov, count, done) => {
    if (fd !== 1 && fd !== 2) return {{{ cDefs.EBADF }}};
    var total = 0;
    for (; count--; iov += {{{ C_STRUCTS.iovec.__size__ }}}) {
      var ptr = {{{ makeGetValue('iov', C_STRUCTS.iovec.iov_base, '*') }}};
      var length = {{{ makeGetValue('iov', C_STRUCTS.iovec.iov_len, '*') }}};
      total += length;
#if ENVIRONMENT_MAY_BE_NODE
      if (emwakeText.isRaw(fd)) {
        var e = emwakeText.writeRaw(fd, ptr, length);
        if (e) return e;
        continue;
      }
#endif
      for (var i = 0; i < length; i++) emwakeText.put(fd, HEAPU8[ptr + i]);
    }
    {{{ makeSetValue('done', 0, 'total', SIZE_TYPE) }}};
    return 0;
  },

  // For isatty(3).
  fd_fdstat_get__deps: [],
  fd_fdstat_get: (fd, stat) => {
    var isTerminal = (fd) => fd < 3;
#if ENVIRONMENT_MAY_BE_NODE
    if (ENVIRONMENT_IS_NODE) ({isatty: isTerminal} = process.getBuiltinModule('node:tty'));
#endif
    HEAPU8.fill(0, stat, stat + {{{ C_STRUCTS.__wasi_fdstat_t.__size__ }}});
    {{{ makeSetValue('stat', C_STRUCTS.__wasi_fdstat_t.fs_filetype, `isTerminal(fd) ? ${cDefs.__WASI_FILETYPE_CHARACTER_DEVICE} : ${cDefs.__WASI_FILETYPE_REGULAR_FILE}`, 'i8') }}};
    return 0;
  },
#endif
});
