/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Runs a program compiled by emcc with a relay, and servers behind it:
 *
 *   node drive.mjs PROGRAM.js [ARGUMENT...]
 *
 * ARGUMENT: `version=1` for the protocol (2); `net=websocket` for bridge.mjs in place of a relay, and
 * `hostile=SEED`, or `hostile=random`, for hostile.mjs; `doh=1` for a resolver, doh.mjs;
 * `browser=BROWSER` for a page of it (test/browser/drive.mjs); others are the program's, which also gets
 * host=NAME, NAME=PORT for each of servers.mjs, and bridge_NAME=PORT of its bridge. options.js, which is
 * linked into it, or the page gives it the URL of the relay. A line of its stdout that begins with @ is
 * for the driver:
 *
 *   @kill     kills the relay            @start  starts it again, on the same port
 *   @restart  both                       @go     servers.mjs, letGo()
 *   @dial P   connects to the WebSocket server at port P of the program, sends an empty message, and
 *             "hello", and closes when three bytes have come
 *
 * The exit status is the program's.
 */
import {spawn} from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import {bridge} from './bridge.mjs';
import {resolver} from './doh.mjs';
import {RelayProcess} from './relay_process.mjs';
import {letGo, start} from './servers.mjs';

const IN_PAGE = path.join(import.meta.dirname, '../browser/drive.mjs');

const [program, ...rest] = process.argv.slice(2);
const option = (name) => rest.find((a) => a.startsWith(`${name}=`))?.split('=')[1];
const websocket = option('net') === 'websocket';
const servers = await start();
const bridges = await bridge(servers);
const ports = websocket ? bridges : servers;
const hostile = option('hostile');
const relay = hostile ? new RelayProcess('hostile.mjs', hostile === 'random' ? `${Date.now()}` : hostile)
  : new RelayProcess('relay.mjs', option('version') ?? '2');
const doh = option('doh') && await resolver();
if (!websocket) await relay.start();

const COMMANDS = {
  '@kill': () => relay.kill(),
  '@start': () => relay.start(),
  '@restart': () => relay.kill().then(() => relay.start()),
  '@go': letGo,
  '@dial': dial,
};

function dial(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, 'binary');
  let count = 0;
  socket.onopen = () => {
    socket.send('');
    socket.send('hello');
  };
  socket.onmessage = ({data}) => {
    count += data.size;
    if (count === 3) socket.close();
  };
}

const words = [
  ...rest.filter((a) => !a.startsWith('browser=')),
  `host=${websocket ? 'localhost' : 'server.test'}`,
  ...Object.entries(bridges).map(([name, port]) => `bridge_${name}=${port}`),
  ...Object.entries(ports).map(([name, port]) => `${name}=${port}`),
];
const page = {arguments: words, emwake: websocket ? {} : {relay: {url: relay.url}, doh}};
const command = rest.find((a) => a.startsWith('browser='))?.slice('browser='.length);
const child = spawn(process.execPath,
  command ? [IN_PAGE, command, '--once', program, 'page', '100', JSON.stringify(page)]
    : [program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, RELAY_URL: relay.url, ...(doh && {DOH_URL: doh}),
          PROTOCOL_PORT: bridges.protocol},
  });

let last = Promise.resolve();
readline.createInterface({input: child.stdout}).on('line', (line) => {
  const [name, word] = line.split(' ');
  const act = COMMANDS[name];
  if (act) last = last.then(() => act(word));
  else console.log(line);
});
const status = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
await last;
if (!websocket) await relay.kill();
process.exit(status);
