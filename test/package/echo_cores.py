#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Builds examples/echo_cores.c with emcc, and lets several processes of it share a port.

Native clients connect, and each has its bytes echoed; every process must have got some of them. When
a process has ended, the others go on, and new connections come to them. It expects emcc and a
Node.js with JSPI on PATH.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SOURCE = os.path.join(ROOT, 'examples', 'echo_cores.c')
PROCESSES = 2
# The kernel deals by a hash of the client's port: that none comes to one of two is as likely as
# 2^-63.
CLIENTS = 64
PATIENCE = 60


class Server:
  """A process of the server; `stop` gives the connections and bytes that it says it has served."""

  def __init__(self, command, port=0):
    self.process = subprocess.Popen([*command, str(port)], stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, text=True)
    line = self.process.stdout.readline()
    self.port = int(re.fullmatch(r'listening on 127\.0\.0\.1:(\d+)\n', line)[1])

  def stop(self):
    self.process.send_signal(signal.SIGTERM)
    out, _ = self.process.communicate(timeout=PATIENCE)
    if self.process.returncode:
      sys.exit(f'a server ended with status {self.process.returncode}: {out}')
    return [int(n) for n in re.search(r'served (\d+) connections, (\d+) bytes', out).groups()]


def build(folder):
  target = os.path.join(folder, 'echo_cores.js')
  subprocess.run(['emcc', SOURCE, '-O1', '-sJSPI', '-sEXIT_RUNTIME=1', '-Wno-experimental',
                  f'--use-port={ROOT}/emwake.port.py', '-o', target], check=True)
  return ['node', target]


def echo(port, count):
  """Connects count clients at once, and has each echo a text of its own."""
  clients = [socket.create_connection(('127.0.0.1', port), timeout=PATIENCE)
             for _ in range(count)]
  texts = [f'client {i} says this'.encode() * (i + 1) for i in range(count)]
  for client, text in zip(clients, texts):
    client.sendall(text)
  for client, text in zip(clients, texts):
    got = b''
    while len(got) < len(text):
      part = client.recv(len(text) - len(got))
      if not part:
        sys.exit('a connection has ended early')
      got += part
    if got != text:
      sys.exit('an echo differs')
    client.close()
  return sum(map(len, texts))


def check(command):
  servers = []
  try:
    for _ in range(PROCESSES):
      servers.append(Server(command, servers[0].port if servers else 0))
    port = servers[0].port
    total = echo(port, CLIENTS)
    served = [servers.pop().stop()]
    total += echo(port, CLIENTS)
    served += [server.stop() for server in servers]
  finally:
    for server in servers:
      server.process.kill()
      server.process.wait()
  print(f'connections and bytes of each process: {served}')
  if not 0 < served[0][0] < CLIENTS:
    sys.exit('one process got all connections')
  if [sum(column) for column in zip(*served)] != [2 * CLIENTS, total]:
    sys.exit(f'not all was served: {total} bytes were sent')


def main():
  with tempfile.TemporaryDirectory(prefix='emwake-cores-') as folder:
    check(build(folder))


if __name__ == '__main__':
  main()
