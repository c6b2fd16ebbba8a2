// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT

// A resolver that answers as the tests of names need it, in the place of node:dns's.
//   slow.test      when somebody has asked for release.test
//   silent.test    never
//   many.test      60 addresses
//   a code of Node, in lower case, as in enotfound.test: with that error
(() => {
  const dns = process.getBuiltinModule('node:dns');
  const waiting = [];

  function answer(name) {
    if (name === 'many.test') {
      return Array.from({length: 60}, (_, i) => ({address: `127.0.1.${i}`, family: 4}));
    }
    return [{address: '127.0.0.7', family: 4}, {address: '::7', family: 6}];
  }

  dns.lookup = (name, {family}, callback) => {
    const reply = () => {
      const addresses = answer(name).filter((a) => !family || a.family === family);
      callback(null, addresses);
    };
    const error = /^(e\w+)\.test$/.exec(name);
    if (error) {
      setImmediate(callback, Object.assign(new Error(name), {code: error[1].toUpperCase()}));
    } else if (name === 'slow.test') {
      waiting.push(reply);
    } else if (name !== 'silent.test') {
      if (name === 'release.test') waiting.forEach((r) => setImmediate(r));
      setImmediate(reply);
    }
  };
})();
