# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite browser: programs in pages and in dedicated workers of headless Chromium and Firefox.

The tests of test/browser, which are about pages, and those of suites posix and wake that have
something to show there (browser_tests.py) are compiled once a mode, and run in each place of each
browser. A test of posix passes if it prints what it prints on the real kernel; the others if they
exit with 0. The browsers come from tools/browsers.py; browser_driver.py drives them.

Each test/browser/page_*.mjs drives the page of an example (browser_page.py).
"""

import dataclasses
import fnmatch
import glob
import os
import threading

from . import browser_page, process
from .browser_driver import Driver, Unavailable
from .browser_tests import BROWSERS, PLACES, POSIX, WAKE
from .case import FAIL, PASS, ROOT, SKIP, Case, command_text, indent
from .modes import MODES, emcc_command, read_tags
from .posix import FOLDER as POSIX_FOLDER
from .posix import Oracle, difference
from .wake import FOLDER as WAKE_FOLDER

FOLDER = os.path.join(ROOT, 'test', 'browser')


class Program:
  """A test in one mode, compiled once for all the places that it runs in."""

  def __init__(self, source, tags, mode, include, oracle=None):
    self.source, self.tags, self.mode, self.include = source, tags, mode, include
    self.name = os.path.basename(source)[:-2]
    self.oracle = oracle
    self.command = None
    self._made = None
    self._lock = threading.Lock()

  def output(self, ctx):
    return ctx.path('browser', self.mode.name, f'{self.name}.js')

  def build(self, ctx):
    """The Outcome of its compiler."""
    with self._lock:
      if self._made is None:
        self.command = emcc_command(self.mode, self.source, self.output(ctx), self.tags,
                                    self.include)
        self._made = process.run(self.command, ctx.compile_limit, ctx.env)
      return self._made

  def skip_reason(self, place):
    # Sockets are those of the network inside the page, which needs no event loop; and a page's
    # main thread may not sleep on a futex.
    blocks = not (self.mode.name == 'pthread' and place == 'page')
    mode = dataclasses.replace(self.mode, waits_net=True, net_on_main=False,
                               waits=self.mode.waits and blocks)
    if 'host' in self.tags['needs']:
      return "needs the host's sockets"
    return mode.skip_reason(self.tags['needs'])

  def wrong(self, ctx, got):
    """What is wrong with what a run printed, or ''."""
    if got.killed:
      return got.killed
    if self.oracle:
      want, why = self.oracle.ask(ctx)
      return why or difference(want, got, 'browser')
    return f'exit status {got.status}' if got.status else ''


class BrowserCase(Case):
  def __init__(self, program, browser, place):
    super().__init__('browser', program.mode.name, f'{browser}.{place}.{program.name}',
                     program.skip_reason(place))
    self.program, self.browser, self.place = program, browser, place

  def names(self):
    some = ('browser', self.browser, self.place, f'{self.browser}.{self.place}')
    plain = [*some, *(f'browser.{part}' for part in some[1:]), self.program.name]
    plain += [f'{part}.{self.program.name}' for part in plain[:-1]]
    return plain + [f'{self.mode}.{name}' for name in plain] + [self.mode]

  def run(self, ctx):
    program = self.program
    made = program.build(ctx)
    compiled = command_text('compile', program.command)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{compiled}\n{indent(made.err)}')]
    driver = Driver.of(ctx, self.browser)
    output = program.output(ctx)
    try:
      got = driver.run(output, self.place, program.tags['args'], ctx.run_limit)
      command = driver.command_for(output, self.place, program.tags['args'])
    except Unavailable as e:
      return [self.result(SKIP, str(e).splitlines()[0])]
    wrong = program.wrong(ctx, got)
    if not wrong:
      return [self.result(PASS)]
    return [self.result(FAIL, '\n'.join([
      f'  {wrong}', compiled, command_text('run', command),
      '  stdout:\n' + indent(got.out, 20), '  stderr:\n' + indent(got.err, 20)]))]


def matches(name, patterns):
  return any(fnmatch.fnmatchcase(name, f'test_{pattern}') for pattern in patterns)


def chosen(folder, by_mode):
  """(source, tags, mode) for the tests of a folder that by_mode names, {mode: patterns}."""
  for source in sorted(glob.glob(os.path.join(folder, 'test_*.c'))):
    name, tags = os.path.basename(source)[:-2], read_tags(source)
    for mode, patterns in by_mode.items():
      # Where sockets are, it is mode loopback.
      modes = {mode, 'loopback'} if mode == 'jspi' else {mode}
      if matches(name, patterns) and (not tags['modes'] or modes & set(tags['modes'])):
        yield source, tags, MODES[mode]


def programs():
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c'))):
    tags = read_tags(source)
    found += [Program(source, tags, MODES[mode], [FOLDER, WAKE_FOLDER, POSIX_FOLDER])
              for mode in tags['modes']]
  found += [Program(source, tags, mode, [WAKE_FOLDER, POSIX_FOLDER])
            for source, tags, mode in chosen(WAKE_FOLDER, WAKE)]
  oracles = {}
  for source, tags, mode in chosen(POSIX_FOLDER, POSIX):
    oracle = oracles.setdefault(source, Oracle(source))
    found.append(Program(source, tags, mode, oracle.folders, oracle))
  return found


def cases(_ctx):
  # Place by place: two cases that run at once do not wait for the same program to be compiled.
  every = programs()
  found = [BrowserCase(program, browser, place)
           for browser in BROWSERS for place in PLACES for program in every]
  return browser_page.cases() + found
