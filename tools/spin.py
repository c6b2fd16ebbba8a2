#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Finds or fetches spin, the model checker that the suite `model` runs.

A spin on PATH is used as it is. Otherwise its package is fetched from the Debian archive that apt is
configured for, and unpacked into .toolchain/spin (ignored by git): nothing is installed into the
system and no root is needed.

  tools/spin.py                 makes sure that it is there; prints its path
"""

import fcntl
import os
import shutil
import sys
import tempfile

from browsers import private_apt
from toolchain import HOME, Missing, download, run, say

UNPACKED = os.path.join(HOME, 'spin')


def runs(program):
  try:
    return 'Spin' in run([program, '-V'])
  except (OSError, Missing):
    return False


def fetch():
  for tool in ('apt-get', 'dpkg-deb'):
    if not shutil.which(tool):
      raise Missing(f'no spin on PATH, and no {tool} to fetch it with')
  say('spin: fetching it from the Debian mirror...')
  with tempfile.TemporaryDirectory(prefix='emwake-apt-') as work:
    env = private_apt(work)
    run(['apt-get', 'update'], env=env)
    debs = download(env, ['spin'], os.path.join(work, 'debs'))
    shutil.rmtree(UNPACKED, ignore_errors=True)
    os.makedirs(UNPACKED)
    run(['dpkg-deb', '-x', debs[0], UNPACKED])


def ensure():
  """The path of spin, fetched if need be; raises Missing with the reason if there is none."""
  found = shutil.which('spin')
  if found and runs(found):
    return found
  os.makedirs(HOME, exist_ok=True)
  with open(os.path.join(HOME, 'lock.spin'), 'w') as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    program = os.path.join(UNPACKED, 'usr', 'bin', 'spin')
    if not runs(program):
      fetch()
      if not runs(program):
        raise Missing('the spin of the Debian mirror does not run here: put one on PATH')
    return program


def main():
  try:
    print(ensure())
  except Missing as e:
    say(str(e))
    return 1
  return 0


if __name__ == '__main__':
  sys.exit(main())
