# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite browser: programs in a page of headless Chromium.

Each test/browser/test_*.c is compiled in the modes that its header names and driven by
test/browser/drive.mjs; it passes if it exits with 0. Chromium comes from tools/browsers.py.
"""

import dataclasses
import glob
import json
import os
import sys

from . import process
from .case import FAIL, PASS, ROOT, SKIP, Case, command_text, indent
from .modes import MODES, emcc_command, read_tags

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import browsers  # noqa: E402
import toolchain  # noqa: E402

FOLDER = os.path.join(ROOT, 'test', 'browser')
DRIVER = os.path.join(FOLDER, 'drive.mjs')
PLAYWRIGHT = os.path.join(ROOT, 'node_modules', 'playwright-core')


class BrowserCase(Case):
  def __init__(self, source, tags, mode):
    super().__init__('browser', mode.name, os.path.basename(source)[:-2],
                     mode.skip_reason(tags['needs']))
    self.source, self.tags, self.build_mode = source, tags, mode

  def run(self, ctx):
    if not os.path.isdir(PLAYWRIGHT):
      return [self.result(SKIP, 'playwright-core is not installed')]
    try:
      browser = browsers.ensure()
    except toolchain.Missing as e:
      return [self.result(SKIP, str(e).splitlines()[0])]
    output = ctx.path('browser', self.mode, f'{self.test}.js')
    include = [os.path.join(ROOT, 'test', 'wake')]
    build = emcc_command(self.build_mode, self.source, output, self.tags, include)
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{command_text("compile", build)}\n'
                          + indent(made.err))]
    command = ['node', DRIVER, json.dumps(dataclasses.asdict(browser)), output]
    got = process.run(command, ctx.run_limit * 2, ctx.env)
    if not got.killed and got.status == 0:
      return [self.result(PASS)]
    return [self.result(FAIL, '\n'.join([
      f'  {got.killed or "exit status " + str(got.status)}', command_text('compile', build),
      command_text('run', command), '  stdout:\n' + indent(got.out, 20),
      '  stderr:\n' + indent(got.err, 20)]))]


def cases(_ctx):
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c'))):
    tags = read_tags(source)
    found += [BrowserCase(source, tags, mode) for mode in MODES.values()
              if (mode.name in tags['modes'] if tags['modes'] else not mode.net)]
  return found
