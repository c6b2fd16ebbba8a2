#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Checks the style of all sources: ESLint, clang-format 14 if there is one, and that Python compiles.

  tools/lint.py          check; exit status 1 if anything is found
  tools/lint.py --fix    let ESLint and clang-format rewrite what they can
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.path.realpath(__file__)).parent.parent
TOP_DIRS = ['include', 'system', 'src', 'tools', 'test', 'examples']


def sources(*suffixes):
  """The files of the tree with such names, relative to it."""
  found = [p for p in ROOT.iterdir() if p.is_file()]
  for top in TOP_DIRS:
    found += (ROOT / top).rglob('*')
  return sorted(p.relative_to(ROOT).as_posix() for p in found if p.suffix in suffixes)


def run(name, cmd):
  ok = subprocess.run(cmd, cwd=ROOT).returncode == 0
  print(f'lint: {name}: {"ok" if ok else "FAILED"}', flush=True)
  return ok


def lint_js(fix):
  files = sources('.js', '.mjs', '.cjs')
  eslint = ROOT / 'node_modules' / 'eslint' / 'bin' / 'eslint.js'
  return run(f'ESLint, {len(files)} files', ['node', eslint, *(['--fix'] if fix else []), *files])


# Another version formats a little differently.
CLANG_FORMAT = 'version 14.'


def have_clang_format():
  found = shutil.which('clang-format')
  return found and CLANG_FORMAT in subprocess.run([found, '--version'], capture_output=True,
                                                  text=True).stdout


def holds_javascript(name):
  """EM_ASM and EM_JS: clang-format takes the JavaScript in them for C."""
  return 'EM_ASM' in (text := (ROOT / name).read_text()) or 'EM_JS' in text


def lint_c(fix):
  files = [name for name in sources('.c', '.h') if not holds_javascript(name)]
  if not have_clang_format():
    print(f'lint: C skipped: no clang-format {CLANG_FORMAT}x on PATH', flush=True)
    return True
  how = ['-i'] if fix else ['--dry-run', '--Werror']
  return not files or run(f'clang-format, {len(files)} files', ['clang-format', *how, *files])


def lint_python():
  bad = 0
  files = sources('.py') + ['tools/emwake-config']
  for name in files:
    try:
      compile((ROOT / name).read_text(), name, 'exec')
    except SyntaxError as e:
      print(f'{name}:{e.lineno}: {e.msg}')
      bad += 1
  print(f'lint: Python, {len(files)} files: {"FAILED" if bad else "ok"}', flush=True)
  return not bad


def main():
  fix = '--fix' in sys.argv[1:]
  # A list, not a generator: each check reports, whatever the others found.
  return 0 if all([lint_js(fix), lint_c(fix), lint_python()]) else 1


if __name__ == '__main__':
  sys.exit(main())
