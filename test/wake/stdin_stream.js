/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For test_stdin_stream.c and test_stdin_terminal.c, before the program: a standard input that the page feeds, chunk by
 * chunk, each a while after it has been asked for.
 */
/* global Module, stdinTest */

globalThis.stdinTest = {pulls: 0, raw: null, chunks: [
  'h\u00e9llo\n', new Uint8Array([0, 255, 13, 10]).subarray(1), new Uint8Array([1, 2]).buffer,
  new Uint8Array(0), new Uint8Array(100000).fill(7), 'end',
]};

Module['stdinStream'] = new ReadableStream({
  async pull(controller) {
    stdinTest.pulls++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (stdinTest.chunks.length) controller.enqueue(stdinTest.chunks.shift());
    else controller.close();
  },
}, {highWaterMark: 0});
