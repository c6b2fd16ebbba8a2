# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite model: the protocols of waiting, checked by the model checker spin in all their interleavings.

Each test/model/*.pml names in its header the settings with which it holds and those, mostly
mutations, with which it fails, so that a model which cannot fail is noticed. Spin makes a C program of it
(pan), which gets the settings as environment variables.
"""

import dataclasses
import glob
import os
import re
import shutil
import sys

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import spin  # noqa: E402
import toolchain  # noqa: E402

FOLDER = os.path.join(ROOT, 'test', 'model')

PAN_FLAGS = ['-O1', '-w', '-DSAFETY', '-DNOCLAIM', '-DMEMLIM=1500']


@dataclasses.dataclass
class Check:
  settings: str
  holds: bool


def read_checks(path):
  with open(path) as f:
    header = f.read().split('*/')[0]
  return [Check(m[2].strip(), m[1] == 'holds')
          for m in re.finditer(r'^ \* (holds|fails):(.*)$', header, re.M)]


class ModelCase(Case):
  def __init__(self, path):
    super().__init__('model', '', os.path.basename(path)[:-len('.pml')],
                     None if shutil.which('gcc') else 'needs gcc')
    self.path = path

  def run(self, ctx):
    try:
      program = spin.ensure()
    except toolchain.Missing as e:
      return [self.result(FAIL, f'  {e}')]
    folder = os.path.dirname(ctx.path('model', self.test, 'pan'))
    for command in ([program, '-a', self.path], ['gcc', *PAN_FLAGS, 'pan.c', '-o', 'pan']):
      made = process.run(command, ctx.compile_limit, ctx.env, cwd=folder)
      if made.status or made.killed:
        return [self.result(FAIL, f'does not compile\n{command_text("compile", command)}\n'
                            + indent(made.out + made.err))]
    checks = read_checks(self.path)
    wrong = [text for check in checks if (text := self.check(check, folder, ctx))]
    if not any(c.holds for c in checks) or all(c.holds for c in checks):
      wrong.append('  the header names no settings that hold, or none that fail')
    return [self.result(FAIL if wrong else PASS, '\n'.join(wrong))]

  def check(self, check, folder, ctx):
    """What is wrong, or ''."""
    settings = dict(word.split('=', 1) for word in check.settings.split())
    # -m: so deep that no execution is cut off, which pan would report as well.
    got = process.run(['./pan', '-m100000'], ctx.run_limit, dict(ctx.env, **settings), cwd=folder)
    found = re.search(r'errors: (\d+)', got.out)
    complete = found and not got.killed and 'max search depth too small' not in got.out
    if complete and (found[1] == '0') == check.holds:
      return ''
    expected = 'holds' if check.holds else 'fails'
    return (f'  {check.settings or "no settings"}: should have been one that {expected}'
            f'{": " + got.killed if got.killed else ""}\n{indent(got.out + got.err, 20)}')


def cases(_ctx):
  return [ModelCase(path) for path in sorted(glob.glob(os.path.join(FOLDER, '*.pml')))]
