# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Shows what bench.py measured: as a table for the terminal, Markdown, an SVG chart, and JSON."""

import dataclasses
import math
import statistics
from xml.sax.saxutils import escape

LABELS = {'native': 'native', 'node': 'Node', 'stock': 'stock emcc', 'emwake': 'emwake',
          'emwake_jspi': 'emwake, JSPI'}


@dataclasses.dataclass
class Results:
  benchmarks: list
  variants: list
  outcomes: dict   # (benchmark name, variant): bench.Outcome
  machine: dict
  rounds: int

  def failure(self, bench, variant):
    outcome = self.outcomes.get((bench.name, variant))
    return outcome.failure if outcome else None

  def median(self, bench, variant):
    """The median of what was measured, or None."""
    outcome = self.outcomes.get((bench.name, variant))
    if not outcome or outcome.failure or not outcome.values:
      return None
    return statistics.median(outcome.values)

  def ratios(self, bench, variant):
    """One ratio to the reference per round that has both."""
    if self.median(bench, variant) is None or self.median(bench, bench.reference) is None:
      return []
    pairs = zip(self.outcomes[bench.name, variant].values,
                self.outcomes[bench.name, bench.reference].values)
    return [value / reference for value, reference in pairs]

  def ratio(self, bench, variant):
    ratios = self.ratios(bench, variant)
    return statistics.median(ratios) if ratios else None

  def verdict(self, bench):
    """Whether emwake reaches the target: 'yes', 'no', or '' if that is not known."""
    ratio = self.ratio(bench, 'emwake')
    if ratio is None or bench.target is None:
      return ''
    reached = ratio <= bench.target if bench.less_is_better else ratio >= bench.target
    return 'yes' if reached else 'no'


def number(value):
  """A rate with three significant digits: 1.23 M, 45.6 k."""
  for unit, name in ((1e9, ' G'), (1e6, ' M'), (1e3, ' k')):
    if value >= unit:
      return f'{value / unit:.3g}{name}'
  return f'{value:.3g}'


def ratio_text(ratio):
  if ratio < 0.095:
    return f'{ratio:.1g}'
  return f'{ratio:.2f}' if ratio < 9.995 else f'{ratio:.1f}'


def spread(values, form='{:.2f}'.format):
  """The median, and the least and greatest."""
  return f'{form(statistics.median(values))} ({form(min(values))}–{form(max(values))})'


def target_text(bench):
  if bench.target is None:
    return ''
  return f'{"≤" if bench.less_is_better else "≥"} {bench.target:.2g} {LABELS[bench.reference]}'


def ratio_cell(results, bench, variant):
  """The median ratio, and the least and greatest of the rounds."""
  failure = results.failure(bench, variant)
  if failure:
    return failure.verdict
  ratios = results.ratios(bench, variant)
  if not ratios:
    return '' if results.median(bench, variant) is None else 'no reference'
  if variant == bench.reference or len(ratios) == 1:
    return ratio_text(statistics.median(ratios))
  return spread(ratios, ratio_text)


def absolute_cell(results, bench, variant):
  failure = results.failure(bench, variant)
  value = results.median(bench, variant)
  if failure or value is None:
    return failure.verdict if failure else ''
  return f'{value:,.0f}' if bench.less_is_better else number(value)


def ratio_rows(results):
  head = ['benchmark', *(LABELS[v] for v in results.variants), 'target', 'reached']
  rows = [[b.name, *(ratio_cell(results, b, v) for v in results.variants), target_text(b),
           results.verdict(b)] for b in results.benchmarks]
  return head, rows


def absolute_rows(results):
  head = ['benchmark', 'unit', *(LABELS[v] for v in results.variants)]
  rows = [[b.name, b.unit, *(absolute_cell(results, b, v) for v in results.variants)]
          for b in results.benchmarks]
  return head, rows


def failures(results):
  """One line per variant without a result."""
  return [': '.join(filter(None, (f'{b.name}, {LABELS[v]}', failure.verdict, failure.detail)))
          for b in results.benchmarks for v in results.variants
          if (failure := results.failure(b, v))]


def machine_line(results):
  m = results.machine
  return (f'{m["cpu"]}, {m["system"]}, gcc {m["gcc"]}, emcc {m["emcc"]}, Node.js {m["node"]}, '
          f'{results.rounds} round{"s" * (results.rounds != 1)}')


# ---- Terminal -----------------------------------------------------------------------------------


def text_table(head, rows):
  widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
  lines = ['  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
           for row in [head, ['-' * width for width in widths], *rows]]
  return '\n'.join(lines)


def text(results):
  parts = ['', machine_line(results), '',
           'Ratio to the reference (1.00), of rates: more is better; of sizes: less is better. '
           'In brackets: the rounds.',
           text_table(*ratio_rows(results)), '',
           'Medians, for context:', text_table(*absolute_rows(results))]
  notes = failures(results)
  if notes:
    parts += ['', 'No result:', *('  ' + note for note in notes)]
  return '\n'.join(parts)


# ---- Markdown -----------------------------------------------------------------------------------


def markdown_table(head, rows):
  lines = [head, ['---'] * len(head), *rows]
  return '\n'.join('| ' + ' | '.join(cell.replace('|', '\\|') for cell in row) + ' |'
                   for row in lines)


def markdown(results):
  head, rows = ratio_rows(results)
  for row in rows:
    row[0] = f'`{row[0]}`'
  abs_head, abs_rows = absolute_rows(results)
  what = [[f'`{b.name}`', b.what, f'`{b.source}`'] for b in results.benchmarks]
  notes = failures(results)
  return f'''# Benchmark

Written by `python3 test/bench/bench.py --write-docs`; do not edit.

The same C source, built natively with gcc, with stock emcc, and with emcc and emwake, both with JSPI
but where the program has threads, run under Node.js; for the echo servers also a server written by
hand in JavaScript on `node:net` and `node:dgram`, as the ceiling of what a program on Node can
reach. The variants take turns within
every round of one run; a ratio is the median of the rounds' ratios, with the least and the greatest
of them in brackets. Only ratios are claims: the absolute figures depend on the machine.

![Ratios to the reference](benchmark.svg)

Measured on: {machine_line(results)}.

## Ratios

The reference of a row is 1.00: the native build for pipes and scans, stock emcc for wakes and
sizes, the hand-written Node server for echo. Of rates more is better, of sizes less.

{markdown_table(head, rows)}

## What is measured

{markdown_table(['benchmark', 'what', 'source'], what)}

The sources are in `test/bench/`. The load on the echo servers is one native program (`load.c`):
each client sends 64 bytes, waits for their echo, checks it, and sends the next. It runs on a CPU of
its own if there is more than one. The Node server reads with `onread` into a static buffer per
connection and writes from inside the callback. A native `poll_wake` is a thread that is told to
write and writes, two wakes of a thread: it stands there for context only.

## Absolute figures, for context

{markdown_table(abs_head, abs_rows)}
''' + ('\n## Without a result\n\n' + '\n'.join(f'- {n}' for n in notes) + '\n' if notes else '')


# ---- JSON ---------------------------------------------------------------------------------------


def as_json(results):
  return {
    'machine': results.machine,
    'rounds': results.rounds,
    'benchmarks': [{
      'name': b.name,
      'what': b.what,
      'unit': b.unit,
      'reference': b.reference,
      'target': b.target,
      'less_is_better': b.less_is_better,
      'reached': {'yes': True, 'no': False, '': None}[results.verdict(b)],
      'variants': {v: variant_json(results, b, v) for v in results.variants if v in b.variants},
    } for b in results.benchmarks],
  }


def variant_json(results, bench, variant):
  failure = results.failure(bench, variant)
  return {
    'values': results.outcomes[bench.name, variant].values,
    'median': results.median(bench, variant),
    'ratio': results.ratio(bench, variant),
    'failure': f'{failure.verdict}: {failure.detail}' if failure else None,
  }


# ---- SVG ----------------------------------------------------------------------------------------

COLORS = {'native': '#8a8f98', 'node': '#4b9e57', 'stock': '#d79b3c', 'emwake': '#2f6fd6',
          'emwake_jspi': '#8fb4ee'}
WIDTH, LEFT, RIGHT = 900, 210, 130   # the plot lies between LEFT and WIDTH - RIGHT
BAR, BAR_GAP, ROW_GAP = 13, 3, 16


class Canvas:
  """SVG elements on a canvas that grows downwards."""

  def __init__(self):
    self.parts = []

  def text(self, x, y, content, anchor='start', color='#24292f', size=12, weight='normal'):
    # The white edge keeps a number legible where a line crosses it.
    self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" '
                      f'font-size="{size}" font-weight="{weight}" stroke="#ffffff" '
                      f'stroke-width="3" paint-order="stroke">{escape(content)}</text>')

  def rect(self, x, y, width, height, color):
    self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" '
                      f'height="{height:.1f}" fill="{color}"/>')

  def line(self, x1, y1, x2, y2, color, width=1, dash=None):
    dashes = f' stroke-dasharray="{dash}"' if dash else ''
    self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                      f'stroke="{color}" stroke-width="{width}"{dashes}/>')

  def document(self, height):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
            f'width="{WIDTH}" height="{height:.0f}" font-family="system-ui, sans-serif">\n'
            f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>\n'
            + '\n'.join(self.parts) + '\n</svg>\n')


class RatioScale:
  """A logarithmic scale from the power of two below the least ratio to that above the greatest."""

  def __init__(self, ratios):
    logs = [math.log2(r) for r in ratios] + [-1, 1]
    self.low, self.high = math.floor(min(logs)), math.ceil(max(logs))

  def x(self, ratio):
    share = (math.log2(ratio) - self.low) / (self.high - self.low)
    return LEFT + share * (WIDTH - LEFT - RIGHT)

  def ticks(self):
    """(ratio, label) of every power of two on the scale."""
    return [(2.0 ** e, f'×{2 ** e}' if e >= 0 else f'×1/{2 ** -e}')
            for e in range(self.low, self.high + 1)]


def shown_variants(results, bench):
  """What gets a bar: all but the reference of a rate, which is the line at 1."""
  return [v for v in results.variants
          if v in bench.variants and v not in bench.uncharted
          and (bench.less_is_better or v != bench.reference)]


def row_height(results, bench):
  return len(shown_variants(results, bench)) * (BAR + BAR_GAP) + ROW_GAP


def draw_legend(canvas, results, y):
  x = LEFT
  charted = {v for b in results.benchmarks for v in shown_variants(results, b)}
  for variant in (v for v in results.variants if v in charted):
    canvas.rect(x, y - 10, 12, 12, COLORS[variant])
    canvas.text(x + 18, y, LABELS[variant])
    x += 40 + 7 * len(LABELS[variant])
  canvas.line(x, y - 11, x, y + 3, '#cf222e', 2)
  canvas.text(x + 8, y, 'target of emwake')


def draw_target(canvas, x, y, end):
  canvas.line(x, y - 4, x, end + 1, '#cf222e', 2)


def draw_missing(canvas, results, bench, variant, x, y):
  canvas.text(x + 5, y + 10.5, f'{LABELS[variant]}: {ratio_cell(results, bench, variant)}',
              color='#6e7781', size=11)


def draw_ratio_bars(canvas, results, bench, scale, top, end):
  labels = []
  y = top
  for variant in shown_variants(results, bench):
    ratio = results.ratio(bench, variant)
    if ratio is None:
      draw_missing(canvas, results, bench, variant, scale.x(1), y)
    else:
      left, right = sorted((scale.x(1), scale.x(ratio)))
      canvas.rect(left, y, right - left, BAR, COLORS[variant])
      place = (right + 5, 'start') if ratio >= 1 else (left - 5, 'end')
      labels.append((place, y + 10.5, ratio_text(ratio)))
    y += BAR + BAR_GAP
  if bench.target:
    draw_target(canvas, scale.x(bench.target), top, end)
  for (x, anchor), label_y, label in labels:
    canvas.text(x, label_y, label, anchor, size=11)


def draw_rates(canvas, results, benches, top):
  """The chart of ratios; returns its lower end."""
  ratios = [r for b in benches for v in shown_variants(results, b) if (r := results.ratio(b, v))]
  scale = RatioScale(ratios + [b.target for b in benches if b.target])
  bottom = top + sum(row_height(results, b) for b in benches)
  for value, label in scale.ticks():
    canvas.line(scale.x(value), top - 6, scale.x(value), bottom - 8, '#d8dee4')
    canvas.text(scale.x(value), top - 12, label, 'middle', '#57606a', 11)
  y = top
  for bench in benches:
    end = y + row_height(results, bench) - ROW_GAP
    middle = (y + end) / 2
    canvas.text(LEFT - 12, middle - 1, bench.name, 'end', weight='600')
    canvas.text(LEFT - 12, middle + 13, f'{LABELS[bench.reference]} = 1', 'end', '#57606a', 11)
    draw_ratio_bars(canvas, results, bench, scale, y, end)
    y = end + ROW_GAP
  canvas.line(scale.x(1), top - 6, scale.x(1), bottom - 8, '#24292f', 1.5)
  return bottom


def draw_size_bars(canvas, results, bench, x_of, top, end):
  labels = []
  y = top
  for variant in shown_variants(results, bench):
    size = results.median(bench, variant)
    if size is None:
      draw_missing(canvas, results, bench, variant, LEFT, y)
    else:
      canvas.rect(LEFT, y, x_of(size) - LEFT, BAR, COLORS[variant])
      labels.append((x_of(size) + 5, y + 10.5, f'{size / 1000:.1f} kB'))
    y += BAR + BAR_GAP
  reference = results.median(bench, bench.reference)
  if bench.target and reference:
    draw_target(canvas, x_of(reference * bench.target), top, end)
  for x, label_y, label in labels:
    canvas.text(x, label_y, label, size=11)


def draw_sizes(canvas, results, benches, top):
  """Sizes as they are, from 0; returns the chart's lower end."""
  sizes = [s for b in benches for v in results.variants if (s := results.median(b, v))]
  y = top

  def x_of(size):
    return LEFT + size / (1.2 * max(sizes)) * (WIDTH - LEFT - RIGHT)

  for bench in benches:
    end = y + row_height(results, bench) - ROW_GAP
    canvas.text(LEFT - 12, (y + end) / 2 + 4, bench.name, 'end', weight='600')
    draw_size_bars(canvas, results, bench, x_of, y, end)
    y = end + ROW_GAP
  canvas.line(LEFT, top - 6, LEFT, y - 8, '#24292f', 1.5)
  return y


def svg(results):
  canvas = Canvas()
  canvas.text(20, 30, 'emwake against native, Node.js and stock emcc', size=17, weight='600')
  draw_legend(canvas, results, 58)
  rates = [b for b in results.benchmarks if not b.less_is_better]
  sizes = [b for b in results.benchmarks if b.less_is_better]
  y = 78
  if rates:
    canvas.text(20, y + 14, 'Rate, against the reference', color='#57606a')
    y = draw_rates(canvas, results, rates, y + 46)
  if sizes:
    canvas.text(20, y + 18, 'Size of the minimal poll program, .wasm + .js, gzipped',
                color='#57606a')
    y = draw_sizes(canvas, results, sizes, y + 38)
  canvas.text(20, y + 14, machine_line(results), color='#57606a', size=11)
  return canvas.document(y + 28)
