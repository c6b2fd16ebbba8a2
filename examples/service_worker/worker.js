/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The service worker: what is asked of inside/ is answered by the web server in C that runs in the
 * page. It reaches it by the page's door. A browser may stop and start a worker at any time, so the
 * worker asks the page for a door whenever it has none.
 */
import {openDoor} from '../../src/door.mjs';
import {exchange} from './http.js';

const PORT = 80;
const inside = new URL('inside/', self.registration.scope);
let door = null;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== inside.origin || !url.pathname.startsWith(inside.pathname)) return;
  event.respondWith(answer(event.request, `/${url.pathname.slice(inside.pathname.length)}${url.search}`));
});

async function answer(request, path) {
  try {
    const response = await exchange(await connect(), request, path);
    // For the page that shows it in a frame is isolated from other origins (tools/page.py).
    response.headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
    return response;
  } catch (error) {
    return new Response(`${error.message}\n`, {status: 502});
  }
}

async function connect() {
  try {
    return await (door ??= await askForDoor()).connect({port: PORT});
  } catch (error) {
    if (error.code !== 'ENOTCONN') throw error;
    // The page that had it is gone.
    door = await askForDoor();
    return door.connect({port: PORT});
  }
}

async function askForDoor() {
  const pages = await self.clients.matchAll({type: 'window'});
  const page = pages.find(({frameType}) => frameType === 'top-level');
  if (!page) throw new Error('no page is open that runs the server');
  const {port1, port2} = new MessageChannel();
  page.postMessage({door: port1}, [port1]);
  return openDoor(port2);
}
