#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Compiles an example that runs in a web page, and serves it on loopback.

  tools/page.py                   examples/browser
  tools/page.py service_worker    examples/service_worker
  tools/page.py --port 8000       on this port (default: 8000, or one that is free)

The page is isolated from other origins (COOP and COEP), so that it may have threads.
"""

import argparse
import http.server
import os
import posixpath
import shlex
import shutil
import subprocess
import sys
import urllib.parse
from pathlib import Path

ROOT = Path(os.path.realpath(__file__)).parent.parent
PORT_FILE = ROOT / 'emwake.port.py'

# The C file of each page, and how it is linked. -sJSPI: main waits as on Linux.
PAGES = {
  'browser': ('program.c', 'net=loopback:trace=1', [
    '-sJSPI', '-sMODULARIZE', '-sEXPORT_NAME=createProgram', '-sENVIRONMENT=web',
    '-sEXPORTED_RUNTIME_METHODS=emwakeDiag']),
  'service_worker': ('web_server.c', 'net=loopback', [
    '-sJSPI', '-sMODULARIZE', '-sEXPORT_NAME=createWebServer', '-sENVIRONMENT=web',
    '-sEXPORTED_RUNTIME_METHODS=emwakeDoor']),
}

TYPES = {'.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm',
         '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8'}


class Failure(Exception):
  """What went wrong, for the user."""


def emcc_command(name, out):
  """The command that compiles a page's program into the directory out."""
  source, port, flags = PAGES[name]
  output = Path(out) / Path(source).with_suffix('.js').name
  return ['emcc', '-O2', '-std=gnu11', '-D_GNU_SOURCE', '-Wno-experimental',
          str(ROOT / 'examples' / name / source), '-o', str(output),
          f'--use-port={PORT_FILE}:{port}', *flags]


def compile_page(name, out):
  os.makedirs(out, exist_ok=True)
  command = emcc_command(name, out)
  print(shlex.join(command), flush=True)
  if subprocess.run(command).returncode:
    raise Failure('emcc failed, see above')


class Handler(http.server.BaseHTTPRequestHandler):
  """Files of examples/ and src/, and beside the page what was compiled for it."""

  def do_GET(self):
    path = posixpath.normpath(urllib.parse.unquote(urllib.parse.urlsplit(self.path).path))
    if path == '/':
      self.send_response(302)
      self.send_header('Location', f'/examples/{self.server.page}/')
      self.end_headers()
      return
    file = self.find(path)
    if not file:
      self.send_error(404)
      return
    body = file.read_bytes()
    self.send_response(200)
    self.send_header('Content-Type', TYPES.get(file.suffix, 'text/plain; charset=utf-8'))
    self.send_header('Content-Length', str(len(body)))
    self.send_header('Cache-Control', 'no-store')
    self.send_header('Cross-Origin-Opener-Policy', 'same-origin')
    self.send_header('Cross-Origin-Embedder-Policy', 'require-corp')
    self.send_header('Cross-Origin-Resource-Policy', 'same-origin')
    self.end_headers()
    self.wfile.write(body)

  def find(self, path):
    parts = path.strip('/').split('/')
    if '..' in parts or parts[0] not in ('examples', 'src'):
      return None
    file = ROOT.joinpath(*parts)
    if file.is_dir():
      file = file / 'index.html'
    if not file.is_file() and parts[:2] == ['examples', self.server.page]:
      file = self.server.out / parts[-1]
    return file if file.is_file() else None

  def log_message(self, *_):
    pass


def make_server(name, out, port):
  """A server on loopback, not yet running; port 0: one that is free."""
  server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
  server.daemon_threads = True
  server.page, server.out = name, Path(out)
  return server


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('page', nargs='?', choices=sorted(PAGES), default=next(iter(PAGES)))
  parser.add_argument('--port', type=int)
  args = parser.parse_args()
  if not shutil.which('emcc'):
    raise Failure('emcc is not on PATH: run it by `make page`, or after `eval "$(tools/env)"`')
  out = ROOT / 'build' / 'pages' / args.page
  compile_page(args.page, out)
  try:
    server = make_server(args.page, out, args.port or 8000)
  except OSError:
    if args.port:
      raise
    server = make_server(args.page, out, 0)
  print(f'http://127.0.0.1:{server.server_port}/    (Ctrl-C ends it)', flush=True)
  try:
    server.serve_forever()
  except KeyboardInterrupt:
    print()


if __name__ == '__main__':
  try:
    main()
  except Failure as e:
    sys.exit(f'page.py: {e}')
