/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Tracing, of a program that is linked with the port's option trace (system/lib/trace). Module.emwakeTrace has
//
//   start()   stop()   what happens from now on, until then
//   take()    what has happened since the last take, as an array of objects
//   json()    all that has happened and was not taken, as Chrome trace events, which Perfetto reads
//   text()    the system calls among it, as strace(1) writes them
//
// An event is {kind: 'call' | 'sleep' | 'wake' | 'notify', begin, end, track, trackName, object, result, text}
// with times in milliseconds and object the address of the waiter or node.
//
// On Node the environment starts it: EMWAKE_TRACE=FILE writes the JSON when the program ends,
// EMWAKE_STRACE=FILE the text, and EMWAKE_STRACE=1 writes the text to standard error as it comes.

addToLibrary({
  $emwakeTrace__deps: ['$UTF8ToString', '$ERRNO_CODES', '$keepRuntimeAlive', '$stackSave', '$stackAlloc',
    '$stackRestore', 'emwake_trace_dropped', 'emwake_trace_start', 'emwake_trace_stop',
    'emwake_trace_take'],
#if ENVIRONMENT_MAY_BE_NODE
  $emwakeTrace__postset: () => {
    addAtInit('emwakeTrace.begin();');
    addAtExit('emwakeTrace.end();');
    // _exit() does not come by there.
    return `
      var quitWithTrace = quit_;
      quit_ = (status, e) => {
        if (!keepRuntimeAlive()) emwakeTrace.end();
        quitWithTrace(status, e);
      };`;
  },
#endif
  $emwakeTrace: {
    // Of struct trace_event.
    size: 152,
    kinds: ['', 'call', 'sleep', 'wake', 'notify'],
    // What was taken out of the ring and not yet by the user.
    events: [],
    live: false,
    timer: 0,

    start() {
      var capacity = 4096;
      if (!_emwake_trace_start(capacity, emwakeTrace.live ? 1 : capacity / 2)) {
        throw new RangeError('emwake: no memory for a trace');
      }
#if PTHREADS
      // Other threads cannot say that there is much.
      emwakeTrace.timer ||= setInterval(emwakeTrace.collect, 20);
      emwakeTrace.timer.unref?.();
#endif
    },

    stop() {
      _emwake_trace_stop();
      emwakeTrace.collect();
      clearInterval(emwakeTrace.timer);
      emwakeTrace.timer = 0;
    },

    // Events that came faster than they were collected, and are lost.
    dropped: () => _emwake_trace_dropped(),

    collect() {
      if (ABORT) return;
      var sp = stackSave();
      var e = stackAlloc(emwakeTrace.size);
      while (_emwake_trace_take({{{ to64('e') }}})) {
        var event = emwakeTrace.read(e);
        emwakeTrace.events.push(event);
        if (emwakeTrace.live && event.kind === 'call') err(emwakeTrace.line(event));
      }
      stackRestore(sp);
    },

    read: (e) => ({
      kind: emwakeTrace.kinds[{{{ makeGetValue('e', 24, 'i32') }}}],
      begin: {{{ makeGetValue('e', 0, 'double') }}},
      end: {{{ makeGetValue('e', 8, 'double') }}},
      object: {{{ makeGetValue('e', 16, 'double') }}},
      track: {{{ makeGetValue('e', 28, 'i32') }}},
      result: {{{ makeGetValue('e', 32, 'i32') }}},
      trackName: UTF8ToString(e + 36),
      text: UTF8ToString(e + 56),
    }),

    take() {
      emwakeTrace.collect();
      return emwakeTrace.events.splice(0);
    },

    // ---- As text ----

    text() {
      emwakeTrace.collect();
      return emwakeTrace.textOf(emwakeTrace.events);
    },

    textOf: (events) =>
      events.filter(({kind}) => kind === 'call').map((e) => `${emwakeTrace.line(e)}\n`).join(''),

    line({trackName, text, result, begin, end}) {
      return `[${trackName}] ${text} = ${emwakeTrace.result(result)} <${((end - begin) / 1e3).toFixed(6)}>`;
    },

    result(result) {
      if (result >= 0) return `${result}`;
      var name = Object.keys(ERRNO_CODES).find((key) => ERRNO_CODES[key] === -result);
      return name ? `-1 ${name}` : `${result}`;
    },

    // ---- As Chrome trace events ----

    json() {
      emwakeTrace.collect();
      return emwakeTrace.jsonOf(emwakeTrace.events);
    },

    // Times are microseconds. A wake is an arrow from whoever made it to the sleep that it ended.
    jsonOf(events) {
      var names = new Map(events.map(({track, trackName}) => [track, trackName]));
      var out = [...names].map(([tid, name]) =>
        ({ph: 'M', name: 'thread_name', pid: 1, tid, args: {name}}));
      var wakes = new Map();
      var arrows = 0;
      for (var e of [...events].sort((a, b) => a.end - b.end)) {
        var common = {pid: 1, tid: e.track, ts: e.begin * 1e3, cat: e.kind};
        var dur = (e.end - e.begin) * 1e3;
        if (e.kind === 'call') {
          out.push({...common, ph: 'X', dur, name: e.text.split('(')[0],
            args: {call: e.text, result: emwakeTrace.result(e.result)}});
        } else if (e.kind === 'sleep') {
          out.push({...common, ph: 'X', dur, name: 'sleep', args: {waiter: e.object}});
          var wake = wakes.get(e.object);
          if (wake && wake.begin >= e.begin) {
            var arrow = {pid: 1, cat: 'wake', name: 'wake', id: ++arrows, args: {}};
            out.push({...arrow, ph: 's', tid: wake.track, ts: wake.begin * 1e3});
            out.push({...arrow, ph: 'f', bp: 'e', tid: e.track, ts: e.end * 1e3});
          }
        } else if (e.kind === 'wake') {
          wakes.set(e.object, e);
          out.push({...common, ph: 'X', dur: 1, name: 'wake', args: {waiter: e.object}});
        } else {
          out.push({...common, ph: 'i', s: 't', name: 'notify', args: {node: e.object, events: e.result}});
        }
      }
      return JSON.stringify({traceEvents: out, displayTimeUnit: 'ms'});
    },

#if ENVIRONMENT_MAY_BE_NODE
    // ---- On Node, by the environment ----

    begin() {
      if (!ENVIRONMENT_IS_NODE) return;
      var {EMWAKE_TRACE: json, EMWAKE_STRACE: text} = process.env;
      emwakeTrace.live = text === '1';
      if (json || text) emwakeTrace.start();
    },

    end() {
      if (!ENVIRONMENT_IS_NODE || emwakeTrace.ended) return;
      emwakeTrace.ended = true;
      var {EMWAKE_TRACE: json, EMWAKE_STRACE: text} = process.env;
      if (!json && !text) return;
      emwakeTrace.stop();
      var fs = process.getBuiltinModule('node:fs');
      if (json) fs.writeFileSync(json, emwakeTrace.json());
      if (text && !emwakeTrace.live) fs.writeFileSync(text, emwakeTrace.text());
      if (emwakeTrace.dropped()) err(`emwake: the trace lacks ${emwakeTrace.dropped()} events`);
    },
#endif
  },

  emwake_trace_ready__deps: ['$emwakeTrace'],
  emwake_trace_ready__sig: 'v',
  emwake_trace_ready: () => emwakeTrace.collect(),
});
