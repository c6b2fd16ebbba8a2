# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite stdio: standard input, output and terminals. Differential, as suite posix is.

Each test/stdio/test_*.c is run with every kind of standard input and output that its header names,
natively and in every mode. It prints its transcript to stderr, always a pipe; a line `@ command` there
is for this driver, which does it before it reads on, so that the program says when something is to
happen. The transcript, what came out at the other end of stdin and stdout, and the exit status must be
those of the native run; and what it leaves in a pipe for the next one who reads it.

More tags:

  stdin: pipe tty   kinds of standard input: pipe, socket, tty, file, null (the default), and line, a
                    terminal that is not the controlling one
  stdout: pipe tty  kinds of standard output: pipe (the default), socket, tty (that of stdin, if it
                    is one), file, null

The commands:

  write TEXT    writes to the other end of stdin; TEXT has the escapes of C
  pattern N     writes N bytes, all values, while it goes on
  end           closes the other end of stdin (a terminal's is hung up)
  shutdown      of a socket: no more input
  size R C      the terminal's window
  receive N     reads N bytes of stdout; before the first one nothing is read
  receive all   reads stdout as it comes, from now on
  leave         closes the other end of stdout
"""

import dataclasses
import fcntl
import glob
import hashlib
import os
import pty
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent
from .modes import LINUX, MODES, emcc_command, read_tags, stock_mode
from .posix import FOLDER as POSIX
from .posix import STOCK_LIMIT, compare, difference

FOLDER = os.path.join(ROOT, 'test', 'stdio')

# What a file has that stands for standard input.
FILE_TEXT = b'first line\nsecond\0line\nthird \xff\xfe line\n'


def pattern(size):
  block = bytes(range(256)) + bytes(range(255, -1, -1)) + b'\r\n\x04\x03\x1a\x00'
  return (block * (size // len(block) + 1))[:size]


def read_all(fd):
  """What a descriptor, if it is one, has at the moment."""
  data = b''
  if fd < 0:
    return data
  os.set_blocking(fd, False)
  try:
    while True:
      more = os.read(fd, 65536)
      if not more:
        return data
      data += more
  except OSError:
    return data


class Terminal:
  """A pseudo-terminal with known settings. Both ends are kept open until the program has ended."""

  def __init__(self):
    self.master, self.slave = pty.openpty()
    fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))

  def close(self):
    for fd in (self.master, self.slave):
      if fd >= 0:
        os.close(fd)
    self.master = self.slave = -1


class Driver:
  """One run of a program with the given kinds of stdin and stdout."""

  def __init__(self, stdin, stdout, folder):
    self.folder = folder
    self.is_line = stdin == 'line'
    self.terminal = Terminal() if {'tty', 'line'} & {stdin, stdout} else None
    self.to_close = []  # the program's ends
    self.feed = self.sink = self.rest = -1
    self.stdin = self._open_input(stdin)
    self.stdout = self._open_output(stdout)
    self.received = b''
    self.wanted = 0  # bytes of stdout to read; -1: all
    self.unsent = b''
    self.lines = []
    self.partial = b''

  # ---- The two ends ----

  def _open_input(self, kind):
    if kind == 'pipe':
      mine, self.feed = os.pipe()
      self.rest = os.dup(mine)
    elif kind == 'socket':
      a, b = socket.socketpair()
      mine, self.feed = a.detach(), b.detach()
    elif kind in ('tty', 'line'):
      return self.terminal.slave
    elif kind == 'file':
      with open(os.path.join(self.folder, 'input'), 'wb') as f:
        f.write(FILE_TEXT)
      mine = os.open(os.path.join(self.folder, 'input'), os.O_RDONLY)
    else:
      mine = os.open(os.devnull, os.O_RDONLY)
    self.to_close.append(mine)
    if self.feed >= 0:
      os.set_blocking(self.feed, False)
    return mine

  def _open_output(self, kind):
    if kind == 'pipe':
      self.sink, mine = os.pipe()
    elif kind == 'socket':
      a, b = socket.socketpair()
      self.sink, mine = a.detach(), b.detach()
    elif kind == 'tty':
      return self.terminal.slave
    elif kind == 'file':
      mine = os.open(os.path.join(self.folder, 'output'), os.O_WRONLY | os.O_CREAT)
    else:
      mine = os.open(os.devnull, os.O_WRONLY)
    self.to_close.append(mine)
    return mine

  def _input_fd(self):
    return self.feed if self.feed >= 0 else self.terminal.master if self.terminal else -1

  def close(self):
    for fd in (*self.to_close, self.feed, self.sink, self.rest):
      if fd >= 0:
        os.close(fd)
    self.to_close = []
    self.feed = self.sink = self.rest = -1
    if self.terminal:
      self.terminal.close()

  # ---- Running ----

  def run(self, command, limit, env):
    start = time.monotonic()
    tty = self.terminal.slave if self.terminal and not self.is_line else None

    def own_terminal():
      if tty is not None:
        fcntl.ioctl(tty, termios.TIOCSCTTY, 0)

    with process.forking:
      child = subprocess.Popen(command, stdin=self.stdin, stdout=self.stdout,
                               stderr=subprocess.PIPE, cwd=ROOT, env=env, start_new_session=True,
                               preexec_fn=own_terminal)
    for fd in self.to_close:
      os.close(fd)
    self.to_close = []
    killed = ''
    try:
      if not self._drive(child, start + limit):
        killed = f'still running after {limit:g} s'
        os.killpg(child.pid, signal.SIGKILL)
      status = child.wait()
    finally:
      if child.returncode is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
      child.stderr.close()
    self._collect()
    self.close()
    text = ''.join(self.lines) + self.partial.decode('latin-1') + self._summary()
    return process.Outcome(status, text, text, time.monotonic() - start, killed)

  def _drive(self, child, deadline):
    """Until the program has closed its stderr and ended; False if it takes too long."""
    err = child.stderr.fileno()
    while time.monotonic() < deadline:
      with selectors.DefaultSelector() as selector:
        if err >= 0:
          selector.register(err, selectors.EVENT_READ)
        fd = self._input_fd()
        if self.unsent and fd >= 0:
          selector.register(fd, selectors.EVENT_WRITE)
        if self.sink >= 0 and self.wanted:
          selector.register(self.sink, selectors.EVENT_READ)
        if self.terminal and self.terminal.master >= 0 and not self.unsent:
          selector.register(self.terminal.master, selectors.EVENT_READ)
        if not selector.get_map():
          break
        for key, _ in selector.select(max(0, deadline - time.monotonic())):
          if key.fd == err:
            err = self._transcript(err)
          elif key.fd == fd and self.unsent:
            self._send()
          else:
            self._receive(key.fd)
      if err < 0 and not (self.sink >= 0 and self.wanted) and not self.unsent:
        break
      if err < 0 and child.poll() is not None:
        break
    try:
      child.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
      return False
    return True

  def _transcript(self, err):
    data = os.read(err, 65536)
    if not data:
      return -1
    *lines, self.partial = (self.partial + data).split(b'\n')
    for line in lines:
      self.lines.append(line.decode('latin-1') + '\n')
      if line.startswith(b'@ '):
        self._do(line[2:].decode('latin-1'))
    return err

  def _send(self):
    try:
      n = os.write(self._input_fd(), self.unsent[:4096])
      self.unsent = self.unsent[n:]
    except BlockingIOError:
      pass
    except (BrokenPipeError, ConnectionResetError):
      self.unsent = b''

  def _receive(self, fd):
    size = 65536 if self.wanted < 0 or fd != self.sink else self.wanted
    try:
      data = os.read(fd, size)
    except OSError:
      data = b''
    self.received += data
    if fd == self.sink:
      if self.wanted > 0:
        self.wanted -= len(data)
      if not data:
        os.close(self.sink)
        self.sink = -1

  # ---- Commands ----

  def _do(self, line):
    command, _, argument = line.partition(' ')
    if command == 'write':
      self.unsent += argument.encode('latin-1').decode('unicode_escape').encode('latin-1')
      while self.unsent:
        self._send()
    elif command == 'pattern':
      self.unsent += pattern(int(argument))
    elif command == 'end':
      with process.forking:
        self._end()
    elif command == 'shutdown':
      with socket.socket(fileno=os.dup(self.feed)) as s:
        s.shutdown(socket.SHUT_WR)
    elif command == 'size':
      size = struct.pack('HHHH', *map(int, argument.split()), 0, 0)
      fcntl.ioctl(self.terminal.master, termios.TIOCSWINSZ, size)
    elif command == 'receive':
      self.wanted = -1 if argument == 'all' else self.wanted + int(argument)
    elif command == 'leave':
      with process.forking:
        os.close(self.sink)
      self.sink = -1

  def _end(self):
    if self.feed >= 0:
      os.close(self.feed)
      self.feed = -1
    else:
      # The program has the terminal open; it is ours alone to hang up.
      self.terminal.close()

  def _collect(self):
    """What is left at the other ends, which nobody writes to any more."""
    for fd in (self.sink, self.terminal.master if self.terminal else -1):
      self.received += read_all(fd)
    self.left = read_all(self.rest)
    path = os.path.join(self.folder, 'output')
    if os.path.exists(path):
      with open(path, 'rb') as f:
        self.received += f.read()

  def _summary(self):
    digest = hashlib.sha256(self.received).hexdigest()[:16]
    shown = repr(self.received) if len(self.received) <= 400 else f'{self.received[:40]!r}...'
    return (f'\nreceived {len(self.received)} bytes, {digest}: {shown}\n'
            f'left in stdin: {self.left[:400]!r}\n')


def drive(stdin, stdout, command, limit, env):
  folder = tempfile.mkdtemp(prefix='emwake-stdio-')
  driver = None
  try:
    driver = Driver(stdin, stdout, folder)
    return driver.run(command, limit, env)
  finally:
    if driver:
      driver.close()
    shutil.rmtree(folder, ignore_errors=True)


@dataclasses.dataclass
class Program:
  """A test, built once for each mode, natively too."""
  source: str
  tags: dict

  def __post_init__(self):
    self.name = os.path.basename(self.source)[:-2]
    self.lock = threading.Lock()
    self.built = {}
    self.native = {}

  def build(self, ctx, mode):
    """(the command that runs it, '') or (None, why not)."""
    with self.lock:
      if mode.name not in self.built:
        self.built[mode.name] = self._build(ctx, mode)
      return self.built[mode.name]

  def _build(self, ctx, mode):
    if mode is LINUX:
      output = ctx.path('stdio', 'linux', self.name)
      command = [ctx.host_compiler(), '-O1', '-std=gnu11', '-D_GNU_SOURCE', '-Wall', '-Wextra',
                 '-Werror', '-Wno-unused-result', '-pthread', f'-I{FOLDER}', f'-I{POSIX}',
                 self.source, '-o', output]
      run = [output]
    else:
      output = ctx.path('stdio', mode.name, f'{self.name}.js')
      command = emcc_command(mode, self.source, output, self.tags, [FOLDER, POSIX])
      run = ['node', output]
    made = process.run(command, ctx.compile_limit, ctx.env)
    if made.status:
      return None, f'does not compile\n{command_text("compile", command)}\n{indent(made.err)}'
    return run, command_text('compile', command)


class StdioCase(Case):
  def __init__(self, program, mode, stdin, stdout):
    kinds = stdin if len(program.tags['stdout']) < 2 else f'{stdin}_{stdout}'
    needs = program.tags['needs']
    # What waits is a host's descriptor.
    reason = mode.skip_reason(needs + ['net'] if 'wait' in needs else needs)
    if program.tags['modes'] and mode.name in MODES and mode.name not in program.tags['modes']:
      reason = 'not of this mode'
    super().__init__('stdio', mode.name, f'{program.name}_{kinds}', reason)
    self.program, self.build_mode, self.default = program, mode, mode.default
    self.kinds = stdin, stdout

  def _run_native(self, ctx):
    command, why = self.program.build(ctx, LINUX)
    if not command:
      return None, why
    with self.program.lock:
      if self.kinds not in self.program.native:
        self.program.native[self.kinds] = [
          drive(*self.kinds, [*command, *self.kinds], ctx.run_limit, ctx.env)
          for _ in range(ctx.native_runs)]
      first, *rest = self.program.native[self.kinds]
    if first.killed:
      return None, f'natively: {first.killed}\n' + indent(first.out)
    for again in rest:
      if (again.out, again.status) != (first.out, first.status):
        return None, 'natively not the same twice\n' + difference(first, again, 'again')
    return first, ''

  def run(self, ctx):
    want, why = self._run_native(ctx)
    if not want:
      return [self.result(FAIL, why)]
    if self.build_mode is LINUX:
      return [self.result(PASS, indent(want.out))]
    command, how = self.program.build(ctx, self.build_mode)
    stock = not self.build_mode.port
    if not command:
      return [self.result(PASS if stock else FAIL, how, 'does not compile')]
    limit = min(ctx.run_limit, STOCK_LIMIT) if stock else ctx.run_limit
    got = drive(*self.kinds, [*command, *self.kinds], limit, ctx.env)
    outcome = compare(want, got)
    if outcome == 'pass':
      return [self.result(PASS, outcome=outcome)]
    text = '\n'.join(part for part in (
      got.killed, difference(want, got, self.mode), how,
      command_text('run, driven by this suite', [*command, *self.kinds])) if part)
    return [self.result(PASS if stock else FAIL, text, outcome)]


def cases(_ctx):
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c'))):
    program = Program(source, read_tags(source))
    modes = (*MODES.values(), stock_mode(program.tags), LINUX)
    for stdin in program.tags['stdin'] or ['null']:
      for stdout in program.tags['stdout'] or ['pipe']:
        found += [StdioCase(program, mode, stdin, stdout) for mode in modes]
  return found


def claims():
  """Each test's name, and the rows of posix/rows.txt that it proves."""
  return [(case.test, case.program.tags['gaps']) for case in cases(None) if case.build_mode is LINUX]
