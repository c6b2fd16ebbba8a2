/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * One HTTP/1.1 exchange over a connection of the door: a Request goes out, a Response comes back, whose
 * body is read from the connection as it is asked for.
 */

// Those of the connection, which is not the browser's.
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

export async function exchange(connection, request, path) {
  await send(connection.writable, request, path);
  const input = new Input(connection.readable);
  const head = await readHead(input);
  const hasBody = request.method !== 'HEAD' && ![204, 205, 304].includes(head.status);
  const body = hasBody ? bodyOf(input, head.headers) : null;
  for (const name of HOP_BY_HOP) head.headers.delete(name);
  return new Response(body, head);
}

async function send(writable, request, path) {
  const body = request.body === null ? null : await request.arrayBuffer();
  const lines = [`${request.method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close'];
  for (const [name, value] of request.headers) {
    if (!HOP_BY_HOP.includes(name)) lines.push(`${name}: ${value}`);
  }
  if (body) lines.push(`Content-Length: ${body.byteLength}`);
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
  if (body) await writer.write(new Uint8Array(body));
  writer.releaseLock();
}

// A readable stream of bytes, by lines and by counts.
class Input {
  constructor(readable) {
    this.reader = readable.getReader();
    this.rest = new Uint8Array(0);
  }

  async more() {
    const {value, done} = await this.reader.read();
    if (done) return false;
    const joined = new Uint8Array(this.rest.length + value.length);
    joined.set(this.rest);
    joined.set(value, this.rest.length);
    this.rest = joined;
    return true;
  }

  async line() {
    let end;
    while ((end = this.rest.indexOf(10)) < 0) {
      if (!await this.more()) throw new Error('the connection ended in the middle of a line');
    }
    const line = new TextDecoder('latin1').decode(this.rest.subarray(0, end));
    this.rest = this.rest.subarray(end + 1);
    return line.replace(/\r$/, '');
  }

  // Up to so many bytes, or null at the end.
  async some(limit) {
    if (!this.rest.length && !await this.more()) return null;
    const bytes = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(bytes.length);
    return bytes;
  }

  cancel() {
    return this.reader.cancel();
  }
}

async function readHead(input) {
  const [, status, statusText] = /^HTTP\/1\.\d (\d+) ?(.*)/.exec(await input.line()) ?? [];
  if (!status) throw new Error('this is no answer of HTTP/1');
  const headers = new Headers();
  for (let line; (line = await input.line());) {
    const colon = line.indexOf(':');
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return {status: Number(status), statusText, headers};
}

function bodyOf(input, headers) {
  const parts = /chunked/i.test(headers.get('transfer-encoding') ?? '') ? chunks(input)
    : headers.has('content-length') ? counted(input, Number(headers.get('content-length')))
    : counted(input, Infinity);
  return new ReadableStream({
    async pull(controller) {
      const {value, done} = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => input.cancel(),
  }, {highWaterMark: 0});
}

async function* counted(input, left) {
  while (left > 0) {
    const bytes = await input.some(left);
    if (!bytes && left !== Infinity) throw new Error('the connection ended too early');
    if (!bytes) return;
    left -= bytes.length;
    yield bytes;
  }
}

async function* chunks(input) {
  for (let size; (size = parseInt(await input.line(), 16)) > 0;) {
    yield* counted(input, size);
    await input.line();
  }
}
