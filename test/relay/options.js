// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

/* global Module */
// Linked into the programs of the suite relay: where the relay is, and the resolver. In a page, drive.mjs
// has said so.
if (globalThis.process) {
  Module['emwake'] = {
    'doh': process.env.DOH_URL,
    'relay': {'url': process.env.RELAY_URL, ...JSON.parse(process.env.RELAY_OPTIONS ?? '{}')},
  };
}
