/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For test_trace.c, before the program: how much of what it has done its trace lacks.
 */
/* global Module */
const CALLS = [
  /^\[\w[^\]]*\] pipe2\(\[\d+, \d+\], 0\) = 0 <\d+\.\d+>$/m,
  / write\(\d+, "tab\\t\\x22quote.*"\.\.\., 30\) = 30 /,
  / read\(\d+, "tab\\t\\x22quote.*"\.\.\., 64\) = 30 /,
  / read\(99, "", 64\) = -1 EBADF /,
  / socket\(AF_INET, SOCK_STREAM\|SOCK_CLOEXEC, 0\) = \d+ /,
  / connect\(\d+, 127\.0\.0\.1:9\) = -1 ECONNREFUSED /,
  / epoll_ctl\(\d+, EPOLL_CTL_ADD, \d+, \[\{EPOLLIN\|EPOLLET, 0x7\}\]\) = 0 /,
  / epoll_pwait\(\d+, \[\{EPOLLIN, 0x7\}\], 4, -1\) = 1 /,
  / poll\(\[\{\d+, POLLIN => POLLIN\}\], 1, 0\) = 1 /,
];

globalThis.wrongInTrace = () => {
  const trace = Module.emwakeTrace;
  trace.stop();
  const text = trace.text();
  const wrong = CALLS.filter((pattern) => !pattern.test(text)).map((pattern) => `no ${pattern}`);
  if (text.includes('777')) wrong.push('a call from outside of the trace');

  const events = JSON.parse(trace.json()).traceEvents;
  const wait = events.find(({name}) => name === 'epoll_pwait');
  const sleep = events.find((e) => e.name === 'sleep' && e.tid === wait.tid && e.ts >= wait.ts &&
    e.ts + e.dur <= wait.ts + wait.dur);
  const head = events.find((e) => e.ph === 'f' && e.tid === wait.tid && e.ts >= wait.ts);
  const tail = events.find((e) => e.ph === 's' && e.id === head?.id);
  if (!sleep) wrong.push('epoll_wait does not sleep');
  if (!(tail?.ts <= head?.ts && tail.ts >= wait.ts)) wrong.push('no arrow to who was woken');
  if (!events.some(({name, args}) => name === 'notify' && args.events & 1)) wrong.push('no notification');
  if (events.filter(({ph, tid}) => ph === 'M' && tid === wait.tid).length !== 1) wrong.push('no name');
  if (wrong.length) console.log(`${wrong.join('\n')}\n${text}`);
  return wrong.length;
};
