/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// What only JavaScript can do for the C core (system/lib): suspend the wasm stack, run work from
// the event loop, keep the numbers of descriptors in FS.streams, and let JavaScript code be a
// producer: notifyNodeListeners(node, events).
//
// The contract with C: a function here that C calls with a lock held (emwake_resume,
// emwake_schedule) only notes something and calls nothing back. User code runs from a task of its
// own, through callUserCallback.

addToLibrary({
  // On the main thread, whatever keeps its runtime: that is where the program ends.
  emwake_terminate__deps: ['_emscripten_runtime_keepalive_clear', 'proc_exit'],
  emwake_terminate__proxy: 'sync',
  emwake_terminate__sig: 'vi',
  emwake_terminate: (status) => {
    __emscripten_runtime_keepalive_clear();
    _proc_exit(status);
  },

  // What runs when the program ends: more than once, for _exit() does not come by what exit() runs.
  $emwakeAtEnd__deps: ['$keepRuntimeAlive'],
  $emwakeAtEnd__postset: () => {
    addAtExit('emwakeAtEnd.forEach((end) => end());');
    return `
      var quitOfRuntime = quit_;
      quit_ = (status, e) => {
        if (!keepRuntimeAlive()) emwakeAtEnd.forEach((end) => end());
        quitOfRuntime(status, e);
      };`;
  },
  $emwakeAtEnd: [],

  // emcc leaves the file system out of a program that calls nothing of it (open, read, fcntl, dup):
  // then a descriptor is a number and nothing else.
  $EMWAKE__deps: [
#if ASYNCIFY == 2
    '$emwakeContexts',
#endif
#if SYSCALLS_REQUIRE_FILESYSTEM
    '$FS', '$notifyNodeListeners', '$stackSave', '$stackAlloc', '$stackRestore',
    'emwake_stream_flags', 'emwake_stream_set_flags', 'emwake_stream_read', 'emwake_stream_write',
#endif
    'emwake_stream_closed', 'emwake_stream_duplicated'],
  $EMWAKE__postset: () => {
#if SYSCALLS_REQUIRE_FILESYSTEM
    addAtInit('EMWAKE.init();');
#endif
    return 'EMWAKE.staticInit();';
  },
  $EMWAKE: {
    staticInit() {
#if SYSCALLS_REQUIRE_FILESYSTEM
      // Whatever in JavaScript notifies an FS node wakes the C waiters of that node.
      FS.FSNode.prototype.notifyListeners = function(events) {
        notifyNodeListeners(this, events);
      };
#endif
    },

#if SYSCALLS_REQUIRE_FILESYSTEM
    // The root that the nodes of pipes, sockets and the like hang from, apart from FS.root.
    root: null,
    // Called with each stream that C has opened without FS.open, while somebody wants to know.
    onOpen: null,

    init() {
      EMWAKE.root = FS.mount(EMWAKE, {}, null);
      // As many as the table of the core holds (core/file.c).
      FS.MAX_OPEN_FDS = 65536;
#if !NODERAWFS
      EMWAKE.rememberLowest();
#endif
    },

#if !NODERAWFS
    // With thousands of descriptors the search for the lowest free number would be most of the cost
    // of accept. No number below `lowest` is free.
    lowest: 0,
    rememberLowest() {
      var {closeStream, dupStream} = FS;
      var checkLimit = (fd) => {
        if (fd >= FS.MAX_OPEN_FDS) throw new FS.ErrnoError({{{ cDefs.EMFILE }}});
      };
      FS.nextfd = () => {
        while (FS.streams[EMWAKE.lowest]) EMWAKE.lowest++;
        checkLimit(EMWAKE.lowest);
        return EMWAKE.lowest;
      };
      // Of F_DUPFD.
      FS.dupStream = (stream, fd = -1) => {
        checkLimit(fd);
        return dupStream(stream, fd);
      };
      FS.closeStream = (fd) => {
        closeStream(fd);
        EMWAKE.lowest = Math.min(EMWAKE.lowest, fd);
      };
    },
#endif

    mount(mount) {
      return FS.createNode(null, '/', {{{ cDefs.S_IFDIR }}} | 0o777, 0);
    },

    // An FS stream for a description of the core. file: its address. There may be thousands, so
    // they share what they can.
    createStream(file, mode) {
      var node = new FS.FSNode(EMWAKE.root, '', mode, 0);
      node.node_ops = EMWAKE.root.node_ops;
      node.stream_ops = EMWAKE.root.stream_ops;
      return FS.createStream({
        file,
        node,
        shared: new EMWAKE.SharedState(file),
        path: '',
        seekable: false,
        stream_ops: EMWAKE.stream_ops,
      });
    },

    // The status flags live in C, where every thread sees them.
    SharedState: class {
      constructor(file) {
        this.file = file;
      }
      get flags() {
        return _emwake_stream_flags({{{ to64('this.file') }}});
      }
      set flags(flags) {
        _emwake_stream_set_flags({{{ to64('this.file') }}}, flags);
      }
    },

    // FS.read and FS.write of JavaScript callers have a buffer of their own; a short count is fine.
    viaStack(length, call) {
      var sp = stackSave();
      length = Math.min(length, 4096);
      var result = call(stackAlloc(length), length);
      stackRestore(sp);
      if (result < 0) throw new FS.ErrnoError(-result);
      return result;
    },

    stream_ops: {
      getattr(stream) {
        // A FIFO's stream has the FS node of its file system.
        if (stream.node.node_ops.getattr) return stream.node.node_ops.getattr(stream.node);
        var now = new Date();
        return {
          dev: 14, ino: stream.node.id, mode: stream.node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0,
          size: 0, atime: now, mtime: now, ctime: now, blksize: 4096, blocks: 0,
        };
      },
      // fsync(2): a special file that does not support synchronization.
      fsync: () => {{{ cDefs.EINVAL }}},
      dup(stream) {
        var err = _emwake_stream_duplicated(stream.fd, {{{ to64('stream.file') }}});
        if (err) {
          FS.closeStream(stream.fd);
          throw new FS.ErrnoError(-err);
        }
      },
      close(stream) {
        _emwake_stream_closed(stream.fd);
      },
      read(stream, buffer, offset, length) {
        return EMWAKE.viaStack(length, (ptr, size) => {
          var n = _emwake_stream_read({{{ to64('stream.file') }}}, {{{ to64('ptr') }}}, size);
          if (n > 0) buffer.set(HEAP8.subarray(ptr, ptr + n), offset);
          return n;
        });
      },
      write(stream, buffer, offset, length) {
        return EMWAKE.viaStack(length, (ptr, size) => {
          HEAP8.set(buffer.subarray(offset, offset + size), ptr);
          return _emwake_stream_write({{{ to64('stream.file') }}}, {{{ to64('ptr') }}}, size);
        });
      },
    },
#else
    numbers: [true, true, true],
#endif
  },

  // Tells everyone who waits on a node that its readiness has changed: blocked calls, callbacks and
  // promises alike. node: an FS node, or the address of a node of the core. The producer changes
  // the state first. A node that nobody has ever waited on has no wait queue yet.
  $notifyNodeListeners__deps: ['notify_node_listeners'],
  $notifyNodeListeners: (node, events) => {
    var ptr = typeof node == 'object' ? node.nodePtr : node;
    if (ptr) _notify_node_listeners({{{ to64('ptr') }}}, events);
  },

  // ---- Descriptors ----

#if SYSCALLS_REQUIRE_FILESYSTEM
  emwake_fd_alloc__deps: ['$EMWAKE', '$FS', 'emwake_stream_duplicated'],
  emwake_fd_alloc__proxy: 'sync',
  emwake_fd_alloc__sig: 'ipi',
  emwake_fd_alloc: (file, mode) => {
    try {
      var stream = EMWAKE.createStream(file, mode);
    } catch (e) {
      if (e.name !== 'ErrnoError') throw e;
      return -e.errno;
    }
    var err = _emwake_stream_duplicated(stream.fd, {{{ to64('file') }}});
    if (err) FS.closeStream(stream.fd);
    return err || stream.fd;
  },

  emwake_fd_close__deps: ['$FS'],
  emwake_fd_close__proxy: 'sync',
  emwake_fd_close__sig: 'ii',
  emwake_fd_close: (fd) => {
    var stream = FS.getStream(fd);
    if (!stream) return -{{{ cDefs.EBADF }}};
    try {
      FS.close(stream);
    } catch (e) {
      if (e.name !== 'ErrnoError') throw e;
      return -e.errno;
    }
    return 0;
  },

  // A node for a stream of the file systems. A stream with a poll operation may become ready, and
  // its FS node has a C node from now on; everything else is always ready.
  emwake_foreign_node__deps: ['$EMWAKE', '$FS', 'emwake_regular_node', 'emwake_device_node'],
  emwake_foreign_node__proxy: 'sync',
  emwake_foreign_node__sig: 'pi',
  emwake_foreign_node: (fd) => {
    var stream = FS.getStream(fd);
    // One of the core's was opened after the core had looked into its table: then it was not open.
    if (!stream || stream.stream_ops === EMWAKE.stream_ops) return 0;
    if (!stream.stream_ops?.poll) return {{{ from64Expr('_emwake_regular_node()') }}};
    stream.node.nodePtr ||= {{{ from64Expr('_emwake_device_node(fd)') }}};
    return stream.node.nodePtr;
  },

  emwake_foreign_poll__deps: ['$FS'],
  emwake_foreign_poll__proxy: 'sync',
  emwake_foreign_poll__sig: 'iip',
  // Any stream of the node will do when fd is closed, or was never one.
  emwake_foreign_poll: (fd, ptr) => {
    var stream = FS.getStream(fd);
    if (stream?.node.nodePtr !== ptr) {
      stream = FS.streams.find((s) => s?.node.nodePtr === ptr);
    }
    return stream?.stream_ops.poll ? stream.stream_ops.poll(stream) : {{{ cDefs.POLLNVAL }}};
  },
#else
  emwake_fd_alloc__deps: ['$EMWAKE', 'emwake_stream_duplicated'],
  emwake_fd_alloc__proxy: 'sync',
  emwake_fd_alloc__sig: 'ipi',
  emwake_fd_alloc: (file, mode) => {
    var fd = 0;
    while (EMWAKE.numbers[fd]) fd++;
    if (fd > 65535) return -{{{ cDefs.EMFILE }}};
    var err = _emwake_stream_duplicated(fd, {{{ to64('file') }}});
    if (!err) EMWAKE.numbers[fd] = true;
    return err || fd;
  },

  emwake_fd_close__deps: ['$EMWAKE', 'emwake_stream_closed'],
  emwake_fd_close__proxy: 'sync',
  emwake_fd_close__sig: 'ii',
  emwake_fd_close: (fd) => {
    if (!EMWAKE.numbers[fd]) return -{{{ cDefs.EBADF }}};
    EMWAKE.numbers[fd] = false;
    _emwake_stream_closed(fd);
    return 0;
  },

  // Standard input, output and error.
  emwake_foreign_node__deps: ['emwake_regular_node'],
  emwake_foreign_node__sig: 'pi',
  emwake_foreign_node: (fd) => fd < 3 ? {{{ from64Expr('_emwake_regular_node()') }}} : 0,

  emwake_foreign_poll__sig: 'iip',
  emwake_foreign_poll: (fd, ptr) => {{{ cDefs.POLLNVAL }}},
#endif

  // ---- Sleeping ----

  // setTimeout takes 32 bits and rounds down. Both who use it sleep again when woken too early.
  $emwakeTimerDelay: (ms) => Math.min(Math.ceil(ms), 0x7fffffff),

  // Functions that say whether something may still come from outside when Node's event loop has run
  // dry; what they wait for keeps Node alive from then on.
  $emwakeSources: [],

  // The stacks that have been suspended, by their numbers: what is said of the suspension that a stack
  // is in, or was in last. (Not a Map of those that are suspended: V8's old tables of one that changes
  // all the time refer to the newer ones, and what those hold outlives many a collection.)
  $emwakeStacks__postset: () => {
    // A timer that is left would keep Node alive after the program's exit.
    addAtExit('emwakeStacks.forEach((stack) => clearTimeout(stack.timer));');
    return '';
  },
  $emwakeStacks: [],

  $emwakeStack__deps: ['$emwakeStacks'],
  $emwakeStack: (number) => emwakeStacks[number] ||=
    {number, waits: false, keep: false, timer: 0, result: 0, settle: null},

  // Of those that only C lets go on, and that do not keep the program running, there is no record, but
  // only what ends the suspension, by their numbers: thousands of records do not fit the caches.
  $emwakeSettles: [],

  // Set by who has to know all that wait.
  $emwakeRecordAll: 'false',

  // One function for all promises, so that the engine inlines it.
  $emwakeHold: (settle) => {
    emwakeHold.settle = settle;
  },

  // Node's event loop has run dry: whoever is still suspended would never wake. What does not keep
  // the program running may stay so.
  $emwakeDeadlock__deps: ['$emwakeStacks', '$emwakeSources', '$emwakeEnd'],
#if ENVIRONMENT_MAY_BE_NODE
  $emwakeDeadlock__postset: `if (ENVIRONMENT_IS_NODE) process.on('beforeExit', emwakeDeadlock);`,
#endif
  $emwakeDeadlock: () => {
    var stuck = emwakeStacks.filter(({waits, keep}) => waits && keep);
    if (ABORT || emwakeSources.some((mayCome) => mayCome()) || !stuck.length) return;
    err('emwake: deadlock: the program waits, and nothing is left that could end the wait. ' +
        'The call fails with EDEADLK.');
    stuck.forEach((stack) => emwakeEnd(stack, -{{{ cDefs.EDEADLK }}}));
  },

  // Begins a suspension of the stack that runs: an import returns the promise. keep: the program is kept
  // running meanwhile.
#if ASYNCIFY == 2
  $emwakeBegin__deps: ['$emwakeContexts', '$emwakeHold', '$runtimeKeepalivePush'],
#else
  $emwakeBegin__deps: ['$emwakeHold'],
#endif
  $emwakeBegin: (stack, keep) => {
    stack.keep = keep;
    stack.result = 0;
    var promise = new Promise(emwakeHold);
    stack.settle = emwakeHold.settle;
#if ASYNCIFY == 2
    if (keep) {
      {{{ runtimeKeepalivePush(); }}}
    }
#if STACK_OVERFLOW_CHECK < 2
    emwakeContexts.suspend();
#endif
#endif
    return promise;
  },

#if ASYNCIFY == 2
  // The same for a stack of which there is no record, see $emwakeSettles.
  $emwakeBeginBriefly__deps: ['$emwakeContexts', '$emwakeHold', '$emwakeSettles'],
  $emwakeBeginBriefly: (number) => {
    var promise = new Promise(emwakeHold);
    emwakeSettles[number] = emwakeHold.settle;
#if STACK_OVERFLOW_CHECK < 2
    emwakeContexts.suspend();
#endif
    return promise;
  },
#endif

  // Lets the stack go on, unless who woke it has ended the program since.
#if ASYNCIFY == 2
  $emwakeSettle__deps: ['$emwakeWoken', '$runtimeKeepalivePop'],
#else
  $emwakeSettle__deps: ['$emwakeWoken'],
#endif
  $emwakeSettle: (stack) => {
    if (ABORT) return;
    if (stack.waits) emwakeWoken(stack);
#if ASYNCIFY == 2
    if (stack.keep) {
      {{{ runtimeKeepalivePop(); }}}
    }
#endif
    stack.settle(stack.result);
  },

  // queueMicrotask() costs several times as much in Node. What func throws is nobody's rejection.
  $emwakeMicrotask__postset: 'emwakeMicrotask.settled = Promise.resolve();',
  $emwakeMicrotask: (func) => {
    emwakeMicrotask.settled.then(() => {
      try {
        func();
      } catch (e) {
        queueMicrotask(() => {
          throw e;
        });
      }
    });
  },

  // Where there may be several stacks, emwakeRunQueue takes this over; that returns 0 if C has
  // let the stack go on already.
  $emwakeGoOn__deps: ['$emwakeSettle', '$emwakeMicrotask'],
  $emwakeGoOn: (stack) => emwakeMicrotask(() => emwakeSettle(stack)),

  // Calls func when the C code that runs has come to rest. With several stacks emwakeRunQueue takes
  // this over: what they all have sent goes out together.
  $emwakeAtRest__deps: ['$emwakeMicrotask'],
  $emwakeAtRest: (func) => emwakeMicrotask(func),

  $emwakeEnd__deps: ['$emwakeGoOn', '$emwakeWoken'],
  $emwakeEnd: (stack, result) => {
    if (ABORT || !stack.waits || emwakeGoOn(stack) === 0) return;
    stack.result = result;
    emwakeWoken(stack);
  },

  $emwakeWoken: (stack) => {
    stack.waits = false;
    if (stack.timer) clearTimeout(stack.timer);
    stack.timer = 0;
  },

#if ASYNCIFY
  emwake_suspend__deps: ['$emwakeBegin', '$emwakeEnd', '$emwakeStack', '$emwakeDeadlock',
#if ASYNCIFY == 2 && !PTHREADS
                         '$emwakeBeginBriefly', '$emwakeRecordAll',
#endif
                         '$emwakeTimerDelay', 'emscripten_get_now'],
#if ASYNCIFY == 2
  emwake_suspend__async: true,
#else
  emwake_suspend__async: 'auto',
#endif
#if ASYNCIFY == 2 && STACK_OVERFLOW_CHECK < 2
  // C brings the context back itself.
  emwake_suspend__postset: '_emwake_suspend.changesContext = true;',
#endif
  emwake_suspend__sig: 'iidi',
  emwake_suspend: (number, ms, keep) => {
#if ASYNCIFY == 2 && !PTHREADS
    if (ms < 0 && !keep && !emwakeRecordAll) return emwakeBeginBriefly(number);
#endif
    var stack = emwakeStack(number);
    var promise = emwakeBegin(stack, keep);
    stack.waits = true;
#if PTHREADS
    // There is always a timer: on Node, workers do not keep the process alive.
    if (ms < 0) ms = Infinity;
#else
    if (ms >= 0)
#endif
    {
      var deadline = _emscripten_get_now() + ms;
      // Node's clock for timers is up to a millisecond behind: too early is a spurious wake.
      stack.timer = setTimeout(
          () => emwakeEnd(stack,
                          _emscripten_get_now() < deadline ? 0 : -{{{ cDefs.ETIMEDOUT }}}),
          emwakeTimerDelay(ms));
    }
    return promise;
  },

  emwake_resume__deps: ['$emwakeStacks', '$emwakeEnd'],
  emwake_resume__sig: 'vi',
  emwake_resume: (number) => {
    var stack = emwakeStacks[number];
    if (stack) emwakeEnd(stack, 0);
  },
#else
  // Never called: nothing can be suspended, see emwake_can_suspend.
  emwake_suspend__sig: 'iidi',
  emwake_suspend: (number, ms, keep) => 0,
  emwake_resume__sig: 'vi',
  emwake_resume: (number) => {},
#endif

  // The values are those of system/lib/host/emwake_js.h.
  emwake_can_suspend__sig: 'i',
#if ASYNCIFY == 2
  emwake_can_suspend: () => 2,
#elif ASYNCIFY
  emwake_can_suspend__deps: ['$Asyncify'],
  // One stack at a time can be unwound, and only one that an export entered.
  emwake_can_suspend: () =>
    Asyncify.currData || !Asyncify.exportCallStack.length ? 2 : 0,
#else
  emwake_can_suspend: () => 1,
#endif

  // A page may make a shared memory although it is not isolated; its main thread may not wait on it.
  emwake_js_block__sig: 'id',
  emwake_js_block: (ms) => {
    _emwake_js_block.memory ??= new WebAssembly.Memory({initial: 1, maximum: 1, shared: true});
    try {
      Atomics.wait(new Int32Array(_emwake_js_block.memory.buffer), 0, 0, ms);
      return true;
    } catch (e) {
      return false;
    }
  },

  emwake_explain__sig: 'vi',
  emwake_explain: (why) => {
    err(why === 1 ?
      'emwake: a call that has to wait failed with EDEADLK, because this build cannot wait here. ' +
      'Link with -sJSPI (or -sASYNCIFY), or with -pthread -sPROXY_TO_PTHREAD, or use ' +
      'emscripten_poll_with_callback.' :
      'emwake: a call that has to wait failed with EDEADLK, because it was made from an ' +
      'event-loop callback or a plain export. Use emscripten_poll_with_callback or a task there, or ' +
      'make the export a promising one (-sJSPI_EXPORTS).');
  },

  // ---- The event loop ----

  // The program has exited, or the thread has that this is the worker of: there is nobody to call.
#if PTHREADS
  $emwakeEnded__deps: ['pthread_self'],
  $emwakeEnded: () => ABORT || !_pthread_self(),
#else
  $emwakeEnded: () => ABORT,
#endif

  $emwakeTurn__deps: ['$callUserCallback', '$emwakeEnded', 'emwake_event_loop_turn',
    'emwake_event_loop_step'],
  $emwakeTurn: () => {
    // Each of the works may be the last that was to run.
    for (var works = emwakeEnded() ? 0 : _emwake_event_loop_turn(); works > 0 && !emwakeEnded(); works--) {
      callUserCallback(_emwake_event_loop_step);
    }
  },

  // Runs functions in turns of the event loop of their own, in order. (Emscripten's emSetImmediate
  // posts messages to the window: in a dedicated worker they would go to whoever made it.)
  $emwakeSoon__postset: 'emwakeSoon = globalThis.setImmediate ?? emwakeSoon;',
  $emwakeSoon: (func) => {
    if (!emwakeSoon.port) {
      var {port1, port2} = new MessageChannel();
      port1.onmessage = () => emwakeSoon.queue.shift()();
      emwakeSoon.port = port2;
      emwakeSoon.queue = [];
    }
    emwakeSoon.queue.push(func);
    emwakeSoon.port.postMessage(0);
  },

  emwake_schedule__deps: ['$emwakeSoon', '$emwakeTurn'],
  emwake_schedule__sig: 'v',
  emwake_schedule: () => {
    emwakeSoon(emwakeTurn);
  },

#if PTHREADS
  // Of the thread that this worker runs: the doorbell that it awaits.
  $emwakeDoorbell: 'null',

  emwake_open_doorbell__deps: ['$emwakeDoorbell', '$emwakeTurn', '$waitAsyncPolyfilled'],
  emwake_open_doorbell__sig: 'ip',
  emwake_open_doorbell: (word) => {
    if (waitAsyncPolyfilled) return 0;
    var doorbell = emwakeDoorbell = {};
    var index = {{{ getHeapOffset('word', 'i32') }}};
    // A ring before the word is read has posted its work before that, and the turn runs it.
    var listen = () => {
      var {value} = Atomics.waitAsync(HEAP32, index, Atomics.load(HEAP32, index));
      Promise.resolve(value).then(() => {
        if (doorbell !== emwakeDoorbell) return;
        listen();
        emwakeTurn();
      });
    };
    listen();
    return 1;
  },

  emwake_shut_doorbell__deps: ['$emwakeDoorbell'],
  emwake_shut_doorbell__sig: 'v',
  emwake_shut_doorbell: () => {
    emwakeDoorbell = null;
  },
#endif

  emwake_set_alarm__deps: ['$emwakeTimerDelay', 'emwake_event_loop_timers'],
  emwake_set_alarm__postset: () => {
    addAtExit('clearTimeout(_emwake_set_alarm.timer);');
    return '';
  },
  emwake_set_alarm__sig: 'vd',
  emwake_set_alarm: (ms) => {
    clearTimeout(_emwake_set_alarm.timer);
    if (ms !== Infinity) {
      _emwake_set_alarm.timer = setTimeout(() => ABORT || _emwake_event_loop_timers(),
                                           emwakeTimerDelay(ms));
    }
  },
});
