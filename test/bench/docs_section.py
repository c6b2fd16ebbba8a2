# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The sections of docs/BENCHMARK.md that have scripts of their own.

Each stands between two comments that name it. bench.py writes the rest of the document and keeps
them; a script replaces its own and touches nothing else.
"""

import os
import re

DOCUMENT = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
  os.path.abspath(__file__)))), 'docs', 'BENCHMARK.md')
SECTION = re.compile(r'<!-- section (\w+) -->\n.*?<!-- end of \1 -->\n', re.DOTALL)


def read():
  if not os.path.exists(DOCUMENT):
    return ''
  with open(DOCUMENT) as f:
    return f.read()


def all_sections():
  """The text of all of them, as it stands at the end of the document."""
  return ''.join('\n' + match[0] for match in SECTION.finditer(read()))


def write(name, text):
  """Replaces the section, or adds it at the end."""
  document = read()
  section = f'<!-- section {name} -->\n{text.strip()}\n\n<!-- end of {name} -->\n'
  for match in SECTION.finditer(document):
    if match[1] == name:
      document = document[:match.start()] + section + document[match.end():]
      break
  else:
    document += '\n' + section
  with open(DOCUMENT, 'w') as f:
    f.write(document)
