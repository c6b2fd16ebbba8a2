#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Packs emwake with npm, installs the package elsewhere, and builds with what is installed there.

One program is built in each way that a user has: with the port, with CMake (emcmake and a native
toolchain), and with emwake-config. Every build is run and must print the same line. It expects emcc
and a Node.js with JSPI on PATH; nothing is fetched.

  test/package/run.py                 exit status 0 if all is well
  test/package/run.py --root DIR      the same for the tree in DIR
  test/package/run.py --program FILE  build FILE, which prints `ok` as its last line
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(os.path.realpath(__file__)).parent
ROOT = HERE.parent.parent
# The first link of a flavour builds libc for it.
TIMEOUT = 300
# Not in the package: they are of no use without the repository.
UNWANTED = ('test/', '.toolchain/', 'node_modules/', 'build/', 'out/', '.ci/', '__pycache__')
WANTED = ['emwake.port.py', 'LICENSE', 'package.json', 'CMakeLists.txt', 'tools/emwake_build.py',
          'tools/emwake-config', 'cmake/emwake-config.cmake', 'cmake/emwake-config-version.cmake',
          'examples/echo_server.c', 'examples/echo_cores.c', 'src/door.mjs']

CMAKE_LISTS = """\
cmake_minimum_required(VERSION 3.19)
project(user C)
find_package(emwake 0.1 REQUIRED)
add_executable(program program.c)
target_link_libraries(program PRIVATE emwake::emwake)
if(EMSCRIPTEN)
  target_link_options(program PRIVATE -sJSPI -Wno-experimental)
endif()
"""


class Failure(Exception):
  """What does not work, with the output that shows it."""


def run(cmd, cwd, env=None):
  cmd = [str(word) for word in cmd]
  print(f'  $ {shlex.join(cmd)}', flush=True)
  try:
    p = subprocess.run(cmd, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
  except subprocess.TimeoutExpired:
    raise Failure(f'{cmd[0]} took more than {TIMEOUT} s') from None
  if p.returncode:
    raise Failure(f'{cmd[0]} failed with status {p.returncode}:\n{p.stdout}{p.stderr}')
  return p.stdout


def check_runs(cmd, cwd):
  lines = run(cmd, cwd).strip().splitlines()
  if not lines or lines[-1] != 'ok':
    raise Failure(f'expected a last line `ok`, and it printed: {lines}')


def pack_and_install(root, work):
  """Returns the directory of the installed package."""
  packed = json.loads(run(['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', work],
                          root))
  packed = packed[0] if isinstance(packed, list) else next(iter(packed.values()))
  names = [f['path'] for f in packed['files']]
  unwanted = [n for n in names if n.startswith(UNWANTED) or '__pycache__' in n]
  missing = [n for n in WANTED if n not in names]
  if unwanted or missing:
    raise Failure(f'the package has, and should not: {unwanted}; it lacks: {missing}')
  print(f'  packed {len(names)} files, {packed["size"] / 1024:.0f} KiB')
  (work / 'package.json').write_text('{"private": true}\n')
  run(['npm', 'install', '--offline', '--no-audit', '--no-fund', work / packed['filename']], work)
  return work / 'node_modules' / 'emwake'


def with_port(package, work, program):
  run(['emcc', '-O1', program, '-sJSPI', '-Wno-experimental',
       f'--use-port={package / "emwake.port.py"}:net=none', '-o', 'port.js'], work)
  check_runs(['node', 'port.js'], work)


def with_config(package, work, program):
  config = work / 'node_modules' / '.bin' / 'emwake-config'
  cflags = shlex.split(run([config, '--cflags'], work))
  libs = shlex.split(run([config, '--libs', '--net=none'], work))
  run(['emcc', *cflags, '-c', program, '-o', 'config.o'], work)
  run(['emcc', 'config.o', *libs, '-sJSPI', '-Wno-experimental', '-o', 'config.js'], work)
  check_runs(['node', 'config.js'], work)


def with_cmake(package, work, program):
  project = work / 'project'
  project.mkdir()
  shutil.copy(program, project / 'program.c')
  (project / 'CMakeLists.txt').write_text(CMAKE_LISTS)
  where = f'-Demwake_DIR={package / "cmake"}'
  run(['emcmake', 'cmake', '-S', project, '-B', work / 'wasm', where], work)
  run(['cmake', '--build', work / 'wasm'], work)
  check_runs(['node', work / 'wasm' / 'program.js'], work)
  run(['cmake', '-S', project, '-B', work / 'native', where], work)
  run(['cmake', '--build', work / 'native'], work)
  check_runs([work / 'native' / 'program'], work)


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--root', type=Path, default=ROOT, help='the tree to pack')
  parser.add_argument('--program', type=Path, default=HERE / 'program.c')
  args = parser.parse_args()
  with tempfile.TemporaryDirectory(prefix='emwake-package-') as work:
    work = Path(os.path.realpath(work))
    try:
      print('package: npm pack and npm install elsewhere')
      package = pack_and_install(args.root, work)
      for name, build in (('the port', with_port), ('emwake-config', with_config),
                          ('CMake', with_cmake)):
        print(f'package: a program built with {name}')
        build(package, work, args.program.resolve())
    except (Failure, OSError) as e:
      print(f'package: FAILED: {e}')
      return 1
  print('package: ok')
  return 0


if __name__ == '__main__':
  sys.exit(main())
