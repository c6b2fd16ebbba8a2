#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Runs a program and its native peer, and prints what both print.

  drive.py PEER PROGRAM...

The program's first line is `port N`; then the peer is started with that number. The transcript is the
program's other lines, then the peer's, and how both ended. The status is 0 if both have one.
"""

import subprocess
import sys


def main():
  peer_path, *program = sys.argv[1:]
  with subprocess.Popen([*program, 'server'], stdout=subprocess.PIPE) as server:
    try:
      word, number = server.stdout.readline().split() or (b'', b'')
      if word != b'port':
        sys.exit('the program has told no port')
      with subprocess.Popen([peer_path, 'peer', number], stdout=subprocess.PIPE) as peer:
        try:
          peer_text = peer.stdout.read()
          server_text = server.stdout.read()
          peer.wait()
          server.wait()
        finally:
          peer.kill()
    finally:
      server.kill()
  sys.stdout.buffer.write(server_text + b'--- peer\n' + peer_text)
  print(f'--- statuses: {server.returncode} {peer.returncode}')


if __name__ == '__main__':
  main()
