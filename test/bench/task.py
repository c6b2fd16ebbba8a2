#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Measures tasks: what a switch costs beside a raw suspension of JSPI, and an echo server with a
task for each of 500 connections beside the same over epoll.

  test/bench/task.py [--rounds N] [--ms MILLISECONDS]

The programs take turns within every round; what is printed is the median of the rounds, and of the
rounds' ratios.
"""

import argparse
import os
import statistics

import bench
import toolchain

CLIENTS = 500

# What is measured: (source, variant, argument).
SWITCHES = {
  'JSPI by itself': ('task_switch.c', 'stock', 'raw'),
  'suspension with emwake': ('task_switch.c', 'emwake', 'raw'),
  'yield': ('task_switch.c', 'emwake', 'yield'),
  'pipe': ('task_switch.c', 'emwake', 'pipe'),
}
SERVERS = {'epoll': 'tcp_echo_epoll.c', 'tasks': 'tcp_echo_task.c'}


def echo_rate(builder, load, command, ms):
  server_cpus, load_cpus = bench.split_cpus()
  with bench.Server(command, builder.env, server_cpus) as server:
    client = [*load, 'tcp', str(server.port), str(CLIENTS), str(ms), str(2 * ms)]
    return bench.per_second(bench.run(client, 3 * ms / 1000 + bench.RUN_SLACK, builder.env,
                                      load_cpus))


def build(builder, source, variant):
  return checked(builder.build(source, variant, ()))


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
  for _ in range(rounds):
    for name, command in switches.items():
      output = bench.run(command, ms / 500 + bench.RUN_SLACK, builder.env)
      rates[name].append(bench.per_second(output))
    for name, command in servers.items():
      rates[name].append(echo_rate(builder, load, command, ms))
  return rates


def ratio(rates, one, other):
  return statistics.median(a / b for a, b in zip(rates[one], rates[other]))


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--rounds', type=int, default=5)
  parser.add_argument('--ms', type=int, default=500, help='measuring time of each (default: 500)')
  args = parser.parse_args()
  os.makedirs(bench.OUT, exist_ok=True)
  rates = measure(bench.Builder(dict(os.environ, **toolchain.ensure())), args.rounds, args.ms)
  for name in SWITCHES:
    median = statistics.median(rates[name])
    print(f'{name:24} {1e9 / median:8.0f} ns   {1 / ratio(rates, name, "JSPI by itself"):5.2f} times JSPI')
  for name in SERVERS:
    print(f'echo, {name:18} {statistics.median(rates[name]):8.0f} round trips/s, {CLIENTS} connections')
  print(f'tasks to epoll           {ratio(rates, "tasks", "epoll"):8.2f}')


if __name__ == '__main__':
  main()
