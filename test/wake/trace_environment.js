/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For test_trace_environment.c, before the program: runs it once more, with a setting in the environment,
 * and looks for its system calls in what comes of that.
 */
globalThis.runTraced = (setting, value) => {
  const {spawnSync} = process.getBuiltinModule('node:child_process');
  const fs = process.getBuiltinModule('node:fs');
  const file = value === '1' ? null : `${__filename}.${value}`;
  const env = {...process.env, CHILD: '1', [setting]: file ?? value};
  const child = spawnSync(process.execPath, [__filename], {env, encoding: 'utf8'});
  let text = child.stderr;
  if (file) {
    text = fs.readFileSync(file, 'utf8');
    fs.unlinkSync(file);
  }
  if (value === 'json') text = JSON.parse(text).traceEvents.map((e) => e.args.call).join('\n');
  const whole = /pipe2\(\[\d+, \d+\], 0\)/.test(text) && /write\(\d+, "abc", 3\)/.test(text);
  if (!whole || child.status !== 7) console.log(`${setting}=${value}: ${child.status}\n${text}`);
  return whole && child.status === 7;
};
