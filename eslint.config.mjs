/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * How JavaScript is linted. src/lib/ is in Emscripten's dialect (`#if` lines, `{{{ macros }}}`),
 * which a processor turns into plain JavaScript, line for line.
 */
import js from '@eslint/js';
import globals from 'globals';

const DIRECTIVE = /^\s*#\s*(if|ifdef|ifndef|elif|else|endif|include|error|warning)\b/;

// The lines of one reading of the file, the rest blank: in the first reading every condition is
// true, in the second every one is false.
function select(lines, conditionsHold) {
  const taken = [];
  return lines.map((line) => {
    const directive = DIRECTIVE.exec(line)?.[1];
    if (directive?.startsWith('if')) taken.push(conditionsHold);
    else if (directive === 'elif') taken[taken.length - 1] = false;
    else if (directive === 'else') taken[taken.length - 1] = !conditionsHold;
    else if (directive === 'endif') taken.pop();
    return directive || taken.includes(false) ? '' : line;
  });
}

// Each distinct macro becomes a number of its own, so that two of them make no duplicate `case`;
// in parentheses, so that it is an expression wherever the macro was one.
function expandMacros(text) {
  const numbers = new Map();
  return text.replace(/\{\{\{([\s\S]*?)\}\}\}/g, (all, macro) => {
    const key = macro.trim();
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
    return `(${numbers.get(key)})${all.replace(/[^\n]/g, '')}`;
  });
}

const readings = new Map();

const emscriptenLibrary = {
  meta: {name: 'emscripten-library', version: '1'},
  preprocess(text, filename) {
    const lines = text.split('\n');
    const both = [select(lines, true), select(lines, false)];
    readings.set(filename, both);
    return both.map((reading) => expandMacros(reading.join('\n')));
  },
  // A finding on a line that both readings have counts if both have it: a variable that one
  // reading leaves unused is used in the other.
  postprocess([whenTrue, whenFalse], filename) {
    const [linesTrue, linesFalse] = readings.get(filename);
    const key = (m) => `${m.line}:${m.ruleId}:${m.message}`;
    const keysTrue = new Set(whenTrue.map(key));
    const keysFalse = new Set(whenFalse.map(key));
    const inBoth = (m) => linesTrue[m.line - 1] === linesFalse[m.line - 1];
    const real = whenTrue.filter((m) => m.fatal || !inBoth(m) || keysFalse.has(key(m)));
    const onlyFalse = whenFalse.filter((m) => !keysTrue.has(key(m)) && (m.fatal || !inBoth(m)));
    return [...real, ...onlyFalse].sort((a, b) => a.line - b.line || a.column - b.column);
  },
};

const rules = {
  eqeqeq: ['error', 'smart'],
  'prefer-const': 'error',
  'no-unused-vars': ['error', {args: 'none', caughtErrors: 'none'}],
};

export default [
  {ignores: ['.toolchain/', 'node_modules/', 'build/', 'out/']},
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ignores: ['src/lib/**'],
    languageOptions: {
      ecmaVersion: 'latest',
      globals: {...globals.node, ...globals.browser, ...globals.mocha},
    },
    rules: {...rules, 'no-var': 'error'},
  },
  {files: ['**/*.cjs'], languageOptions: {sourceType: 'commonjs'}},
  {
    files: ['src/lib/*.js'],
    plugins: {emwake: {processors: {library: emscriptenLibrary}}},
    processor: 'emwake/library',
    languageOptions: {ecmaVersion: 'latest', sourceType: 'script'},
    rules: {
      ...rules,
      // A library symbol is known by its `__deps`, which test/js checks.
      'no-undef': 'off',
      // A macro stands as a number here, so that what is used in it alone seems unused.
      'no-unused-vars': 'off',
      'no-constant-condition': 'off',
      'no-constant-binary-expression': 'off',
    },
  },
];
