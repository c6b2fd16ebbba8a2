/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A relay for the tests: the server of the npm package wisp-js, which nobody here has written.
 *
 *   node relay.mjs PORT [VERSION]
 *
 * Listens on 127.0.0.1, says so by a line with its port on stdout, and stops when stdin ends. Host
 * names that end in .test, and the addresses of TEST-NET-1, are 127.0.0.1; others do not exist.
 */
import dns from 'node:dns/promises';
import http from 'node:http';
import {logging, server as wisp} from '@mercuryworkshop/wisp-js/server';
import {NodeTCPSocket, NodeUDPSocket} from '../../node_modules/@mercuryworkshop/wisp-js/src/server/net.mjs';

const [port = '0', version = '2'] = process.argv.slice(2);

logging.set_level(process.env.RELAY_LOG ? logging.DEBUG : logging.NONE);
Object.assign(wisp.options, {
  allow_loopback_ips: true,
  allow_private_ips: true,
  hostname_blacklist: [/^blocked\.test$/],
  wisp_version: +version,
  async dns_method(name) {
    if (name.endsWith('.test')) return '127.0.0.1';
    throw Object.assign(new Error(name), {code: dns.NOTFOUND});
  },
});

const here = (name) => /^192\.0\.2\./.test(name) ? '127.0.0.1' : name;
class TCPSocket extends NodeTCPSocket {
  constructor(name, number) {
    super(here(name), number);
  }
}
class UDPSocket extends NodeUDPSocket {
  constructor(name, number) {
    super(here(name), number);
  }
}

const server = http.createServer((request, response) => response.writeHead(404).end());
server.on('upgrade', (request, socket, head) => {
  wisp.routeRequest(request, socket, head, {TCPSocket, UDPSocket});
});
server.listen(+port, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
