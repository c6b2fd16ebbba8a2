/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The last seconds of the trace: a lane for each task, its calls as bars, and a line from whoever made a
 * wake to whom it woke.
 */
const WINDOW = 4000;
const LANE = 30;
const TOP = 6;
const AXIS = 20;

export class Timeline {
  constructor(canvas) {
    this.canvas = canvas;
    this.events = [];
    this.lanes = [];
    // Of a waiter: the last wake that was made of it, until its sleep has ended.
    this.wakes = new Map();
  }

  add(events) {
    for (const event of events) {
      if (event.kind === 'notify') continue;
      if (!this.lanes.some(({track}) => track === event.track)) {
        this.lanes.push({track: event.track});
      }
      this.lanes.find(({track}) => track === event.track).name = event.trackName;
      if (event.kind === 'wake') this.wakes.set(event.object, event);
      if (event.kind === 'sleep') this.endSleep(event);
      this.events.push(event);
    }
    this.lanes.sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
  }

  endSleep(sleep) {
    const wake = this.wakes.get(sleep.object);
    this.wakes.delete(sleep.object);
    if (wake && wake.begin >= sleep.begin) sleep.wokenBy = wake;
  }

  forget(now) {
    this.events = this.events.filter(({end}) => end > now - WINDOW);
    const seen = new Set(this.events.map(({track}) => track));
    this.lanes = this.lanes.filter(({track, name}) => seen.has(track) || name === 'main');
  }

  draw(now) {
    this.forget(now);
    const ratio = devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = TOP + Math.max(this.lanes.length, 4) * LANE + AXIS;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.style.height = `${height}px`;
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const g = this.canvas.getContext('2d');
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    this.paint(g, now, width, height);
  }

  paint(g, now, width, height) {
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(`--${name}`);
    const left = width < 480 ? 66 : 84;
    const x = (time) => left + (time - now + WINDOW) / WINDOW * (width - left);
    const y = (track) => TOP + (this.lanes.findIndex((lane) => lane.track === track) + .5) * LANE;
    g.font = '12.5px system-ui, sans-serif';
    g.textBaseline = 'middle';
    this.paintAxis(g, x, width, height, now, colour);
    for (const {track, name} of this.lanes) {
      g.fillStyle = colour('text');
      g.fillText(name, 0, y(track), left - 8);
      g.fillStyle = colour('faint');
      g.fillRect(left, y(track) - 1, width - left, 2);
    }
    g.save();
    g.beginPath();
    g.rect(left, 0, width - left, height);
    g.clip();
    this.paintCalls(g, x, y, colour);
    this.paintWakes(g, x, y, colour);
    g.restore();
  }

  paintAxis(g, x, width, height, now, colour) {
    g.textAlign = 'center';
    for (let t = Math.ceil((now - WINDOW) / 1000) * 1000; t <= now; t += 1000) {
      g.fillStyle = colour('line');
      g.fillRect(x(t), 0, 1, height - AXIS);
      g.fillStyle = colour('soft');
      if (x(t) < width - 16) g.fillText(`${t / 1000} s`, x(t), height - AXIS / 2 + 2);
    }
    g.textAlign = 'left';
  }

  // What a call took apart from its sleep is shorter than a pixel: it is shown as two of them at least.
  paintCalls(g, x, y, colour) {
    g.fillStyle = colour('blue');
    for (const {kind, begin, end, track, text} of this.events) {
      if (kind !== 'call') continue;
      const waits = /^(epoll_pwait|poll|clock_nanosleep)/.test(text);
      const from = waits ? x(end) : Math.min(x(begin), x(end) - 2);
      g.fillRect(from, y(track) - 6, Math.max(2, x(end) - from), 12);
    }
  }

  paintWakes(g, x, y, colour) {
    g.strokeStyle = g.fillStyle = colour('hot');
    g.lineWidth = 1.2;
    for (const {wokenBy, end, track} of this.events) {
      if (!wokenBy || wokenBy.track === track || !this.lanes.some((lane) => lane.track === wokenBy.track)) {
        continue;
      }
      g.beginPath();
      g.moveTo(x(wokenBy.begin), y(wokenBy.track));
      g.lineTo(x(end), y(track));
      g.stroke();
      g.beginPath();
      g.arc(x(end), y(track), 2.6, 0, 7);
      g.fill();
    }
  }
}

function rank(name) {
  return ['main', 'ticker', 'event loop'].indexOf(name) >= 0 ? ['main', 'ticker', 'event loop'].indexOf(name) : 9;
}
