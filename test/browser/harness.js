/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Runs one program, compiled by emcc to a .js file, in the page that loads this script or in a
 * dedicated worker of it, and posts to drive.mjs what it printed and how it ended. The address of the
 * page says which program, where, with which arguments and for how long. drive.mjs puts this script
 * before the program's for a worker; the workers of its threads get both, and leave this one alone.
 */
(() => {
  const inPage = typeof document !== 'undefined';
  if (!inPage && self.name.startsWith('em-pthread')) return;

  const query = new URLSearchParams(location.search);
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
      report(data.killed || data.status);
    };
    worker.onerror = (event) => report(`the worker failed: ${event.message}`);
  }

  if (!inPage) {
    configure();
  } else if (query.get('place') === 'worker') {
    runInWorker();
  } else {
    runInPage();
  }
  const limit = Number(query.get('limit'));
  setTimeout(() => report(`still running after ${limit} s`), limit * 1000);
})();
