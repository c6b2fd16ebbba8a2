# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Writes a sequence as a C program in the style of test/posix/test_*.c."""

from kinds import KINDS

EVENTS = 'POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM | POLLRDHUP | POLLPRI'

# {0}, {1}...: the arguments. A statement that is more than a SHOW of it is a list of lines.
STATEMENTS = {
  'pipe2': ['SHOW(pipe2(p, {2}));', 'int {0} = p[0], {1} = p[1];'],
  'eventfd': 'int {0} = SHOW(eventfd({1}, {2}));',
  'epoll_create1': 'int {0} = SHOW(epoll_create1({1}));',
  'socketpair': ['SHOW(socketpair(AF_UNIX, {2}, 0, p));', 'int {0} = p[0], {1} = p[1];'],
  'tcp_pair': ['tcp_pair(AF_INET, &p[0], &p[1]);', 'int {0} = p[0], {1} = p[1];'],
  'open_fifo': 'int {0} = SHOW(open("test_fifo", {1}));',
  'signalfd': 'int {0} = SHOW(signalfd({1}, &signals{2}, {3}));',
  'raise': 'SHOW(kill(getpid(), {0}));',
  'timerfd_create': 'int {0} = SHOW(timerfd_create({1}, {2}));',
  'timerfd_set': ['SHOW(timerfd_settime({0}, {1} == 1 ? TFD_TIMER_ABSTIME : 0, '
                  '&(struct itimerspec){{{{0}}, {{{1} == 2 ? 1000 : 0, {1} == 1}}}}, NULL));'],
  'sendfd': 'SHOW(send_fd({0}, {1}));',
  'recvfd': 'int {0} = SHOW(receive_fd({1}, {2}));',
  'open_file': 'int {0} = SHOW(open("test_file", O_CREAT | O_RDWR | O_TRUNC | {1}, 0600));',
  'open_null': 'int {0} = SHOW(open("/dev/null", O_RDWR | {1}));',
  'dup': 'int {0} = SHOW(dup({1}));',
  'dup2': 'int {0} = SHOW(dup2({1}, {2}));',
  'dup3': 'int {0} = SHOW(dup3({1}, {2}, {3}));',
  'dupfd': 'int {0} = SHOW(fcntl({1}, {2}, {3}));',
  'exhaust': ['while (dup({0}) >= 0) {{', '}}', '// ... but {1}'],
  'close': 'SHOW(close({0}));',
  'shutdown': 'SHOW(shutdown({0}, {1}));',
  'send': 'SHOW(send({0}, out, {1}, {2}));',
  'recv': 'SHOW(recv({0}, in, {1}, {2}));',
  'read': 'SHOW(read({0}, in, {1}));',
  'write': 'SHOW(write({0}, out, {1}));',
  'readv': 'SHOW(readv({0}, split(in, {1}, {2}), {2}));',
  'writev': 'SHOW(writev({0}, split(out, {1}, {2}), {2}));',
  'write64': 'SHOW(eventfd_write({0}, UINT64_C({1}) << 32 | (uint32_t){2}));',
  'fcntl': 'SHOW(fcntl({0}, {1}, {2}));',
  'ioctl': ['value = {2};', 'SHOW(ioctl({0}, {1}, &value));', 'printf("%d\\n", value);'],
  'epoll_wait': 'show_wait("{0}", {0}, {1}, {2});',
}


def _spaced(word):
  return ' | '.join(word.split('|'))


class _Writer:
  """The statements of one program."""

  def __init__(self):
    self.names = {}
    self.taken = {}
    self.kind = {}
    self.body = []

  def new_name(self, slot, name):
    self.taken[name] = self.taken.get(name, 0) + 1
    if self.taken[name] > 1:
      name += str(self.taken[name])
    again = slot in self.names
    self.names[slot] = name
    return again

  def name(self, word):
    return self.names.get(word, '-1') if word[0] == 's' else _spaced(word)

  def names_of_new(self, words):
    """Names the descriptors that an operation makes, after the words of its kind."""
    kind = next((k for k in KINDS if k.make.split()[0] == words[0]), None)
    if kind:
      places = [w for w, p in zip(words, kind.make.split()) if p == '{new}']
      for slot, end in zip(places, kind.ends):
        self.new_name(slot, end)
    elif words[0] in ('dup', 'dup2', 'dup3', 'dupfd'):
      self.new_name(words[1], 'copy')

  def add(self, line):
    words = line.split()
    if words[0] in ('dup', 'dup2', 'dup3', 'dupfd'):
      args = [self.name(w) for w in words[2:]]
      self.names_of_new(words)
      args = [self.name(words[1]), *args]
    else:
      self.names_of_new(words)
      args = [self.name(w) for w in words[1:]]
    special = getattr(self, 'add_' + words[0], None)
    if special:
      special(args)
      return
    statements = STATEMENTS[words[0]]
    for text in [statements] if isinstance(statements, str) else statements:
      self.body.append(text.format(*args).replace('| 0,', ',').replace(' | 0)', ')'))

  def add_epoll_ctl(self, args):
    epoll, op, fd, events, _data = args
    if op == 'EPOLL_CTL_DEL':
      self.body.append(f'SHOW(epoll_ctl({epoll}, {op}, {fd}, NULL));')
    else:
      self.body.append(f'SHOW(control({epoll}, {op}, {fd}, {events}, "{fd}"));')

  def add_poll(self, args):
    pairs = list(zip(args[1::2], args[2::2]))
    if len(pairs) == 1:
      self.body.append(f'POLL({pairs[0][0]}, {pairs[0][1]}, {args[0]});')
      return
    entries = ', '.join(f'{{{fd}, {events}, 0}}' for fd, events in pairs)
    self.body += [f'struct pollfd fds[] = {{{entries}}};',
                  f'SHOW(poll(fds, {len(pairs)}, {args[0]}));',
                  f'for (int i = 0; i < {len(pairs)}; i++) {{',
                  '  printf("%s\\n", event_names(fds[i].revents));', '}']

  def add_select(self, args):
    pairs = list(zip(args[1::2], args[2::2]))
    sets = ['readable', 'writable', 'except']
    self.body += ['fd_set ' + ', '.join(sets) + ';', *(f'FD_ZERO(&{s});' for s in sets)]
    for fd, which in pairs:
      self.body += [f'FD_SET({fd}, &{s});' for i, s in enumerate(sets) if int(which) & 1 << i]
    self.body.append('SHOW(select(FD_SETSIZE, &readable, &writable, &except, '
                     f'&(struct timeval){{0, {args[0]} * 1000}}));')
    self.body += [f'CHECK(FD_ISSET({fd}, &{s}));' for fd, which in pairs
                  for i, s in enumerate(sets) if int(which) & 1 << i]

  def add_look(self, _args):
    for name in self.names.values():
      self.body += [f'POLL({name}, {EVENTS}, 0);', f'printf("%#o\\n", fcntl({name}, F_GETFL));']


def c_program(lines):
  writer = _Writer()
  for line in lines:
    writer.add(line)
  text = '\n'.join(writer.body)
  head = ['// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT', '//',
          '// (which rule, and where it comes from)', '']
  head.append('#include "epolls.h"' if 'control(' in text or 'show_wait(' in text
              else '#include "transcript.h"')
  for word, header in (('eventfd', 'sys/eventfd.h'), ('ioctl(', 'sys/ioctl.h'),
                       ('select(', 'sys/select.h'), ('send(', 'sys/socket.h'),
                       ('recv(', 'sys/socket.h'), ('shutdown(', 'sys/socket.h')):
    if word in text and f'#include <{header}>' not in head:
      head.append(f'#include <{header}>')
  head.append('')
  if 'split(' in text:
    head += ['#include <sys/uio.h>', '',
             'static struct iovec *split(char *buf, size_t len, int n) {',
             '  static struct iovec iov[1100];',
             '  for (int i = 0; i < n; i++) {',
             '    size_t from = len * i / n, to = len * (i + 1) / n;',
             '    iov[i] = (struct iovec){buf + from, to - from};', '  }', '  return iov;', '}', '']
  head += ['int main(void) {']
  for declaration, used in (('static char in[1 << 20];', ' in,' in text or '(in,' in text),
                            ('static char out[1 << 20];', ' out,' in text or '(out,' in text),
                            ('int p[2];', 'p[0]' in text), ('int value;', '&value' in text)):
    if used:
      head.append('  ' + declaration)
  return '\n'.join([*head, *('  ' + line for line in writer.body), '  return 0;', '}', ''])
