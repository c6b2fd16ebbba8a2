/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For test_stdin_terminal.c, after stdin_stream.js: the stream is a terminal's.
 */
/* global Module, stdinTest */

Object.assign(Module['stdinStream'], {
  isTTY: true,
  rows: 30,
  columns: 100,
  setRawMode(raw) {
    stdinTest.raw = raw;
  },
});
