// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The tests of TCP with a relay that knows version 1 of the protocol alone.
// needs: wait net
// flags: --pre-js {dir}/options.js
// args: version=1

#include "test_tcp.c"
