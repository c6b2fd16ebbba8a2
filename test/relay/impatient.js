// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

/* global Module */
// Who waits for the relay gives up after two seconds.
Module['emwake']['relay']['timeout'] = 2000;
