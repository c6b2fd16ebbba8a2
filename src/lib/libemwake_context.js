/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// Under JSPI the engine gives every call of a promising export a stack, but they share the shadow
// stack, errno and the like. Here the contexts of system/lib/host/context.c change places when the
// stacks do: on entry to an export, when an import suspends, when the engine resumes it, at the end.
//
// Nothing of ours runs between the engine's resuming a stack and its code. Our own imports are called by
// C that brings the context back itself. As for others: the reactions of a promise run one right after
// the other, in the order in which they were added, and ours is added to the promise that an import
// returns before the engine's.
//
// ASYNCIFY_EXPORTS has the program's -sJSPI_EXPORTS and the two names of main.

addToLibrary({
#if ASYNCIFY == 2
  $emwakeContexts__deps: [
#if ASYNCIFY_EXPORTS.length > 2
    '$emwakeRunQueue', 'emwake_context_new',
#endif
    '$Asyncify', 'emwake_context_change'],
  $emwakeContexts__postset: 'emwakeContexts.install();',
  $emwakeContexts: {
    install() {
      var {makeAsyncFunction, instrumentWasmImports, handleAsync} = Asyncify;
      Asyncify.makeAsyncFunction = (original) => {
        var promising = makeAsyncFunction(original);
#if ASYNCIFY_EXPORTS.length > 2
        if (original !== emwakeContexts.main) {
          return (...args) => emwakeContexts.run(emwakeContexts.create(), promising, args);
        }
#endif
        return (...args) => emwakeContexts.run(0, promising, args);
      };
#if ASYNCIFY_EXPORTS.length > 2
      // The one export that has the program's own stack.
      var {instrumentWasmExports} = Asyncify;
      Asyncify.instrumentWasmExports = (exports) => {
        emwakeContexts.main ||= exports['__main_argc_argv'] || exports['main'];
        return instrumentWasmExports(exports);
      };
#endif
      // What becomes a suspending import is made so by a constructor that has no other hook.
      Asyncify.instrumentWasmImports = (imports) => {
        var {Suspending} = WebAssembly;
        WebAssembly.Suspending = function(original) {
          return new Suspending(emwakeContexts.suspending(original));
        };
        try {
          return instrumentWasmImports(imports);
        } finally {
          WebAssembly.Suspending = Suspending;
        }
      };
      // After the program's exit nobody goes on, as with Asyncify.
      Asyncify.handleAsync = async (startAsync) => {
        try {
          return await handleAsync(startAsync);
        } finally {
          if (ABORT) await new Promise(() => {});
        }
      };
    },

#if ASYNCIFY_EXPORTS.length > 2
    create() {
      var context = {{{ from64Expr('_emwake_context_new(' + to64('0') + ')') }}};
      if (!context) throw new RangeError('emwake: no memory for the stack of a promising export');
      return context;
    },
#endif

    // Calls promising in the context (0: that of main); the promise of its result.
    run(context, promising, args) {
      context = emwakeContexts.change(0 /* enter */, context);
      try {
        var result = promising(...args);
      } finally {
        if (!ABORT) emwakeContexts.change(3 /* leave */, context);
      }
      return result.finally(() => ABORT || emwakeContexts.end(context));
    },

    // What there is to do when a stack has been left; emwakeRunQueue lets another go on.
    left() {},
    suspend() {
      var context = emwakeContexts.change(1 /* suspend */);
      emwakeContexts.left();
      return context;
    },
    end(context) {
      emwakeContexts.change(4 /* end */, context);
      emwakeContexts.left();
    },

    // An import that suspends when it returns a promise.
    suspending: (original) => (...args) => {
      var result = original(...args);
      if (original.changesContext || !(result instanceof Promise)) return result;
      var context = emwakeContexts.suspend();
      var resume = () => ABORT || emwakeContexts.change(2 /* resume */, context);
      result.then(resume, resume);
      return result;
    },

    // The numbers are those of enum context_change.
#if STACK_OVERFLOW_CHECK >= 2
    // Binaryen checks every change of the stack pointer against limits of its own.
    change(what, context = 0) {
      ___set_stack_limits(-1, 0);
      try {
        return {{{ from64Expr('_emwake_context_change(what, ' + to64('context') + ')') }}};
      } finally {
        setStackLimits();
      }
    },
#else
    change: (what, context = 0) => {{{ from64Expr('_emwake_context_change(what, ' + to64('context') + ')') }}},
#endif
  },

  // Lets those in the run queue (system/lib/host/run_queue.h) go on: one when the one before has suspended
  // or ended, since any of them may end the program.
  $emwakeRunQueue__deps: ['$emwakeSoon', '$emwakeContexts', '$emwakeAtRest', '$emwakeGoOn',
                          '$emwakeMicrotask', '$emwakeSettle', '$emwakeSettles', '$emwakeStacks',
                          'emwake_run_queue_add', 'emwake_run_queue_next'],
  $emwakeRunQueue__postset: `
    emwakeGoOn = (stack) => _emwake_run_queue_add(stack.number);
    emwakeAtRest = emwakeRunQueue.atRest;
    emwakeContexts.left = emwakeRunQueue.leave;`,
  $emwakeRunQueue: {
    // One has been let go on, and leave() has not been called since, or is going to be let.
    active: false,
    resting: [], // what is called when the queue is empty, or lets the host have its turn
    atRest(func) {
      if (emwakeRunQueue.active) emwakeRunQueue.resting.push(func);
      else emwakeMicrotask(func);
    },
    rest() {
      if (emwakeRunQueue.resting.length) emwakeRunQueue.resting.splice(0).forEach(emwakeMicrotask);
    },
    // A stack has suspended or ended.
    leave() {
      if (emwakeRunQueue.active) emwakeRunQueue.step();
    },
    step() {
      var queue = emwakeRunQueue;
      var number = ABORT ? -1 : _emwake_run_queue_next();
      if (number >= 0) {
        queue.letGoOn(number);
      } else {
        queue.rest();
        // The numbers are those of run_queue.h.
        if (number === -1) queue.active = false;
        else emwakeSoon(queue.step);
      }
    },
    letGoOn(number) {
      var settle = emwakeSettles[number];
      if (settle) {
        emwakeSettles[number] = null;
        settle(0);
      } else {
        emwakeSettle(emwakeStacks[number]);
      }
    },
  },

  emwake_run_queue_begin__deps: ['$emwakeMicrotask', '$emwakeRunQueue'],
  emwake_run_queue_begin__sig: 'v',
  emwake_run_queue_begin: () => {
    emwakeRunQueue.active = true;
    emwakeMicrotask(emwakeRunQueue.step);
  },
#endif

  emwake_stack_overflow__deps: ['$UTF8ToString'],
  emwake_stack_overflow__sig: 'vpp',
  emwake_stack_overflow: (name, size) =>
    abort(`emwake: stack overflow in ${name ? UTF8ToString(name) : 'a promising export'}: its ` +
          `${size} bytes of shadow stack were not enough`),
});
