/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A resolver that is asked over HTTP (RFC 8484) for the tests, on 127.0.0.1. Its messages are read and
 * written by the npm package dns-packet. Of the names in ODD the answer is not what it should be.
 */
import http from 'node:http';
import packet from 'dns-packet';

const A = (name, data) => ({type: 'A', name, data});
const AAAA = (name, data) => ({type: 'AAAA', name, data});

const ZONE = [
  A('four.test', '192.0.2.10'),
  AAAA('six.test', '2001:db8::a:1'),
  A('both.test', '192.0.2.11'), AAAA('both.test', '2001:db8::b'),
  {type: 'CNAME', name: 'alias.test', data: 'four.test'},
  A('xn--bcher-kva.test', '192.0.2.12'),
  ...Array.from({length: 30}, (_, i) => A('many.test', `198.51.100.${i + 1}`)),
  {type: 'PTR', name: '10.2.0.192.in-addr.arpa', data: 'four.test'},
  {type: 'PTR', name: `1.0.0.0.a.0.0.0.${'0.'.repeat(16)}8.b.d.0.1.0.0.2.ip6.arpa`, data: 'six.test'},
  {type: 'TXT', name: 'empty.test', data: 'nothing else'},
];

function answersTo({name, type}) {
  const found = ZONE.filter((r) => r.name === name && [type, 'CNAME'].includes(r.type));
  const alias = found.find((r) => r.type === 'CNAME');
  return alias ? [...found, ...answersTo({name: alias.data, type})] : found;
}

function message(question, fields) {
  return packet.encode({type: 'response', questions: [question], answers: [], ...fields});
}

// A name at the end of the message that is a pointer to itself: behind a label, for the second.
function loop(question, behind) {
  const bytes = message(question, {answers: [{type: 'PTR', name: question.name, data: 'a.b'}]});
  const start = bytes.length - 5;
  bytes.writeUInt16BE(0xc000 | start, start + behind);
  return bytes;
}

const ODD = {
  'broken.test': (question) => message(question, {flags: 2}), // SERVFAIL
  'refused.test': (question) => message(question, {flags: 5}),
  'question.test': (question) => packet.encode({type: 'query', questions: [question]}),
  'cut.test': (question) => message(question, {answers: [A(question.name, '192.0.2.1')]}).subarray(0, -3),
  'nothing.test': () => Buffer.alloc(0),
  'long.test': (question) => Buffer.concat([message(question, {}), Buffer.alloc(70000)]),
  'count.test': (question) => {
    const bytes = message(question, {});
    bytes.writeUInt16BE(0xffff, 6);
    return bytes;
  },
  '66.2.0.192.in-addr.arpa': (question) => loop(question, 0),
  '67.2.0.192.in-addr.arpa': (question) => loop(question, 2),
};

function answer(question) {
  if (ODD[question.name]) return ODD[question.name](question);
  const answers = answersTo(question);
  const exists = ZONE.some((r) => r.name === question.name);
  return message(question, {answers, flags: exists ? 0 : 3});
}

function serve(request, response) {
  const url = new URL(request.url, 'http://localhost');
  const query = packet.decode(Buffer.from(url.searchParams.get('dns'), 'base64url'));
  const headers = {'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/dns-message'};
  const [asIs] = query.questions;
  const question = {...asIs, name: asIs.name.toLowerCase()};
  const asked = query.id === 0 && request.method === 'GET' &&
    request.headers.accept === 'application/dns-message' && packet.RECURSION_DESIRED & query.flags;
  response.writeHead(!asked ? 400 : question.name === 'down.test' ? 503 : 200, headers);
  response.end(answer(question));
}

// Returns its URL.
export async function resolver() {
  const server = http.createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}/dns-query{?dns}`;
}
