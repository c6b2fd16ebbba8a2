# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The comparison with stock Emscripten: for each row of test/posix/rows.txt, the tests that prove
it, and how they fare on stock emcc and with emwake. As text, and as a Markdown page.
"""

import os

from . import posix, stdio
from .case import FAIL, ROOT, SKIP
from .modes import MODES, BadTag

ROWS = os.path.join(posix.FOLDER, 'rows.txt')


def read_rows():
  """{number or word: the rule, in a line}, in the order of the file."""
  rows = {}
  with open(ROWS) as f:
    for line in f:
      if line.strip() and not line.startswith('#'):
        number, rule = line.split(None, 1)
        rows[number] = rule.strip()
  return rows


class Comparison:
  """The outcomes of a run that had mode stock in it, by row."""

  def __init__(self, results):
    self.rows = read_rows()
    # {test: {mode: outcome}}
    self.tests = {}
    for result in results:
      mode, suite, test = (result.name.split('.') + ['', ''])[:3]
      if suite in ('posix', 'stdio'):
        # A test that fails without an outcome has no answer from the kernel to compare with.
        outcome = result.outcome or {SKIP: '-', FAIL: 'unknown'}.get(result.status, 'pass')
        self.tests.setdefault(test, {})[mode] = outcome
    self.claims = {row: [] for row in self.rows}
    # The rows of which a test did not run: what stock makes of them is not known.
    self.unknown = set()
    for name, rows in [(o.name, o.tags['gaps']) for o in posix.oracles()] + stdio.claims():
      ran = 'stock' in self.tests.get(name, {})
      for row in rows:
        if row not in self.rows:
          raise BadTag(f'{name}: no row {row} in {os.path.relpath(ROWS, ROOT)}')
        if ran:
          self.claims[row].append(name)
        else:
          self.unknown.add(row)

  def not_shown(self):
    """The rows that stock is said to break and that have tests, all of which pass on stock."""
    return [row for row, tests in self.claims.items()
            if tests and row not in self.unknown and not self.rows[row].endswith('(stock too)')
            and all(self.tests[t]['stock'] == 'pass' for t in tests)]

  def _claimed(self, test):
    return any(test in tests for tests in self.claims.values())

  def _emwake(self, test):
    """emwake's outcome over the modes that ran: how many pass, or those that do not."""
    outcomes = self.tests[test]
    ran = [m for m in MODES if outcomes.get(m, '-') != '-']
    bad = [f'{m} {outcomes[m]}' for m in ran if outcomes[m] != 'pass']
    if bad:
      return ', '.join(bad)
    return f'pass ({len(ran)} mode{"s"[:len(ran) > 1]})' if ran else ''

  def text(self):
    lines = []
    for row, tests in self.claims.items():
      for test in tests:
        lines.append(f'{row:>8}  {test:<36} {"pass":<7} {self.tests[test]["stock"]:<17}'
                     f'{self._emwake(test)}'.rstrip())
    head = f'{"row":>8}  {"test":<36} {"linux":<7} {"stock":<17}emwake'
    rest = [t for t in sorted(self.tests) if not self._claimed(t)]
    for test in rest:
      lines.append(f'{"":>8}  {test:<36} {"pass":<7} {self.tests[test].get("stock", ""):<17}'
                   f'{self._emwake(test)}'.rstrip())
    return '\n'.join([head] + lines)

  def markdown(self, version):
    """The page; the table is all that changes from one machine to another."""
    out = ['# emwake and stock Emscripten, compared with Linux', '',
           'Each row is a rule of Linux. Each test is a C file of `test/posix` or `test/stdio`: it is compiled',
           'with gcc and run on the real kernel, compiled with stock emcc '
           f'({version}), and compiled', 'with the same emcc and `--use-port=emwake.port.py`. '
           '*pass* means that its transcript and its', 'exit status are those of the kernel; for '
           'emwake, in every mode (way of waiting) that can run the test.', '',
           'Made by `test/runner.py stock --markdown docs/COMPARISON.md`.', '',
           '| | Rule | Test | Linux | stock emcc | emwake |', '|--|--|--|--|--|--|']
    for row, tests in self.claims.items():
      for i, test in enumerate(tests):
        out.append(f'| {"" if i else row} | {"" if i else self.rows.get(row, "")} | `{test}` '
                   f'| pass | {self.tests[test]["stock"]} | {self._emwake(test)} |')
    rest = [t for t in sorted(self.tests)
            if 'stock' in self.tests[t] and not self._claimed(t)]
    for i, test in enumerate(rest):
      out.append(f'| | {"" if i else "also tested"} | `{test}` | pass '
                 f'| {self.tests[test]["stock"]} | {self._emwake(test)} |')
    missing = [row for row, tests in self.claims.items() if not tests]
    if missing:
      out += ['', 'Rows without a test here:', '']
      out += [f'- {row}: {self.rows[row]}' for row in missing]
    return '\n'.join(out) + '\n'
