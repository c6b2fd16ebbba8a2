# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite relay: programs whose connections leave through a relay.

Each test/relay/test_*.c is built with the port's option net=wisp, or what its tag `net` names, in the
modes that can wait for what comes from outside, and run by test/relay/drive.mjs, with servers behind
a relay that is not ours, or behind WebSockets. It passes if it exits with 0.
"""

import dataclasses
import glob
import os

from .case import ROOT
from .modes import MODES, read_tags
from .wake import WakeCase

FOLDER = os.path.join(ROOT, 'test', 'relay')
DRIVER = os.path.join(FOLDER, 'drive.mjs')
RELAY = os.path.join(ROOT, 'node_modules', '@mercuryworkshop', 'wisp-js')


class RelayCase(WakeCase):
  suite = 'relay'

  def __init__(self, source, tags, mode):
    super().__init__(source, tags, mode)
    if len(tags['net']) > 1:
      self.test += f'_{mode.net}'
    if not os.path.isdir(RELAY):
      self.skip = 'wisp-js is not installed'

  def command(self, program):
    return ['node', DRIVER, program, f'net={self.build_mode.net}', *self.tags['args']]


def cases(_ctx):
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c'))):
    tags = read_tags(source)
    tags['net'] = tags['net'] or ['wisp']
    found += [RelayCase(source, tags, dataclasses.replace(mode, net=net))
              for net in tags['net'] for mode in MODES.values()
              if (mode.name in tags['modes'] if tags['modes'] else not mode.net)]
  return found
