// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

/* global Module */
// A connect waits for a sign of the relay for as long as it takes. A worker of a page has no options.
if (Module['emwake']) Module['emwake']['relay']['confirm'] = 60000;
