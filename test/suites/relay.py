# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite relay: programs whose connections leave through a relay.

Each test/relay/test_*.c is built with the port's option net=wisp, or what its tag `net` names, in the
modes that can wait for what comes from outside, and run by test/relay/drive.mjs, with servers behind
a relay that is not ours, or behind WebSockets. It passes if it exits with 0.

Most run in a page of headless Chromium and Firefox too, there with net=auto, which takes the relay that
the page names.
"""

import dataclasses
import glob
import json
import os

from .browser_driver import browsers, toolchain
from .case import ROOT, SKIP
from .modes import MODES, read_tags
from .wake import WakeCase

FOLDER = os.path.join(ROOT, 'test', 'relay')
DRIVER = os.path.join(FOLDER, 'drive.mjs')
RELAY = os.path.join(ROOT, 'node_modules', '@mercuryworkshop', 'wisp-js')
PLAYWRIGHT = os.path.join(ROOT, 'node_modules', 'playwright-core')


class RelayCase(WakeCase):
  suite = 'relay'

  def __init__(self, source, tags, mode, label=''):
    super().__init__(source, tags, mode)
    self.test += label
    if not os.path.isdir(RELAY):
      self.skip = 'wisp-js is not installed'

  def command(self, program):
    return ['node', DRIVER, program, f'net={self.build_mode.net}', *self.tags['args']]


class PageCase(RelayCase):
  # A page, its server and the browser start first.
  patience = 4

  def __init__(self, source, tags, mode, browser, net, label):
    mode = dataclasses.replace(mode, net='auto' if net == 'wisp' else net)
    super().__init__(source, tags, mode, f'{label}_{browser}')
    self.browser = browser
    self.net = net
    if not os.path.isdir(PLAYWRIGHT):
      self.skip = 'playwright-core is not installed'

  def run(self, ctx):
    try:
      self.driver = json.dumps(dataclasses.asdict(browsers.ensure(self.browser)))
    except toolchain.Missing as e:
      return [self.result(SKIP, str(e).splitlines()[0])]
    return super().run(ctx)

  def command(self, program):
    return ['node', DRIVER, program, f'net={self.net}', f'browser={self.driver}',
            *self.tags['args']]


# What Node alone has: its environment, and listeners.
NODE_ONLY = {'test_websocket_options', 'test_websocket_listen', 'test_hostile'}
PAGES = [('jspi', 'chromium'), ('proxy_to_pthread', 'chromium'), ('jspi', 'firefox')]


def cases_of(source, tags, net, label):
  found = [RelayCase(source, tags, dataclasses.replace(mode, net=net), label)
           for mode in MODES.values()
           if (mode.name in tags['modes'] if tags['modes'] else not mode.net)]
  if os.path.basename(source)[:-2] not in NODE_ONLY:
    found += [PageCase(source, tags, MODES[mode], browser, net, label) for mode, browser in PAGES]
  return found


def cases(_ctx):
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c'))):
    tags = read_tags(source)
    nets = tags['net'] or ['wisp']
    for net in nets:
      found += cases_of(source, tags, net, f'_{net}' if len(nets) > 1 else '')
  return found
