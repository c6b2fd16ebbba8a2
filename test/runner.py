#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Runs emwake's tests.

  test/runner.py                           everything
  test/runner.py posix wake                suites
  test/runner.py posix.test_pipe_capacity  a test, in every mode
  test/runner.py 'jspi.posix.test_pipe_*'  tests, in one mode
  test/runner.py stock                     the posix tests on stock emcc, compared, as a table

The toolchain is found or installed first. The last line gives the counts; the exit status is 0
only if something ran and nothing failed. test/README.md says more.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import shutil
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from suites import SUITES, process, stock  # noqa: E402
from suites.case import FAIL, PASS, ROOT, SKIP, Context, indent, warn  # noqa: E402
from suites.modes import MODES, BadTag  # noqa: E402
from suites.native import SANITIZERS  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, 'tools'))
import toolchain  # noqa: E402

OUT = os.path.join(ROOT, 'out', 'test')


def parse_args():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('tests', nargs='*', metavar='NAME',
                      help='suite, test, suite.test or mode.suite.test; globs work')
  parser.add_argument('--mode', action='append', default=[], metavar='MODE[,MODE]',
                      help='only these modes: ' + ' '.join([*MODES, *SANITIZERS, 'stock', 'linux']))
  parser.add_argument('--list', action='store_true', help='print the names of the tests, and stop')
  parser.add_argument('--jobs', '-j', type=int, default=os.cpu_count(), help='tests at once')
  parser.add_argument('--keep', action='store_true', help='keep what was compiled')
  parser.add_argument('--verbose', '-v', action='store_true',
                      help='print the detail of every test, and the output of those on stock')
  parser.add_argument('--limit', type=float, default=30, metavar='SECONDS',
                      help='kill a test program after this time (30)')
  parser.add_argument('--native-runs', type=int, default=1, metavar='N',
                      help='run each posix test N times natively; all must agree')
  parser.add_argument('--markdown', metavar='FILE',
                      help="with stock: run emwake's modes too, and write the comparison to FILE")
  args = parser.parse_args()
  args.mode = [m for arg in args.mode for m in arg.split(',') if m]
  if args.jobs < 1 or args.native_runs < 1:
    parser.error('--jobs and --native-runs start at 1')
  return args


def select(cases, args):
  """The cases that the command line names; a mode outside the default set must be named."""
  patterns = args.tests or ['*']
  modes = set(args.mode)
  if args.markdown:
    modes |= {'stock', *MODES}
    patterns = [p for p in patterns if p != 'stock'] or ['posix', 'stdio']
  chosen = []
  for pattern in patterns:
    matched = [c for c in cases if any(fnmatch.fnmatchcase(n, pattern) for n in c.names())]
    named = pattern.split('.')[0]
    wanted = [c for c in matched if (c.mode in modes if modes else c.default or c.mode == named)]
    if not matched:
      warn(f'no test is named {pattern}')
      return None
    chosen += [c for c in wanted if c not in chosen]
  return chosen


def private_folder():
  """A folder for this run alone, so that two runs do not overwrite each other's programs."""
  os.makedirs(OUT, exist_ok=True)
  for name in os.listdir(OUT):
    if name.isdigit() and not os.path.exists(f'/proc/{name}'):
      shutil.rmtree(os.path.join(OUT, name), ignore_errors=True)
  return os.path.join(OUT, str(os.getpid()))


class Report:
  """Prints a line per test as it ends, and the counts."""

  def __init__(self, total, verbose):
    self.total, self.verbose = total, verbose
    self.done = 0
    self.results = []
    self._lock = threading.Lock()

  def add(self, results):
    with self._lock:
      self.done += 1
      self.results += results
      for r in results:
        note = f' ({r.detail})' if r.status == SKIP else ''
        if r.outcome and (r.outcome != 'pass' or r.name.startswith('stock.')):
          note = f' ({r.outcome})'
        print(f'[{self.done}/{self.total}] {r.name}: {r.status}{note} {r.seconds:.2f}s'
              if r.status != SKIP else f'[{self.done}/{self.total}] {r.name}: skip{note}')
        if r.detail and (r.status == FAIL or (self.verbose and r.status == PASS)):
          print(r.detail)
      sys.stdout.flush()

  def count(self, status):
    return sum(r.status == status for r in self.results)


def run_case(case, ctx, report):
  if case.skip:
    report.add([case.result(SKIP, case.skip)])
    return
  start = time.monotonic()
  try:
    results = case.run(ctx)
  except Exception as e:  # A defect of the runner is a failed test, not a lost one.
    results = [case.result(FAIL, f'the runner failed: {e!r}')]
  if len(results) == 1:
    results[0].seconds = time.monotonic() - start
  report.add(results)


def run_all(cases, ctx, args):
  report = Report(len(cases), args.verbose)
  with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
    jobs = [pool.submit(run_case, case, ctx, report) for case in cases]
    try:
      for job in jobs:
        job.result()
    except KeyboardInterrupt:
      pool.shutdown(wait=False, cancel_futures=True)
      process.kill_all()
      raise
  return report


def compare_with_stock(report, args, env):
  """Prints the table; the rows of which no test fails on stock count as failures."""
  comparison = stock.Comparison(report.results)
  print('\n' + comparison.text())
  if args.markdown:
    emcc = process.run(['emcc', '-dumpversion'], 60, env).out.strip()
    with open(args.markdown, 'w') as f:
      f.write(comparison.markdown(emcc))
  unshown = comparison.not_shown()
  for row in unshown:
    print(f'row {row}: its tests pass on stock emcc, so they do not show the difference: '
          + ' '.join(comparison.claims[row]))
  return len(unshown)


def main():
  args = parse_args()
  try:
    cases = select([c for suite in SUITES.values() for c in suite.cases(None)], args)
  except BadTag as e:
    warn(str(e))
    return 1
  if cases is None:
    return 1
  if args.list:
    for case in cases:
      print(case.name + (f'  (skip: {case.skip})' if case.skip else ''))
    return 0
  try:
    env = dict(os.environ, **toolchain.ensure())
  except toolchain.Missing as e:
    warn(str(e))
    return 1
  # However the run is ended, its programs end with it.
  signal.signal(signal.SIGTERM, signal.default_int_handler)
  ctx = Context(private_folder(), env, args.limit, native_runs=args.native_runs)
  try:
    report = run_all(cases, ctx, args)
  except KeyboardInterrupt:
    warn('interrupted')
    return 130
  for end in ctx.at_end:
    end()
  failed = [r for r in report.results if r.status == FAIL]
  extra = compare_with_stock(report, args, env) if any(c.mode == 'stock' for c in cases) else 0
  if failed:
    print('\nfailed:\n' + indent('\n'.join(r.name for r in failed), len(failed)))
  if not failed and not args.keep:
    shutil.rmtree(ctx.out, ignore_errors=True)
  elif os.path.isdir(ctx.out):
    print(f'compiled programs are in {os.path.relpath(ctx.out, ROOT)}')
  passed = report.count(PASS)
  print(f'{passed} passed, {len(failed) + extra} failed, {report.count(SKIP)} skipped')
  return 0 if passed and not failed and not extra else 1


if __name__ == '__main__':
  sys.exit(main())
