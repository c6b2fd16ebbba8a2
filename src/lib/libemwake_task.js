/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Tasks (system/lib/task): calls of a promising entry, each in a context of its own, from the queue
// of what may run.

// What a program uses, as the linker finds it: the two cannot be suspended together.
var emwakeUses = {};
function emwakeUse(what) {
  emwakeUses[what] = true;
  if (emwakeUses.tasks && emwakeUses.longjmp) {
    error('emwake: tasks (<emscripten/task.h>) cannot be suspended in code that calls setjmp by way ' +
          'of JavaScript: compile and link with -sSUPPORT_LONGJMP=wasm');
  }
}

addToLibrary({
#if ASYNCIFY != 2
  emwake_task_start__deps: [() => error(
    'emwake: tasks (<emscripten/task.h>) need a stack each that can be suspended: link with -sJSPI')],
  emwake_task_start__sig: 'vpipp',
  emwake_task_start: () => {},

  emwake_task_give_way__sig: 'vii',
  emwake_task_give_way: () => {},

  emwake_run_queue_begin__sig: 'v',
  emwake_run_queue_begin: () => {},
#else
#if SUPPORT_LONGJMP == 'emscripten'
  _emscripten_throw_longjmp__deps: ['setThrew', () => emwakeUse('longjmp')],
#endif
  emwake_task_start__deps: [
#if !DISABLE_EXCEPTION_CATCHING
    () => error('emwake: tasks (<emscripten/task.h>) cannot be suspended in code that catches ' +
                'exceptions by way of JavaScript: use -fwasm-exceptions instead of -fexceptions'),
#endif
    () => emwakeUse('tasks'),
    '$emwakeContexts', '$emwakeMicrotask', '$emwakeRunQueue', '$emwakeSettles', '$handleException',
    '$wasmTable', 'emscripten_force_exit', 'emwake_run_queue_add', 'emwake_task_running'],
  // exit() in a task ends the program, though a suspended main keeps it running. (Both call quit_.)
  emwake_task_start__postset: `
    var emwakeQuit = quit_;
    quit_ = (status, reason) => {
      quit_ = emwakeQuit;
      if (reason instanceof ExitStatus && !ABORT && _emwake_task_running()) {
        _emscripten_force_exit(status);
      }
      emwakeQuit(status, reason);
    };`,
  emwake_task_start__sig: 'vpipp',
  emwake_task_start: (context, number, entry, task) => {
    var start = () => {
      if (ABORT) return;
      emwakeContexts.taskEntry ||= WebAssembly.promising(wasmTable.get({{{ toIndexType('entry') }}}));
      emwakeContexts.run(context, emwakeContexts.taskEntry, [{{{ to64('task') }}}])
        .catch(handleException);
    };
    emwakeSettles[number] = () => emwakeMicrotask(start);
    _emwake_run_queue_add(number);
  },

  emwake_task_give_way__deps: ['$emwakeBegin', '$emwakeStack', '$emwakeRunQueue',
                               'emwake_run_queue_add'],
  emwake_task_give_way__async: true,
#if STACK_OVERFLOW_CHECK < 2
  emwake_task_give_way__postset: '_emwake_task_give_way.changesContext = true;',
#endif
  emwake_task_give_way__sig: 'vii',
  emwake_task_give_way: (number, keep) => {
    var stack = emwakeStack(number);
    var promise = emwakeBegin(stack, keep);
    _emwake_run_queue_add(number);
    return promise;
  },
#endif
});
