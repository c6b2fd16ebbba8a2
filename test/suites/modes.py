# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The modes that a C test is built in, a mode per way of waiting, and the tags in its header.

A tag is a line `// word: value` among the comments that open the file:

  gaps: 16 18       the rows of test/posix/rows.txt that the test proves
  needs: wait net   what it cannot run without: `wait` to block for real, `net` the host's sockets,
                    `host` those of other programs, `threads` pthreads, `ipv6` a loopback of IPv6,
                    `still` the host's sockets stand still while main runs (not when they live on a
                    thread of their own)
  modes: jspi ...   the modes to run in (all if absent)
  flags: -sX        more emcc flags; {dir} stands for the test's folder
  port: net=none    options of the port
  stock: -sX        how mode stock builds it, if not at its best (STOCK below)
  net: wisp         the port's options that it is built with, one after the other (suite relay)
  args: a b         arguments of the program
  says: 'a text'    what the linker has to say of it (suite link)
  stdin, stdout     of suite stdio, see there
"""

import dataclasses
import functools
import os
import re
import shlex
import socket

from .case import ROOT

PORT = os.path.join(ROOT, 'emwake.port.py')
TAGS = {'gaps', 'needs', 'modes', 'flags', 'port', 'stock', 'net', 'args', 'stdin', 'stdout', 'says'}
NEEDS = {'wait', 'net', 'host', 'threads', 'ipv6', 'still'}


class BadTag(Exception):
  """A header tag that means nothing."""


@dataclasses.dataclass(frozen=True)
class Mode:
  name: str
  flags: tuple = ()
  # May main block at all, and on what the host's event loop must deliver?
  waits: bool = True
  waits_net: bool = True
  threads: bool = False
  # Do the host's sockets live on the thread that main runs on?
  net_on_main: bool = True
  # What carries sockets, if not what the port chooses by itself.
  net: str = ''
  port: bool = True
  default: bool = True
  node: tuple = ('node',)

  def applies(self, needs):
    """Whether a test has anything to show in this mode."""
    return self.net != 'loopback' or ('net' in needs and 'host' not in needs)

  def skip_reason(self, needs):
    if 'threads' in needs and not self.threads:
      return 'needs threads'
    if 'wait' in needs and not self.waits:
      return 'needs to block, which this build cannot'
    if 'wait' in needs and 'net' in needs and not self.waits_net:
      return "needs to block on the host's sockets while main holds the event loop"
    if 'still' in needs and not self.net_on_main:
      return "needs the host's sockets to stand still between two calls of main"
    if 'ipv6' in needs and not have_ipv6():
      return 'needs IPv6 on the loopback interface'
    return None


THREAD_FLAGS = ('-pthread',)

MODES = {mode.name: mode for mode in (
  Mode('plain', waits=False, waits_net=False),
  Mode('jspi', ('-sJSPI',)),
  Mode('wasm64', ('-sJSPI', '-m64')),
  Mode('asyncify', ('-sASYNCIFY',)),
  Mode('pthread', THREAD_FLAGS, waits_net=False, threads=True),
  Mode('proxy_to_pthread', THREAD_FLAGS + ('-sPROXY_TO_PTHREAD',), threads=True,
       net_on_main=False),
  Mode('pthread_jspi', THREAD_FLAGS + ('-sJSPI',), threads=True),
  Mode('loopback', ('-sJSPI',), net='loopback', net_on_main=False),
)}

# Node without what its streams are made of: connections are net.Sockets.
PUBLIC_NODE = Mode('public_node', ('-sJSPI',),
                   node=('node', '--require', os.path.join(ROOT, 'test/peer/no_stream_wrap.cjs')))

# What emcc can do by itself, at its best: its host sockets, and a stack that it can suspend.
STOCK = Mode('stock', ('-sJSPI', '-sNODERAWSOCKETS'), port=False, default=False)
STOCK_THREADS = Mode('stock', THREAD_FLAGS + ('-sPROXY_TO_PTHREAD', '-sNODERAWSOCKETS'),
                     threads=True, port=False, default=False)


def stock_mode(tags):
  """The build of stock Emscripten that a test is compared with."""
  if tags['stock']:
    return dataclasses.replace(STOCK, flags=tuple(tags['stock']),
                               threads='-pthread' in tags['stock'])
  return STOCK_THREADS if 'threads' in tags['needs'] else STOCK


# The real kernel alone: to try a test natively.
LINUX = Mode('linux', threads=True, port=False, default=False)


@functools.lru_cache
def have_ipv6():
  try:
    with socket.socket(socket.AF_INET6) as s:
      s.bind(('::1', 0))
    return True
  except OSError:
    return False


def read_tags(path):
  """The tags in the header of a C file, as {word: list of words}."""
  tags = {tag: [] for tag in TAGS}
  with open(path) as f:
    for line in f:
      if not line.startswith('//'):
        break
      m = re.match(r'// ([a-z]+): (.*)', line)
      if m and m[1] in TAGS:
        tags[m[1]] += shlex.split(m[2])
  unknown = set(tags['needs']) - NEEDS or set(tags['modes']) - set(MODES)
  if unknown:
    raise BadTag(f'{os.path.relpath(path, ROOT)}: no such thing: {" ".join(sorted(unknown))}')
  return tags


def emcc_command(mode, source, output, tags, include=()):
  """The command that builds one C test in one mode."""
  std = '-std=gnu11' if source.endswith('.c') else '-std=gnu++17'
  command = ['emcc', '-O1', std, '-D_GNU_SOURCE', '-Wno-experimental', '-Wno-nonnull',
             source, '-o', output, '-sEXIT_RUNTIME=1', *mode.flags]
  if mode.port:
    options = [f'net={mode.net}'] * bool(mode.net) + tags['port']
    command.append(':'.join([f'--use-port={PORT}', *options]))
  if mode.threads and ('threads' in tags['needs'] or 'wait' in tags['needs']):
    # A main that blocks cannot start the workers of its threads.
    command.append('-sPTHREAD_POOL_SIZE=6')
  command += [f'-I{path}' for path in include]
  return command + [flag.replace('{dir}', os.path.dirname(source)) for flag in tags['flags']]
