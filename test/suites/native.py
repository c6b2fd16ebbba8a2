# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite native: unit tests of the C core on the host, under sanitizers.

Each test/native/test_*.c is compiled together with system/lib/core/*.c and
test/native/host_native.c, in mode asan (addresses and undefined behaviour) and in mode tsan
(data races), and passes if it exits with 0.
"""

import glob
import os
import shutil

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent

FOLDER = os.path.join(ROOT, 'test', 'native')
CORE = os.path.join(ROOT, 'system', 'lib', 'core')

SANITIZERS = {
  'asan': ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  'tsan': ['-fsanitize=thread'],
}


class NativeCase(Case):
  def __init__(self, source, mode):
    super().__init__('native', mode, os.path.basename(source)[:-2])
    self.source = source

  def run(self, ctx):
    program = ctx.path(self.suite, self.mode, self.test)
    host = os.path.join(FOLDER, 'host_native.c')
    build = [ctx.host_compiler(), '-g', '-O1', '-std=gnu11', '-D_GNU_SOURCE',
             '-DEMWAKE_THREADS=1', '-Wall', '-pthread', *SANITIZERS[self.mode],
             '-I' + os.path.join(ROOT, 'include'), '-I' + CORE, '-I' + FOLDER, self.source,
             *([host] if os.path.exists(host) else []),
             *sorted(glob.glob(os.path.join(CORE, '*.c'))), '-o', program]
    made = process.run(build, ctx.compile_limit, ctx.env)
    if made.status:
      return [self.result(FAIL, f'does not compile\n{command_text("compile", build)}\n'
                          + indent(made.err))]
    command = [program]
    if self.mode == 'tsan' and shutil.which('setarch'):
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


def cases(_ctx):
  return [NativeCase(source, mode) for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c')))
          for mode in SANITIZERS]
