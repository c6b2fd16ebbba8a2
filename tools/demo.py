#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Compiles examples/echo_server.c with emcc and emwake, runs it on Node.js, and talks to it.

The clients are native: sockets of this Python, on the kernel's loopback. Several connect at once
and echo small messages in turn, and one moves a mebibyte, checked by its SHA-256.

  tools/demo.py            the server as WebAssembly on Node.js
  tools/demo.py --native   the same C file compiled for this machine, for comparison
  tools/demo.py --both     one after the other, then the round-trip times side by side
"""

import argparse
import hashlib
import os
import re
import selectors
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import toolchain  # noqa: E402

ROOT = Path(os.path.realpath(__file__)).parent.parent
SOURCE = ROOT / 'examples' / 'echo_server.c'

CLIENTS = 5
ROUND_TRIPS = 100
MESSAGE = b'The quick brown fox jumps over the lazy dog. 0123456789 (64 B)\r\n'
BULK = 1 << 20
# The longest that any single wait may take: nothing here takes a second unless it hangs.
PATIENCE = 20


class Failure(Exception):
  """What went wrong, for the person who reads the demo."""


class Screen:
  """Prints a timeline; coloured if it goes to a terminal."""

  COLOURS = {'dim': '2', 'bold': '1', 'red': '31', 'green': '32', 'yellow': '33', 'cyan': '36'}

  def __init__(self):
    self.colour = sys.stdout.isatty() and 'NO_COLOR' not in os.environ
    self.lock = threading.Lock()
    self.start = time.monotonic()

  def paint(self, text, colour):
    return f'\x1b[{self.COLOURS[colour]}m{text}\x1b[0m' if self.colour else text

  def title(self, text):
    print(f'\n{self.paint(text, "bold")}', flush=True)
    self.start = time.monotonic()

  def event(self, who, text, colour='cyan'):
    with self.lock:
      stamp = self.paint(f'{(time.monotonic() - self.start) * 1000:8.1f} ms', 'dim')
      print(f'{stamp}  {self.paint(f"{who:<9}", colour)} {text}', flush=True)


class Server:
  """The echo server's process. It exits by itself after it has served `connections`."""

  def __init__(self, cmd, env, connections, screen):
    self.screen = screen
    self.process = subprocess.Popen([*cmd, '0', str(connections)], env=env, text=True,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT)
    self.port = self.wait_for_port()
    self.reader = threading.Thread(target=self.relay, daemon=True)
    self.reader.start()

  def wait_for_port(self):
    with selectors.DefaultSelector() as selector:
      selector.register(self.process.stdout, selectors.EVENT_READ)
      line = self.process.stdout.readline() if selector.select(PATIENCE) else ''
    self.screen.event('server', line.strip() or '(silence)')
    if not line.startswith('listening on '):
      self.kill()
      rest = ''.join(f'\n  {text}' for text in self.process.stdout.read().splitlines()[:12])
      raise Failure(f'the server did not come up{rest}')
    return int(line.rsplit(':', 1)[1])

  def relay(self):
    for line in self.process.stdout:
      self.screen.event('server', line.rstrip())

  def finish(self):
    """Waits until the server has exited by itself."""
    try:
      status = self.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
      raise Failure('the server did not notice that its clients have gone') from None
    self.reader.join(PATIENCE)
    self.screen.event('server', f'exited with status {status}')
    if status:
      raise Failure(f'the server exited with status {status}')

  def kill(self):
    if self.process.poll() is None:
      self.process.kill()
      self.process.wait()


def connect(port):
  sock = socket.create_connection(('127.0.0.1', port), timeout=PATIENCE)
  sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
  return sock


def receive(sock, size):
  data = bytearray()
  while len(data) < size:
    chunk = sock.recv(min(size - len(data), 65536))
    if not chunk:
      raise Failure(f'the server closed after {len(data)} of {size} bytes')
    data += chunk
  return bytes(data)


def chat(port, everyone):
  """Echoes MESSAGE once all clients are connected; returns the round trips in microseconds."""
  with connect(port) as sock:
    everyone.wait(PATIENCE)
    times = []
    for _ in range(ROUND_TRIPS):
      before = time.perf_counter()
      sock.sendall(MESSAGE)
      if receive(sock, len(MESSAGE)) != MESSAGE:
        raise Failure('an echo differs from what was sent')
      times.append((time.perf_counter() - before) * 1e6)
    return times


def chat_all(port, screen):
  screen.event('clients', f'{CLIENTS} connect at once; each sends {len(MESSAGE)} bytes and waits '
               f'for the echo, {ROUND_TRIPS} times', 'yellow')
  everyone = threading.Barrier(CLIENTS)
  with ThreadPoolExecutor(CLIENTS) as pool:
    runs = [pool.submit(chat, port, everyone) for _ in range(CLIENTS)]
    results = [run.result() for run in runs]
  for i, times in enumerate(results, 1):
    screen.event(f'client {i}', f'{len(times):4} echoes   median {statistics.median(times):7.0f} µs'
                 f'   slowest {max(times):7.0f} µs', 'yellow')
  return statistics.median(t for times in results for t in times)


def transfer(port, screen):
  """Sends BULK bytes while it receives them; returns the rate in MiB/s."""
  payload = os.urandom(BULK)
  screen.event('bulk', f'sends {BULK:,} random bytes, and reads the echo meanwhile', 'yellow')
  with connect(port) as sock, ThreadPoolExecutor(1) as pool:
    before = time.perf_counter()
    sending = pool.submit(sock.sendall, payload)
    echoed = receive(sock, BULK)
    seconds = time.perf_counter() - before
    sending.result()
  sent, got = (hashlib.sha256(data).hexdigest()[:16] for data in (payload, echoed))
  screen.event('bulk', f'SHA-256 sent {sent}…, received {got}…', 'yellow')
  if payload != echoed:
    raise Failure('the bulk transfer came back changed')
  rate = BULK / seconds / (1 << 20)
  screen.event('bulk', f'identical; {seconds * 1000:.1f} ms, {rate:.0f} MiB/s there and back',
               'yellow')
  return rate


def show(cmd):
  """A command as one would type it in the root of the project."""
  return shlex.join(str(word).replace(f'{ROOT}{os.sep}', '') for word in cmd)


def compile_server(cmd, env, screen):
  screen.event('compile', show([Path(cmd[0]).name, *cmd[1:-1], Path(cmd[-1]).name]), 'green')
  before = time.monotonic()
  process = subprocess.Popen(cmd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, stdin=subprocess.DEVNULL)
  messages = []
  for line in process.stdout:
    # emcc builds its libraries when they are first needed, which takes a while.
    library = re.search(r'INFO: generating .*?([^/]+)\.\.\. ', line)
    if library:
      screen.event('compile', f'first use of {library[1]}: building it', 'green')
    elif 'INFO:' not in line:
      messages.append(line)
  if process.wait():
    raise Failure('it does not compile:\n' + ''.join(messages).strip())
  screen.event('compile', f'done in {time.monotonic() - before:.1f} s', 'green')


def native_command(work, screen):
  compiler = shutil.which('cc') or shutil.which('gcc') or shutil.which('clang')
  if not compiler:
    raise Failure('--native needs a C compiler (cc) on PATH')
  out = os.path.join(work, 'echo_server')
  compile_server([compiler, '-O2', SOURCE, '-o', out], None, screen)
  return [out], None


def wasm_command(work, screen):
  env = dict(os.environ, **toolchain.ensure())
  emcc, node = (shutil.which(name, path=env['PATH']) for name in ('emcc', 'node'))
  out = os.path.join(work, 'echo_server.js')
  compile_server([emcc, '-O2', SOURCE, '-sJSPI', '-sEXIT_RUNTIME=1', '-Wno-experimental',
                  f'--use-port={ROOT / "emwake.port.py"}', '-o', out], env, screen)
  sizes = ', '.join(f'{p.name} {p.stat().st_size / 1024:.0f} KiB'
                    for p in (Path(out), Path(out).with_suffix('.wasm')))
  version = subprocess.run([node, '--version'], capture_output=True, text=True).stdout.strip()
  screen.event('run', f'node {version}: {sizes}', 'green')
  return [node, out], env


def run(name, make_command, screen):
  """One server and its clients; returns (median round trip in µs, MiB/s)."""
  screen.title(name)
  with tempfile.TemporaryDirectory(prefix='emwake-demo-') as work:
    cmd, env = make_command(work, screen)
    server = Server(cmd, env, CLIENTS + 1, screen)
    try:
      result = chat_all(server.port, screen), transfer(server.port, screen)
      server.finish()
    finally:
      server.kill()
  return result


def verdict(results, screen):
  print()
  for name, (median, rate) in results.items():
    print(f'  {name:<34} {median:7.0f} µs per round trip   {rate:6.0f} MiB/s')
  total = CLIENTS * ROUND_TRIPS
  print(screen.paint(f'\nOK: {CLIENTS + 1} native clients, {total} echoes and {BULK >> 20} MiB, '
                     'every byte came back as it was sent.', 'green'))


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  which = parser.add_mutually_exclusive_group()
  which.add_argument('--native', action='store_true', help='the server compiled for this machine')
  which.add_argument('--both', action='store_true', help='native and WebAssembly, compared')
  args = parser.parse_args()
  runs = []
  if args.native or args.both:
    runs.append(("echo_server.c on this machine's kernel", native_command))
  if not args.native:
    runs.append(('echo_server.c on emwake and Node.js', wasm_command))
  screen = Screen()
  try:
    verdict({name: run(name, command, screen) for name, command in runs}, screen)
  except (Failure, toolchain.Missing, OSError, threading.BrokenBarrierError) as e:
    print(screen.paint(f'\nFAILED: {e or type(e).__name__}', 'red'))
    return 1
  return 0


if __name__ == '__main__':
  sys.exit(main())
