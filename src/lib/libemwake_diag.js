/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Diagnostics: the descriptors of the program, their state and who waits for them. Module.emwakeDiag has
//
//   descriptors()   an array of objects, as system/lib/core/diag.h has them: and for descriptors of
//                   Emscripten's file systems {fd, kind: 'file', path}. Listeners of kind 'wait' have
//                   `who`, the thread or task; those of kind 'epoll' have `epfd`, the instance's number.
//   text()          the same as a table
//   print()
//
// On Node a program that has it writes the table to its standard error on SIGQUIT.

addToLibrary({
  $emwakeDiag__deps: ['$EMWAKE', '$UTF8ToString', 'emwake_diag_begin', 'emwake_diag_context',
#if SYSCALLS_REQUIRE_FILESYSTEM
    '$FS',
#endif
#if PTHREADS
    '$PThread',
#endif
    'emwake_diag_end'],
#if ENVIRONMENT_MAY_BE_NODE
#if PTHREADS
  $emwakeDiag__postset: `if (ENVIRONMENT_IS_NODE && !ENVIRONMENT_IS_PTHREAD) {
    process.on('SIGQUIT', () => ABORT || emwakeDiag.print());
  }`,
#else
  $emwakeDiag__postset: `if (ENVIRONMENT_IS_NODE) {
    process.on('SIGQUIT', () => ABORT || emwakeDiag.print());
  }`,
#endif
#endif
  $emwakeDiag: {
    descriptors() {
      var list = emwakeDiag.ofTheCore();
      var numbers = new Map(list.map(({node, fd}) => [node, fd]));
      for (var descriptor of list) {
        for (var l of descriptor.listeners) {
          if (l.kind === 'wait') l.who = emwakeDiag.nameOfStack(l.waiter);
          if (l.kind === 'epoll') l.epfd = numbers.get(l.epoll) ?? -1;
        }
      }
      return [...list, ...emwakeDiag.ofFileSystems(list)].sort((a, b) => a.fd - b.fd);
    },

    ofTheCore() {
      var text = _emwake_diag_begin();
      {{{ from64('text') }}};
      if (!text) throw new RangeError('emwake: no memory for diagnostics');
      var list = JSON.parse(UTF8ToString(text));
      _emwake_diag_end({{{ to64('text') }}});
      return list;
    },

#if SYSCALLS_REQUIRE_FILESYSTEM
    ofFileSystems(list) {
      var known = new Set(list.map(({fd}) => fd));
      return FS.streams.filter((s) => s && !known.has(s.fd)).map((s) => ({
        fd: s.fd,
        kind: s.tty ? 'tty' : 'file',
        path: s.path ?? '',
        flags: s.flags,
        listeners: [],
      }));
    },
#else
    ofFileSystems: () => [0, 1, 2].map((fd) => ({fd, kind: 'file', path: '', flags: 0, listeners: []})),
#endif

    // Whoever waits has its waiter on its stack.
    nameOfStack(address) {
      var name = _emwake_diag_context({{{ to64('address') }}});
      {{{ from64('name') }}};
      if (name) return UTF8ToString(name);
#if PTHREADS
      for (var key of Object.keys(PThread.pthreads)) {
        var thread = Number(key);
        var top = {{{ makeGetValue('thread', C_STRUCTS.pthread.stack, '*') }}};
        var size = {{{ makeGetValue('thread', C_STRUCTS.pthread.stack_size, '*') }}};
        if (address <= top && address > top - size) return emwakeDiag.nameOfThread(thread);
      }
#endif
      return 'main';
    },

#if PTHREADS
    nameOfThread(thread) {
#if PROXY_TO_PTHREAD
      // main runs on the first that was made.
      if (thread === (emwakeDiag.mainThread ??= thread)) return 'main';
#endif
      return `thread 0x${thread.toString(16)}`;
    },
#endif

    // ---- As text ----

    print: () => err(emwakeDiag.text()),

    text() {
      var rows = [['FD', 'KIND', 'READY', 'STATE']];
      var below = [[]];
      for (var d of emwakeDiag.descriptors()) {
        rows.push([d.fd, d.kind, emwakeDiag.events(d.ready, ' '), emwakeDiag.state(d)].map(String));
        below.push(d.listeners.map(emwakeDiag.listener));
      }
      var widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i].length)));
      return rows.flatMap((row, i) => [
        `${row[0].padStart(widths[0] + 1)}  ${row[1].padEnd(widths[1])}  ` +
          `${row[2].padEnd(widths[2])}  ${row[3]}`.trimEnd(),
        ...below[i].map((line) => `       ${line}`),
      ]).join('\n');
    },

    events(mask, separator) {
      var names = [[1, 'IN'], [2, 'PRI'], [4, 'OUT'], [8, 'ERR'], [16, 'HUP'], [32, 'NVAL'],
        [0x2000, 'RDHUP']];
      return names.filter(([bit]) => mask & bit).map(([, name]) => name).join(separator);
    },

    state(d) {
      var parts = [];
      if (d.path) parts.push(d.path);
      if (d.size !== undefined) parts.push(`${d.unread} of ${d.size} bytes`);
      if (d.domain !== undefined) parts.push(emwakeDiag.socket(d));
      if (d.count !== undefined) parts.push(`count ${d.count}`);
      if (d.expires !== undefined) parts.push(`expires in ${d.expires} ms`);
      if (d.flags & {{{ cDefs.O_NONBLOCK }}}) parts.push('nonblocking');
      if (d.cloexec) parts.push('cloexec');
      return parts.join(', ');
    },

    socket(d) {
      var type = d.domain === 1 /* AF_UNIX */ ? {1: 'unix', 2: 'unix datagram', 5: 'unix seqpacket'}
        : {1: 'TCP', 2: 'UDP'};
      var peer = d.listening ? ' listening' : d.peer !== undefined ? ` - ${d.peer || '(unnamed)'}` : '';
      var bytes = ['unread', 'unsent'].filter((key) => d[key]).map((key) => `, ${d[key]} ${key}`);
      // An abstract name of AF_UNIX begins with a 0.
      return `${type[d.type] ?? 'socket'} ${(d.local || '').replaceAll('\0', '@')}${peer}${bytes.join('')}`;
    },

    listener(l) {
      // Those that are always heard are left out: errors, hang-ups and closes.
      var events = emwakeDiag.events(l.events & ~56, '|');
      var exclusive = l.exclusive ? ' (one of those who do)' : '';
      if (l.kind === 'wait') return `${l.who} waits for ${events || 'errors'}${exclusive}`;
      if (l.kind === 'epoll') {
        var how = (l.flags & 1 << 30 ? '|ONESHOT' : '') + (l.flags >>> 31 ? '|ET' : '') +
          (l.flags & 1 << 28 ? '|EXCLUSIVE' : '');
        return `epoll ${l.epfd} watches for ${events}${how}`;
      }
      return `callback${l.id ? ` ${l.id}` : ''} for ${events || 'errors'}`;
    },
  },

  emscripten_diag_print__deps: ['$emwakeDiag'],
  emscripten_diag_print__proxy: 'sync',
  emscripten_diag_print__sig: 'v',
  emscripten_diag_print: () => emwakeDiag.print(),

  emscripten_diag_text__deps: ['$emwakeDiag', '$stringToNewUTF8'],
  emscripten_diag_text__proxy: 'sync',
  emscripten_diag_text__sig: 'p',
  emscripten_diag_text: () => stringToNewUTF8(emwakeDiag.text()),
});
