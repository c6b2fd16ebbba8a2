/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// What only JavaScript can do for signals (system/lib/host/host_signal.c): see threads begin, call
// handlers of any type, and hear of the signals of Node's process. Linked only into programs that use
// signals or <emscripten/interrupt.h>.

addToLibrary({
  // ---- Threads ----

#if PTHREADS
  // A thread inherits the signal mask of its creator, and is known from its first instruction on.
  $emwakeFollowThreads__deps: ['__pthread_create_js', '$invokeEntryPoint', 'emwake_expect_thread',
                               'emwake_forget_thread', 'emwake_enter_thread'],
  $emwakeFollowThreads__postset: 'emwakeFollowThreads();',
  $emwakeFollowThreads: () => {
    var create = ___pthread_create_js;
    ___pthread_create_js = (thread, ...rest) => {
      if (_emwake_expect_thread({{{ to64('thread') }}})) return {{{ cDefs.EAGAIN }}};
      var error = create(thread, ...rest);
      if (error) _emwake_forget_thread({{{ to64('thread') }}});
      return error;
    };
    var invoke = invokeEntryPoint;
    invokeEntryPoint = (entry, arg) => {
      _emwake_enter_thread();
      return invoke(entry, arg);
    };
  },
  emwake_is_helper__deps: ['$emwakeFollowThreads'],
#endif
  emwake_is_helper__sig: 'i',
#if PROXY_TO_PTHREAD
  emwake_is_helper: () => !ENVIRONMENT_IS_PTHREAD,
#else
  emwake_is_helper: () => false,
#endif

  // ---- Handlers ----

  emwake_is_callable__sig: 'ipi',
#if ASYNCIFY
  emwake_is_callable: (fn, parameters) => getWasmTableEntry(fn).length === parameters,
#else
  emwake_is_callable: (fn, parameters) => false,
#endif

  // A function of fewer parameters takes the first ones.
  emwake_call_handler__sig: 'vpipp',
  emwake_call_handler: (fn, sig, info, context) => {
    {{{ makeDynCall('vipp', 'fn') }}}(sig, info, context);
  },

  // ---- Signals of Node's process ----

  // Listeners by number. Node's own action holds for a signal without one; they keep nothing alive.
  $emwakeSignalListeners: {},

#if ASYNCIFY
  // A stack that is suspended may be waiting for a signal: the event loop does not run dry then.
  $emwakeAwaitSignals__deps: ['$emwakeSources', '$emwakeStacks', '$emwakeEnd', '$emwakeRecordAll',
                              '$emwakeSignalListeners'],
  $emwakeAwaitSignals__postset:
    'emwakeSources.push(emwakeAwaitSignals); emwakeRecordAll = true;',
  $emwakeAwaitSignals: () => {
    var waiting = emwakeStacks.filter((stack) => stack.waits);
    if (!waiting.length || !Object.keys(emwakeSignalListeners).length) return false;
    waiting.forEach((stack) => {
      stack.timer ||= setTimeout(() => emwakeEnd(stack, 0), 0x7fffffff);
    });
    return true;
  },
#endif

  // Listens to the signals of mask, bit sig - 1, and to no others.
  $emwakeListen__deps: ['$emwakeSignalListeners', 'emwake_signal_arrived'],
  $emwakeListen: (mask) => {
    var names = {1: 'SIGHUP', 2: 'SIGINT', 10: 'SIGUSR1', 12: 'SIGUSR2', 15: 'SIGTERM',
                 28: 'SIGWINCH'};
    for (const [sig, name] of Object.entries(names)) {
      var watched = mask & (1 << (sig - 1));
      var listener = emwakeSignalListeners[sig];
      if (watched && !listener) {
        emwakeSignalListeners[sig] = () => ABORT || _emwake_signal_arrived(sig);
        process.on(name, emwakeSignalListeners[sig]);
      } else if (!watched && listener) {
        process.off(name, listener);
        delete emwakeSignalListeners[sig];
      }
    }
  },

  emwake_watch_signals__deps: ['$emwakeListen', 'emwake_watched_signals',
#if ASYNCIFY
                               '$emwakeAwaitSignals',
#endif
  ],
  emwake_watch_signals__postset: () => {
    addAtExit('if (ENVIRONMENT_IS_NODE) emwakeListen(0);');
    return '';
  },
  emwake_watch_signals__proxy: 'sync',
  emwake_watch_signals__sig: 'v',
  emwake_watch_signals: () => {
    var mask = _emwake_watched_signals();
    if (ENVIRONMENT_IS_NODE) emwakeListen(mask);
  },
});
