/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Runs one program, compiled by emcc to a .js file, in a page of headless Chromium:
 *
 *   node drive.mjs BROWSER PROGRAM.js [MODULE]
 *
 * BROWSER is what tools/browsers.py prints; MODULE, in JSON, what Module has besides. The page is
 * served on loopback by this process, isolated from other origins so that it may have threads. What the
 * program prints goes to stdout, what goes wrong to stderr; the exit status is the program's.
 * PAGE_LIMIT_MS is how long it may take (20,000).
 */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {chromium} from 'playwright-core';

const LIMIT_MS = Number(process.env.PAGE_LIMIT_MS ?? 20000);

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const TYPES = {'.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html'};

const [browserText, program, moduleText = '{}'] = process.argv.slice(2);
const folder = path.dirname(program);

const PAGE = `<!doctype html>
<title>${path.basename(program)}</title>
<link rel="icon" href="data:,">
<script>
  var Module = {
    ...${moduleText},
    onExit: (status) => { window.exitStatus = status; },
    onAbort: (why) => { window.exitStatus = 'aborted: ' + why; },
  };
</script>
<script src="${path.basename(program)}"></script>
`;

function serve(request, response) {
  const name = path.basename(new URL(request.url, 'http://localhost').pathname);
  const isPage = name === '';
  if (!isPage && !fs.existsSync(path.join(folder, name))) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': TYPES[isPage ? '.html' : path.extname(name)] ?? 'application/octet-stream',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  response.end(isPage ? PAGE : fs.readFileSync(path.join(folder, name)));
}

async function listen() {
  const server = http.createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

// The program's exit status; null if something went wrong that the page did not expect.
async function runPage(page, url) {
  const errors = [];
  page.on('console', (message) => {
    (message.type() === 'error' ? console.error : console.log)(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.stack));
  await page.goto(url);
  try {
    await page.waitForFunction(() => window.exitStatus !== undefined, null, {timeout: LIMIT_MS});
  } catch {
    errors.push(`the program did not end within ${LIMIT_MS / 1000} s`);
  }
  for (const error of errors) console.error(error);
  return errors.length ? null : page.evaluate(() => window.exitStatus);
}

const {executable, env} = JSON.parse(browserText);
const server = await listen();
const browser = await chromium.launch({
  executablePath: executable,
  env: {...process.env, ...env},
  args: FLAGS,
});
try {
  const status = await runPage(await browser.newPage(),
                               `http://127.0.0.1:${server.address().port}/`);
  if (typeof status === 'string') console.error(status);
  process.exitCode = typeof status === 'number' ? status : 1;
} finally {
  await browser.close();
  server.close();
}
