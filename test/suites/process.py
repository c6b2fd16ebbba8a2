# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Runs a program within bounds: of time, of output, in a process group of its own."""

import dataclasses
import os
import selectors
import signal
import subprocess
import threading
import time

from .case import ROOT

# A program that spins on a descriptor that is never ready prints for ever.
OUTPUT_LIMIT = 2 << 20

_live = set()
_lock = threading.Lock()

# Held while a child is made: until it has called exec, it has a copy of every descriptor. Who closes
# an end that somebody is to notice holds it too.
forking = threading.Lock()


@dataclasses.dataclass
class Outcome:
  status: int
  out: str
  err: str
  seconds: float
  # Why the program was killed, or ''.
  killed: str = ''


def _kill(child):
  # Once it has been waited for, its pid may be anybody's.
  if child.returncode is None:
    try:
      os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
      pass


def kill_all():
  """Ends every program that this runner still has running."""
  with _lock:
    for child in _live:
      _kill(child)


def run(command, limit, env, cwd=ROOT):
  """Runs command with an empty stdin and returns its Outcome; it and its children end by then."""
  start = time.monotonic()
  with forking:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, cwd=cwd, env=env, start_new_session=True)
  with _lock:
    _live.add(child)
  try:
    chunks, killed = _collect(child, start + limit)
    if killed:
      _kill(child)
    status = child.wait()
  finally:
    _kill(child)
    child.wait()
    with _lock:
      _live.discard(child)
    child.stdout.close()
    child.stderr.close()
  out, err = (b''.join(chunks[f]).decode('utf-8', 'backslashreplace')
              for f in (child.stdout, child.stderr))
  if killed == 'time':
    killed = f'still running after {limit:g} s'
  return Outcome(status, out, err, time.monotonic() - start, killed)


def start(command, errors, env, cwd=ROOT):
  """Starts a server, a program that ends with its stdin; errors: where its stderr goes."""
  with forking:
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                             cwd=cwd, env=env, start_new_session=True)
  with _lock:
    _live.add(child)
  return child


def end(child, limit):
  """Ends a server: of its own accord within limit seconds, or else by force, with its children."""
  try:
    child.stdin.close()
    child.wait(limit)
  except (OSError, subprocess.TimeoutExpired):
    pass
  _kill(child)
  child.wait()
  with _lock:
    _live.discard(child)


def _collect(child, deadline):
  """Reads both streams to their ends, or until a limit; returns the chunks and the limit hit."""
  chunks = {child.stdout: [], child.stderr: []}
  size = 0
  with selectors.DefaultSelector() as selector:
    for stream in chunks:
      selector.register(stream, selectors.EVENT_READ)
    while selector.get_map():
      left = deadline - time.monotonic()
      ready = selector.select(left) if left > 0 else []
      if not ready and time.monotonic() >= deadline:
        return chunks, 'time'
      for key, _ in ready:
        data = os.read(key.fd, 65536)
        if not data:
          selector.unregister(key.fileobj)
        chunks[key.fileobj].append(data)
        size += len(data)
      if size > OUTPUT_LIMIT:
        return chunks, f'printed more than {OUTPUT_LIMIT} bytes'
  try:
    child.wait(max(0, deadline - time.monotonic()))
  except subprocess.TimeoutExpired:
    return chunks, 'time'
  return chunks, ''
