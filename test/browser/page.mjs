/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the tests of whole pages share (page_*.mjs): run(check) opens the page that the arguments name in
 * headless Chromium, and calls check(page). Whatever goes wrong in the page fails the test.
 *
 *   node page_NAME.mjs BROWSER URL
 */
import {chromium} from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export async function run(check) {
  const [browserText, url] = process.argv.slice(2);
  const {executable, env} = JSON.parse(browserText);
  const browser = await chromium.launch({
    executablePath: executable,
    env: {...process.env, ...env},
    args: FLAGS,
  });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => console.log(message.text()));
    page.on('pageerror', (error) => expect(error.stack, 'no error'));
    await page.goto(url);
    await check(page);
  } finally {
    await browser.close();
  }
}

export function expect(got, want) {
  if (JSON.stringify(got) === JSON.stringify(want)) return;
  console.error(`${new Error().stack.split('\n')[2].trim()}: it is ${JSON.stringify(got)}, not ` +
                JSON.stringify(want));
  process.exitCode = 1;
}
