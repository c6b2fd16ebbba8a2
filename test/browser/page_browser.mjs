/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * examples/browser: the picture shows the program's descriptors and who waits for them, moves as it works,
 * and follows the controls; in a narrow window nothing is wider than it.
 */
import {expect, run} from './page.mjs';

const picture = (id) => document.getElementById(id).toDataURL();

await run(async (page) => {
  const row = (text) => page.locator('#descriptors li', {hasText: text}).first();
  const set = (id, value) => page.locator(`#${id}`).fill(String(value));
  await row('listens on 127.0.0.1:7').waitFor();
  await row('ticker waits for IN').waitFor();
  await row('main waits for IN').waitFor();
  await row('client 1 waits for IN').waitFor();
  await page.waitForFunction(() => /watches IN/.test(document.getElementById('descriptors').textContent));
  for (const kind of ['socket', 'pipe', 'eventfd', 'timerfd', 'epoll']) await row(kind).waitFor();

  await page.waitForFunction(() => parseFloat(document.getElementById('rate').value) > 0);
  await page.locator('.light.told').first().waitFor();
  await page.locator('#calls', {hasText: 'epoll_pwait('}).waitFor();
  const before = await page.evaluate(picture, 'timeline');
  await page.waitForFunction((text) => document.getElementById('timeline').toDataURL() !== text, before);

  // Three clients are six sockets; five are ten.
  const sockets = page.locator('#descriptors .state', {hasText: '\u2194'});
  const become = async (n) => {
    await page.waitForFunction((count) => [...document.querySelectorAll('#descriptors .state')]
      .filter((state) => state.textContent.includes('\u2194')).length === count, n);
    expect(await sockets.count(), n);
  };
  await become(6);
  await set('clients', 5);
  await become(10);
  await set('clients', 0);
  await become(0);
  await set('clients', 2);
  await become(4);

  await page.locator('#freeze').click();
  const frozen = await page.evaluate(picture, 'timeline');
  await page.evaluate(() => new Promise((resolve) => {
    let frames = 0;
    const count = () => ++frames === 20 ? resolve() : requestAnimationFrame(count);
    count();
  }));
  expect(await page.evaluate(picture, 'timeline') === frozen, true);
  await page.locator('#freeze').click();
  await page.waitForFunction((text) => document.getElementById('timeline').toDataURL() !== text, frozen);

  await page.setViewportSize({width: 400, height: 900});
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 400);
  expect(await page.locator('#problem').isVisible(), false);
});
