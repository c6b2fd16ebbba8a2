# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Random sequences of operations, from a seed.

The generator keeps a rough model of what each slot refers to, so that most operations mean
something, and some do not. Each sequence leans towards something (LEANINGS), so that states that
lie deep are reached: full pipes, many duplicates of one description, epoll instances in each
other, closed peers.
"""

import random

from kinds import COMMON, DOMAINS, KINDS, ODD

SLOTS = 64
# Descriptors at once, beyond which none are made.
CROWDS = (8, 14, 14, 14, 40)

EVENTS = {'EPOLLIN': .65, 'EPOLLOUT': .45, 'EPOLLET': .35, 'EPOLLONESHOT': .12, 'EPOLLRDHUP': .1,
          'EPOLLPRI': .05, 'EPOLLERR': .04, 'EPOLLHUP': .04, 'EPOLLRDNORM': .06,
          'EPOLLWRNORM': .06, 'EPOLLEXCLUSIVE': .04, 'EPOLLRDBAND': .02, 'EPOLLWRBAND': .02}
POLL_EVENTS = {'POLLIN': .6, 'POLLOUT': .6, 'POLLRDNORM': .15, 'POLLWRNORM': .15, 'POLLPRI': .05,
               'POLLRDHUP': .1, 'POLLHUP': .05, 'POLLERR': .05, 'POLLNVAL': .03,
               'POLLRDBAND': .03, 'POLLWRBAND': .03}

# How much more (or less) likely operations with such a word, or kinds of such a name, become.
LEANINGS = [
  {},
  {},
  {'dup': 4, 'close': 2},
  {'epoll': 4, 'epoll_ctl': 1.5, 'pipe': .5, 'eventfd': .7},
  {'epoll_ctl': 2, 'epoll_wait': 2, 'write': 1.5, 'read': 1.5, 'close': .4},
  {'write': 3, 'writev': 3, 'F_SETPIPE_SZ': 3, 'read': 2, 'epoll': .4, 'eventfd': .2, 'close': .4},
  {'eventfd': 4, 'write64': 2, 'close': .4},
  {'F_SETFL': 4, 'ioctl': 4, 'fcntl': 3, 'F_SETFD': 3},
  {'EPOLLEXCLUSIVE': 10, 'epoll': 2, 'EPOLL_CTL_DEL': 2},
  {'epoll_ctl': 2, 'EPOLL_CTL_MOD': 2, 'epoll_wait': 3, 'F_SETPIPE_SZ': 2, 'dup': .3, 'dup2': .3},
  {'close': 3, 'dup2': 3, 'dup3': 3, 'epoll_wait': 2},
]


class Thing:
  """What descriptors refer to: an open file description, as far as the generator cares."""

  def __init__(self, kind, end):
    self.kind = kind
    self.ops = {**COMMON, **kind.ends[end]}
    self.watched = []


class Sequence:
  """One sequence in the making."""

  def __init__(self, rng, kinds):
    self.rng = rng
    self.kinds = kinds
    self.lean = rng.choice(LEANINGS)
    self.crowd = rng.choice(CROWDS)
    self.slots = {}
    self.used = 0
    self.data = 0
    self.lines = []

  # ---- choosing ----

  def weigh(self, text, weight):
    for word, factor in self.lean.items():
      if word in text.split():
        weight *= factor
    return weight

  def pick(self, weights):
    """A key of a dictionary of weights."""
    return self.rng.choices(list(weights), [self.weigh(k, w) for k, w in weights.items()])[0]

  def some(self, chances):
    names = [name for name, chance in chances.items()
             if self.rng.random() < chance * self.lean.get(name, 1)]
    return '|'.join(names) or '0'

  def some_flags(self, names):
    return self.some({name: .8 if i == 0 else .2 for i, name in enumerate(names)})

  def slot(self, want=lambda thing: True):
    """A slot that refers to such a thing; now and then any at all, or a number out of nowhere."""
    dice = self.rng.random()
    if dice < .01:
      return self.rng.choice(['-1', '63', '4095', '4096', '100000'])
    if dice < .05:
      return f's{self.rng.randrange(max(1, self.used))}'
    found = [n for n, thing in self.slots.items() if want(thing)]
    return f's{self.rng.choice(found)}' if found else 's0'

  def free_slot(self):
    # The latest of those closed may well be used again, the others stay as they are.
    if self.used < SLOTS:
      self.used += 1
      return self.used - 1
    return self.rng.choice([n for n in range(SLOTS) if n not in self.slots] or [0])

  # ---- filling the places of an operation ----

  def fill(self, template, fd=None):
    """A line; what it makes is in self.made."""
    thing = self.slots.get(fd)
    self.made = []
    words = []
    for word in template.split():
      if word[0] == '{':
        word = str(self.place(word[1:-1], fd, thing))
      words.append(word)
    return ' '.join(words)

  def place(self, name, fd, thing):
    method = getattr(self, 'place_' + name, None)
    if method:
      return method(fd, thing)
    domain = DOMAINS[name]
    return self.some_flags(domain['flags']) if isinstance(domain, dict) else self.rng.choice(domain)

  def place_fd(self, fd, _thing):
    return f's{fd}'

  def place_new(self, _fd, _thing):
    self.made.append(self.free_slot())
    return f's{self.made[-1]}'

  def place_any(self, _fd, _thing):
    return self.slot()

  def place_slot(self, _fd, _thing):
    return f's{self.free_slot()}'

  def place_size(self, _fd, thing):
    return self.rng.choice(thing.kind.sizes)

  def place_data(self, _fd, _thing):
    self.data += 1
    return self.data

  def place_events(self, _fd, _thing):
    return self.some(EVENTS)

  def place_watch(self, _fd, thing):
    """What is to be watched: most of all what is not always ready."""
    slot = self.slot(lambda t: t is not thing and (t.kind.name != 'file'
                                                   or self.rng.random() < .2))
    thing.watched.append(slot)
    return slot

  def place_watched(self, _fd, thing):
    return self.rng.choice(thing.watched) if thing.watched else self.slot()

  # ---- operations ----

  def add(self, line):
    self.lines.append(line)

  def make(self):
    kind = self.rng.choices(self.kinds, [self.weigh(k.name, k.weight) for k in self.kinds])[0]
    self.add(self.fill(kind.make))
    for slot, end in zip(self.made, kind.ends):
      self.slots[slot] = Thing(kind, end)

  def operate(self):
    # Things first: one with many descriptors is not to get all the attention.
    things = sorted(set(self.slots.values()), key=lambda t: min(
      n for n, other in self.slots.items() if other is t))
    thing = self.rng.choices(things, [self.weigh(t.kind.name, 2) for t in things])[0]
    fd = self.rng.choice([n for n, other in self.slots.items() if other is thing])
    line = self.fill(self.pick(thing.ops), fd)
    self.add(line)
    self.follow(line.split(), thing, fd)

  def follow(self, words, thing, fd):
    """What the operation has done to the model."""
    if words[0] == 'close':
      self.slots.pop(fd, None)
    for slot in self.made:
      self.slots[slot] = thing
    if words[0] in ('dup2', 'dup3') and words[3][0] == 's' and words[3] != f's{fd}':
      # Both slots hold the number now, and one of them is enough.
      self.slots.pop(int(words[3][1:]), None)

  def wait(self):
    dice = self.rng.random()
    if dice < .5:
      n = self.rng.choice((1, 1, 2, 3, 5, 10))
      pairs = [f'{self.slot()} {self.some(POLL_EVENTS)}' for _ in range(n)]
      self.add(f'poll {self.rng.choice(DOMAINS["timeout"])} ' + ' '.join(pairs))
    elif dice < .75:
      n = self.rng.choice((0, 1, 2, 3, 5, 9))
      pairs = [f'{self.slot()} {self.rng.randrange(8)}' for _ in range(n)]
      self.add(' '.join([f'select {self.rng.choice(DOMAINS["timeout"])}', *pairs]))
    elif dice < .8:
      # A slot of its own, which nothing else uses.
      self.add(self.fill(self.rng.choices(list(ODD), ODD.values())[0]))
    else:
      self.add('look')

  def watch_all(self):
    """One instance that watches everything else."""
    epolls = [n for n, thing in self.slots.items() if thing.kind.name == 'epoll']
    epoll = self.rng.choice(epolls) if epolls else None
    for n in self.slots if epolls else ():
      if n != epoll:
        events, data = self.some(EVENTS), self.place_data(None, None)
        self.slots[epoll].watched.append(f's{n}')
        self.add(f'epoll_ctl s{epoll} EPOLL_CTL_ADD s{n} {events} {data}')

  def generate(self, length):
    for _ in range(self.rng.choice((1, 2, 2, 3, 4, 6, 12))):
      self.make()
    if self.rng.random() < .4:
      self.watch_all()
    while len(self.lines) < length:
      dice = self.rng.random()
      if not self.slots or (dice < .12 and len(self.slots) < self.crowd):
        self.make()
      elif dice < .22:
        self.wait()
      else:
        self.operate()
    self.add('look')
    for n, thing in sorted(self.slots.items()):
      if thing.kind.name == 'epoll':
        self.add(f'epoll_wait s{n} 64 0')
    return self.lines


def kinds_for(build):
  return [k for k in KINDS if build not in k.not_in]


def sequence(seed, number, build):
  """Sequence `number` of a seed, as a list of lines, for builds 'core' or 'wasm'."""
  rng = random.Random(f'{seed}/{number}')
  return Sequence(rng, kinds_for(build)).generate(rng.choice((6, 12, 20, 30, 50, 80)))
