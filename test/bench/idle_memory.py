#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Measures what an idle TCP connection costs a server in memory, beside one written on node:net.

  test/bench/idle_memory.py                      10,000 connections
  test/bench/idle_memory.py --connections 1000
  test/bench/idle_memory.py --check              fails if they cost out of proportion
  test/bench/idle_memory.py --write-docs         also writes the section of docs/BENCHMARK.md

Both servers run under the same Node.js, with their garbage collected before each look: before the
first connection, when all are there, and when each has echoed a message and is idle again.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys

import bench
import docs_section

SOURCE = os.path.join(bench.HERE, 'idle_memory.c')
MESSAGE = b'm' * 4096
KINDS = ['rss', 'js', 'wasm']
# Of --check, for figures that do not depend on what else the machine does.
MOST_JS = 2.0      # times that of Node's server
MOST_WASM = 1024   # bytes


class Server:
  def __init__(self, command):
    self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    text=True)
    self.port = json.loads(self.process.stdout.readline())['port']
    self.control = self.connect()

  def connect(self):
    return socket.create_connection(('127.0.0.1', self.port), timeout=60)

  def await_count(self, count):
    """Waits until the server has that many connections, besides ours to control it."""
    while True:
      self.control.sendall(b'#')
      if int(self.process.stdout.readline()) == count + 1:
        return

  def memory(self):
    self.control.sendall(b'?')
    return json.loads(self.process.stdout.readline())

  def close(self):
    self.control.close()
    self.process.kill()
    self.process.wait()


def echo(connection):
  connection.sendall(MESSAGE)
  got = 0
  while got < len(MESSAGE):
    part = len(connection.recv(65536))
    if not part:
      sys.exit('the server has ended a connection')
    got += part


def measure(command, count):
  """Bytes per connection of each kind: when all are connected, and when all have echoed."""
  server = Server(command)
  connections = []
  try:
    # What the server's code and its first connections need once is no cost of a connection.
    warm = [server.connect() for _ in range(100)]
    for connection in warm:
      echo(connection)
      connection.close()
    server.await_count(0)
    before = server.memory()
    for _ in range(count):
      connections.append(server.connect())
      if len(connections) % 500 == 0:
        server.await_count(len(connections))
    server.await_count(count)
    connected = server.memory()
    for connection in connections:
      echo(connection)
    echoed = server.memory()
  finally:
    for connection in connections:
      connection.close()
    server.close()
  return [{kind: (after[kind] - before[kind]) / count for kind in KINDS}
          for after in (connected, echoed)]


def build(env):
  os.makedirs(bench.OUT, exist_ok=True)
  target = os.path.join(bench.OUT, 'idle_memory.js')
  emcc, node = (shutil.which(tool, path=env['PATH']) for tool in ('emcc', 'node'))
  bench.run([emcc, *bench.EMCC_FLAGS['emwake'], '-sALLOW_MEMORY_GROWTH', SOURCE, '-o', target],
            bench.BUILD_LIMIT, env)
  return {'Node': [node, '--expose-gc', os.path.join(bench.HERE, 'idle_memory.js')],
          'emwake': [node, '--expose-gc', target]}


def measure_all(commands, args):
  """{(variant, phase): [per-connection figures, one per round]}"""
  results = {(v, phase): [] for v in commands for phase in (0, 1)}
  for number in range(args.rounds):
    for variant, command in commands.items():
      for phase, figures in enumerate(measure(command, args.connections)):
        results[variant, phase].append(figures)
    bench.say(f'round {number + 1} of {args.rounds} done')
  return results


def median(results, variant, phase, kind):
  return statistics.median(figures[kind] for figures in results[variant, phase])


def table(results):
  lines = ['| | resident | of it JavaScript heap | linear memory | resident, to Node\'s |',
           '| --- | --- | --- | --- | --- |']
  for phase, what in enumerate(('connected', 'idle again after an echo')):
    for variant in ('Node', 'emwake'):
      rss, js, wasm = (median(results, variant, phase, kind) for kind in KINDS)
      cells = [f'{rss:,.0f} B', f'{js:,.0f} B', f'{wasm:,.0f} B' if variant != 'Node' else '',
               f'{rss / median(results, "Node", phase, "rss"):.2f}']
      lines.append(f'| {variant}, {what} | ' + ' | '.join(cells) + ' |')
  return '\n'.join(lines)


def section(results, args, machine):
  return f"""## Memory of idle connections

{args.connections:,} TCP connections that do nothing, bytes per connection, beside the plainest server on `node:net`.
Written by `test/bench/idle_memory.py --write-docs`: medians of {args.rounds} rounds, Node.js {machine['node']}, garbage
collected before each look. An echo is {len(MESSAGE):,} bytes.

{table(results)}
"""


def check(results):
  """Returns what is out of proportion."""
  found = []
  for phase in (0, 1):
    js, wasm = (median(results, 'emwake', phase, kind) for kind in ('js', 'wasm'))
    if js > MOST_JS * median(results, 'Node', phase, 'js'):
      found.append(f'{js:.0f} bytes of JavaScript heap per connection')
    if wasm > MOST_WASM:
      found.append(f'{wasm:.0f} bytes of linear memory per connection')
  return found


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--connections', type=int, default=10000)
  parser.add_argument('--rounds', type=int, default=3)
  parser.add_argument('--check', action='store_true')
  parser.add_argument('--write-docs', action='store_true')
  args = parser.parse_args()
  env = dict(os.environ, **bench.toolchain.ensure())
  results = measure_all(build(env), args)
  text = section(results, args, bench.describe_machine(env))
  print(text)
  if args.write_docs:
    docs_section.write('idle_memory', text)
  found = check(results) if args.check else []
  for what in found:
    print(f'too much: {what}')
  return 1 if found else 0


if __name__ == '__main__':
  sys.exit(main())
