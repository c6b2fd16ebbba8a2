# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite peer: differential tests against a native peer process.

Each test/peer/test_*.c has two roles. As the server it is compiled natively and with emcc, in every
mode that can wait for the host's sockets, and once more for Node's public interface alone; as the
peer it is always native (test/peer/drive.py runs the two). It passes if what both print is the same with either server.
"""

import glob
import os
import sys

from .case import ROOT
from .modes import LINUX, MODES, PUBLIC_NODE
from .posix import FOLDER as POSIX
from .posix import Oracle, PosixCase

FOLDER = os.path.join(ROOT, 'test', 'peer')


class PeerOracle(Oracle):
  folders = [FOLDER, POSIX]
  suite = 'peer'

  def command(self, ctx, program):
    return [sys.executable, os.path.join(FOLDER, 'drive.py'), self.program(ctx), *program]


def cases(_ctx):
  oracles = [PeerOracle(path) for path in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c')))]
  for oracle in oracles:
    oracle.tags['needs'] += ['wait', 'net', 'host']
  modes = (*MODES.values(), PUBLIC_NODE, LINUX)
  return [PosixCase(oracle, mode) for oracle in oracles for mode in modes
          if mode.applies(oracle.tags['needs'])]
