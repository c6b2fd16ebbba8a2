#!/usr/bin/env python3
# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Finds or installs what emwake is built with: emcc, Node.js and the npm packages.

An emcc and a node on PATH that are new enough are used as they are. Otherwise they are put into
.toolchain/ (ignored by git): emcc and its LLVM from the Debian mirror that this machine's apt is
configured for, Node.js from the npm registry that this machine's npm is configured for. Nothing
is installed into the system and no root is needed.

  tools/toolchain.py            make sure that everything is there; progress on stderr
  tools/toolchain.py --env      the same, then print shell assignments for `eval`
"""

import argparse
import fcntl
import glob
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOME = os.path.join(ROOT, '.toolchain')
EM_ROOT = os.path.join(HOME, 'emscripten')
NODE_PREFIX = os.path.join(HOME, 'node')

# 6.0.5 is what emwake is tested with: JSPI by __async:'auto', local port files with options.
MIN_EMCC = (6, 0, 5)
# JSPI is on by default from Node 25; 26 has net.BoundSocket as well.
MIN_NODE = (25, 0, 0)
NODE_MAJOR = 26
# The suite whose emscripten is new enough. Its Release file may be older than its Valid-Until on
# a mirror that lags; signatures are still checked.
SUITE = 'forky'

# What emscripten depends on by name but that the machine provides (python3), npm provides (node,
# acorn), or only a native compiler would use.
STAND_INS = ['nodejs', 'python3', 'node-acorn', 'ccache', 'libstdc++-16-dev', 'libgcc-16-dev',
             'libobjc-16-dev', 'libc6-dev', 'binutils']


class Missing(Exception):
  """Something is missing and cannot be had; the message says what to do."""


def say(msg):
  print(f'emwake: {msg}', file=sys.stderr, flush=True)


def run(cmd, **kw):
  """Runs cmd; its output goes to the error message if it fails, and nowhere otherwise."""
  p = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                     stdin=subprocess.DEVNULL, **kw)
  if p.returncode:
    tail = '\n'.join(p.stdout.splitlines()[-8:])
    raise Missing(f'`{shlex.join(cmd[:3])} ...` failed with status {p.returncode}:\n{tail}')
  return p.stdout


def version_of(cmd):
  """The version that `cmd --version` prints, as a tuple, or None."""
  try:
    out = subprocess.run([cmd, '--version'], capture_output=True, text=True,
                         stdin=subprocess.DEVNULL).stdout
  except OSError:
    return None
  m = re.search(r'(\d+)\.(\d+)\.(\d+)', out)
  return tuple(map(int, m.groups())) if m else None


def on_path(name, minimum):
  """The absolute path of `name` on PATH if it is new enough, else None."""
  found = shutil.which(name)
  if found and (version_of(found) or (0,)) >= minimum:
    return found
  return None


# ---- Emscripten from the machine's Debian mirror -----------------------------------------------


def debian_mirror():
  """(repository URI, keyring) of the Debian archive that apt is configured for."""
  out = run(['apt-get', 'indextargets', '--format', '$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(SIGNED_BY)',
             'Created-By: Packages'])
  for line in out.splitlines():
    origin, label, uri, keyring = (line.split('|') + [''] * 4)[:4]
    if origin == 'Debian' and label == 'Debian':
      if not keyring.startswith('/'):
        keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
      return uri, keyring
  # The index was never fetched, so Origin is unknown: any source whose path ends in /debian.
  for line in out.splitlines():
    uri = line.split('|')[2]
    if uri.rstrip('/').endswith('/debian'):
      return uri, '/usr/share/keyrings/debian-archive-keyring.gpg'
  raise Missing('apt has no Debian archive configured: put emcc '
                f'{".".join(map(str, MIN_EMCC))} or newer (emsdk) on PATH')


def private_apt(work):
  """Makes an apt configuration that shares nothing with the machine's; returns its environment."""
  uri, keyring = debian_mirror()
  for d in ('etc/apt.conf.d', 'etc/preferences.d', 'state/lists/partial', 'cache/archives/partial'):
    os.makedirs(os.path.join(work, d))
  with open(os.path.join(work, 'etc/sources.list'), 'w') as f:
    f.write(f'deb [signed-by={keyring}] {uri} {SUITE} main\n')
  arch = run(['dpkg', '--print-architecture']).strip()
  with open(os.path.join(work, 'state/status'), 'w') as f:
    for name in STAND_INS:
      f.write(f'Package: {name}\nStatus: install ok installed\nMaintainer: none\n'
              f'Architecture: {arch}\nMulti-Arch: allowed\nVersion: 999\nDescription: stand-in\n\n')
  conf = os.path.join(work, 'apt.conf')
  with open(conf, 'w') as f:
    f.write(f'Dir::Etc "{work}/etc"; Dir::State "{work}/state"; Dir::Cache "{work}/cache";\n'
            f'Dir::State::status "{work}/state/status";\n'
            'Acquire::Languages "none"; Acquire::Check-Valid-Until "false";\n'
            'Acquire::Retries "3"; APT::Install-Recommends "0"; APT::Sandbox::User "";\n')
  return dict(os.environ, APT_CONFIG=conf)


def apt_closure(env, packages):
  out = run(['apt-get', 'install', '-s', '--no-install-recommends', *packages], env=env)
  return re.findall(r'^Inst (\S+)', out, re.M)


def download(env, packages, into):
  os.makedirs(into, exist_ok=True)
  run(['apt-get', 'download', *packages], env=env, cwd=into)
  return sorted(glob.glob(os.path.join(into, '*.deb')))


def find_patchelf(work):
  found = shutil.which('patchelf')
  if found:
    return found
  # The machine's own release has it, and its libraries fit.
  debs = download(os.environ, ['patchelf'], os.path.join(work, 'patchelf'))
  run(['dpkg-deb', '-x', debs[0], os.path.join(work, 'patchelf/root')])
  return os.path.join(work, 'patchelf/root/usr/bin/patchelf')


def elf_kind(path):
  """'exec' for a dynamic program, 'lib' for a shared library, else None."""
  try:
    with open(path, 'rb') as f:
      head = f.read(4096)
  except OSError:
    return None
  if head[:4] != b'\x7fELF' or head[16] not in (2, 3):
    return None
  return 'exec' if b'/ld-linux' in head else 'lib'


def relocate(root, patchelf):
  """Makes every ELF file under root use the libraries and the loader under root."""
  loader = next(iter(glob.glob(f'{root}/usr/lib/*/ld-linux*.so.*')
                     + glob.glob(f'{root}/usr/lib64/ld-linux*.so.*')))
  libdirs = [os.path.dirname(loader)] + glob.glob(f'{root}/usr/lib/llvm-*/lib')
  rpath = ':'.join(libdirs)
  seen = set()
  for base, _, files in os.walk(root):
    for name in files:
      path = os.path.realpath(os.path.join(base, name))
      if path in seen or not path.startswith(root):
        continue
      seen.add(path)
      base_name = os.path.basename(path)
      if base_name.startswith(('ld-linux', 'libc.so')):
        continue
      kind = elf_kind(path)
      if not kind:
        continue
      cmd = [patchelf, '--set-rpath', rpath]
      if kind == 'exec':
        cmd += ['--set-interpreter', loader]
      run([*cmd, path])


def install_emscripten():
  for tool in ('apt-get', 'dpkg-deb'):
    if not shutil.which(tool):
      raise Missing(f'no {tool} here to fetch emcc with: put emcc {".".join(map(str, MIN_EMCC))} '
                    'or newer (emsdk) on PATH')
  say(f'emcc: fetching Emscripten and LLVM from the Debian mirror (suite {SUITE}, ~110 MB)...')
  with tempfile.TemporaryDirectory(prefix='emwake-apt-') as work:
    env = private_apt(work)
    run(['apt-get', 'update'], env=env)
    packages = apt_closure(env, ['emscripten'])
    debs = download(env, packages, os.path.join(work, 'debs'))
    say(f'emcc: unpacking {len(debs)} packages (~500 MB)...')
    shutil.rmtree(EM_ROOT, ignore_errors=True)
    os.makedirs(EM_ROOT)
    for deb in debs:
      run(['dpkg-deb', '-x', deb, EM_ROOT])
    say('emcc: relocating its programs...')
    relocate(EM_ROOT, find_patchelf(work))


def write_em_config(node):
  """EM_CONFIG for the emcc under .toolchain."""
  llvm = glob.glob(f'{EM_ROOT}/usr/lib/llvm-*/bin')[0]
  config = {
    'LLVM_ROOT': llvm,
    'BINARYEN_ROOT': f'{EM_ROOT}/usr',
    'EMSCRIPTEN_ROOT': f'{EM_ROOT}/usr/share/emscripten',
    'NODE_JS': node,
    'CACHE': f'{HOME}/cache',
    'LLVM_ADD_VERSION': '',
    'CLANG_ADD_VERSION': '',
  }
  text = ''.join(f'{k} = {v!r}\n' for k, v in config.items())
  path = os.path.join(HOME, 'em_config.py')
  if not os.path.exists(path) or open(path).read() != text:
    with open(path, 'w') as f:
      f.write(text)
  return path


# ---- Node.js and npm packages -------------------------------------------------------------------


def need_npm():
  npm = shutil.which('npm')
  if not npm:
    raise Missing('no npm on PATH: install Node.js with npm (any version) first')
  return npm


def node_package():
  system = {'Linux': 'linux', 'Darwin': 'darwin'}.get(platform.system())
  cpu = {'x86_64': 'x64', 'amd64': 'x64', 'aarch64': 'arm64', 'arm64': 'arm64'}.get(
    platform.machine().lower())
  if not system or not cpu:
    raise Missing(f'put Node.js {MIN_NODE[0]} or newer on PATH')
  name = 'bin-darwin-arm64' if (system, cpu) == ('darwin', 'arm64') else f'{system}-{cpu}'
  return f'node-{name}'


def install_node():
  package = node_package()
  say(f'node: fetching Node.js {NODE_MAJOR} from the npm registry...')
  os.makedirs(NODE_PREFIX, exist_ok=True)
  run([need_npm(), 'install', '--prefix', NODE_PREFIX, '--no-audit', '--no-fund', '--no-save',
       f'{package}@{NODE_MAJOR}'], cwd=NODE_PREFIX)
  found = local_node()
  if not found:
    raise Missing(f'{package} from npm does not run here: put Node.js {MIN_NODE[0]} or newer on PATH')
  return found


def local_node():
  for path in glob.glob(f'{NODE_PREFIX}/node_modules/node-*/bin/node'):
    if (version_of(path) or (0,)) >= MIN_NODE:
      return path
  return None


def install_npm_packages():
  """The packages of package.json, if package-lock.json changed since they were installed."""
  lock = os.path.join(ROOT, 'package-lock.json')
  if not os.path.exists(lock):
    return  # an installed npm package of emwake: its developer tools are not needed
  stamp = os.path.join(ROOT, 'node_modules', '.emwake-lock')
  want = open(lock).read()
  if os.path.exists(stamp) and open(stamp).read() == want:
    return
  say('npm: installing mocha, acorn, eslint and the like...')
  run([need_npm(), 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], cwd=ROOT)
  with open(stamp, 'w') as f:
    f.write(want)


def link_acorn(em_root):
  """emcc's JS optimiser looks for acorn beside its tools; Debian's emcc has its own only in node-acorn."""
  target = os.path.join(em_root, 'node_modules')
  os.makedirs(target, exist_ok=True)
  for name in ('acorn', 'acorn-import-phases'):
    src = os.path.join(ROOT, 'node_modules', name)
    dst = os.path.join(target, name)
    if os.path.islink(dst) and os.readlink(dst) == src:
      continue
    if os.path.lexists(dst):
      if os.path.isdir(dst) and not os.path.islink(dst):
        shutil.rmtree(dst)
      else:
        os.unlink(dst)
    os.symlink(src, dst)


# ---- All of it ----------------------------------------------------------------------------------


def ensure():
  """Returns the environment variables to set, after installing whatever is missing."""
  os.makedirs(HOME, exist_ok=True)
  with open(os.path.join(HOME, 'lock'), 'w') as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    return ensure_locked()


def ensure_locked():
  path = []
  result = {}
  install_npm_packages()
  node = on_path('node', MIN_NODE) or local_node() or install_node()
  path.append(os.path.dirname(node))
  emcc = on_path('emcc', MIN_EMCC)
  if not emcc:
    emscripten = os.path.join(EM_ROOT, 'usr/share/emscripten')
    emcc = os.path.join(emscripten, 'emcc')
    ready = os.path.join(HOME, 'emscripten.ready')
    if not os.path.exists(ready):
      install_emscripten()
    link_acorn(emscripten)
    result['EM_CONFIG'] = write_em_config(node)
    os.environ['EM_CONFIG'] = result['EM_CONFIG']
    if not os.path.exists(ready):
      version = version_of(emcc)
      if not version or version < MIN_EMCC:
        raise Missing(f'the emcc of the Debian mirror does not run or is too old ({version}): put '
                      f'emcc {".".join(map(str, MIN_EMCC))} or newer (emsdk) on PATH')
      say(f'emcc: Emscripten {".".join(map(str, version))} is ready')
      with open(ready, 'w') as f:
        json.dump(version, f)
  path.append(os.path.dirname(emcc))
  result['EMWAKE_ROOT'] = ROOT
  result['PATH'] = os.pathsep.join(path + [os.environ.get('PATH', '')])
  return result


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--env', action='store_true', help='print shell assignments for eval')
  args = parser.parse_args()
  try:
    env = ensure()
  except Missing as e:
    say(str(e))
    return 1
  if args.env:
    for key, value in env.items():
      print(f'export {key}={shlex.quote(value)}')
  return 0


if __name__ == '__main__':
  sys.exit(main())
