/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Runs one program, compiled by emcc to a .js file, in the page that loads this script or in a
 * dedicated worker of it, and posts to drive.mjs what it printed and how it ended. The address of the
 * page says which program, where, with which arguments and for how long. drive.mjs puts this script
 * before the program's for a worker; the workers of its threads get both, and only say here that they
 * have begun.
 */
(() => {
  const inPage = typeof document !== 'undefined';
  const query = new URLSearchParams(location.search);

  // A worker of Firefox's that makes a worker now and then never returns from that. So the page is
  // told of each that is to be made (+1) and begins (-1), and has the program run anew if one does not.
  const births = new BroadcastChannel(`births-${query.get('run')}`);
  if (!inPage && self.name.startsWith('em-pthread')) {
    births.postMessage(-1);
    births.close();
    return;
  }

  const BIRTH_MS = 5000;
  const STILLBORN = 'the browser has not started a worker for a worker';
  const out = [];
  const err = [];
  // What Module has besides; then lines are told of one by one, as they come.
  const module = query.get('module');
  let told = Promise.resolve();

  function print(lines, stream, line) {
    if (!module) {
      lines.push(line);
      return;
    }
    told = told.then(() => fetch(`/line?stream=${stream}`, {method: 'POST', body: line}));
  }

  // To the page's drive.mjs, or to the worker's page. status: a number, or why there is none.
  let report = (status) => {
    report = () => {};
    const result = {
      status: typeof status === 'number' ? status : 1,
      killed: typeof status === 'number' ? '' : status,
      stillborn: status === STILLBORN,
      out, err,
    };
    told.then(() => {
      if (inPage) {
        fetch(`/done?run=${query.get('run')}`, {method: 'POST', body: JSON.stringify(result)});
      } else {
        postMessage(result);
      }
    });
  };

  function complain(what) {
    err.push(what);
    report('an error was not caught');
  }
  addEventListener('error', (event) => {
    complain(`uncaught: ${event.message} ${event.error?.stack ?? ''}`);
  });
  addEventListener('unhandledrejection', (event) => {
    complain(`unhandled: ${event.reason} ${event.reason?.stack ?? ''}`);
  });

  function configure() {
    self.Module = {
      arguments: JSON.parse(query.get('args')),
      print: (line) => print(out, 'out', line),
      printErr: (line) => print(err, 'err', line),
      ...JSON.parse(module ?? '{}'),
      // What threads have printed, and an error in what called exit, come in turns of their own.
      onExit: (status) => setTimeout(() => report(status)),
      onAbort: (why) => report(`aborted: ${why}`),
    };
  }

  function runInPage() {
    configure();
    const script = document.createElement('script');
    script.src = query.get('program');
    document.head.append(script);
  }

  function runInWorker() {
    const worker = new Worker(query.get('program') + location.search);
    worker.onmessage = ({data}) => {
      out.push(...data.out);
      err.push(...data.err);
      worker.terminate();
      report(data.killed || data.status);
    };
    worker.onerror = (event) => report(`the worker failed: ${event.message}`);
    let unborn = 0;
    let timer;
    births.onmessage = ({data}) => {
      unborn += data;
      clearTimeout(timer);
      if (unborn > 0) timer = setTimeout(report, BIRTH_MS, STILLBORN);
    };
  }

  if (!inPage) {
    self.Worker = class extends Worker {
      constructor(...args) {
        births.postMessage(1);
        super(...args);
      }
    };
    configure();
  } else if (query.get('place') === 'worker') {
    runInWorker();
  } else {
    runInPage();
  }
  const limit = Number(query.get('limit'));
  setTimeout(() => report(`still running after ${limit} s`), limit * 1000);
})();
