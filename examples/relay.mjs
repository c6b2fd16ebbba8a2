/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A relay for programs with net=wisp, or net=auto in a page, that leads to what it is told and nowhere
 * else:
 *
 *   npm install @mercuryworkshop/wisp-js
 *   node examples/relay.mjs [--host 127.0.0.1] [--port 6001] [--local] NAME:PORT...
 *
 * NAME:PORT is what may be connected to, by the name or number that the program uses (of several, each
 * name at each of the ports). --local: also where that is an address of this machine or of a private
 * network, which is refused otherwise.
 * Listens on loopback unless --host says otherwise, and then for anybody who reaches it: it knows no
 * users.
 */
import http from 'node:http';
import {parseArgs} from 'node:util';
import {server as wisp} from '@mercuryworkshop/wisp-js/server';

const {values, positionals: allowed} = parseArgs({
  allowPositionals: true,
  options: {
    host: {type: 'string', default: '127.0.0.1'},
    port: {type: 'string', default: '6001'},
    local: {type: 'boolean', default: false},
  },
});
if (!allowed.length || !allowed.every((place) => /:\d+$/.test(place))) {
  console.error('usage: node relay.mjs [--host HOST] [--port PORT] [--local] NAME:PORT...');
  process.exit(2);
}

const name = (place) => place.slice(0, place.lastIndexOf(':')).toLowerCase();
const number = (place) => Number(place.slice(place.lastIndexOf(':') + 1));

Object.assign(wisp.options, {
  // Asked with the name of each stream; ports are looked at apart from names.
  hostname_whitelist: [{test: (host) => allowed.some((place) => name(place) === host.toLowerCase())}],
  port_whitelist: allowed.map(number),
  allow_loopback_ips: values.local,
  allow_private_ips: values.local,
});

const server = http.createServer((request, response) => response.writeHead(404).end());
server.on('upgrade', wisp.routeRequest);
server.listen(Number(values.port), values.host, () => {
  const {address, port} = server.address();
  console.log(`ws://${address}:${port}/ leads to ${allowed.join(', ')}`);
});
