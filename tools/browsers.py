#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Finds or fetches the Chromium that the browser tests run in.

A Chromium on PATH that is new enough is used as it is. Otherwise the package `chromium` and those
of its dependencies that the machine lacks are fetched from the Debian archive that apt is configured
for, and unpacked into .toolchain/chromium (ignored by git): nothing is installed into the system and
no root is needed.

  tools/browsers.py             makes sure that it is there; prints it as JSON
"""

import dataclasses
import fcntl
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from toolchain import HOME, Missing, download, run, say

UNPACKED = os.path.join(HOME, 'chromium')
NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
# WebAssembly.Suspending and WebAssembly.promising are on by default from 137.
MIN_CHROMIUM = 137


@dataclasses.dataclass
class Browser:
  executable: str
  # Variables to add to the environment.
  env: dict

  def version(self):
    """The major version, or None if it does not run."""
    try:
      out = subprocess.run([self.executable, '--version'], env=dict(os.environ, **self.env),
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
      return None
    m = re.search(r'(\d+)\.\d+\.\d+', out.stdout)
    return int(m[1]) if m and out.returncode == 0 else None


def on_path():
  for name in NAMES:
    found = shutil.which(name)
    if found:
      browser = Browser(found, {})
      if (browser.version() or 0) >= MIN_CHROMIUM:
        return browser
  return None


def unpacked():
  libraries = sorted({os.path.dirname(p) for top in ('lib', 'usr/lib')
                      for p in glob.glob(f'{UNPACKED}/{top}/*-linux-*/**/lib*.so*', recursive=True)})
  path = os.pathsep.join(libraries + [p for p in [os.environ.get('LD_LIBRARY_PATH')] if p])
  env = {'LD_LIBRARY_PATH': path}
  if os.path.isdir(f'{UNPACKED}/etc/fonts'):
    env['FONTCONFIG_PATH'] = f'{UNPACKED}/etc/fonts'
  # The program itself: /usr/bin/chromium is a script that looks for it in /usr/lib.
  return Browser(f'{UNPACKED}/usr/lib/chromium/chromium', env)


def private_apt(work):
  """An apt that has the machine's sources and knows what is installed, but writes into work."""
  for d in ('state/lists/partial', 'cache/archives/partial'):
    os.makedirs(os.path.join(work, d))
  status = run(['apt-config', 'shell', 'STATUS', 'Dir::State::status/f']).split("'")
  conf = os.path.join(work, 'apt.conf')
  with open(conf, 'w') as f:
    f.write(f'Dir::State "{work}/state"; Dir::Cache "{work}/cache";\n'
            f'Dir::State::status "{status[1] if len(status) > 1 else "/var/lib/dpkg/status"}";\n'
            'Acquire::Languages "none"; Acquire::Check-Valid-Until "false";\n'
            'Acquire::Retries "3"; APT::Install-Recommends "0"; APT::Sandbox::User "";\n')
  return dict(os.environ, APT_CONFIG=conf)


def fetch():
  for tool in ('apt-get', 'dpkg-deb'):
    if not shutil.which(tool):
      raise Missing(f'no Chromium {MIN_CHROMIUM} or newer on PATH, and no {tool} to fetch one with')
  say('chromium: fetching it from the Debian mirror (~120 MB)...')
  with tempfile.TemporaryDirectory(prefix='emwake-apt-') as work:
    env = private_apt(work)
    run(['apt-get', 'update'], env=env)
    simulated = run(['apt-get', 'install', '-s', '--no-install-recommends', 'chromium'], env=env)
    # An installed one that is too old is listed as an upgrade, which is `Inst` too.
    packages = re.findall(r'^Inst (\S+)', simulated, re.M)
    if 'chromium' not in packages:
      raise Missing(f'the Debian mirror has no Chromium {MIN_CHROMIUM} or newer')
    debs = download(env, packages, os.path.join(work, 'debs'))
    shutil.rmtree(UNPACKED, ignore_errors=True)
    os.makedirs(UNPACKED)
    for deb in debs:
      run(['dpkg-deb', '-x', deb, UNPACKED])


def ensure():
  """The Browser to use, fetched if need be; raises Missing with the reason if there is none."""
  os.makedirs(HOME, exist_ok=True)
  with open(os.path.join(HOME, 'lock.chromium'), 'w') as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    browser = on_path()
    if browser:
      return browser
    browser = unpacked()
    if (browser.version() or 0) < MIN_CHROMIUM:
      fetch()
      browser = unpacked()
      if (browser.version() or 0) < MIN_CHROMIUM:
        raise Missing('the Chromium of the Debian mirror does not run here: put Chromium '
                      f'{MIN_CHROMIUM} or newer on PATH')
    return browser


def main():
  try:
    print(json.dumps(dataclasses.asdict(ensure()), indent=2))
  except Missing as e:
    say(str(e))
    return 1
  return 0


if __name__ == '__main__':
  sys.exit(main())
