# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The pages of the examples, for suite browser.

Each test/browser/page_*.mjs drives the page of an example in headless Chromium, compiled and served by
tools/page.py.
"""

import dataclasses
import glob
import json
import os
import sys
import threading

from . import process
from .browser_driver import browsers, toolchain
from .case import FAIL, PASS, ROOT, SKIP, Case, command_text, indent

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import page  # noqa: E402

FOLDER = os.path.join(ROOT, 'test', 'browser')
PLAYWRIGHT = os.path.join(ROOT, 'node_modules', 'playwright-core')


class PageCase(Case):
  def __init__(self, script):
    self.page = os.path.basename(script)[len('page_'):-len('.mjs')]
    super().__init__('browser', 'page', f'page_{self.page}')
    self.script = script

  def run(self, ctx):
    if not os.path.isdir(PLAYWRIGHT):
      return [self.result(SKIP, 'playwright-core is not installed')]
    try:
      browser = browsers.ensure('chromium')
    except toolchain.Missing as e:
      return [self.result(SKIP, str(e).splitlines()[0])]
    out = ctx.path('browser', self.mode, self.page)
    build = page.emcc_command(self.page, out)
    os.makedirs(out, exist_ok=True)
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{command_text("compile", build)}\n'
                          + indent(made.err))]
    server = page.make_server(self.page, out, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
      command = ['node', self.script, json.dumps(dataclasses.asdict(browser)),
                 f'http://127.0.0.1:{server.server_port}/']
      got = process.run(command, ctx.run_limit * 2, ctx.env)
    finally:
      server.shutdown()
      server.server_close()
    if not got.killed and not got.status:
      return [self.result(PASS)]
    return [self.result(FAIL, '\n'.join([
      f'  {got.killed or f"exit status {got.status}"}', command_text('compile', build),
      '  stdout:\n' + indent(got.out, 20), '  stderr:\n' + indent(got.err, 20)]))]


def cases():
  return [PageCase(path) for path in sorted(glob.glob(os.path.join(FOLDER, 'page_*.mjs')))]
