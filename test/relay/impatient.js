// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

/* global Module */
// Who waits for the relay gives up after two seconds.
// A worker of a page has no options.
if (Module['emwake']) Module['emwake']['relay']['timeout'] = 2000;
