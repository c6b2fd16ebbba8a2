# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""What emwake consists of, for whoever builds or links it: files, variants, defines, settings.

Both emwake.port.py (inside emcc) and tools/emwake-config (outside of it) read it from here. It
imports nothing from Emscripten, so that it loads in either place.
"""

import hashlib
import os
import re
from pathlib import Path

ROOT = Path(os.path.realpath(__file__)).parent.parent
PORT = ROOT / 'emwake.port.py'
INCLUDE = ROOT / 'include'
C_ROOT = ROOT / 'system' / 'lib'
JS_DIR = ROOT / 'src' / 'lib'

MIN_EMCC = (6, 0, 5)

NET_CHOICES = ['auto', 'node', 'wisp', 'websocket', 'loopback', 'none']

# Settings that the JS libraries and the C core need at link time. A list is appended to what the
# program asks for itself; any other value replaces it.
LINK_SETTINGS = {}

# -Wno-error: a compiler newer than the one emwake was tested with must still build it.
C_FLAGS = ['-std=gnu11', '-Oz', '-DNDEBUG', '-Wno-error', f'-I{INCLUDE}', '-include',
           str(C_ROOT / 'core' / 'names.h')]


def c_flags():
  """What to compile the C files with, whatever the variant."""
  # -iquote, for <poll.h> is the system's even though core has a "poll.h".
  return C_FLAGS + [f'-iquote{p}' for p in sorted(C_ROOT.iterdir()) if p.is_dir()]


def js_libraries():
  """The JS library files, in the order in which they are to be linked."""
  return sorted(str(p) for p in JS_DIR.glob('lib*.js'))


def js_defines(net):
  """What the JS library files can test in `#if` and `{{{ }}}`."""
  return {'EMWAKE': '1', 'EMWAKE_NET': net}


def c_sources():
  """The C files of the library, relative to C_ROOT."""
  return sorted(p.relative_to(C_ROOT).as_posix() for p in C_ROOT.glob('*/*.c'))


def trace_wraps():
  """The functions that the port's option trace puts a wrapper around: those of system/lib/trace."""
  text = ''.join((C_ROOT / 'trace' / name).read_text() for name in ('trace_calls.c', 'trace_wakes.c'))
  names = re.findall(r'\b__wrap_(\w+)\(', text)
  names += re.findall(r'^(?:CALL|FUNCTION)\((\w+)', text, re.M)
  names += re.findall(r'^TRACED\(\w+, (\w+)', text, re.M)
  return sorted(set(names))


def source_hash():
  """Changes whenever anything that goes into the library does: sources, headers, flags."""
  digest = hashlib.sha256()
  files = [p for top in (C_ROOT, INCLUDE) for p in top.rglob('*') if p.suffix in ('.c', '.h')]
  for path in sorted(files) + [Path(__file__)]:
    digest.update(f'{path.relative_to(ROOT).as_posix()}\0{path.stat().st_size}\0'.encode())
    digest.update(path.read_bytes())
  return digest.hexdigest()[:12]


class Variant:
  """A flavour of the C library that the rest of a program must agree with.

  wasm64, LTO and position-independent code are not here: Emscripten's cache keeps a directory of
  libraries for each of them, and compiles with the flags of that directory.
  """

  def __init__(self, pthread=False, shared_memory=False):
    if pthread:
      self.suffix, self.flags = '-mt', ['-pthread', '-DEMWAKE_THREADS=1']
    elif shared_memory:
      # Shared memory without pthreads (wasm workers): atomics, but no thread that calls emwake.
      self.suffix, self.flags = '-ww', ['-sSHARED_MEMORY']
    else:
      self.suffix, self.flags = '', []

  def archive(self):
    return f'libemwake{self.suffix}-{source_hash()}.a'
