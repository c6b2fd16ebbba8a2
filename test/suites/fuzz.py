# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite fuzz: test/fuzz, bounded: the past finds, then random sequences of descriptor operations.

Mode asan runs the core natively under sanitizers, the others a wasm build. The seed is the date,
and is in the test's name; test/fuzz/fuzz.py --seed runs it again, and longer.
"""

import os
import sys
import time

from .case import FAIL, PASS, ROOT, Case

sys.path.insert(0, os.path.join(ROOT, 'test', 'fuzz'))

# Mode: how many sequences.
COUNTS = {'asan': 4000, 'plain': 1000, 'wasm64': 1000, 'pthread': 1000}


class FuzzCase(Case):
  def __init__(self, mode, seed):
    super().__init__('fuzz', mode, f'seed_{seed}')
    self.seed = seed

  def run(self, ctx):
    # Not before: suites are imported to list the tests, and by the fuzzer itself.
    import fuzz
    from build import BuildError
    try:
      fuzzer = fuzz.Fuzzer(ctx, 'core' if self.mode == 'asan' else self.mode)
      reports = fuzzer.replay(fuzz.corpus())
      if not reports:
        reports = fuzz.fuzz(fuzzer, self.seed, count=COUNTS[self.mode], log=lambda text: None)[1]
    except BuildError as e:
      return [self.result(FAIL, str(e))]
    return [self.result(FAIL if reports else PASS, '\n'.join(reports))]


def cases(_ctx):
  seed = time.strftime('%Y-%m-%d')
  return [FuzzCase(mode, seed) for mode in COUNTS]
