# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite native: unit tests of the C core on the host, under sanitizers.

Each test/native/test_*.c is linked with the core (system/lib/core/*.c and
test/native/host_native.c), in mode asan (addresses and undefined behaviour) and in mode tsan (data
races), and passes if it exits with 0. If there is a second compiler, it runs with that one as well,
in modes asan_clang and tsan_clang. test/native/test_*.py run as they are, on the library that is
shipped.
"""

import glob
import os
import shutil
import sys
import threading

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent

FOLDER = os.path.join(ROOT, 'test', 'native')
CORE = os.path.join(ROOT, 'system', 'lib', 'core')

SANITIZERS = {
  'asan': ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  'tsan': ['-fsanitize=thread'],
}

# -iquote: <poll.h> stays the system's, whatever the core's headers are called.
FLAGS = ['-g', '-O1', '-std=gnu11', '-DEMWAKE_THREADS=1', '-Wall',
         '-Werror=implicit-function-declaration', '-pthread', '-iquote' + CORE, '-iquote' + FOLDER]

_core_lock = threading.Lock()


def core(ctx, cc, sanitizer):
  """The core as an archive, made once a run; a Result's text if it cannot be made."""
  archive = ctx.path('native', f'{cc}_{sanitizer}', 'core', 'core.a')
  with _core_lock:
    if os.path.exists(archive):
      return archive, ''
    folder = os.path.dirname(archive)
    sources = [*sorted(glob.glob(os.path.join(CORE, '*.c'))), os.path.join(FOLDER, 'host_native.c')]
    for command in ([cc, *FLAGS, *SANITIZERS[sanitizer], '-c', *sources],
                    ['ar', 'rcs', archive, *(os.path.basename(s)[:-2] + '.o' for s in sources)]):
      made = process.run(command, ctx.compile_limit, ctx.env, cwd=folder)
      if made.status:
        return '', (f'the core does not compile\n{command_text("compile", command)}\n'
                    + indent(made.err))
    return archive, ''


class NativeCase(Case):
  def __init__(self, source, sanitizer, cc):
    mode = sanitizer if cc is None else f'{sanitizer}_{cc}'
    super().__init__('native', mode, os.path.basename(source)[:-2])
    self.source, self.sanitizer, self.cc = source, sanitizer, cc

  def run(self, ctx):
    cc = self.cc or ctx.host_compiler()
    archive, error = core(ctx, cc, self.sanitizer)
    if error:
      return [self.result(FAIL, error)]
    program = ctx.path(self.suite, self.mode, self.test)
    build = [cc, *FLAGS, *SANITIZERS[self.sanitizer], self.source, archive, '-o', program]
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{command_text("compile", build)}\n'
                          + indent(made.err))]
    command = [program]
    if self.sanitizer == 'tsan' and shutil.which('setarch'):
      # TSan's shadow has no place for the addresses that a kernel with much ASLR gives.
      command = ['setarch', '-R', program]
    env = dict(ctx.env, ASAN_OPTIONS='detect_leaks=1', TSAN_OPTIONS='halt_on_error=1')
    got = process.run(command, ctx.run_limit, env)
    if not got.killed and got.status == 0:
      return [self.result(PASS)]
    return [self.result(FAIL, '\n'.join([
      f'  {got.killed or "exit status " + str(got.status)}', command_text('compile', build),
      command_text('run', command), '  stdout:\n' + indent(got.out, 20),
      '  stderr:\n' + indent(got.err, 60)]))]


class PythonCase(Case):
  def __init__(self, source):
    super().__init__('native', '', os.path.basename(source)[:-3])
    self.source = source

  def run(self, ctx):
    command = [sys.executable, self.source]
    got = process.run(command, ctx.compile_limit, ctx.env)
    if not got.killed and got.status == 0:
      return [self.result(PASS)]
    return [self.result(FAIL, f'  {got.killed or "exit status " + str(got.status)}\n'
                        + command_text('run', command) + '\n' + indent(got.out + got.err))]


def cases(_ctx):
  # None: the machine's usual compiler, which is clang only where there is no gcc.
  compilers = [None, *(['clang'] if shutil.which('gcc') and shutil.which('clang') else [])]
  return [NativeCase(source, sanitizer, cc)
          for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c')))
          for cc in compilers for sanitizer in SANITIZERS] + [
            PythonCase(path) for path in sorted(glob.glob(os.path.join(FOLDER, 'test_*.py')))]
