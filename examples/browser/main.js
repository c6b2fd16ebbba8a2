/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The live picture of program.c: its descriptors and who waits for them (Module.emwakeDiag, ten times a
 * second), and what it does (Module.emwakeTrace, with each frame).
 */
/* global createProgram */
import {Descriptors} from './descriptors.js';
import {RateGraph} from './rate.js';
import {Timeline} from './timeline.js';

const CALLS_SHOWN = 40;
const $ = (id) => document.getElementById(id);

// main of the program never ends, and so the promise of createProgram() is not awaited.
function start() {
  const program = {print: (text) => console.log(text)};
  return new Promise((resolve, reject) => {
    program.onRuntimeInitialized = () => {
      program.emwakeTrace.start();
      resolve(program);
    };
    createProgram(program).catch(reject);
  });
}

function connectControls(program) {
  const update = () => {
    const [clients, pause, size] = ['clients', 'pause', 'size'].map((id) => Number($(id).value));
    $('clients-out').value = clients;
    $('pause-out').value = `${pause} ms`;
    $('size-out').value = size < 10 ? `${1 << size} B` : `${1 << size - 10} KiB`;
    program._page_set(clients, pause, 1 << size);
  };
  $('controls').addEventListener('input', update);
  update();
  $('freeze').addEventListener('click', () => {
    const frozen = $('freeze').getAttribute('aria-pressed') !== 'true';
    $('freeze').setAttribute('aria-pressed', frozen);
  });
}

class Calls {
  lines = [];
  count = 0;
  since = performance.now();

  add(events) {
    for (const event of events) {
      if (event.kind !== 'call') continue;
      this.count++;
      this.lines.push(event);
    }
    this.lines.splice(0, this.lines.length - CALLS_SHOWN);
  }

  show() {
    const now = performance.now();
    if (now - this.since > 1000) {
      $('calls-rate').textContent = `${Math.round(this.count / (now - this.since) * 1000)} a second`;
      this.count = 0;
      this.since = now;
    }
    $('calls').replaceChildren(...this.lines.map(lineOf));
    $('calls').scrollTop = $('calls').scrollHeight;
  }
}

function lineOf({trackName, text, result}) {
  const line = document.createElement('li');
  const [who, what, value] = ['b', 'span', 'output'].map((name) => document.createElement(name));
  who.textContent = trackName;
  what.textContent = text;
  value.textContent = `= ${result}`;
  value.classList.toggle('failed', result < 0);
  line.append(who, what, value);
  return line;
}

function run(program) {
  const descriptors = new Descriptors($('descriptors'), $('fds-count'));
  const timeline = new Timeline($('timeline'));
  const rate = new RateGraph($('rate-graph'), $('rate'), $('rate-unit'));
  const calls = new Calls();
  let looked = 0;

  const frame = (now) => {
    requestAnimationFrame(frame);
    const events = program.emwakeTrace.take();
    timeline.add(events);
    calls.add(events);
    descriptors.told(events);
    rate.add(now, program._page_bytes_echoed());
    if ($('freeze').getAttribute('aria-pressed') === 'true') return;
    timeline.draw(now);
    if (now - looked < 100) return;
    looked = now;
    descriptors.show(program.emwakeDiag.descriptors());
    calls.show();
    rate.draw();
  };
  requestAnimationFrame(frame);
}

try {
  if (!('Suspending' in WebAssembly)) {
    throw new Error('This browser cannot suspend WebAssembly (JSPI), which the tasks of this program need.');
  }
  const program = await start();
  connectControls(program);
  run(program);
} catch (error) {
  $('problem').hidden = false;
  $('problem').textContent = error.message;
  throw error;
}
