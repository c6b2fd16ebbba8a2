#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Throughput of sockets that leave a page, beside the browser's own WebSocket in JavaScript, in one run.

  test/bench/relay.py [wisp] [websocket]
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.path.realpath(__file__)).parents[2]
sys.path[:0] = [str(ROOT / 'tools'), str(ROOT / 'test')]
import browsers  # noqa: E402
import toolchain  # noqa: E402


def measure(net, folder, env, browser):
  program = os.path.join(folder, f'{net}.js')
  subprocess.run(['emcc', '-O2', '-D_GNU_SOURCE', '-Wno-experimental',
                  str(ROOT / 'test/bench/relay_stream.c'), '-o', program, '-sJSPI',
                  '-sEXIT_RUNTIME=1', f'--use-port={ROOT}/emwake.port.py:net={net}',
                  f'-I{ROOT}/test/wake', f'-I{ROOT}/test/relay',
                  '--pre-js', f'{ROOT}/test/relay/options.js'], check=True, env=env)
  print(f'net={net}', flush=True)
  subprocess.run(['node', str(ROOT / 'test/relay/drive.mjs'), program, f'net={net}',
                  f'browser={browser}'], check=True, env=env)


def main():
  env = dict(os.environ, **toolchain.ensure())
  browser = json.dumps(dataclasses.asdict(browsers.ensure('chromium')))
  with tempfile.TemporaryDirectory() as folder:
    for net in sys.argv[1:] or ['wisp', 'websocket']:
      measure(net, folder, env, browser)


if __name__ == '__main__':
  main()
