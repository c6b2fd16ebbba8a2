#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The differential fuzzer of descriptors: random sequences of operations on the real kernel and on
emwake; everything that can be seen must be the same.

  test/fuzz/fuzz.py --seconds 600              the core, natively under sanitizers
  test/fuzz/fuzz.py --seconds 60 --on jspi     the wasm build in one of the test modes
  test/fuzz/fuzz.py --seed S --number N        one sequence again, in full

A difference is shrunk and printed as a C program for test/posix; its sequence is one for
test/fuzz/corpus. The seed is printed; the exit status is 0 if nothing differed.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.dirname(HERE))

import build  # noqa: E402
from c_program import c_program  # noqa: E402
from generator import sequence  # noqa: E402
from shrink import shrink  # noqa: E402
from suites.case import ROOT, Context  # noqa: E402
from suites.modes import MODES  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import toolchain  # noqa: E402

CORPUS = os.path.join(HERE, 'corpus')
BATCH = 500


def corpus():
  """The past finds: {name: lines}."""
  found = {}
  for name in sorted(os.listdir(CORPUS)):
    with open(os.path.join(CORPUS, name)) as f:
      lines = [line.split('#')[0].strip() for line in f]
    found[name.split('.')[0]] = [line for line in lines if line]
  return found


class Fuzzer:
  """Compares emwake, built as `on` ('core' or one of the test modes), with the kernel."""

  def __init__(self, ctx, on, flags=()):
    self.kernel = build.Target(ctx, f'kernel_for_{on}', build.build_linux(ctx),
                               is_kernel=True)
    command = build.build_core(ctx, flags) if on == 'core' else build.build_wasm(ctx, on)
    self.emwake = build.Target(ctx, on, command)
    self.generator = 'core' if on == 'core' else 'wasm'

  def both(self, sequences):
    return list(zip(self.kernel.transcripts(sequences), self.emwake.transcripts(sequences)))

  def differing(self, sequences):
    return [want != got for want, got in self.both(sequences)]

  def sequences(self, seed, first, count):
    return [sequence(seed, n, self.generator) for n in range(first, first + count)]

  def replay(self, named):
    """Reports on those of {name: lines} that differ, as they are."""
    return [self.report(f'{name}:', lines)
            for (name, lines), bad in zip(named.items(), self.differing(list(named.values()))) if bad]

  def shrunk(self, lines):
    return shrink(lines, self.differing)

  def report(self, title, lines):
    """What differs in a sequence, shrunk: as a sequence, and as a C program."""
    (want, got), = self.both([lines])
    return '\n'.join([title, *diff_text(lines, want, got), '', c_program(lines)])


def diff_text(lines, want, got):
  """The operations with their results, and where the two differ."""
  text = []
  for i in range(max(len(want), len(got), len(lines))):
    a, b = (t[i] if i < len(t) else '(nothing)' for t in (want, got))
    op = lines[i] if i < len(lines) else ''
    text.append(f'  {op}: {a}' if a == b else f'! {op}: linux {a} | emwake {b}')
  return text


def fuzz(fuzzer, seed, seconds=None, count=None, batch=BATCH, finds=1, log=print):
  """Runs sequences of a seed for a time, or so many; returns how many, and the reports."""
  end = time.monotonic() + seconds if seconds else None
  number, reports, known = 0, [], []
  while (end is None or time.monotonic() < end) and (count is None or number < count):
    sequences = fuzzer.sequences(seed, number, min(batch, count - number) if count else batch)
    for i, differs in enumerate(fuzzer.differing(sequences)):
      if not differs:
        continue
      log(f'sequence {number + i} differs; shrinking')
      lines = fuzzer.shrunk(sequences[i])
      if lines not in known:
        known.append(lines)
        reports.append(fuzzer.report(f'seed {seed}, sequence {number + i}:', lines))
        log(reports[-1])
      if len(reports) == finds:
        return number + i + 1, reports
    number += len(sequences)
  return number, reports


def parse_args():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--seed', default=None, help='any text (random)')
  parser.add_argument('--seconds', type=float, default=30, help='for how long (30)')
  parser.add_argument('--count', type=int, help='so many sequences, instead')
  parser.add_argument('--number', type=int, help='only this sequence of the seed, in full')
  parser.add_argument('--finds', type=int, default=1, help='stop after so many differences (1)')
  parser.add_argument('--on', default='core', choices=['core', *MODES], help='what to compare')
  parser.add_argument('--program', metavar='FILE', help='a sequence from a file; shrunk if it differs')
  parser.add_argument('--keep', metavar='FOLDER', help='keep what was compiled there')
  return parser.parse_args()


def run_one(fuzzer, args):
  if args.program:
    with open(args.program) as f:
      lines = [line.strip() for line in f if line.strip() and line[0] not in '#-']
  else:
    lines = fuzzer.sequences(args.seed, args.number, 1)[0]
  (want, got), = fuzzer.both([lines])
  if args.program and want != got:
    lines = fuzzer.shrunk(lines)
    print(fuzzer.report('shrunk:', lines))
  else:
    print('\n'.join(diff_text(lines, want, got)))
  return want != got


def main():
  args = parse_args()
  args.seed = args.seed or secrets.token_hex(4)
  env = dict(os.environ, **toolchain.ensure()) if args.on != 'core' else dict(os.environ)
  folder = args.keep or tempfile.mkdtemp(prefix='fuzz_')
  try:
    fuzzer = Fuzzer(Context(os.path.abspath(folder), env, run_limit=15), args.on)
    print(f'seed {args.seed}, {args.on}', flush=True)
    if args.program or args.number is not None:
      return run_one(fuzzer, args)
    number, reports = fuzz(fuzzer, args.seed, None if args.count else args.seconds, args.count,
                           finds=args.finds, log=lambda text: print(text, flush=True))
    print(f'{number} sequences, {len(reports)} differ')
    return 1 if reports else 0
  except build.BuildError as e:
    print(e, file=sys.stderr)
    return 2
  finally:
    if not args.keep:
      shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
  sys.exit(main())
