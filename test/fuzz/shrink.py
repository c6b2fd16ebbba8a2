# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Makes a sequence that shows a difference as short, and its arguments as plain, as they go.

Delta debugging: first operations are left out, in ever smaller runs, then single arguments are
replaced by simpler ones. All candidates of a round go through the interpreters at once, so that a
round costs one process of each.
"""

import os
import re

# What a look shows of a descriptor, one by one.
GLANCES = ['poll 0 {0} POLLIN|POLLOUT|POLLRDNORM|POLLWRNORM|POLLRDHUP|POLLPRI',
           'fcntl {0} F_GETFL 0', 'fcntl {0} F_GETFD 0', 'ioctl {0} FIONREAD 0']


def _without_runs(lines):
  """Candidates that lack a run of lines, longest runs first."""
  size = len(lines)
  while size:
    for start in range(0, len(lines), size):
      candidate = lines[:start] + lines[start + size:]
      if candidate:
        yield candidate
    size //= 2


def _signatures():
  """What kind of argument each operation takes where, as interpreter.c says."""
  with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'interpreter.c')) as f:
    return dict(re.findall(r'{"(\w+)", "([a-z*]*)", op_', f.read()))


SIGNATURES = _signatures()


def _simpler_words(word):
  if '|' in word:
    names = word.split('|')
    return ['0'] + ['|'.join(names[:i] + names[i + 1:]) for i in range(len(names))]
  if not word.isdigit():
    return ['0']
  number = int(word)
  steps = (number // 4, number // 32, 1 if number < 32 else number)
  return [str(n) for n in dict.fromkeys((0, 1, 8, number // 2, *(number - s for s in steps)))
          if n < number]


def _slots(lines):
  return sorted({w for line in lines for w in line.split()[1:] if w[0] == 's'},
                key=lambda w: int(w[1:]))


def _simpler_lines(line, lines):
  words = line.split()
  if words[0] == 'look':
    for glance in GLANCES:
      for slot in _slots(lines):
        yield glance.format(slot)
  if words[0] in ('poll', 'select'):
    # Pairs of a descriptor and what is asked of it.
    for i in range(2, len(words), 2):
      if len(words) > 4:
        yield ' '.join(words[:i] + words[i + 2:])
  for plain, vector in (('read', 'readv'), ('write', 'writev')):
    if words[0] == vector:
      yield ' '.join([plain, *words[1:3]])
  if words[0] in ('dup2', 'dup3', 'dupfd'):
    yield ' '.join(['dup', *words[1:3]])
  for i, kind in enumerate(SIGNATURES[words[0]], 1):
    if kind not in 'is' or words[i] == '0':
      continue
    for simpler in _simpler_words(words[i]):
      yield ' '.join(words[:i] + [simpler] + words[i + 1:])


def _simplified(lines):
  for i, line in enumerate(lines):
    for simpler in _simpler_lines(line, lines):
      yield lines[:i] + [simpler] + lines[i + 1:]


def shrink(lines, failing):
  """failing(list of candidates) says of each whether it still shows the difference."""
  while True:
    for candidates in (_without_runs, _simplified):
      batch = list(candidates(lines))
      found = next((c for c, bad in zip(batch, failing(batch)) if bad), None)
      if found:
        lines = found
        break
    else:
      return lines
