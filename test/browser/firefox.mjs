/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Headless Firefox for drive.mjs, by WebDriver BiDi, which Firefox itself speaks:
 * https://www.w3.org/TR/webdriver-bidi/. (playwright-core drives a Firefox of its own making, and by
 * BiDi only the newest one.)
 */
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// Nothing of the browser's own may slow the tests, or leave the machine.
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'dom.min_background_timeout_value': 0,
  'dom.timeout.enable_budget_timer_throttling': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

function makeProfile(folder) {
  const profile = path.join(folder, 'profile');
  fs.mkdirSync(profile, {recursive: true});
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  fs.writeFileSync(path.join(profile, 'user.js'), lines.join(''));
  return profile;
}

// The address that the started browser prints.
function listening(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (data) => {
      text += data;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(text);
      if (found) resolve(`${found[1]}/session`);
    });
    child.on('exit', () => reject(new Error(`Firefox ended:\n${text}`)));
  });
}

// A connection: send(method, params) gives a promise of the command's result.
async function connect(url) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const sent = [];
  socket.onmessage = ({data}) => {
    const {type, id, result, error, message} = JSON.parse(data);
    if (type === 'success') sent[id].resolve(result);
    if (type === 'error') sent[id]?.reject(new Error(`${error}: ${message}`));
  };
  return (method, params) => new Promise((resolve, reject) => {
    sent.push({resolve, reject});
    socket.send(JSON.stringify({id: sent.length - 1, method, params}));
  });
}

/** As launch() of chromium.mjs. folder: for its profile. */
export async function launch({executable, env}, folder) {
  const child = spawn(
    executable, ['--headless', '--remote-debugging-port=0', '--profile', makeProfile(folder)],
    {env: {...process.env, ...env, HOME: folder}, stdio: ['ignore', 'ignore', 'pipe']});
  const exited = new Promise((resolve) => child.once('exit', resolve));
  process.on('exit', () => child.kill('SIGKILL'));
  const send = await connect(await listening(child));
  await send('session.new', {capabilities: {}});
  return {
    async open() {
      const {context} = await send('browsingContext.create', {type: 'window'});
      return {
        show: (url) => send('browsingContext.navigate', {context, url, wait: 'none'}),
        close: () => send('browsingContext.close', {context}),
      };
    },
    async close() {
      await send('browser.close', {});
      await exited;
    },
  };
}
