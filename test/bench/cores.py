#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Measures how examples/echo_cores.c scales: round trips per second of one process and of several.

  test/bench/cores.py                 natively and with emwake, 1 and 2 processes, interleaved
  test/bench/cores.py --processes 4   1 and 4
  test/bench/cores.py --write-docs    also writes the section of docs/BENCHMARK.md

The load (load.c) needs a core for itself, so a machine with C of them has C - 1 for the servers. Where
there are fewer than processes, the ratio says how all of them share the cores, not how the server
scales. So the processor time per round trip of the servers is measured as well: what it is with one
process over what it is with N, times N, is the gain if each had a core.
"""

import argparse
import dataclasses
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys

import bench
import docs_section
from report import spread

SOURCE = os.path.join(bench.ROOT, 'examples', 'echo_cores.c')
MESSAGE = 64  # bytes, of load.c
TICKS = os.sysconf('SC_CLK_TCK')


@dataclasses.dataclass
class Run:
  """What one run of the load gave: round trips per second, seconds of processor time of the
  servers per round trip, and the share of connections of the process that got most."""
  rate: float
  cost: float
  share: float


class Process:
  def __init__(self, command, port):
    self.process = subprocess.Popen([*command, str(port)], stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, text=True)
    self.port = int(self.process.stdout.readline().rsplit(':', 1)[1])
    self.before = self.cpu_seconds()

  def cpu_seconds(self):
    with open(f'/proc/{self.process.pid}/stat') as f:
      fields = f.read().rsplit(') ', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS

  def stop(self):
    """(connections, bytes, seconds of processor time)"""
    spent = self.cpu_seconds() - self.before
    self.process.send_signal(signal.SIGTERM)
    out, _ = self.process.communicate(timeout=bench.START_LIMIT)
    served = re.search(r'served (\d+) connections, (\d+) bytes', out)
    return int(served[1]), int(served[2]), spent


def measure(command, load, processes, args):
  running = []
  try:
    for _ in range(processes):
      running.append(Process(command, running[0].port if running else 0))
    out = bench.run([load, 'tcp', str(running[0].port), str(args.clients), '500', str(args.ms)],
                    args.ms / 1000 + bench.RUN_SLACK, os.environ)
    served = [process.stop() for process in running]
  finally:
    for process in running:
      process.process.kill()
      process.process.wait()
  connections, sizes, seconds = zip(*served)
  return Run(bench.per_second(out), sum(seconds) / (sum(sizes) / MESSAGE),
             max(connections) / sum(connections))


def build(env):
  os.makedirs(bench.OUT, exist_ok=True)
  native, wasm, load = (os.path.join(bench.OUT, name)
                        for name in ('echo_cores.native', 'echo_cores.js', 'load'))
  bench.run(['gcc', '-O2', SOURCE, '-o', native], bench.BUILD_LIMIT, env)
  bench.run(['gcc', '-O2', os.path.join(bench.HERE, 'load.c'), '-o', load], bench.BUILD_LIMIT, env)
  emcc = shutil.which('emcc', path=env['PATH'])
  bench.run([emcc, *bench.EMCC_FLAGS['emwake'], SOURCE, '-o', wasm], bench.BUILD_LIMIT, env)
  return {'native': [native], 'emwake': [shutil.which('node', path=env['PATH']), wasm]}, load


def measure_all(commands, load, args):
  """{(variant, processes): [Run]}"""
  runs = {(v, n): [] for v in commands for n in (1, args.processes)}
  for number in range(args.rounds):
    for variant, processes in runs:
      runs[variant, processes].append(measure(commands[variant], load, processes, args))
    bench.say(f'round {number + 1} of {args.rounds} done')
  return runs


def table(runs, processes):
  lines = [f'| | 1 process, round trips/s | {processes} processes | ratio '
           f'| processor time per round trip, 1 | {processes} | gain with a core each |',
           '| --- | --- | --- | --- | --- | --- | --- |']
  for variant in dict.fromkeys(v for v, _ in runs):
    one, several = runs[variant, 1], runs[variant, processes]
    cells = [f'{statistics.median(r.rate for r in some) / 1000:.0f} k' for some in (one, several)]
    cells.append(spread([b.rate / a.rate for a, b in zip(one, several)], '{:.2f}'.format))
    cells += [f'{statistics.median(r.cost for r in some) * 1e6:.1f} µs' for some in (one, several)]
    cells.append(spread([processes * a.cost / b.cost for a, b in zip(one, several)],
                        '{:.2f}'.format))
    lines.append(f'| {variant} | ' + ' | '.join(cells) + ' |')
  return '\n'.join(lines)


def section(runs, args, machine):
  share = statistics.median(r.share for (_, n), some in runs.items() if n > 1 for r in some)
  return f"""## Several processes on one port

`examples/echo_cores.c`: processes that listen on one port with SO_REUSEPORT, {args.clients} connections, echo of
{MESSAGE} bytes. Written by `test/bench/cores.py --write-docs`: medians of {args.rounds} interleaved rounds, with the
least and the greatest in brackets. On: {machine['cpu']}, {machine['system']}, Node.js {machine['node']}.

{table(runs, args.processes)}

The load is a native process on the same {os.cpu_count()} CPUs, so that beside it there is no core for each of
{args.processes} servers: the ratio is what {args.processes + 1} busy processes make of {os.cpu_count()} CPUs, and says nothing of a machine with
more. What does is the servers' own processor time of a round trip: what it costs more with {args.processes}
processes is lost, and the rest is the gain on as many cores. The process that got most connections
had {share:.0%} of them.
"""


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--processes', type=int, default=2)
  parser.add_argument('--clients', type=int, default=64)
  parser.add_argument('--rounds', type=int, default=5)
  parser.add_argument('--ms', type=int, default=2000, help='of each measurement')
  parser.add_argument('--write-docs', action='store_true')
  args = parser.parse_args()
  env = dict(os.environ, **bench.toolchain.ensure())
  commands, load = build(env)
  runs = measure_all(commands, load, args)
  text = section(runs, args, bench.describe_machine(env))
  print(text)
  if args.write_docs:
    docs_section.write('cores', text)
  return 0


if __name__ == '__main__':
  sys.exit(main())
