# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Builds the interpreter: over the kernel, over the core natively, and as wasm; runs it."""

import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from suites import native, process  # noqa: E402
from suites.case import ROOT, command_text, indent  # noqa: E402
from suites.modes import MODES, PORT  # noqa: E402

SYSCALL = os.path.join(ROOT, 'system', 'lib', 'syscall')
HOST = os.path.join(ROOT, 'system', 'lib', 'host')
# Those of system/lib/syscall that compile natively, with native/ for emcc's headers.
SHIMS = ['close', 'epoll', 'eventfd', 'fcntl', 'fd_read', 'fd_write', 'ioctl', 'pipe', 'poll',
         'readv', 'select', 'signalfd', 'socket', 'socketpair', 'timerfd', 'writev']
# Their functions that libc has too.
RENAMED = ['poll', 'ppoll', 'select', 'pselect', 'eventfd', 'eventfd_read', 'eventfd_write',
           'epoll_pwait2', 'readv', 'writev', 'socketpair', 'signalfd', 'timerfd_create', 'timerfd_settime',
           'timerfd_gettime']
FLAGS = ['-g', '-O1', '-std=gnu11', '-D_GNU_SOURCE', '-Wall', '-Wno-nonnull']
SOURCES = [os.path.join(HERE, name) for name in ('interpreter.c', 'text.c')]
LIBC = os.path.join(HERE, 'calls_libc.c')


class BuildError(Exception):
  """The interpreter does not compile, or the program is no good; the text says why."""


def _run(ctx, command, cwd=ROOT):
  made = process.run(command, ctx.compile_limit, ctx.env, cwd=cwd)
  if made.status:
    raise BuildError(f'does not compile\n{command_text("compile", command)}\n{indent(made.err)}')


def build_linux(ctx):
  """The command that runs a program on the real kernel."""
  program = ctx.path('fuzz', 'linux', 'interpreter')
  _run(ctx, [ctx.host_compiler(), *FLAGS, *SOURCES, LIBC, '-o', program])
  return [program]


def build_core(ctx, flags=(), cc=None):
  """The command that runs it on the core, under ASan and UBSan; flags: more of the compiler's."""
  program = ctx.path('fuzz', 'core', 'interpreter')
  folder = os.path.dirname(program)
  cc = cc or ctx.host_compiler()
  base = [cc, *FLAGS, *native.SANITIZERS['asan'], '-DEMWAKE_THREADS=1', '-DFUZZ_CORE', '-pthread',
          '-iquote' + native.CORE, '-iquote' + HOST, '-iquote' + native.FOLDER, '-I' + os.path.join(HERE, 'native')]
  core = [*sorted(glob.glob(os.path.join(native.CORE, '*.c'))),
          os.path.join(native.FOLDER, 'host_native.c')]
  shims = [os.path.join(SYSCALL, f'sys_{name}.c') for name in SHIMS]
  _run(ctx, [*base, *flags, '-c', *core], folder)
  _run(ctx, [*base, *flags, '-Wno-attributes', *(f'-D{n}=core_{n}' for n in RENAMED), '-c', *shims],
       folder)
  own = [*SOURCES, os.path.join(HERE, 'calls_core.c')]
  objects = [os.path.basename(s)[:-2] + '.o' for s in core + shims]
  _run(ctx, [*base, *flags, *own, *objects, '-o', program], folder)
  return [program]


def build_wasm(ctx, mode):
  program = ctx.path('fuzz', mode, 'interpreter.js')
  _run(ctx, ['emcc', '-O1', '-std=gnu11', '-D_GNU_SOURCE', '-Wno-experimental', '-Wno-nonnull',
             *SOURCES, LIBC, '-o', program, '-sEXIT_RUNTIME=1', *MODES[mode].flags,
             f'--use-port={PORT}'])
  return ['node', program]


class Target:
  """A built interpreter that runs sequences."""

  def __init__(self, ctx, name, command, is_kernel=False):
    self.ctx, self.name, self.command, self.is_kernel = ctx, name, command, is_kernel
    self._folder = os.path.dirname(ctx.path('fuzz', name, 'run', 'x'))

  def transcripts(self, sequences):
    """For each sequence the list of its lines. One that ends the process has a last line that
    says how; the sequences after it run in another process."""
    found = []
    while len(found) < len(sequences):
      found += self._run(sequences[len(found):])
    return found

  def _run(self, sequences):
    program, transcript = (os.path.join(self._folder, name) for name in ('program', 'transcript'))
    with open(program, 'w') as f:
      f.writelines('\n'.join(lines) + '\n--\n' for lines in sequences)
    if os.path.exists(transcript):
      os.unlink(transcript)
    env = dict(self.ctx.env, ASAN_OPTIONS='detect_leaks=1')
    got = process.run([*self.command, program, transcript], self.ctx.run_limit, env)
    if not os.path.exists(transcript):
      raise BuildError(f'{self.name}: {got.killed or got.status} {got.err}')
    with open(transcript) as f:
      parts = f.read().split('--\n')
    done = [part.splitlines() for part in parts[:-1]]
    if got.status == 2:
      raise BuildError(f'{self.name}: {got.err}')
    if self.is_kernel and (got.killed or got.status):
      text = '\n'.join(sequences[len(done)]) if len(done) < len(sequences) else ''
      raise BuildError(f'on the kernel: {got.killed or got.status} {got.err}\n{text}')
    if len(done) < len(sequences) or got.status:
      death = got.killed or f'exit status {got.status}'
      if len(done) == len(sequences):
        done.pop()
      done.append([*parts[-1].splitlines(), f'{death}: {got.err.strip()}'])
    return done
