# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The library's global symbols meet none of the program's.

A static library shares one namespace with the program that it is linked into. Every symbol that
libemwake defines must be one that a program cannot define itself without meaning emwake:

  emwake_*                     the prefix, which core/names.h gives to the core's functions too
  __wrap_*                     what --wrap has the linker look for (system/lib/trace)
  declared in include/         the public interface (core_names.PUBLIC: of the core itself)
  __syscall_*, __wasi_fd_*     what libc calls, and Emscripten defines
  pthread_*                    reserved by POSIX (2.2.2 The Name Space)
  defined by Emscripten's libc what emwake replaces
  in SYSTEM_HEADERS            what POSIX and Linux reserve, and Emscripten has in JavaScript or not at all
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tools'))

import core_names  # noqa: E402
import emwake_build  # noqa: E402

SYSTEM_HEADERS = ['netdb.h', 'resolv.h', 'signal.h', 'time.h']
PREFIXES = ('emwake_', '__syscall_', '__wasi_fd_', 'pthread_', '__wrap_')
# The flags of a program, and the variant of the library that it links.
VARIANTS = [([], emwake_build.Variant()), (['-pthread'], emwake_build.Variant(pthread=True))]


def run(*command):
  p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
  if p.returncode:
    sys.exit(f'{command[0]}: exit status {p.returncode}\n{p.stderr}')
  return p.stdout.strip()


def defined(archive):
  """The global symbols that an archive defines."""
  nm = run('emcc', '-print-prog-name=llvm-nm')
  lines = run(nm, '--extern-only', '--defined-only', '--format=posix', str(archive)).splitlines()
  # 'name type value size'; a member's own line is 'archive[member]:'.
  return {fields[0] for fields in map(str.split, lines) if len(fields) > 1}


def public():
  """What the public headers declare."""
  return {name for header in emwake_build.INCLUDE.rglob('*.h')
          for name in core_names.declared(header.read_text().replace('extern "C" {', ''))}


def reserved():
  """What the system's headers declare."""
  with tempfile.TemporaryDirectory() as folder:
    source = Path(folder, 'headers.c')
    source.write_text(''.join(f'#include <{header}>\n' for header in SYSTEM_HEADERS))
    return set(core_names.declared(run('emcc', '-E', '-D_GNU_SOURCE', str(source))))


def build_library(flags):
  """A program that uses the port, for emcc to build the library into its cache."""
  with tempfile.TemporaryDirectory() as folder:
    source = Path(folder, 'empty.c')
    source.write_text('int main(void) {\n  return 0;\n}\n')
    run('emcc', str(source), *flags, f'--use-port={emwake_build.PORT}', '-o',
        str(Path(folder, 'empty.js')))


def main():
  libc = Path(run('emcc', '-print-file-name=libc.a'))
  known = public() | core_names.PUBLIC | reserved()
  known |= defined(libc) | defined(libc.with_name('libstubs.a'))
  failed = False
  for flags, variant in VARIANTS:
    build_library(flags)
    symbols = defined(libc.with_name(variant.archive()))
    foreign = sorted(s for s in symbols - known if not s.startswith(PREFIXES))
    print(f'{variant.archive()}: {len(symbols)} symbols')
    if not symbols or foreign:
      print(f'in the namespace of the program: {" ".join(foreign) or "(no symbols at all)"}')
      failed = True
  return 1 if failed else 0


if __name__ == '__main__':
  sys.exit(main())
