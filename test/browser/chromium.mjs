/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Headless Chromium for drive.mjs, by playwright-core.
 */
import {chromium} from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/**
 * Starts it. Of what is returned, open() gives a window, whose show(url) starts to load a document
 * in place of the one before; close() ends the window, and the browser.
 */
export async function launch({executable, env}) {
  const browser = await chromium.launch({
    executablePath: executable,
    env: {...process.env, ...env},
    args: FLAGS,
  });
  return {
    async open() {
      const page = await browser.newPage();
      return {
        show: (url) => page.goto(url, {waitUntil: 'commit'}),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
