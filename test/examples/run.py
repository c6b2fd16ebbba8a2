#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Compiles the examples with tasks, runs them on Node.js and talks to them from this process.

  run.py echo | http     exit status 0 if they do as they say
"""

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 30


class Server:
  """A running example; its lines of output are read as they are waited for."""

  def __init__(self, name, *args):
    self.name, self.args = name, args

  def __enter__(self):
    self.folder = tempfile.TemporaryDirectory(prefix='emwake-example-')
    js = Path(self.folder.name) / f'{self.name}.js'
    subprocess.run(['emcc', '-O1', ROOT / 'examples' / f'{self.name}.c', '-o', js, '-sJSPI',
                    '-sEXIT_RUNTIME=1', '-Wno-experimental',
                    f'--use-port={ROOT / "emwake.port.py"}'], check=True, timeout=600)
    self.process = subprocess.Popen(['node', js, '0', *self.args], stdout=subprocess.PIPE, text=True)
    self.port = int(self.line_with('listening').rsplit(':', 1)[1])
    return self

  def __exit__(self, *exc):
    self.process.kill()
    self.process.wait()
    self.process.stdout.close()
    self.folder.cleanup()

  def line_with(self, text):
    for line in self.process.stdout:
      if text in line:
        return line
    raise AssertionError(f'{self.name} has ended before it said "{text}"')

  def connect(self):
    return socket.create_connection(('127.0.0.1', self.port), timeout=LIMIT)


def receive(s, size):
  data = b''
  while len(data) < size:
    chunk = s.recv(size - len(data))
    assert chunk, 'the connection has ended'
    data += chunk
  return data


def echo():
  """Two clients are served in turns while the ticker ticks; then many, with more data than a socket
  holds, of which none reads before all have sent."""
  with Server('task_echo', '20') as server:
    one, two = server.connect(), server.connect()
    server.line_with('2 connected')
    for i in range(5):
      for client in (one, two, two, one):
        message = f'message {i} of {client.fileno()}\n'.encode() * (i * 100 + 1)
        client.sendall(message)
        server.line_with('tick')
        assert receive(client, len(message)) == message
    one.close()
    server.line_with('1 connected')
    many = [server.connect() for _ in range(50)]
    for i, client in enumerate(many):
      client.sendall(bytes([i]) * 40000)
    server.line_with('tick')
    for i, client in reversed(list(enumerate(many))):
      assert receive(client, 40000) == bytes([i]) * 40000
      client.close()
    two.close()
    server.line_with('0 connected')
    server.line_with('tick')


def request(s, method, path, body=b''):
  s.sendall(f'{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n'.encode()
            + body)


def response(s):
  """(status, body)"""
  head = b''
  while not head.endswith(b'\r\n\r\n'):
    head += receive(s, 1)
  lines = head.decode().split('\r\n')
  size = next(int(line.split(':')[1]) for line in lines if line.startswith('Content-Length'))
  return int(lines[0].split()[1]), receive(s, size)


def http():
  """Requests on one connection after the other, in pieces, and while another waits for its answer."""
  with Server('task_http') as server:
    patient, a, b = server.connect(), server.connect(), server.connect()
    request(a, 'GET', '/')
    assert response(a) == (200, b'Hello, this is request 1\n')
    b.sendall(b'POST /echo HTTP/1.1\r\nContent-')
    request(a, 'GET', '/nothing')
    assert response(a) == (404, b'Not found\n')
    request(a, 'POST', '/echo', b'x' * 60000)
    assert response(a) == (200, b'x' * 60000)
    # Request 4, or, if it has not arrived yet, 5: then it is the next that ends it.
    request(patient, 'GET', '/next')
    b.sendall(b'Length: 11\r\n\r\nhello world')
    assert response(b) == (200, b'hello world')
    request(a, 'GET', '/')
    assert response(a) == (200, b'Hello, this is request 6\n')
    assert response(patient) in [(200, b'Hello, this is request %d\n' % n) for n in (5, 6)]
    for client in (patient, a, b):
      client.close()


if __name__ == '__main__':
  {'echo': echo, 'http': http}[sys.argv[1]]()
