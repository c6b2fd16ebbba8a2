#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Measures emwake against the native build of the same C source, stock emcc and hand-written Node.

  test/bench/bench.py                        everything, as a table of ratios
  test/bench/bench.py tcp_echo_50 size_jspi  these benchmarks only
  test/bench/bench.py --write-docs           also writes docs/BENCHMARK.md and docs/benchmark.svg

The variants take turns within every round, so that whatever else the machine does falls on all of
them; a ratio is the median of the rounds' ratios to the reference. What fails, hangs or is not
there shows as such in the table and stops nothing else.

A further benchmark is one C file (see bench.h; a server prints {"port": N}) and one entry in
BENCHMARKS.
"""

import argparse
import concurrent.futures
import dataclasses
import gzip
import json
import os
import platform
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, 'build', 'bench')
PORT = os.path.join(ROOT, 'emwake.port.py')

sys.path[:0] = [os.path.join(ROOT, 'tools'), HERE]
import docs_section  # noqa: E402
import report  # noqa: E402
import toolchain  # noqa: E402

VARIANTS = ['native', 'node', 'stock', 'emwake', 'emwake_jspi']
C_VARIANTS = ['native', 'stock', 'emwake']
SERVER_VARIANTS = ['native', 'node', 'stock', 'emwake']

NATIVE_FLAGS = ['-O2', '-pthread']
EMCC_FLAGS = {
  'stock': ['-O3', '-sJSPI', '-sNODERAWSOCKETS', '-sEXIT_RUNTIME=1'],
  'emwake': ['-O3', f'--use-port={PORT}', '-sJSPI', '-sEXIT_RUNTIME=1'],
}

# Of benchmarks with threads: main is one of them.
THREAD_FLAGS = ['-O3', '-pthread', '-sPROXY_TO_PTHREAD', '-sEXIT_RUNTIME=1']
EMCC_THREAD_FLAGS = {
  'stock': [*THREAD_FLAGS, '-sNODERAWSOCKETS'],
  'emwake': [*THREAD_FLAGS, f'--use-port={PORT}'],
  'emwake_jspi': EMCC_FLAGS['emwake'],
}

BUILD_LIMIT = 300  # seconds; a first link builds the C library of its flavour
START_LIMIT = 20
RUN_SLACK = 15     # seconds a program may take on top of its measuring time


@dataclasses.dataclass
class Benchmark:
  name: str
  what: str
  source: str
  unit: str
  reference: str                 # the variant that is 1
  target: float                  # emwake's ratio: at least, or at most if less_is_better
  args: list = dataclasses.field(default_factory=list)
  variants: list = dataclasses.field(default_factory=lambda: C_VARIANTS)
  uncharted: list = dataclasses.field(default_factory=list)  # variants that do another thing
  threads: bool = False  # main and all others are threads; emwake_jspi is still the JSPI build
  # For servers: the one that is written by hand in JavaScript, the load generator, and what to tell it.
  node_server: str = None        # like the source, unless said
  load: str = 'load.c'
  protocol: str = None
  clients: int = 0
  # For sizes: the flags of the build that is weighed, beside the port's.
  size_flags: list = None

  def source_of(self, variant):
    return self.source if variant != 'node' else self.node_server or self.source.replace('.c', '.js')

  @property
  def less_is_better(self):
    return self.size_flags is not None


BENCHMARKS = [
  Benchmark('pipe_throughput', 'write 64 KiB to a pipe, read 64 KiB, one thread',
            'pipe_throughput.c', 'bytes/s', 'native', 1.0),
  Benchmark('pipe_1byte', 'write 1 byte to a pipe, read 1 byte, one thread',
            'pipe_1byte.c', 'pairs/s', 'native', 4.0),
  Benchmark('poll_scan', 'poll, timeout 0, over 1,000 pipes, one ready',
            'poll_scan.c', 'calls/s', 'native', 3.0),
  Benchmark('poll_scan_idle', 'poll, timeout 0, over 1,000 pipes, none ready',
            'poll_scan.c', 'calls/s', 'native', 3.0, args=['idle']),
  Benchmark('poll_wake', 'wake a poll that waits for a pipe, from setImmediate (native: a thread)',
            'poll_wake.c', 'wakes/s', 'stock', 1 / 1.5, uncharted=['native']),
  Benchmark('poll_wake_microtask', 'the same, from a microtask (native: a thread)',
            'poll_wake.c', 'wakes/s', 'stock', 1 / 1.5, args=['microtask'], uncharted=['native']),
  Benchmark('tcp_echo_50', 'TCP echo of 64 bytes, poll loop, 50 connections',
            'tcp_echo.c', 'round trips/s', 'node', 0.8, variants=SERVER_VARIANTS, protocol='tcp',
            clients=50),
  Benchmark('tcp_echo_500', 'TCP echo of 64 bytes, poll loop, 500 connections',
            'tcp_echo.c', 'round trips/s', 'node', 0.5, variants=SERVER_VARIANTS, protocol='tcp',
            clients=500),
  Benchmark('tcp_echo_1', 'TCP echo of 64 bytes, poll loop, 1 connection',
            'tcp_echo.c', 'round trips/s', 'node', None, variants=SERVER_VARIANTS, protocol='tcp',
            clients=1),
  Benchmark('tcp_echo_5000', 'TCP echo of 64 bytes, poll loop, 5,000 connections',
            'tcp_echo.c', 'round trips/s', 'node', None, variants=SERVER_VARIANTS, protocol='tcp',
            clients=5000),
  Benchmark('tcp_epoll_500', 'TCP echo of 64 bytes, epoll, 500 connections',
            'tcp_echo_epoll.c', 'round trips/s', 'node', None, variants=SERVER_VARIANTS,
            node_server='tcp_echo.js', protocol='tcp', clients=500),
  Benchmark('tcp_epoll_5000', 'TCP echo of 64 bytes, epoll, 5,000 connections',
            'tcp_echo_epoll.c', 'round trips/s', 'node', None, variants=SERVER_VARIANTS,
            node_server='tcp_echo.js', protocol='tcp', clients=5000),
  Benchmark('tcp_accept', 'connect, echo of 64 bytes, reset; 16 clients',
            'tcp_echo.c', 'connections/s', 'node', None, variants=SERVER_VARIANTS, protocol='connect',
            clients=16),
  Benchmark('tcp_sink', 'receive over 4 TCP connections, 64 KiB a call',
            'tcp_stream.c', 'bytes/s', 'node', None, args=['sink'], variants=SERVER_VARIANTS,
            load='load_stream.c', protocol='push', clients=4),
  Benchmark('tcp_source', 'send over 4 TCP connections, 64 KiB a call',
            'tcp_stream.c', 'bytes/s', 'node', None, args=['source'], variants=SERVER_VARIANTS,
            load='load_stream.c', protocol='pull', clients=4),
  Benchmark('udp_echo', 'UDP echo of 64 bytes, one socket, 32 clients',
            'udp_echo.c', 'round trips/s', 'node', None, variants=SERVER_VARIANTS, protocol='udp',
            clients=32),
  Benchmark('thread_ping_pipe', 'round trip of a byte between two threads over two pipes',
            'thread_ping.c', 'round trips/s', 'native', 1 / 1.3, threads=True),
  Benchmark('thread_ping_eventfd', 'the same over two eventfds', 'thread_ping.c', 'round trips/s',
            'native', 1 / 1.3, args=['eventfd'], threads=True),
  *(Benchmark(f'notify_{n}', f'{n} threads notify an event loop in a thread', 'async_notify.c',
              'callbacks/s', 'native', None, args=[str(n)], threads=True) for n in (1, 2, 4, 8)),
  Benchmark('thread_poll_10', 'poll over 10 pipes, one ready, from a thread', 'wait_10.c',
            'calls/s', 'native', 0.3, threads=True),
  Benchmark('thread_epoll_10', 'epoll_wait over the same', 'wait_10.c', 'calls/s', 'native', 0.3,
            args=['epoll'], threads=True),
  Benchmark('thread_pipe_1byte', 'write 1 byte to a pipe, read 1 byte, from a thread',
            'pipe_1byte.c', 'pairs/s', 'native', 1.0, threads=True),
  Benchmark('thread_tcp_echo_50', 'TCP echo as above, 50 connections, poll loop in a thread',
            'tcp_echo.c', 'round trips/s', 'emwake_jspi', 0.5, variants=VARIANTS, threads=True,
            protocol='tcp', clients=50),
  Benchmark('size_jspi', 'minimal poll program, -O2 -sJSPI, .wasm + .js gzipped',
            'poll_minimal.c', 'bytes', 'stock', 1.1, variants=['stock', 'emwake'],
            size_flags=['-O2', '-sJSPI']),
  Benchmark('size_plain', 'minimal poll program, -O2, .wasm + .js gzipped',
            'poll_minimal.c', 'bytes', 'stock', 1.1, variants=['stock', 'emwake'],
            size_flags=['-O2']),
]


class Failure(Exception):
  """Why a variant of a benchmark has no result: (what the table shows, the detail)."""

  def __init__(self, verdict, detail=''):
    super().__init__(verdict)
    self.verdict = verdict
    self.detail = detail


def say(message):
  print(f'bench: {message}', file=sys.stderr, flush=True)


def gist(output):
  """The line of a program's output that tells most: the first error, else the last line."""
  lines = [line.strip() for line in output.splitlines() if line.strip()]
  errors = [line for line in lines if re.search(r'\b(\w*Error|error|Aborted\()', line)
            and not line.endswith(';')]
  line = (errors or lines[-1:] or ['no output'])[0]
  # The folders are of this machine, and the line may end up in docs/.
  return re.sub(r'(?<![\w.])/(?:[\w.+-]+/)+', '', line)[:200]


# ---- Running programs ---------------------------------------------------------------------------


def split_cpus():
  """(those for the server, that for the load), or (None, None) where there is no choice."""
  if not hasattr(os, 'sched_getaffinity'):
    return None, None
  cpus = sorted(os.sched_getaffinity(0))
  return (set(cpus[:-1]), {cpus[-1]}) if len(cpus) > 1 else (None, None)


def on_cpus(cpus):
  return (lambda: os.sched_setaffinity(0, cpus)) if cpus else None


def run(cmd, limit, env, cpus=None):
  """Runs cmd to its end; returns its stdout. It and its children die at the limit."""
  p = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, env=env, start_new_session=True,
                       preexec_fn=on_cpus(cpus))
  try:
    out, err = p.communicate(timeout=limit)
  except BaseException as e:
    os.killpg(p.pid, signal.SIGKILL)
    p.communicate()
    if isinstance(e, subprocess.TimeoutExpired):
      raise Failure('hangs', f'no end within {limit:.0f} s') from None
    raise
  if p.returncode:
    raise Failure('fails', f'status {p.returncode}: {gist(err or out)}')
  return out


class Server:
  """A running echo server; `port` is where it listens. Killed at the end of the with block."""

  def __init__(self, cmd, env, cpus):
    self.cmd, self.env, self.cpus = cmd, env, cpus

  def __enter__(self):
    self.stderr = tempfile.TemporaryFile()
    self.process = subprocess.Popen(self.cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=self.stderr, env=self.env,
                                    preexec_fn=on_cpus(self.cpus))
    try:
      self.port = self.read_port()
    except BaseException:
      self.__exit__()
      raise
    return self

  def read_port(self):
    fd = self.process.stdout.fileno()
    line = b''
    deadline = time.monotonic() + START_LIMIT
    with selectors.DefaultSelector() as selector:
      selector.register(fd, selectors.EVENT_READ)
      while b'\n' not in line:
        if not selector.select(max(0, deadline - time.monotonic())):
          raise Failure('hangs', f'does not listen within {START_LIMIT} s')
        data = os.read(fd, 4096)
        if not data:
          raise Failure('fails', self.explain())
        line += data
    return json.loads(line)['port']

  def explain(self):
    """Why the server has ended, if it has."""
    try:
      status = self.process.wait(timeout=1)
    except subprocess.TimeoutExpired:
      return ''
    self.stderr.seek(0)
    return f'server: status {status}: {gist(self.stderr.read().decode(errors="replace"))}'

  def __exit__(self, *exc):
    self.process.kill()
    self.process.wait()
    self.process.stdout.close()
    self.stderr.close()


# ---- Building -----------------------------------------------------------------------------------


class Builder:
  def __init__(self, env):
    self.env = env
    self.node = shutil.which('node', path=env['PATH'])
    self.loads = {}     # source: the load generator's command, or a Failure
    self.commands = {}  # (benchmark name, variant): the command that runs it, or a Failure

  def build_all(self, benchmarks, variants):
    os.makedirs(OUT, exist_ok=True)
    jobs = {}  # (source, variant, flags) -> the benchmarks that use it
    for bench in benchmarks:
      for variant in bench.variants:
        if variant in variants:
          key = (bench.source_of(variant), variant, bench.threads, tuple(bench.size_flags or ()))
          jobs.setdefault(key, []).append(bench)
    for source in {b.load for b in benchmarks if b.protocol}:
      self.loads[source] = self.build_load(source)
    say(f'building {len(jobs)} programs...')
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
      for key, command in zip(jobs, pool.map(lambda key: self.build(*key), jobs)):
        for bench in jobs[key]:
          self.commands[bench.name, key[1]] = command

  def build_load(self, source):
    target = os.path.join(OUT, source.replace('.c', ''))
    try:
      self.compile(['gcc', *NATIVE_FLAGS, os.path.join(HERE, source), '-o', target])
      return [target]
    except Failure as failure:
      return Failure('no load', failure.detail)

  def build(self, source, variant, threads, size_flags):
    """The command that runs the program, or the Failure that kept it from being built."""
    try:
      if variant == 'node':
        return [self.node, os.path.join(HERE, source)]
      name = source.replace('.c', '') + ''.join(size_flags).replace('=', '') + '-threads' * threads
      target = os.path.join(OUT, f'{name}.{variant}')
      path = os.path.join(HERE, source)
      if variant == 'native':
        self.compile(['gcc', *NATIVE_FLAGS, path, '-o', target])
        return [target]
      if variant == 'emwake' and not os.path.exists(PORT):
        raise Failure('not available', f'no {os.path.basename(PORT)}')
      flags = (EMCC_THREAD_FLAGS if threads else EMCC_FLAGS)[variant]
      if size_flags:
        flags = [*size_flags, *(f for f in flags if f.startswith('--use-port='))]
      self.compile(['emcc', *flags, path, '-o', target + '.js'])
      return [self.node, target + '.js']
    except Failure as failure:
      return failure

  def compile(self, cmd):
    compiler = shutil.which(cmd[0], path=self.env['PATH'])
    if not compiler:
      raise Failure('not available', f'no {cmd[0]} on PATH')
    try:
      run([compiler, *cmd[1:]], BUILD_LIMIT, self.env)
    except Failure as failure:
      raise Failure(f'build {failure.verdict}', failure.detail) from None


# ---- Measuring ----------------------------------------------------------------------------------


@dataclasses.dataclass
class Outcome:
  """What the rounds of one variant of one benchmark gave: a value per round until it failed."""
  values: list = dataclasses.field(default_factory=list)
  failure: Failure = None


@dataclasses.dataclass
class Times:
  micro_ms: int
  warmup_ms: int
  load_ms: int


FULL = Times(500, 500, 1500)
QUICK = Times(100, 200, 400)


def per_second(output):
  try:
    return float(json.loads(output)['per_second'])
  except (ValueError, KeyError, TypeError):
    raise Failure('fails', f'printed no result: {gist(output)}') from None


def measure_micro(bench, command, env, times):
  cmd = [*command, str(times.micro_ms), *bench.args]
  return per_second(run(cmd, 2 * times.micro_ms / 1000 + RUN_SLACK, env))


def measure_server(bench, command, builder, times):
  load = builder.loads[bench.load]
  if isinstance(load, Failure):
    raise load
  server_cpus, load_cpus = split_cpus()
  with Server([*command, *bench.args], builder.env, server_cpus) as server:
    cmd = [*load, bench.protocol, str(server.port), str(bench.clients),
           str(times.warmup_ms), str(times.load_ms)]
    limit = (times.warmup_ms + times.load_ms) / 1000 + RUN_SLACK
    try:
      return per_second(run(cmd, limit, builder.env, load_cpus))
    except Failure as failure:
      detail = ' / '.join(filter(None, (failure.detail, server.explain())))
      raise Failure(failure.verdict, detail) from None


def measure_size(command, env):
  """The gzipped bytes of a program that runs as it should."""
  run(command, RUN_SLACK, env)
  js = command[-1]
  return sum(len(gzip.compress(open(path, 'rb').read(), 9, mtime=0))
             for path in (js, js[:-len('.js')] + '.wasm'))


def measure(bench, variant, builder, times):
  command = builder.commands[bench.name, variant]
  if isinstance(command, Failure):
    raise command
  if bench.size_flags is not None:
    return measure_size(command, builder.env)
  if bench.protocol:
    return measure_server(bench, command, builder, times)
  return measure_micro(bench, command, builder.env, times)


def measure_all(benchmarks, variants, builder, times, rounds):
  """{(benchmark name, variant): Outcome}. A variant that failed once is not run again."""
  outcomes = {(b.name, v): Outcome() for b in benchmarks for v in b.variants if v in variants}
  for number in range(rounds):
    for bench in benchmarks:
      if bench.size_flags is not None and number:
        continue  # a size does not vary
      turns = [v for v in bench.variants if v in variants]
      # Whoever goes first finds the machine in another state than the rest: rotate.
      turns = turns[number % len(turns):] + turns[:number % len(turns)] if turns else []
      for variant in turns:
        outcome = outcomes[bench.name, variant]
        if outcome.failure:
          continue
        try:
          outcome.values.append(measure(bench, variant, builder, times))
        except Failure as failure:
          outcome.failure = failure
          say(f'{bench.name}, {variant}: {failure.verdict}: {failure.detail}')
    say(f'round {number + 1} of {rounds} done')
  return outcomes


# ---- The command --------------------------------------------------------------------------------


def first_line(cmd, env):
  try:
    return subprocess.run(cmd, capture_output=True, text=True, env=env,
                          stdin=subprocess.DEVNULL).stdout.splitlines()[0]
  except (OSError, IndexError):
    return 'not found'


def describe_machine(env):
  cpu = platform.processor() or platform.machine()
  if os.path.exists('/proc/cpuinfo'):
    with open('/proc/cpuinfo') as f:
      models = [line.split(':', 1)[1].strip() for line in f if line.startswith('model name')]
    cpu = models[0] if models else cpu
  emcc = first_line(['emcc', '--version'], env).split(') ', 1)[-1].split()
  return {
    'cpu': f'{cpu}, {os.cpu_count()} CPUs',
    'system': f'{platform.system()} {platform.release()}',
    'gcc': first_line(['gcc', '--version'], env).split()[-1],
    'emcc': emcc[0] if emcc else 'not found',
    'node': first_line(['node', '--version'], env).lstrip('v'),
  }


def parse_args():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  names = [b.name for b in BENCHMARKS]
  parser.add_argument('names', nargs='*', metavar='NAME', help='of: ' + ' '.join(names))
  parser.add_argument('--variants', default=','.join(VARIANTS),
                      help='comma-separated, of: %(default)s')
  parser.add_argument('--rounds', type=int, help='default: 5, with --quick 1')
  parser.add_argument('--quick', action='store_true', help='short runs, to see that all works')
  parser.add_argument('--json', metavar='FILE', help='write every measured value to FILE')
  parser.add_argument('--write-docs', action='store_true',
                      help='write docs/BENCHMARK.md and docs/benchmark.svg')
  args = parser.parse_args()
  args.variants = args.variants.split(',')
  args.rounds = args.rounds if args.rounds is not None else 1 if args.quick else 5
  for name in args.names:
    if name not in names:
      parser.error(f'no benchmark {name}; there are: {" ".join(names)}')
  for variant in args.variants:
    if variant not in VARIANTS:
      parser.error(f'no variant {variant}; there are: {" ".join(VARIANTS)}')
  if args.rounds < 1:
    parser.error('--rounds must be at least 1')
  if args.write_docs and (args.names or args.quick or set(args.variants) != set(VARIANTS)):
    parser.error('--write-docs needs the whole benchmark: no names, no --variants, no --quick')
  return args


def main():
  args = parse_args()
  try:
    env = dict(os.environ, **toolchain.ensure())
  except toolchain.Missing as e:
    say(str(e))
    return 1
  benchmarks = [b for b in BENCHMARKS if not args.names or b.name in args.names]
  builder = Builder(env)
  builder.build_all(benchmarks, args.variants)
  outcomes = measure_all(benchmarks, args.variants, builder, QUICK if args.quick else FULL,
                         args.rounds)
  results = report.Results(benchmarks, [v for v in VARIANTS if v in args.variants], outcomes,
                           describe_machine(env), args.rounds)
  print(report.text(results))
  if args.json:
    with open(args.json, 'w') as f:
      json.dump(report.as_json(results), f, indent=2)
      f.write('\n')
  if args.write_docs:
    docs = os.path.join(ROOT, 'docs')
    os.makedirs(docs, exist_ok=True)
    for name, content in (('BENCHMARK.md',
                           report.markdown(results) + docs_section.all_sections()),
                          ('benchmark.svg', report.svg(results))):
      with open(os.path.join(docs, name), 'w') as f:
        f.write(content)
      say(f'wrote docs/{name}')
  return 0


if __name__ == '__main__':
  sys.exit(main())
