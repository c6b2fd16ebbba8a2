# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Which tests of other suites run in browsers, and in which modes (suite browser).

Each mode has the tests that need what is the browser's there: its event loop, its clock, its suspended
stacks, its workers, Emscripten's file system without Node below it. What only the C core decides is
the same everywhere, and is tried in one mode.
"""

BROWSERS = ('chromium', 'firefox')
PLACES = ('page', 'worker')

# By mode: patterns of names, without `test_`.
POSIX = {
  'plain': ['*'],
  'jspi': ['*'],
  'asyncify': ['*'],
  'pthread': ['*'],
  'proxy_to_pthread': ['*'],
  'pthread_jspi': ['*'],
}

WAKE = {
  'plain': ['*'],
  'jspi': ['*'],
  'asyncify': ['*'],
  'pthread': ['*'],
  'proxy_to_pthread': ['*'],
  'pthread_jspi': ['*'],
}
