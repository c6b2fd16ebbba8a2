# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Suite link: programs that must not link, with a message that says what to do.

Each test/link/test_*.c has a line of tag `says` in its header, in the words that emcc's message must
contain, for each line of tag `flags`: the first with the first, and so on. Both are quoted.
"""

import glob
import os

from . import process
from .case import FAIL, PASS, ROOT, Case, command_text, indent
from .modes import PORT, read_tags

FOLDER = os.path.join(ROOT, 'test', 'link')


class LinkCase(Case):
  def __init__(self, source, number, flags, says):
    name = os.path.splitext(os.path.basename(source))[0]
    super().__init__('link', '', f'{name}_{number}')
    self.source, self.flags, self.says = source, flags.split(), says

  def run(self, ctx):
    output = ctx.path(self.suite, f'{self.test}.js')
    command = ['emcc', self.source, '-o', output, f'--use-port={PORT}', '-Wno-experimental',
               *self.flags]
    made = process.run(command, ctx.compile_limit, ctx.env)
    if made.status and self.says in ' '.join(made.err.split()):
      return [self.result(PASS)]
    return [self.result(FAIL, f'  status {made.status}, expected an error that says: {self.says}\n'
                        f'{command_text("compile", command)}\n{indent(made.err)}')]


def cases(_ctx):
  found = []
  for source in sorted(glob.glob(os.path.join(FOLDER, 'test_*.c*'))):
    tags = read_tags(source)
    found += [LinkCase(source, number, *pair)
              for number, pair in enumerate(zip(tags['flags'], tags['says'], strict=True))]
  return found
