# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite package: what a user or a contributor runs as a whole, each a command that must end with 0:
the npm package installed elsewhere, the demo, the examples, what idle connections cost, and the lint.
"""

import os
import shutil
import sys

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent


class CommandCase(Case):
  def __init__(self, test, command, needs=()):
    missing = [tool for tool in needs if not shutil.which(tool)]
    super().__init__('package', '', test, f'no {missing[0]} here' if missing else None)
    self.command = command

  def run(self, ctx):
    got = process.run(self.command, ctx.compile_limit, ctx.env)
    if got.status == 0 and not got.killed:
      return [self.result(PASS)]
    why = got.killed or f'exit status {got.status}'
    return [self.result(FAIL, f'  {why}\n{command_text("run", self.command)}\n'
                        + indent(got.out + got.err))]


def python(*args):
  return [sys.executable, *(os.path.join(ROOT, a) if a.endswith('.py') else a for a in args)]


def cases(_ctx):
  return [
    CommandCase('npm_package', python('test/package/run.py'), needs=['cmake']),
    CommandCase('demo', python('tools/demo.py', '--both')),
    CommandCase('example_task_echo', python('test/examples/run.py', 'echo')),
    CommandCase('example_task_http', python('test/examples/run.py', 'http')),
    CommandCase('echo_cores', python('test/package/echo_cores.py')),
    CommandCase('idle_memory', python('test/bench/idle_memory.py', '--check', '--rounds', '1',
                                      '--connections', '2000')),
    CommandCase('lint', python('tools/lint.py')),
    CommandCase('core_names', python('tools/core_names.py', '--check')),
  ]
