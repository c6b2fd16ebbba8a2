/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For test_overrides.c, before the program: what a page gives in place of the standard streams.
 */
/* global Module, overrides */

globalThis.overrides = {printed: [], complained: [], input: Array.from('in\n', (c) => c.charCodeAt(0))};
Module['print'] = (text) => overrides.printed.push(text);
Module['printErr'] = (text) => overrides.complained.push(text);
Module['stdin'] = () => overrides.input.length ? overrides.input.shift() : null;
