#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Finds or fetches the browsers that the tests run in: Chromium and Firefox.

One on PATH that is new enough is used as it is. Otherwise its package and those of its dependencies
that the machine lacks are fetched from the Debian archive that apt is configured for, and unpacked
into .toolchain/chromium and .toolchain/firefox (ignored by git): nothing is installed into the system
and no root is needed.

  tools/browsers.py             makes sure that both are there; prints them as JSON
  tools/browsers.py firefox     the same of one
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


@dataclasses.dataclass(frozen=True)
class Kind:
  name: str
  title: str
  # The oldest major version that will do.
  minimum: int
  # What it is called on PATH.
  commands: tuple
  package: str
  megabytes: int
  # The program itself in the package: what is in its usr/bin may be a script that looks for it in
  # the system's /usr/lib.
  program: str

  @property
  def folder(self):
    return os.path.join(HOME, self.name)


KINDS = {kind.name: kind for kind in (
  # WebAssembly.Suspending and WebAssembly.promising are on by default from 137.
  Kind('chromium', 'Chromium', 137,
       ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'),
       'chromium', 120, 'usr/lib/chromium/chromium'),
  # JSPI_MIN
  Kind('firefox', 'Firefox', 153, ('firefox', 'firefox-esr'),
       'firefox-esr', 80, 'usr/lib/firefox-esr/firefox-esr'),
)}


@dataclasses.dataclass
class Browser:
  name: str
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
    m = re.search(r'(\d+)\.\d+', out.stdout)
    return int(m[1]) if m and out.returncode == 0 else None


def will_do(kind, browser):
  return (browser.version() or 0) >= kind.minimum


def on_path(kind):
  for name in kind.commands:
    found = shutil.which(name)
    if found:
      browser = Browser(kind.name, found, {})
      if will_do(kind, browser):
        return browser
  return None


def unpacked(kind):
  libraries = sorted({os.path.dirname(p) for top in ('lib', 'usr/lib')
                      for p in glob.glob(f'{kind.folder}/{top}/*-linux-*/**/lib*.so*',
                                         recursive=True)})
  path = os.pathsep.join(libraries + [p for p in [os.environ.get('LD_LIBRARY_PATH')] if p])
  env = {'LD_LIBRARY_PATH': path}
  if os.path.isdir(f'{kind.folder}/etc/fonts'):
    env['FONTCONFIG_PATH'] = f'{kind.folder}/etc/fonts'
  return Browser(kind.name, os.path.join(kind.folder, kind.program), env)


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


def fetch(kind):
  for tool in ('apt-get', 'dpkg-deb'):
    if not shutil.which(tool):
      raise Missing(f'no {kind.title} {kind.minimum} or newer on PATH, and no {tool} to fetch one '
                    'with')
  say(f'{kind.name}: fetching it from the Debian mirror (~{kind.megabytes} MB)...')
  with tempfile.TemporaryDirectory(prefix='emwake-apt-') as work:
    env = private_apt(work)
    run(['apt-get', 'update'], env=env)
    simulated = run(['apt-get', 'install', '-s', '--no-install-recommends', kind.package], env=env)
    # An installed one that is too old is listed as an upgrade, which is `Inst` too.
    packages = re.findall(r'^Inst (\S+)', simulated, re.M)
    if kind.package not in packages:
      raise Missing(f'the Debian mirror has no {kind.title} {kind.minimum} or newer')
    debs = download(env, packages, os.path.join(work, 'debs'))
    shutil.rmtree(kind.folder, ignore_errors=True)
    os.makedirs(kind.folder)
    for deb in debs:
      run(['dpkg-deb', '-x', deb, kind.folder])


def ensure(name):
  """The Browser to use, fetched if need be; raises Missing with the reason if there is none."""
  kind = KINDS[name]
  os.makedirs(HOME, exist_ok=True)
  with open(os.path.join(HOME, f'lock.{name}'), 'w') as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    browser = on_path(kind)
    if browser:
      return browser
    browser = unpacked(kind)
    if not will_do(kind, browser):
      fetch(kind)
      browser = unpacked(kind)
      if not will_do(kind, browser):
        raise Missing(f'the {kind.title} of the Debian mirror does not run here: put {kind.title} '
                      f'{kind.minimum} or newer on PATH')
    return browser


def main():
  try:
    names = sys.argv[1:] or list(KINDS)
    print(json.dumps([dataclasses.asdict(ensure(name)) for name in names], indent=2))
  except KeyError as e:
    say(f'no such browser: {e}')
    return 1
  except Missing as e:
    say(str(e))
    return 1
  return 0


if __name__ == '__main__':
  sys.exit(main())
