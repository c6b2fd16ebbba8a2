/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Bytes per second, over the last second as a number and over the last half minute as a graph.
 */
const SAMPLES = 60;
const EVERY = 500;

export class RateGraph {
  constructor(canvas, output, unit) {
    Object.assign(this, {canvas, output, unit, samples: [], last: null});
  }

  // total: bytes since the beginning.
  add(now, total) {
    this.last ??= {now, total};
    if (now - this.last.now < EVERY) return;
    this.samples.push((total - this.last.total) / (now - this.last.now) * 1000);
    this.samples.splice(0, this.samples.length - SAMPLES);
    this.last = {now, total};
  }

  draw() {
    const recent = this.samples.slice(-2);
    const rate = recent.reduce((sum, n) => sum + n, 0) / (recent.length || 1);
    const mega = rate >= 1e6;
    this.output.value = (rate / (mega ? 1e6 : 1e3)).toFixed(mega || rate < 1e4 ? 1 : 0);
    this.unit.textContent = mega ? 'MB/s' : 'kB/s';
    this.paint();
  }

  paint() {
    const {canvas, samples} = this;
    const ratio = devicePixelRatio || 1;
    const {clientWidth: width, clientHeight: height} = canvas;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const g = canvas.getContext('2d');
    g.scale(ratio, ratio);
    const top = Math.max(...samples, 1);
    const x = (i) => (i + SAMPLES - samples.length) / (SAMPLES - 1) * width;
    const y = (n) => height - 2 - n / top * (height - 6);
    const colour = getComputedStyle(canvas).getPropertyValue('--blue');
    g.beginPath();
    samples.forEach((n, i) => g.lineTo(x(i), y(n)));
    g.strokeStyle = colour;
    g.lineWidth = 1.6;
    g.stroke();
    if (!samples.length) return;
    g.lineTo(width, height);
    g.lineTo(x(0), height);
    g.globalAlpha = .14;
    g.fillStyle = colour;
    g.fill();
  }
}
