// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

/* global Module */
// Listeners take WebSockets of the host.
Module['websocket'] = {'listen': '127.0.0.1'};
