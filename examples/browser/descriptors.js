/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The list of descriptors. A row stays as long as its descriptor is open, so that what changes in it can be
 * seen to change.
 */
const COLOURS = {socket: 'blue', pipe: 'green', eventfd: 'amber', timerfd: 'violet'};
const NAMES = {eventpoll: 'epoll'};

const LIGHTS = [['IN', 1], ['OUT', 4], ['HUP', 16]];
// How long a notification is shown, in milliseconds.
const TOLD = 250;

export class Descriptors {
  constructor(list, count) {
    this.list = list;
    this.count = count;
    this.rows = new Map();
    // Of a node: the events that it was notified of last, and when.
    this.notified = new Map();
  }

  told(events) {
    for (const {kind, object, result} of events) {
      if (kind === 'notify') this.notified.set(object, {events: result, at: performance.now()});
    }
  }

  show(descriptors) {
    const shown = descriptors.filter(({kind}) => kind !== 'tty' && kind !== 'file');
    const keys = shown.map(({fd, node}) => `${fd} ${node}`);
    for (const [key, row] of this.rows) {
      if (keys.includes(key)) continue;
      row.item.remove();
      this.rows.delete(key);
    }
    shown.forEach((descriptor, i) => {
      let row = this.rows.get(keys[i]);
      if (!row) this.rows.set(keys[i], row = new Row(descriptor));
      if (this.list.children[i] !== row.item) this.list.insertBefore(row.item, this.list.children[i]);
      row.update(descriptor, this.eventsOf(descriptor.node));
    });
    this.count.textContent = `${shown.length} open`;
    if (this.notified.size > 1000) this.notified.clear();
  }

  eventsOf(node) {
    const last = this.notified.get(node);
    return last && performance.now() - last.at < TOLD ? last.events : 0;
  }
}

class Row {
  constructor({fd, kind}) {
    this.item = document.createElement('li');
    this.item.style.setProperty('--kind', `var(--${COLOURS[kind] ?? 'grey'})`);
    this.add('fd', fd);
    this.add('kind', NAMES[kind] ?? kind);
    this.state = this.add('state');
    this.lights = LIGHTS.map(([name]) => {
      const light = document.createElement('span');
      light.className = 'light';
      light.textContent = name;
      return light;
    });
    this.add('lights').append(...this.lights);
    this.waiters = this.add('waiters');
  }

  add(name, text = '') {
    const part = document.createElement('span');
    part.className = name;
    part.textContent = text;
    this.item.append(part);
    return part;
  }

  update(descriptor, told) {
    setText(this.state, stateOf(descriptor));
    this.state.title = this.state.textContent;
    this.lights.forEach((light, i) => {
      const bit = LIGHTS[i][1];
      light.classList.toggle('on', !!(descriptor.ready & bit));
      light.classList.toggle('told', !!(told & bit));
    });
    const waiters = descriptor.listeners.map(waiterOf);
    const text = waiters.map((words) => words.join('')).join('\n');
    if (text === this.shownWaiters) return;
    this.shownWaiters = text;
    this.waiters.replaceChildren(...waiters.map(([who, what]) => {
      const line = document.createElement('span');
      const name = document.createElement('b');
      name.textContent = who;
      line.append(name, what);
      return line;
    }));
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function stateOf(d) {
  const parts = [];
  if (d.listening) parts.push(`listens on ${d.local}`);
  else if (d.peer) parts.push(`${portOf(d.local)} \u2194 ${portOf(d.peer)}`);
  else if (d.domain) parts.push('not connected');
  if (d.size !== undefined) parts.push(`${d.unread} of ${d.size} bytes`);
  if (d.count !== undefined) parts.push(`count ${d.count}`);
  if (d.expires !== undefined && d.kind !== 'eventpoll') parts.push(`in ${Math.ceil(d.expires)} ms`);
  if (d.domain && d.unread) parts.push(`${d.unread} unread`);
  if (d.unsent) parts.push(`${d.unsent} unsent`);
  return parts.join(', ');
}

const portOf = (address) => address.slice(address.lastIndexOf(':'));

// Who, and for what.
function waiterOf(listener) {
  const events = LIGHTS.filter(([, bit]) => listener.events & bit & ~16).map(([name]) => name).join(' ');
  if (listener.kind === 'wait') return [listener.who, ` waits for ${events}`];
  if (listener.kind === 'epoll') return [`epoll ${listener.epfd}`, ` watches ${events}`];
  return ['a callback', ` for ${events}`];
}
