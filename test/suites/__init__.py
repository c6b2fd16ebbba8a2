# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The kinds of tests that test/runner.py knows: one module per kind.

A suite module offers `cases(ctx)`: the list of its Cases, those to be skipped included. A Case
names itself and its mode; `run(ctx)` gives a list of Results (one, unless the case stands for a
whole foreign test program).
"""

from . import browser, fuzz, js, link, model, native, package, peer, posix, relay, stdio, wake

SUITES = {'model': model, 'posix': posix, 'stdio': stdio, 'peer': peer, 'wake': wake, 'relay': relay,
          'native': native, 'fuzz': fuzz, 'js': js, 'browser': browser, 'package': package,
          'link': link}
