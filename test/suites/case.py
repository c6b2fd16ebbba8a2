# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""What the runner and the suites share: the Context of a run, a Case, and its Result."""

import dataclasses
import os
import shlex
import shutil
import sys

PASS, FAIL, SKIP = 'ok', 'FAIL', 'skip'

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclasses.dataclass
class Context:
  """One run of the runner: where its files go, the environment, and its limits in seconds."""
  out: str
  env: dict
  run_limit: float = 30
  compile_limit: float = 600
  native_runs: int = 1
  # What is to be called when the run is over.
  at_end: list = dataclasses.field(default_factory=list)

  def path(self, *parts):
    """A file below this run's own folder; its directory exists."""
    path = os.path.join(self.out, *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path

  def host_compiler(self):
    return next((cc for cc in ('gcc', 'clang') if shutil.which(cc, path=self.env['PATH'])), 'cc')


@dataclasses.dataclass
class Result:
  name: str
  status: str
  detail: str = ''
  seconds: float = 0
  # How the program fared against the kernel: see posix.OUTCOMES. Only of differential tests.
  outcome: str = ''


class Case:
  """One test in one mode. `skip` is the reason why it cannot run there, or None."""

  # False for a mode that runs only when it is named.
  default = True

  def __init__(self, suite, mode, test, skip=None):
    self.suite, self.mode, self.test, self.skip = suite, mode, test, skip

  @property
  def name(self):
    return '.'.join(part for part in (self.mode, self.suite, self.test) if part)

  def names(self):
    """Every name that selects this case on the command line; patterns are matched with these."""
    plain = [self.suite, f'{self.suite}.{self.test}', self.test]
    return plain + ([self.mode] + [f'{self.mode}.{n}' for n in plain] if self.mode else [])

  def run(self, ctx):
    raise NotImplementedError

  def result(self, status, detail='', outcome=''):
    return Result(self.name, status, detail, outcome=outcome)


def command_text(label, command):
  """`command` as a person may paste it, run from the top of the tree after tools/env."""
  return f'  {label}: {shlex.join(command)}'.replace(ROOT + os.sep, '')


def indent(text, limit=60):
  """The last `limit` lines of text, indented."""
  lines = text.rstrip().splitlines()
  if len(lines) > limit:
    lines = [f'... {len(lines) - limit} lines left out ...'] + lines[-limit:]
  return '\n'.join('    ' + line for line in lines)


def warn(message):
  print(f'runner: {message}', file=sys.stderr, flush=True)
