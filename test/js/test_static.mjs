/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * In every build, each library file parses, every `__deps` name exists, and nothing is used that is
 * neither declared, a dependency, nor a global of JavaScript or of Emscripten's runtime.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import {BUILDS, FILES, ROOT, buildName, check, nativeFunctions} from './harness/library.mjs';

const fixture = (name) => path.join(ROOT, 'test/js/fixtures', name);
const PLAIN = BUILDS[0];

describe('The library files', function() {
  this.timeout(60000);

  for (const build of BUILDS) {
    it(`declare what they use: ${buildName(build)}`, () => {
      assert.deepEqual(check(FILES, build), []);
    });
  }
});

describe('The check', function() {
  this.timeout(60000);

  it('finds each defect of a broken file, at its line', () => {
    assert.deepEqual(check([fixture('libbroken.jslib')], {...PLAIN, ASYNCIFY: 1}), [
      "test/js/fixtures/libbroken.jslib:9: $brokenState: in its text or postset: 'Mop' is not defined.",
      'test/js/fixtures/libbroken.jslib:11: $brokenDep__deps: there is no $noSuchSymbol',
      'test/js/fixtures/libbroken.jslib:11: $brokenDep__deps: there is no no_such_native',
      "test/js/fixtures/libbroken.jslib:16: $brokenForgotten: '_emscripten_get_now' is not defined.",
      "test/js/fixtures/libbroken.jslib:22: $brokenPostset: 'undeclared' is not defined.",
      "test/js/fixtures/libbroken.jslib:20: $brokenPostset: in its text or postset: " +
        "'brokenTypo' is not defined.",
    ]);
  });

  it('looks at each build for itself', () => {
    const findings = check([fixture('libbroken.jslib')], PLAIN);
    assert.equal(findings.length, 5);
    assert.ok(!findings.some((finding) => finding.includes('brokenForgotten')));
  });

  it('fails on a file that does not parse in one build', () => {
    assert.deepEqual(check([fixture('libbroken_syntax.jslib')], PLAIN), []);
    assert.throws(() => check([fixture('libbroken_syntax.jslib')], {...PLAIN, PTHREADS: 1}),
                  /libbroken_syntax/);
  });

  it('knows the functions of the C core by their linker names', () => {
    const natives = nativeFunctions();
    assert.ok(natives.has('emwake_stream_read'));
    assert.ok(natives.has('notify_node_listeners') || natives.has('emwake_notify_node_listeners'));
    assert.ok(!natives.has('no_such_native'));
  });
});
