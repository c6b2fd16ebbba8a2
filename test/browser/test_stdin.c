// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// In a page: a standard input that the page feeds, as suite wake has it on Node.
//
// modes: plain jspi asyncify pthread_jspi
// flags: --pre-js {dir}/../wake/stdin_stream.js

#include "test_stdin_stream.c"
