# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""One browser process for a whole run of the tests, by test/browser/drive.mjs.

It is started by the first test that asks for it, takes several runs at once, and ends with the run of
the runner. A browser that has died is started anew for the next test.
"""

import dataclasses
import itertools
import json
import os
import subprocess
import sys
import threading
import time

from . import process
from .case import ROOT

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import browsers  # noqa: E402
import toolchain  # noqa: E402

DRIVE = os.path.join(ROOT, 'test', 'browser', 'drive.mjs')

# How long a browser has for starting on a loaded machine, and for answering beyond a test's limit.
GRACE = 60


class Unavailable(Exception):
  """The browser cannot be had on this machine; the message says why."""


class Driver:
  _all = {}
  _all_lock = threading.Lock()

  @classmethod
  def of(cls, ctx, name):
    with cls._all_lock:
      if name not in cls._all:
        cls._all[name] = cls(ctx, name)
        ctx.at_end.append(cls._all[name].end)
      return cls._all[name]

  def __init__(self, ctx, name):
    self._ctx, self._name = ctx, name
    self._lock = threading.Lock()
    self._info = None
    self._why_not = ''
    self._running = None
    self._launches = 0

  def run(self, program, place, args, limit):
    """Runs a compiled program; returns its process.Outcome. Raises Unavailable."""
    with self._lock:
      running = self._start()
    return running.ask({'program': program, 'place': place, 'args': args, 'limit': limit},
                       limit + GRACE)

  def command_for(self, program, place, args):
    """The command that runs it by itself."""
    return ['node', DRIVE, json.dumps(self._info), '--once', program, place, '20',
            json.dumps({'arguments': args})]

  def end(self):
    if self._running:
      self._running.end()

  def _start(self):
    if self._why_not:
      raise Unavailable(self._why_not)
    if self._info is None:
      try:
        self._info = dataclasses.asdict(browsers.ensure(self._name))
      except toolchain.Missing as e:
        self._why_not = str(e)
        raise Unavailable(self._why_not) from e
    if self._running is None or self._running.dead:
      self._launches += 1
      folder = self._ctx.path('browser', f'{self._name}-{self._launches}', 'log')
      self._running = _Running(['node', DRIVE, json.dumps(self._info), os.path.dirname(folder)],
                               folder, self._ctx.env)
    return self._running


class _Running:
  """A process of drive.mjs."""

  def __init__(self, command, log, env):
    self.dead = False
    self._log = log
    self._numbers = itertools.count()
    self._waiting = {}
    self._lock = threading.Lock()
    with open(log, 'w') as errors:
      self._child = process.start(command, errors, env)
    threading.Thread(target=self._listen, daemon=True).start()

  def ask(self, request, limit):
    answered = threading.Event()
    waiting = [answered, None]
    start = time.monotonic()
    with self._lock:
      number = next(self._numbers)
      self._waiting[number] = waiting
      try:
        if not self.dead:
          self._child.stdin.write(json.dumps(dict(request, id=number)).encode() + b'\n')
          self._child.stdin.flush()
      except OSError:
        self.dead = True
      if self.dead:
        answered.set()
    if not answered.wait(limit):
      process.end(self._child, 0)
    got = waiting[1]
    seconds = time.monotonic() - start
    if got is None:
      with open(self._log) as f:
        return process.Outcome(1, '', f.read(), seconds, 'the browser ended, or did not start')
    return process.Outcome(got['status'], got['out'], got['err'], seconds, got['killed'])

  def end(self):
    process.end(self._child, GRACE)

  def _listen(self):
    for line in self._child.stdout:
      answer = json.loads(line)
      with self._lock:
        waiting = self._waiting.pop(answer['id'])
      waiting[1] = answer
      waiting[0].set()
    with self._lock:
      self.dead = True
      for waiting in self._waiting.values():
        waiting[0].set()
