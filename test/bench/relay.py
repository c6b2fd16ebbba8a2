#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Throughput of sockets that leave a page, beside the browser's own WebSocket in JavaScript, in one run.

  test/bench/relay.py [wisp] [websocket]
  test/bench/relay.py --write-docs        also writes the section of docs/BENCHMARK.md
"""

import argparse
import dataclasses
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import bench
import docs_section
from report import spread

ROOT = Path(os.path.realpath(__file__)).parents[2]
sys.path[:0] = [str(ROOT / 'tools'), str(ROOT / 'test')]
import browsers  # noqa: E402
import toolchain  # noqa: E402

LINE = re.compile(r'^(receive|send) (JavaScript|C) ([\d.]+)$', re.MULTILINE)


def measure(net, folder, env, browser):
  """{(direction, by): [MiB/s of each round]}"""
  program = os.path.join(folder, f'{net}.js')
  subprocess.run(['emcc', '-O2', '-D_GNU_SOURCE', '-Wno-experimental',
                  str(ROOT / 'test/bench/relay_stream.c'), '-o', program, '-sJSPI',
                  '-sEXIT_RUNTIME=1', f'--use-port={ROOT}/emwake.port.py:net={net}',
                  f'-I{ROOT}/test/wake', f'-I{ROOT}/test/relay',
                  '--pre-js', f'{ROOT}/test/relay/options.js'], check=True, env=env)
  done = subprocess.run(['node', str(ROOT / 'test/relay/drive.mjs'), program, f'net={net}',
                         f'browser={browser}'], check=True, env=env, stdout=subprocess.PIPE, text=True)
  found = {}
  for direction, by, rate in LINE.findall(done.stdout):
    found.setdefault((direction, by), []).append(float(rate))
  return found


def row(net, found, direction):
  alone, through = found[direction, 'JavaScript'], found[direction, 'C']
  return (f'| {direction}, net={net} | {statistics.median(alone):.0f} MiB/s '
          f'| {statistics.median(through):.0f} MiB/s '
          f'| {spread([c / js for c, js in zip(through, alone)])} |')


def section(results, machine):
  rows = '\n'.join(row(net, found, direction)
                   for net, found in results.items() for direction in ('receive', 'send'))
  rounds = len(next(iter(results.values()))['receive', 'C'])
  return f"""## Throughput through a WebSocket

100 MiB each way in a page of headless Chromium: JavaScript with a WebSocket of its own, and C with a
socket whose connection leaves through npm's wisp-js (`net=wisp`) or through a WebSocket of its own
(`net=websocket`). Written by `test/bench/relay.py --write-docs`: medians of {rounds} interleaved rounds, with
the least and the greatest ratio in brackets. On: {machine['cpu']}, {machine['system']}. Page, browser, relay
and server share the CPUs, and the relay passes on what the plain WebSocket has from a bridge.

| | JavaScript | C | ratio |
| --- | --- | --- | --- |
{rows}
"""


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('nets', metavar='NET', nargs='*', default=['wisp', 'websocket'])
  parser.add_argument('--write-docs', action='store_true')
  args = parser.parse_args()
  env = dict(os.environ, **toolchain.ensure())
  browser = json.dumps(dataclasses.asdict(browsers.ensure('chromium')))
  with tempfile.TemporaryDirectory() as folder:
    results = {net: measure(net, folder, env, browser) for net in args.nets}
  text = section(results, bench.describe_machine(env))
  print(text)
  if args.write_docs:
    docs_section.write('relay', text)


if __name__ == '__main__':
  main()
