#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Writes system/lib/core/names.h: the library's own names get the prefix emwake_ in the archive.

A static library shares one namespace with the program that it is linked into: a program with a
node_get() of its own would be called by the core. The sources keep their short names; this header,
which the build force-includes, maps them.

  tools/core_names.py           write it, from what the headers of FOLDERS declare
  tools/core_names.py --check   fail if it is not up to date
"""

import re
import sys
from pathlib import Path

LIB = Path(__file__).resolve().parent.parent / 'system' / 'lib'
FOLDERS = ['core', 'names']
HEADER = LIB / 'core' / 'names.h'

# Public under this very name.
PUBLIC = {'notify_node_listeners'}

TOP = """\
/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Written by tools/core_names.py: the library's own names in the archive, so that they
 * meet none of the program's. Force-included by the build.
 */
#ifndef EMWAKE_CORE_NAMES_H
#define EMWAKE_CORE_NAMES_H

"""


def declared(text):
  """The functions, pointers to functions and variables that a header declares at top level."""
  text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
  text = re.sub(r'^#.*(\\\n.*)*$', '', text, flags=re.M)
  while re.search(r'\{[^{}]*\}', text):
    text = re.sub(r'\{[^{}]*\}', ';', text)
  for statement in text.split(';'):
    statement = statement.strip()
    if statement.startswith(('typedef', 'static')):
      continue
    m = re.match(r'[^(]*\(\*(\w+)\)\s*\(', statement) or re.search(r'(\w+)\s*\(', statement)
    if not m and statement.startswith('extern'):
      m = re.search(r'(\w+)$', statement)
    if m and '=' not in statement:
      yield m[1]


def main():
  names = set()
  for header in (h for folder in FOLDERS for h in (LIB / folder).glob('*.h')):
    if header != HEADER:
      names.update(declared(header.read_text()))
  names = sorted(n for n in names - PUBLIC if not n.startswith('emwake_'))
  text = TOP + ''.join(f'#define {n} emwake_{n}\n' for n in names) + '\n#endif\n'
  if '--check' in sys.argv:
    if not HEADER.exists() or HEADER.read_text() != text:
      sys.exit(f'{HEADER.name} is out of date: run tools/core_names.py')
  else:
    HEADER.write_text(text)


if __name__ == '__main__':
  main()
