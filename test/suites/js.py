# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite js: the mocha tests of the JavaScript library files, a case per file of test/js (what lies
deeper are helpers). Each mocha test counts as a test of its own.
"""

import glob
import json
import os

from . import process
from .case import FAIL, PASS, ROOT, SKIP, Case, Result, command_text, indent

FOLDER = os.path.join(ROOT, 'test', 'js')
MOCHA = os.path.join(ROOT, 'node_modules', '.bin', 'mocha')


class MochaCase(Case):
  def __init__(self, source):
    name = os.path.basename(source).rsplit('.', 1)[0]
    super().__init__('js', '', name, None if os.path.exists(MOCHA) else 'mocha is not installed')
    self.source = source

  def run(self, ctx):
    report = ctx.path('js', self.test + '.json')
    command = ['node', MOCHA, self.source, '--reporter', 'json', '--reporter-option',
               f'output={report}']
    got = process.run(command, ctx.run_limit * 12, ctx.env)
    results = self._read(report, command)
    # A file that does not load, or a run that was cut short, has no report or an empty one.
    if got.killed or (got.status and not any(r.status == FAIL for r in results)) or not results:
      why = got.killed or f'mocha exit status {got.status}, no test ran'
      results.append(self.result(FAIL, f'  {why}\n{command_text("run", command)}\n'
                                 + indent(got.out + got.err, 40)))
    return results

  def _read(self, report, command):
    try:
      with open(report) as f:
        tests = json.load(f)
    except (OSError, ValueError):
      return []
    pending = {t['fullTitle'] for t in tests['pending']}
    results = []
    for t in tests['tests']:
      error = t.get('err') or {}
      status = SKIP if t['fullTitle'] in pending else FAIL if error else PASS
      text = 'pending' if status == SKIP else ''
      if status == FAIL:
        text = command_text('run', command) + '\n' + indent(
          error.get('stack') or error.get('message', ''))
      results.append(Result(f'{self.name}: {t["fullTitle"]}', status, text,
                            (t.get('duration') or 0) / 1000))
    return results


def cases(_ctx):
  return [MochaCase(path) for path in sorted(glob.glob(os.path.join(FOLDER, '*.*js')))]
