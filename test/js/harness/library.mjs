/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The JS library files as data: read in the dialect of emcc for one build, parsed, checked, and
 * (for the unit tests) turned into functions that live in a world of the test's own.
 */
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import * as acorn from 'acorn';
import {Linter} from 'eslint';
import globals from 'globals';

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, '../../..');

export const FILES = fs.readdirSync(path.join(ROOT, 'src/lib'))
  .filter((name) => /^lib.*\.js$/.test(name))
  .map((name) => path.join(ROOT, 'src/lib', name));

// Every combination that the library files tell apart; what differs with one kind of network alone
// is not told apart by Asyncify.
export const BUILDS = [0, 1, 2].flatMap((ASYNCIFY) => [0, 1].flatMap((PTHREADS) =>
  [0, 1].flatMap((MEMORY64) => ['auto', 'node', 'wisp', 'websocket', 'loopback', 'none'].flatMap((EMWAKE_NET) =>
    [true, false].map((SYSCALLS_REQUIRE_FILESYSTEM) =>
      ({ASYNCIFY, JSPI: +(ASYNCIFY === 2), PTHREADS, SHARED_MEMORY: PTHREADS, MEMORY64,
        EMWAKE_NET, SYSCALLS_REQUIRE_FILESYSTEM,
        NODERAWFS: +(EMWAKE_NET === 'node' && SYSCALLS_REQUIRE_FILESYSTEM)}))))))
  .filter(({EMWAKE_NET, ASYNCIFY}) => EMWAKE_NET === 'auto' || ASYNCIFY === 2);

export const buildName = (build) =>
  `ASYNCIFY=${build.ASYNCIFY} PTHREADS=${build.PTHREADS} MEMORY64=${build.MEMORY64} ` +
  `net=${build.EMWAKE_NET} FS=${+build.SYSCALLS_REQUIRE_FILESYSTEM}`;

function emscriptenRoot() {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    const emcc = path.join(folder, 'emcc');
    if (!fs.existsSync(emcc)) continue;
    const root = path.dirname(fs.realpathSync(emcc));
    if (fs.existsSync(path.join(root, 'src/modules.mjs'))) return root;
  }
  throw new Error('no emcc on PATH: eval "$(tools/env)" first');
}

// What emscripten_dialect.mjs says of the files in a build.
export function read(files, build) {
  // Both environments, an EXIT_RUNTIME build, and an export that suspends: the most code.
  const settings = {
    ASYNCIFY_EXPORTS: ['work', 'main', '__main_argc_argv'],
    EMWAKE: '1', EXIT_RUNTIME: 1, ENVIRONMENT_MAY_BE_NODE: true, ENVIRONMENT_MAY_BE_WEB: true,
    ENVIRONMENT_MAY_BE_WORKER: true, ENVIRONMENT: ['web', 'worker', 'node'], ...build,
    POINTER_SIZE: build.MEMORY64 ? 8 : 4, POINTER_BITS: build.MEMORY64 ? 64 : 32,
  };
  const out = execFileSync(process.execPath, [
    path.join(HERE, 'emscripten_dialect.mjs'), emscriptenRoot(), JSON.stringify(settings), ...files,
  ], {maxBuffer: 64 << 20, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
  return JSON.parse(out);
}

// ---- Lines ---------------------------------------------------------------------------------------

// The line of the source of each line that the preprocessor has left.
function lineMap({source, selected}) {
  const lines = source.split('\n');
  let next = 0;
  return selected.split('\n').map((text) => {
    const found = lines.indexOf(text, next);
    if (found >= 0) next = found + 1;
    return next;
  });
}

// ---- Symbols -------------------------------------------------------------------------------------

const DECORATION = /__(deps|sig|proxy|async|postset|docs|internal|noleakcheck|i53abi|nothrow)$/;

// The properties of the object literals that a file hands to addToLibrary, with their sources.
export function symbolsOf(text) {
  const found = [];
  for (const statement of acorn.parse(text, {ecmaVersion: 'latest', locations: true}).body) {
    const call = statement.expression;
    if (call?.type !== 'CallExpression' || call.callee.name !== 'addToLibrary') continue;
    for (const property of call.arguments[0].properties) {
      const name = property.key.name ?? property.key.value;
      found.push({name, source: text.slice(property.start, property.end), value: property.value,
                  line: property.loc.start.line});
    }
  }
  return found;
}

// What a symbol is called in the JavaScript that emcc writes.
export const mangle = (name) => name.startsWith('$') ? name.slice(1) : `_${name}`;

// ---- The check -----------------------------------------------------------------------------------

// What the runtime itself declares (preamble.js, shell.js, runtime_*.js).
const RUNTIME = [
  'ABORT', 'EXITSTATUS', 'ENVIRONMENT_IS_NODE', 'ENVIRONMENT_IS_WEB', 'ENVIRONMENT_IS_WORKER',
  'ENVIRONMENT_IS_PTHREAD', 'ExitStatus', 'HEAP8', 'HEAPU8', 'HEAP16', 'HEAPU16', 'HEAP32',
  'HEAPU32', 'HEAP64', 'HEAPU64', 'HEAPF32', 'HEAPF64', 'Module', 'abort', 'assert', 'dbg', 'err',
  'fs', 'out', 'quit_',
  'runtimeExited', 'runtimeInitialized', 'wasmExports', 'wasmMemory',
  // Added by emcc to whatever calls it (addImplicitDeps in jsifier.mjs).
  'getWasmTableEntry',
];

const KNOWN = Object.fromEntries([
  ...Object.keys(globals.builtin), ...Object.keys(globals['shared-node-browser']), ...RUNTIME,
  // Of Node.js.
  'Buffer', 'clearImmediate', 'process', 'require', 'setImmediate',
].map((name) => [name, 'writable']));

const NATIVE_OF_LIBC = ['malloc', 'free', 'calloc', 'realloc', 'ntohs', 'htons', 'ntohl', 'htonl',
  'pthread_self'];

// The C functions of emwake, by the names that the linker knows them by.
export function nativeFunctions() {
  const names = new Set(NATIVE_OF_LIBC);
  const top = path.join(ROOT, 'system/lib');
  const renamed = new Map([...fs.readFileSync(path.join(top, 'core/names.h'), 'utf8')
    .matchAll(/^#define (\w+) (\w+)$/gm)].map((m) => [m[1], m[2]]));
  for (const file of fs.readdirSync(top, {recursive: true})) {
    if (!file.endsWith('.c')) continue;
    const text = fs.readFileSync(path.join(top, file), 'utf8');
    for (const [, name] of text.matchAll(/^(?!static\b)[A-Za-z_][\w \t*]*?\b(\w+)\([^;]*?\)\s*\{$/gm)) {
      names.add(renamed.get(name) ?? name);
    }
  }
  return names;
}

const linter = new Linter({configType: 'flat'});

function undeclared(code, known) {
  const messages = linter.verify(code, {
    languageOptions: {ecmaVersion: 'latest', sourceType: 'script',
                      globals: {...KNOWN, ...Object.fromEntries(known.map((n) => [n, 'writable']))}},
    linterOptions: {reportUnusedDisableDirectives: 'off'},
    rules: {'no-undef': 'error'},
  }, {allowInlineConfig: false});
  return messages.map((m) => ({line: m.line, message: m.message}));
}

// What is wrong with the files in a build, as lines `file:line: symbol: what`.
export function check(files, build) {
  const {files: texts, symbols, deps, postsets} = read(files, build);
  const natives = nativeFunctions();
  const library = new Set(symbols);
  const findings = [];
  for (const file of texts) {
    const name = path.relative(ROOT, file.file);
    const lines = lineMap(file);
    const report = (line, symbol, what) =>
      findings.push(`${name}:${lines[line - 1]}: ${symbol}: ${what}`);
    for (const {name: symbol, source, line} of symbolsOf(file.text)) {
      if (symbol.endsWith('__deps')) {
        for (const dep of deps[symbol.slice(0, -'__deps'.length)] ?? []) {
          if (!library.has(dep) && !natives.has(dep)) {
            report(line, symbol, `there is no ${dep}`);
          }
        }
      }
      if (DECORATION.test(symbol)) continue;
      const known = [symbol, ...(deps[symbol] ?? [])].map(mangle);
      for (const m of undeclared(`({${source}})`, known)) {
        report(line + m.line - 1, symbol, m.message);
      }
      for (const m of undeclared(`${literalOf(source)}\n${postsets[symbol]}`, known)) {
        report(line, symbol, `in its text or postset: ${m.message}`);
      }
    }
  }
  return findings;
}

// A symbol whose value is a string is that string in the program.
function literalOf(source) {
  const value = acorn.parseExpressionAt(`({${source}})`, 0, {ecmaVersion: 'latest'})
    .properties[0].value;
  return value.type === 'Literal' && typeof value.value == 'string' ? `(${value.value});` : '';
}

// ---- Living symbols ------------------------------------------------------------------------------

/**
 * The named symbols of a file in a build, made to live: each becomes a variable of one scope,
 * together with what `world` has (fakes of natives, of FS, of timers). Returns an object with a
 * getter and a setter for each of those variables.
 */
export function instantiate(file, build, names, world = {}) {
  const {text} = read([file], build).files[0];
  const wanted = symbolsOf(text).filter(({name}) => names.includes(name));
  const missing = names.filter((name) => !wanted.some((symbol) => symbol.name === name));
  if (missing.length) throw new Error(`${path.basename(file)} has no ${missing.join(', ')}`);
  const declarations = wanted.map(({name, source}) => {
    const literal = literalOf(source);
    const value = literal ? literal.replace(/;$/, '') : `({${source}})[${JSON.stringify(name)}]`;
    return `var ${mangle(name)} = ${value};`;
  });
  const worldNames = Object.keys(world);
  const accessors = [...names.map(mangle), ...worldNames].map((name) =>
    `get ${name}() { return ${name}; }, set ${name}(value) { ${name} = value; }`);
  return new Function(...worldNames,
    `${declarations.join('\n')}\nreturn {${accessors.join(', ')}};`)(...Object.values(world));
}
