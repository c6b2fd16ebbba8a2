# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite browser: programs in a page of headless Chromium.

Each test/browser/test_*.c is compiled in the modes that its header names and driven by
test/browser/drive.mjs; it passes if it exits with 0. Chromium comes from tools/browsers.py.

Each test/browser/page_*.mjs drives the page of an example, compiled and served by tools/page.py.

Some tests of suite posix run there too, on the network inside the page, and print what they print on
the real kernel.
"""

import dataclasses
import glob
import json
import os
import sys
import threading

from . import process
from .case import FAIL, PASS, ROOT, SKIP, Case, command_text, indent
from .modes import MODES, emcc_command, read_tags
from .posix import FOLDER as POSIX
from .posix import Oracle, difference

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import browsers  # noqa: E402
import page  # noqa: E402
import toolchain  # noqa: E402

FOLDER = os.path.join(ROOT, 'test', 'browser')
DRIVER = os.path.join(FOLDER, 'drive.mjs')
PLAYWRIGHT = os.path.join(ROOT, 'node_modules', 'playwright-core')


# Tests of suite posix that have something to show in a page.
POSIX_TESTS = ['test_epoll_sockets', 'test_pipe_blocking_read', 'test_tcp_blocking', 'test_tcp_echo',
               'test_tcp_ipv6', 'test_tcp_many_bytes', 'test_tcp_reset', 'test_udp_echo',
               'test_udp_refused', 'test_unix_blocking', 'test_unix_pair_end', 'test_unix_paths',
               'test_unix_rights', 'test_unix_rights_files']


class BrowserCase(Case):
  include = [os.path.join(ROOT, 'test', 'wake')]

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
    build = emcc_command(self.build_mode, self.source, output, self.tags, self.include)
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{command_text("compile", build)}\n'
                          + indent(made.err))]
    command = ['node', DRIVER, json.dumps(dataclasses.asdict(browser)), output]
    got = process.run(command, ctx.run_limit * 2, ctx.env)
    wrong = got.killed or self.judge(ctx, got)
    if not wrong:
      return [self.result(PASS)]
    return [self.result(FAIL, '\n'.join([
      f'  {wrong}', command_text('compile', build), command_text('run', command),
      '  stdout:\n' + indent(got.out, 20), '  stderr:\n' + indent(got.err, 20)]))]

  def judge(self, _ctx, got):
    """What is wrong with what came out, or ''."""
    return f'exit status {got.status}' if got.status else ''


class PosixInPageCase(BrowserCase):
  include = [POSIX]

  def __init__(self, oracle, mode):
    super().__init__(oracle.source, oracle.tags, mode)
    self.oracle = oracle

  def judge(self, ctx, got):
    want, why = self.oracle.ask(ctx)
    return why or difference(want, got, 'page')


class PageCase(Case):
  def __init__(self, script):
    self.page = os.path.basename(script)[len('page_'):-len('.mjs')]
    super().__init__('browser', 'page', f'page_{self.page}')
    self.script = script

  def run(self, ctx):
    if not os.path.isdir(PLAYWRIGHT):
      return [self.result(SKIP, 'playwright-core is not installed')]
    try:
      browser = browsers.ensure()
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


def cases(_ctx):
  found = [PageCase(path) for path in sorted(glob.glob(os.path.join(FOLDER, 'page_*.mjs')))]
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c'))):
    tags = read_tags(source)
    found += [BrowserCase(source, tags, mode) for mode in MODES.values()
              if (mode.name in tags['modes'] if tags['modes'] else not mode.net)]
  oracles = [Oracle(os.path.join(POSIX, f'{name}.c')) for name in POSIX_TESTS]
  return found + [PosixInPageCase(oracle, MODES['jspi']) for oracle in oracles]
