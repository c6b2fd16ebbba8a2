# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite posix: differential tests. Linux is the oracle.

Each test/posix/test_*.c is compiled with the host's compiler and run on the real kernel, and
compiled with emcc and run under Node in every mode. It passes if both print the same transcript
to stdout and exit with the same status. Mode `stock` builds without emwake's port and reports
how that differs (see stock.py); mode `linux` runs only natively.
"""

import difflib
import glob
import os
import threading

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent
from .modes import LINUX, MODES, emcc_command, read_tags, stock_mode

FOLDER = os.path.join(ROOT, 'test', 'posix')

# What can become of a program that is compared with the kernel.
OUTCOMES = ('pass', 'differs', 'hangs', 'crashes', 'does not compile')

# A program that hangs on stock Emscripten is waited for this long.
STOCK_LIMIT = 10


class Oracle:
  """One test on the real kernel: compiled and run once per run, for all modes together."""

  suite = 'posix'
  folders = [FOLDER]

  def __init__(self, source):
    self.source = source
    self.name = os.path.basename(source)[:-2]
    self.tags = read_tags(source)
    self._lock = threading.Lock()
    self._answer = None

  def program(self, ctx):
    """The native program."""
    return ctx.path(self.suite, 'linux', self.name)

  def command(self, _ctx, program):
    """How the test is run; program: the native one, or node with the compiled one."""
    return [*program, *self.tags['args']]

  def ask(self, ctx):
    """(Outcome, '') or (None, why there is none)."""
    with self._lock:
      if self._answer is None:
        self._answer = self._run(ctx)
      return self._answer

  def _run(self, ctx):
    program = self.program(ctx)
    build = [ctx.host_compiler(), '-O1', '-std=gnu11', '-D_GNU_SOURCE', '-Wall', '-Wextra',
             '-Werror', '-Wno-nonnull', '-Wno-unused-result', '-Wno-stringop-overflow',
             '-Wno-stringop-overread', '-pthread', *(f'-I{folder}' for folder in self.folders),
             self.source, '-o', program]
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return None, f'does not compile natively\n{command_text("compile", build)}\n' + \
        indent(made.err)
    command = self.command(ctx, [program])
    # scratch.h: what a test that was killed leaves behind goes with the run's folder.
    env = dict(ctx.env, TMPDIR=os.path.dirname(program))
    first = None
    for _ in range(ctx.native_runs):
      got = process.run(command, ctx.run_limit, env)
      if got.killed or got.status < 0:
        why = got.killed or f'killed by signal {-got.status}'
        return None, f'natively: {why}\n{command_text("run", command)}\n' + indent(got.out)
      if first is None:
        first = got
      elif (got.out, got.status) != (first.out, first.status):
        return None, 'natively not the same twice\n' + difference(first, got, 'again')
    return first, ''


def difference(want, got, label):
  """A unified diff of two transcripts, and of the exit statuses."""
  lines = difflib.unified_diff(want.out.splitlines(), got.out.splitlines(), 'linux', label,
                               lineterm='')
  text = indent('\n'.join(lines)) if want.out != got.out else ''
  if want.status != got.status:
    text += f'\n    exit status: linux {want.status}, {label} {got.status}'
  return text.lstrip('\n')


def compare(want, got):
  """How a program fared: one of OUTCOMES."""
  if got.killed:
    return 'hangs'
  if (got.out, got.status) == (want.out, want.status):
    return 'pass'
  if got.status != want.status and got.status != 13 and got.err.strip():
    return 'crashes'
  # Node leaves with 13, or with nothing more to do, when main waits for what cannot come.
  if got.status == 13 or (got.status in (0, want.status) and want.out.startswith(got.out)):
    return 'hangs'
  return 'differs'


class PosixCase(Case):
  def __init__(self, oracle, mode):
    super().__init__(oracle.suite, mode.name, oracle.name, mode.skip_reason(oracle.tags['needs']))
    self.oracle, self.build_mode, self.default = oracle, mode, mode.default

  def run(self, ctx):
    want, why = self.oracle.ask(ctx)
    if not want:
      return [self.result(FAIL, why)]
    if self.build_mode is LINUX:
      return [self.result(PASS)]
    output = ctx.path(self.suite, self.mode, f'{self.test}.js')
    build = emcc_command(self.build_mode, self.oracle.source, output, self.oracle.tags,
                         self.oracle.folders)
    made = process.run(build, ctx.compile_limit, ctx.env)
    stock = not self.build_mode.port
    if made.status:
      text = f'does not compile\n{command_text("compile", build)}\n{indent(made.err)}'
      return [self.result(PASS if stock else FAIL, text, 'does not compile')]
    command = self.oracle.command(ctx, [*self.build_mode.node, output])
    got = process.run(command, min(ctx.run_limit, STOCK_LIMIT) if stock else ctx.run_limit, ctx.env)
    outcome = compare(want, got)
    if outcome == 'pass':
      return [self.result(PASS, outcome=outcome)]
    text = '\n'.join(part for part in (
      got.killed, difference(want, got, self.mode), command_text('compile', build),
      command_text('run', command),
      got.err.strip() and '  stderr:\n' + indent(got.err, 20)) if part)
    return [self.result(PASS if stock else FAIL, text, outcome)]


def oracles():
  return [Oracle(path) for path in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c')))]


def runs_in(tags, mode):
  return mode.applies(tags['needs']) and (
    not mode.default or not tags['modes'] or mode.name in tags['modes'])


def cases(_ctx):
  found = []
  for oracle in oracles():
    modes = (*MODES.values(), stock_mode(oracle.tags), LINUX)
    found += [PosixCase(oracle, mode) for mode in modes if runs_in(oracle.tags, mode)]
  return found
