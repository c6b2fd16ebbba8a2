#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Measures tasks: what a switch costs beside a raw suspension of JSPI, and an echo server with a
task for each of 500 connections beside the same over epoll.

  test/bench/task.py [--rounds N] [--ms MILLISECONDS]
  test/bench/task.py --write-docs                      also writes the section of docs/BENCHMARK.md

The programs take turns within every round, and the servers stay up meanwhile; what is printed is the
median of the rounds, and of the rounds' ratios. Many short rounds say more than a few long ones: how
fast a machine's memory is depends on its other tenants.
"""

import argparse
import contextlib
import os
import statistics

import bench
import docs_section
import toolchain
from report import spread

CLIENTS = 500

# What is measured: (source, variant, argument).
RAW = 'a suspension of JSPI by itself'
SWITCHES = {
  RAW: ('task_switch.c', 'stock', 'raw'),
  'a suspension with emwake': ('task_switch.c', 'emwake', 'raw'),
  'a yield to another task': ('task_switch.c', 'emwake', 'yield'),
  'a byte to another task through a pipe': ('task_switch.c', 'emwake', 'pipe'),
}
SERVERS = {'epoll': 'tcp_echo_epoll.c', 'tasks': 'tcp_echo_task.c'}


def echo_rate(server, builder, load, ms):
  client = [*load, 'tcp', str(server.port), str(CLIENTS), str(ms), str(2 * ms)]
  return bench.per_second(bench.run(client, 3 * ms / 1000 + bench.RUN_SLACK, builder.env,
                                    bench.split_cpus()[1]))


def build(builder, source, variant):
  return checked(builder.build(source, variant, False, ()))


def checked(command):
  if isinstance(command, bench.Failure):
    raise command
  return command


def measure(builder, rounds, ms):
  """{name: rates}"""
  switches = {name: [*build(builder, source, variant), str(ms), arg]
              for name, (source, variant, arg) in SWITCHES.items()}
  servers = {name: build(builder, source, 'emwake') for name, source in SERVERS.items()}
  load = checked(builder.build_load('load.c'))
  rates = {name: [] for name in (*switches, *servers)}
  with contextlib.ExitStack() as stack:
    running = {name: stack.enter_context(bench.Server(command, builder.env, bench.split_cpus()[0]))
               for name, command in servers.items()}
    for _ in range(rounds):
      for name, command in switches.items():
        output = bench.run(command, ms / 500 + bench.RUN_SLACK, builder.env)
        rates[name].append(bench.per_second(output))
      for name, server in running.items():
        rates[name].append(echo_rate(server, builder, load, ms))
  return rates


def ratio(rates, one, other):
  return spread([a / b for a, b in zip(rates[one], rates[other])])


def section(rates, rounds, machine):
  switches = '\n'.join(
    f'| {name} | {1e9 / statistics.median(rates[name]):.0f} ns | {ratio(rates, RAW, name)} |'
    for name in SWITCHES)
  servers = '\n'.join(
    f'| echo of 64 bytes, {CLIENTS} connections, {name} | {statistics.median(rates[name]):.0f} round trips/s '
    f'| {ratio(rates, name, "epoll")} |' for name in SERVERS)
  return f"""## Tasks

Written by `test/bench/task.py --write-docs`: medians of {rounds} interleaved rounds, with the least and the
greatest in brackets. On: {machine['cpu']}, {machine['system']}, Node.js {machine['node']}.

| | time | to JSPI by itself |
| --- | --- | --- |
{switches}

| | rate | to epoll |
| --- | --- | --- |
{servers}
"""


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--rounds', type=int, default=5)
  parser.add_argument('--ms', type=int, default=500, help='measuring time of each (default: 500)')
  parser.add_argument('--write-docs', action='store_true')
  args = parser.parse_args()
  os.makedirs(bench.OUT, exist_ok=True)
  env = dict(os.environ, **toolchain.ensure())
  rates = measure(bench.Builder(env), args.rounds, args.ms)
  text = section(rates, args.rounds, bench.describe_machine(env))
  print(text)
  if args.write_docs:
    docs_section.write('task', text)


if __name__ == '__main__':
  main()
