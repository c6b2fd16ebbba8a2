# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite wake: tests of emwake's own API, which no kernel has.

Each test/wake/test_*.c, or .cpp, runs in the modes that its header names (all if none). It passes if it
exits with 0 and, where test_*.out stands beside it, prints exactly that.
"""

import difflib
import glob
import os

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent
from .modes import MODES, emcc_command, read_tags

FOLDER = os.path.join(ROOT, 'test', 'wake')


class WakeCase(Case):
  suite = 'wake'
  # Its time limit, in those of a program.
  patience = 1

  def __init__(self, source, tags, mode):
    name = os.path.splitext(os.path.basename(source))[0]
    super().__init__(self.suite, mode.name, name, mode.skip_reason(tags['needs']))
    self.source, self.tags, self.build_mode = source, tags, mode

  def command(self, program):
    return ['node', program, *self.tags['args']]

  def run(self, ctx):
    output = ctx.path(self.suite, self.mode, f'{self.test}.js')
    include = [FOLDER, os.path.join(ROOT, 'test', 'posix')]
    build = emcc_command(self.build_mode, self.source, output, self.tags, include)
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{command_text("compile", build)}\n'
                          + indent(made.err))]
    command = self.command(output)
    got = process.run(command, ctx.run_limit * self.patience, ctx.env)
    complaint = self._complaint(got)
    if not complaint:
      return [self.result(PASS)]
    return [self.result(FAIL, '\n'.join([
      complaint, command_text('compile', build), command_text('run', command),
      '  stdout:\n' + indent(got.out, 20), '  stderr:\n' + indent(got.err, 20)]))]

  def _complaint(self, got):
    if got.killed:
      return f'  {got.killed}'
    if got.status:
      return f'  exit status {got.status}'
    expected = os.path.splitext(self.source)[0] + '.out'
    if os.path.exists(expected):
      with open(expected) as f:
        want = f.read()
      if want != got.out:
        return indent('\n'.join(difflib.unified_diff(
          want.splitlines(), got.out.splitlines(), os.path.basename(expected), self.mode,
          lineterm='')))
    return ''


def cases(_ctx):
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c*'))):
    tags = read_tags(source)
    found += [WakeCase(source, tags, mode) for mode in MODES.values()
              if (mode.name in tags['modes'] if tags['modes'] else not mode.net)]
  return found
