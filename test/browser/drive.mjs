/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Runs programs, compiled by emcc to .js files, in pages of one headless browser, until the end of
 * its standard input:
 *
 *   node drive.mjs BROWSER FOLDER
 *
 * BROWSER is one of what tools/browsers.py prints; FOLDER is for the browser's own files. Each line
 * of standard input asks for a run, {id, program, place: 'page' or 'worker', args, limit: seconds},
 * and is answered by a line {id, status, out, err, killed}, in the order in which the runs end. With
 * --once FILE.js [PLACE [SECONDS [MODULE]]] in place of FOLDER it runs one program and prints what
 * that does, as it does; MODULE, in JSON, is what Module has besides.
 *
 * Each run is a new document, isolated from other origins so that it may have threads; it is
 * served on loopback by this process. A window shows one after the other, and there are as many
 * windows as runs at once. One that does not answer is closed.
 */
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

// How long a page has for telling, after the limit of its program.
const GRACE_MS = 5000;

// Runs of a program whose threads the browser does not start (harness.js): a browser in which that has
// happened twice may well go on so, and is left for a new one.
const ATTEMPTS = 5, ATTEMPTS_HERE = 2;

const TYPES = {'.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html'};

const HARNESS = fs.readFileSync(new URL('harness.js', import.meta.url), 'utf8');

const PAGE = `<!doctype html>
<title>emwake</title>
<link rel="icon" href="data:,">
<script>${HARNESS}</script>
`;

// ---- Serving ---------------------------------------------------------------------------------

// By the number of the run: its folder, and whom its result goes to.
const runs = new Map();

function answer(response, type, body) {
  response.writeHead(200, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  response.end(body);
}

async function finish(url, request, response) {
  let body = '';
  for await (const chunk of request) body += chunk;
  answer(response, TYPES['.html'], '');
  runs.get(url.searchParams.get('run'))?.tell(JSON.parse(body));
}

// A line of a run that is told of at once.
async function tellLine(url, request, response) {
  let body = '';
  for await (const chunk of request) body += chunk;
  (url.searchParams.get('stream') === 'err' ? process.stderr : process.stdout).write(`${body}\n`);
  answer(response, TYPES['.html'], '');
}

// Paths are /RUN/ for the page and /RUN/FILE for what is in the program's folder.
function serve(request, response) {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/done') return finish(url, request, response);
  if (url.pathname === '/line') return tellLine(url, request, response);
  const [, run, name] = url.pathname.split('/');
  if (name === '') return answer(response, TYPES['.html'], PAGE);
  const file = path.join(runs.get(run)?.folder ?? '', path.basename(name ?? ''));
  if (!runs.has(run) || !fs.existsSync(file)) return response.writeHead(404).end();
  const content = fs.readFileSync(file);
  const inWorker = url.searchParams.get('place') === 'worker';
  return answer(response, TYPES[path.extname(name)] ?? 'application/octet-stream',
                inWorker ? `${HARNESS}\n${content}` : content);
}

const server = http.createServer(serve);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

// ---- Running ---------------------------------------------------------------------------------

const once = process.argv[3] === '--once';
const browserInfo = JSON.parse(process.argv[2]);
const folder = once ? fs.mkdtempSync(path.join(os.tmpdir(), 'emwake-browser-')) : process.argv[3];
const {launch} = await import(`./${browserInfo.name}.mjs`);
const browser = await launch(browserInfo, folder);
const idle = [];
let count = 0;

function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, ms, null); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function run(request) {
  for (let attempt = 1; ; attempt++) {
    const {stillborn, ...result} = await (attempt > ATTEMPTS_HERE ? runElsewhere : runOnce)(request);
    if (!stillborn || attempt === ATTEMPTS) return result;
  }
}

async function runElsewhere(request) {
  const other = await launch(browserInfo, path.join(folder, `other${++count}`));
  try {
    return await runOnce(request, await other.open());
  } finally {
    await within(GRACE_MS, other.close());
  }
}

async function runOnce({program, place, args, limit, module}, own = null) {
  const number = String(++count);
  const ended = new Promise((tell) => runs.set(number, {folder: path.dirname(program), tell}));
  const query = new URLSearchParams({
    run: number, program: path.basename(program), place, args: JSON.stringify(args), limit,
  });
  if (module) query.set('module', module);
  const window = own ?? idle.pop() ?? await browser.open();
  const shown = window.show(`${origin}/${number}/?${query}`);
  const result = await within(limit * 1000 + GRACE_MS, Promise.race([
    ended, shown.then(() => ended),
  ]));
  runs.delete(number);
  if (result) {
    if (!own) idle.push(window);
    return {...result, out: text(result.out), err: text(result.err)};
  }
  // A browser that cannot even close it is of no more use.
  const closed = await within(GRACE_MS, window.close().then(() => true));
  if (!closed) process.exit(1);
  return {status: 1, killed: 'the page does not answer: its main thread is held up', out: '', err: ''};
}

const text = (lines) => lines.map((line) => `${line}\n`).join('');

async function end() {
  await within(GRACE_MS, browser.close());
  server.close();
  if (once) fs.rmSync(folder, {recursive: true, force: true});
}

if (once) {
  const [program, place = 'page', limit = 20, module = '{}'] = process.argv.slice(4);
  const {status, killed, err} = await run({program, place, args: [], limit, module});
  process.stderr.write(err + (killed && `${killed}\n`));
  await end();
  process.exit(status);
}

for await (const line of readline.createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  run(request).then(
    (result) => console.log(JSON.stringify({id: request.id, ...result})),
    (error) => { console.error(error); process.exit(1); });
}
await end();
process.exit(0);
