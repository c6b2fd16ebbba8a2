/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * examples/service_worker: the frame shows what the server in C says, and the page fetches from it;
 * also after the worker was replaced, and a body is sent no faster than it is read.
 */
import {expect, run} from './page.mjs';

await run(async (page) => {
  const frame = page.frameLocator('#inside');
  await frame.locator('#visitor').waitFor();
  expect(await frame.locator('h1').textContent(), 'Hello from C');
  expect(await frame.locator('#visitor').textContent(), '1');
  await frame.locator('a').first().click();
  await frame.locator('#visitor:text("2")').waitFor();

  expect(await page.evaluate(async () => {
    const response = await fetch('inside/echo', {method: 'POST', body: 'posted text'});
    return [response.status, response.headers.get('server'), await response.text()];
  }), [200, 'C in this page', 'posted text']);

  expect(await page.evaluate(async () => {
    const response = await fetch('inside/nothing');
    return [response.status, await response.text()];
  }), [404, 'There is no such page here.\n']);

  // More than a megabyte, of which the first part is read before the rest is sent.
  expect(await page.evaluate(async () => {
    const length = 3 << 20;
    const reader = (await fetch(`inside/big/${length}`)).body.getReader();
    const line = 'The quick brown fox jumps over the lazy dog, and over and over.\n';
    let position = 0;
    let wrong = 0;
    for (let part; !(part = await reader.read()).done;) {
      for (const byte of part.value) wrong += byte !== line.charCodeAt(position++ % line.length);
    }
    return [position === length, wrong];
  }), [true, 0]);

  expect(await page.evaluate(async () => {
    const bodies = await Promise.all(Array.from({length: 20}, async (_, i) =>
      (await fetch('inside/echo', {method: 'POST', body: `number ${i}`})).text()));
    return bodies.every((body, i) => body === `number ${i}`);
  }), true);

  // A worker that starts anew has no door.
  expect(await page.evaluate(async () => {
    const replaced = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('controllerchange', resolve, {once: true});
    });
    await navigator.serviceWorker.register('worker.js?again', {type: 'module'});
    await replaced;
    return (await fetch('inside/echo', {method: 'POST', body: 'to the next'})).text();
  }), 'to the next');
});
