/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A relay in a process of its own, which can be killed and started again on the same port.
 */
import {spawn} from 'node:child_process';
import path from 'node:path';

export class RelayProcess {
  constructor(script, ...args) {
    this.script = path.join(import.meta.dirname, script);
    this.args = args;
    this.port = 0;
  }

  // Ends when it listens.
  async start() {
    this.child = spawn(process.execPath, [this.script, String(this.port), ...this.args],
                       {stdio: ['pipe', 'pipe', 'inherit']});
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    const line = await new Promise((resolve, reject) => {
      this.child.stdout.once('data', (data) => resolve(String(data)));
      this.ended.then(() => reject(new Error(`${this.script} has ended`)));
    });
    this.port = parseInt(line, 10);
    this.child.stdout.on('data', (data) => process.stderr.write(data));
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  get url() {
    return `ws://127.0.0.1:${this.port}/`;
  }
}
