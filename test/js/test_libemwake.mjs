/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Units of libemwake.js, libemwake_context.js and libpipefs.js, with everything around them faked: the C functions, FS,
 * the event loop, the clock.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import {BUILDS, ROOT, instantiate} from './harness/library.mjs';

const EMWAKE = path.join(ROOT, 'src/lib/libemwake.js');
const CONTEXT = path.join(ROOT, 'src/lib/libemwake_context.js');
const PIPEFS = path.join(ROOT, 'src/lib/libpipefs.js');
const build = (settings) => BUILDS.find((b) =>
  Object.entries({ASYNCIFY: 0, PTHREADS: 0, MEMORY64: 0, EMWAKE_NET: 'auto', ...settings})
    .every(([key, value]) => b[key] === value));
const JSPI = build({ASYNCIFY: 2});
const [EBADF, EDEADLK, ENOMEM, ETIMEDOUT] = [8, 16, 48, 73];

// A clock that stands still, with timers that run when it is moved on.
class Clock {
  now = 1000;
  timers = new Map();
  setTimeout = (run, ms) => {
    const id = {};
    this.timers.set(id, {run, at: this.now + ms, ms});
    return id;
  };
  clearTimeout = (id) => this.timers.delete(id);
  // Runs what is due at the new time, at most `late` milliseconds before it.
  advance(ms, late = 0) {
    this.now += ms;
    for (const [id, {run, at}] of [...this.timers]) {
      if (at > this.now + late) continue;
      this.timers.delete(id);
      run();
    }
  }
}

describe('emwake_suspend and emwake_resume', function() {
  this.timeout(20000);
  let clock, unit, said, alive;

  function make(settings = JSPI) {
    alive = 0;
    clock = new Clock();
    said = [];
    unit = instantiate(EMWAKE, settings,
      ['$emwakeTimerDelay', '$emwakeStacks', '$emwakeStack', '$emwakeSettles', '$emwakeRecordAll', '$emwakeHold',
       '$emwakeSources', '$emwakeGoOn', '$emwakeBegin', '$emwakeBeginBriefly', '$emwakeEnd',
       '$emwakeWoken', '$emwakeSettle', '$emwakeDeadlock', 'emwake_suspend', 'emwake_resume'],
      {ABORT: false, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout,
       runtimeKeepalivePush: () => alive++, runtimeKeepalivePop: () => alive--,
       emwakeContexts: {suspend() {}}, emwakeMicrotask: queueMicrotask,
       _emscripten_get_now: () => clock.now, err: (text) => said.push(text)});
  }
  beforeEach(() => make());
  const suspended = () =>
    Object.keys(unit.emwakeStacks).map(Number).filter((i) => unit.emwakeStacks[i].waits);

  it('ends with 0 when resumed, and forgets its timer', async () => {
    const wait = unit._emwake_suspend(1, 500, true);
    assert.equal(clock.timers.size, 1);
    assert.equal(alive, 1);
    unit._emwake_resume(1);
    assert.equal(await wait, 0);
    assert.equal(alive, 0);
    assert.equal(clock.timers.size, 0);
    assert.deepEqual(suspended(), []);
  });

  it('ends with -ETIMEDOUT at the deadline', async () => {
    const wait = unit._emwake_suspend(1, 20, true);
    clock.advance(20);
    assert.equal(await wait, -ETIMEDOUT);
    assert.deepEqual(suspended(), []);
  });

  it('takes a timer that comes too early for a spurious wake', async () => {
    const wait = unit._emwake_suspend(1, 20, true);
    clock.advance(19.5, 1);
    assert.equal(await wait, 0);
  });

  it('sets no timer for a wait without a limit, but with threads, which do not keep Node', () => {
    unit._emwake_suspend(1, -1, true);
    assert.equal(clock.timers.size, 0);
    make(build({ASYNCIFY: 2, PTHREADS: 1}));
    unit._emwake_suspend(1, -1, true);
    assert.deepEqual([...clock.timers.values()].map((t) => t.ms), [0x7fffffff]);
  });

  it('resumes the stack of that number, and nobody for one that does not sleep', async () => {
    const one = unit._emwake_suspend(1, -1, true);
    unit._emwake_suspend(2, -1, true);
    unit._emwake_resume(3);
    unit._emwake_resume(1);
    unit._emwake_resume(1);
    assert.equal(await one, 0);
    assert.deepEqual(suspended(), [2]);
  });

  it('resumes nobody after the exit of the program', () => {
    unit._emwake_suspend(1, -1, true);
    unit.ABORT = true;
    unit._emwake_resume(1);
    unit.emwakeDeadlock();
    assert.deepEqual(suspended(), [1]);
    assert.deepEqual(said, []);
  });

  it('ends every wait with -EDEADLK when the event loop has run dry, and says so', async () => {
    unit.emwakeDeadlock();
    assert.deepEqual(said, []);
    const waits = [unit._emwake_suspend(1, -1, true), unit._emwake_suspend(2, -1, true)];
    unit.emwakeDeadlock();
    assert.deepEqual(await Promise.all(waits), [-EDEADLK, -EDEADLK]);
    assert.equal(said.length, 1);
    assert.match(said[0], /EDEADLK/);
  });

  it('goes on waiting when the event loop has run dry, if something may still come', () => {
    unit._emwake_suspend(1, -1, true);
    unit.emwakeSources.push(() => false, () => true);
    unit.emwakeDeadlock();
    assert.deepEqual(suspended(), [1]);
    assert.deepEqual(said, []);
  });

  it('leaves what does not keep the program running as it is', async () => {
    unit.emwakeRecordAll = true;
    unit._emwake_suspend(1, -1, false);
    assert.equal(alive, 0);
    unit.emwakeDeadlock();
    assert.deepEqual(said, []);
    const wait = unit._emwake_suspend(2, -1, true);
    unit.emwakeDeadlock();
    assert.equal(await wait, -EDEADLK);
    assert.deepEqual(suspended(), [1]);
  });

  it('has no record of what does not keep the program running, and waits without a limit', async () => {
    const wait = unit._emwake_suspend(1, -1, false);
    assert.equal(alive, 0);
    assert.deepEqual(unit.emwakeStacks, []);
    unit.emwakeSettles[1](0);
    assert.equal(await wait, 0);
  });

  it('takes no time-out for the end of what the run queue lets go on', async () => {
    unit.emwakeGoOn = () => 0;
    const wait = unit._emwake_suspend(1, 20, true);
    clock.advance(20);
    assert.deepEqual(suspended(), [1]);
    unit.emwakeSettle(unit.emwakeStacks[1]);
    assert.equal(await wait, 0);
    assert.deepEqual(suspended(), []);
    assert.equal(alive, 0);
  });
});

describe('emwakeRunQueue', function() {
  this.timeout(20000);
  const [EMPTY, HOST] = [-1, -2];
  let unit, queue, next, order, soon;

  beforeEach(() => {
    order = [];
    soon = [];
    next = [];
    unit = instantiate(CONTEXT, JSPI, ['$emwakeRunQueue', 'emwake_run_queue_begin'], {
      ABORT: false,
      emwakeStacks: [],
      emwakeSettles: [],
      emwakeSettle: (stack) => order.push(stack),
      emwakeSoon: (run) => soon.push(run),
      emwakeMicrotask: queueMicrotask,
      _emwake_run_queue_next: () => next.shift() ?? EMPTY,
    });
    queue = unit.emwakeRunQueue;
    for (const number of [1, 2]) unit.emwakeSettles[number] = () => order.push(number);
  });
  const sent = () => order.push('sent');

  it('lets one go on when the one before has left, and is at rest after the last', async () => {
    next = [1, 2];
    unit._emwake_run_queue_begin();
    queue.atRest(sent);
    assert.deepEqual(order, []);
    await null;
    assert.deepEqual(order, [1]);
    queue.leave();
    assert.deepEqual(order, [1, 2]);
    queue.leave();
    await null;
    assert.deepEqual(order, [1, 2, 'sent']);
    queue.atRest(sent);
    await null;
    assert.deepEqual(order, [1, 2, 'sent', 'sent']);
    next = [1];
    queue.leave();
    assert.equal(next.length, 1);
  });

  it('is at rest before the host has its turn, and goes on after it', async () => {
    next = [1, HOST, 2];
    unit._emwake_run_queue_begin();
    queue.atRest(sent);
    await null;
    queue.leave();
    await null;
    assert.deepEqual(order, [1, 'sent']);
    assert.equal(soon.length, 1);
    soon[0]();
    assert.deepEqual(order, [1, 'sent', 2]);
  });

  it('settles the record of a stack that has one', async () => {
    unit.emwakeStacks[3] = {number: 3};
    next = [1, 3, 1];
    unit._emwake_run_queue_begin();
    await null;
    queue.leave();
    unit.emwakeStacks[1] = {number: 1};
    queue.leave();
    assert.deepEqual(order, [1, unit.emwakeStacks[3], unit.emwakeStacks[1]]);
  });

  it('lets nobody go on after the exit of the program', async () => {
    next = [1];
    unit._emwake_run_queue_begin();
    unit.ABORT = true;
    await null;
    assert.deepEqual(order, []);
    assert.equal(queue.active, false);
  });
});

describe('emwakeMicrotask', function() {
  this.timeout(20000);
  let microtask, thrown;

  beforeEach(() => {
    thrown = [];
    microtask = instantiate(EMWAKE, JSPI, ['$emwakeMicrotask'], {
      // A global error, not a rejection.
      queueMicrotask: (run) => {
        try {
          run();
        } catch (e) {
          thrown.push(e.message);
        }
      },
    }).emwakeMicrotask;
    microtask.settled = Promise.resolve();
  });

  it('calls in order, and not before the caller has returned', async () => {
    const order = [];
    microtask(() => order.push('one'));
    microtask(() => order.push('two'));
    assert.deepEqual(order, []);
    await null;
    assert.deepEqual(order, ['one', 'two']);
    assert.deepEqual(thrown, []);
  });

  it('makes what is thrown an error of the program, and no rejection', async () => {
    microtask(() => {
      throw new Error('thrown');
    });
    await null;
    assert.deepEqual(thrown, ['thrown']);
  });
});

describe('emwakeTimerDelay', function() {
  this.timeout(20000);

  it('rounds up and stays within 32 bits', () => {
    const {emwakeTimerDelay} = instantiate(EMWAKE, JSPI, ['$emwakeTimerDelay']);
    assert.equal(emwakeTimerDelay(0), 0);
    assert.equal(emwakeTimerDelay(0.001), 1);
    assert.equal(emwakeTimerDelay(7), 7);
    assert.equal(emwakeTimerDelay(1e12), 0x7fffffff);
    assert.equal(emwakeTimerDelay(Infinity), 0x7fffffff);
  });
});

describe('emwake_can_suspend', function() {
  this.timeout(20000);
  const ask = (settings, world) =>
    instantiate(EMWAKE, build(settings), ['emwake_can_suspend'], world)._emwake_can_suspend();

  it('says no flag without JSPI and Asyncify', () => {
    assert.equal(ask({}, {}), 1);
  });

  it('says bad stack under JSPI, for a stack without a context', () => {
    assert.equal(ask({ASYNCIFY: 2}, {}), 2);
  });

  it('allows one unwinding at a time, from an export, under Asyncify', () => {
    const asyncify = (currData, ...exportCallStack) => ({Asyncify: {currData, exportCallStack}});
    assert.equal(ask({ASYNCIFY: 1}, asyncify(null, 'main')), 0);
    assert.equal(ask({ASYNCIFY: 1}, asyncify(null)), 2);
    assert.equal(ask({ASYNCIFY: 1}, asyncify(4096, 'main')), 2);
  });
});

describe('The event loop', function() {
  this.timeout(20000);
  let unit, steps, thread = 1000;

  function make(works, step = () => {}, settings = {}) {
    steps = 0;
    unit = instantiate(EMWAKE, build(settings), ['$emwakeTurn', '$emwakeEnded'], {
      ABORT: false,
      _pthread_self: () => thread,
      callUserCallback: (run) => run(),
      _emwake_event_loop_turn: () => works,
      _emwake_event_loop_step: () => {
        steps++;
        step();
      },
    });
  }

  it('runs as many works as the turn has', () => {
    make(3);
    unit.emwakeTurn();
    assert.equal(steps, 3);
    make(0);
    unit.emwakeTurn();
    assert.equal(steps, 0);
  });

  it('stops when a work has ended the program, and does not begin after', () => {
    make(3, () => { unit.ABORT = true; });
    unit.emwakeTurn();
    assert.equal(steps, 1);
    unit.emwakeTurn();
    assert.equal(steps, 1);
  });

  it('stops when a work has ended the thread, and does not begin after', () => {
    make(3, () => { thread = 0; }, {PTHREADS: 1});
    unit.emwakeTurn();
    assert.equal(steps, 1);
    unit.emwakeTurn();
    assert.equal(steps, 1);
  });

  it('turns after each ring of the doorbell, until it is shut', async () => {
    let rung, turns = 0, word = 1, listens = 0;
    const bell = instantiate(EMWAKE, build({PTHREADS: 1}),
      ['$emwakeDoorbell', 'emwake_open_doorbell', 'emwake_shut_doorbell'], {
        waitAsyncPolyfilled: false,
        HEAP32: 'memory',
        emwakeTurn: () => turns++,
        Atomics: {
          load: (heap, index) => {
            assert.deepEqual([heap, index], ['memory', 1000]);
            return word;
          },
          waitAsync: (heap, index, value) => {
            listens++;
            if (value !== word) return {async: false, value: 'not-equal'};
            return {async: true, value: new Promise((resolve) => { rung = resolve; })};
          },
        },
      });
    const ring = async () => {
      word += 2;
      rung('ok');
      await null;
      await null;
      await null;
    };
    assert.equal(bell._emwake_open_doorbell(4000), 1);
    await null;
    assert.equal(turns, 0);
    await ring();
    assert.equal(turns, 1);
    await ring();
    assert.deepEqual([turns, listens], [2, 3]);
    bell._emwake_shut_doorbell();
    await ring();
    assert.deepEqual([turns, listens], [2, 3]);
  });

  it('has no doorbell where a word cannot be awaited', () => {
    const bell = instantiate(EMWAKE, build({PTHREADS: 1}), ['emwake_open_doorbell'],
      {waitAsyncPolyfilled: true});
    assert.equal(bell._emwake_open_doorbell(4000), 0);
  });

  it('has one alarm, which a new one replaces and Infinity takes back', () => {
    const clock = new Clock();
    let fired = 0;
    const alarm = instantiate(EMWAKE, build({}), ['$emwakeTimerDelay', 'emwake_set_alarm'], {
      ABORT: false, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout,
      _emwake_event_loop_timers: () => fired++,
    });
    alarm._emwake_set_alarm(100);
    alarm._emwake_set_alarm(0.5);
    assert.deepEqual([...clock.timers.values()].map((t) => t.ms), [1]);
    clock.advance(1);
    assert.equal(fired, 1);
    alarm._emwake_set_alarm(5);
    alarm._emwake_set_alarm(Infinity);
    assert.equal(clock.timers.size, 0);
    alarm._emwake_set_alarm(5);
    alarm.ABORT = true;
    clock.advance(5);
    assert.equal(fired, 1);
  });
});

describe('notifyNodeListeners', function() {
  this.timeout(20000);

  function told(settings, node, events) {
    const calls = [];
    instantiate(EMWAKE, build(settings), ['$notifyNodeListeners'], {
      _notify_node_listeners: (...args) => calls.push(args),
    }).notifyNodeListeners(node, events);
    return calls;
  }

  it('takes an FS node or an address', () => {
    assert.deepEqual(told({}, {nodePtr: 4096}, 1), [[4096, 1]]);
    assert.deepEqual(told({}, 4096, 5), [[4096, 5]]);
  });

  it('has nobody to tell of an FS node that nobody has waited on', () => {
    assert.deepEqual(told({}, {}, 1), []);
    assert.deepEqual(told({}, {nodePtr: 0}, 1), []);
  });

  it('passes an address to wasm64 as a BigInt', () => {
    assert.deepEqual(told({MEMORY64: 1}, {nodePtr: 4096}, 1), [[4096n, 1]]);
  });
});

describe('PIPEFS.createPipe', function() {
  this.timeout(20000);

  function make(result) {
    const world = {
      HEAP32: new Int32Array(64), sp: 128, FS: {ErrnoError: class extends Error {
        constructor(errno) {
          super();
          this.errno = errno;
        }
      }},
      stackSave: () => world.sp,
      stackRestore: (sp) => { world.sp = sp; },
      stackAlloc: (size) => world.sp -= size,
      _emwake_stream_pipe: (fds) => {
        world.HEAP32.set([7, 9], fds / 4);
        return result;
      },
    };
    return {world, PIPEFS: instantiate(PIPEFS, build({}), ['$PIPEFS'], world).PIPEFS};
  }

  it('returns the two descriptors and leaves the stack as it was', () => {
    const {world, PIPEFS} = make(0);
    assert.deepEqual(PIPEFS.createPipe(), {readable_fd: 7, writable_fd: 9});
    assert.equal(world.sp, 128);
  });

  it('throws the errno', () => {
    const {world, PIPEFS} = make(-ENOMEM);
    assert.throws(() => PIPEFS.createPipe(), {errno: ENOMEM});
    assert.equal(world.sp, 128);
  });
});

describe('Descriptors of other file systems', function() {
  this.timeout(20000);

  const OPS_OF_THE_CORE = {poll: () => 1};

  function make(stream) {
    return instantiate(EMWAKE, build({}),
      ['emwake_foreign_node', 'emwake_foreign_poll', 'emwake_fd_close'], {
        EMWAKE: {stream_ops: OPS_OF_THE_CORE},
        FS: {getStream: (fd) => fd === 5 ? stream : undefined, close: () => { stream.closed = true; }},
        _emwake_regular_node: () => 1000,
        _emwake_device_node: (fd) => 2000 + fd,
      });
  }

  it('have no node if they are not open', () => {
    const unit = make(undefined);
    assert.equal(unit._emwake_foreign_node(5), 0);
    assert.equal(unit._emwake_fd_close(5), -EBADF);
  });

  it('have no node if they have just become the core\'s', () => {
    assert.equal(make({stream_ops: OPS_OF_THE_CORE, node: {}})._emwake_foreign_node(5), 0);
  });

  it('share one node if they are always ready', () => {
    assert.equal(make({stream_ops: {}, node: {}})._emwake_foreign_node(5), 1000);
  });

  it('have a node of their own, and keep it, if they can poll', () => {
    const stream = {stream_ops: {poll: () => 4}, node: {}};
    const unit = make(stream);
    assert.equal(unit._emwake_foreign_node(5), 2005);
    assert.equal(stream.node.nodePtr, 2005);
    assert.equal(unit._emwake_foreign_node(5), 2005);
    assert.equal(unit._emwake_foreign_poll(5, 2005), 4);
    assert.equal(unit._emwake_fd_close(5), 0);
    assert.ok(stream.closed);
  });
});
