/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Reads JS library files as emcc itself does, with emcc's own preprocessor, macros and library
 * manager, for one build; library.mjs runs it, once per build, because settings are globals there.
 *
 *   node emscripten_dialect.mjs EMSCRIPTEN_ROOT SETTINGS_JSON FILE...
 *
 * Prints JSON: for each file its text after the preprocessor and after the macros; the names of all
 * symbols, stock ones included, and of their dependencies; what the postsets of the files return.
 */
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [root, settingsText, ...files] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(root, 'src', name)));

const {addToCompileTimeContext, applySettings, loadDefaultSettings} = await load('utility.mjs');
loadDefaultSettings();
const settings = JSON.parse(settingsText);
applySettings({
  INCLUDE_FULL_LIBRARY: 1,
  ALL_INCOMING_MODULE_JS_API: [...globalThis.INCOMING_MODULE_JS_API,
                               ...globalThis.EXTRA_INCOMING_JS_API],
  ...settings,
  // The first is what link.py adds.
  JS_LIBRARIES: [path.join(root, 'src/lib', settings.PTHREADS ? 'libpthread.js' : 'libpthread_stub.js'),
                 ...files],
});
// What jsifier.mjs would add.
addToCompileTimeContext({extraLibraryFuncs: []});
const {preprocess, processMacros} = await load('parseTools.mjs');
const {LibraryManager} = await load('modules.mjs');
LibraryManager.load();

const {library} = LibraryManager;
const isDecoration = (name) =>
  /__(deps|sig|proxy|async|postset|user|docs|internal|noleakcheck|i53abi|nothrow|asm|inline)$/.test(name);
const symbols = Object.keys(library).filter((name) => !isDecoration(name));
const own = symbols.filter((name) => library[`${name}__user`]);

function postset(name) {
  const value = library[`${name}__postset`];
  return typeof value == 'function' ? value() : value;
}

const answer = {
  files: files.map((file) => {
    const selected = preprocess(file);
    return {file, source: fs.readFileSync(file, 'utf8'), selected,
            text: processMacros(selected, file)};
  }),
  symbols,
  deps: Object.fromEntries(own.map((name) => [
    name, (library[`${name}__deps`] ?? []).filter((dep) => typeof dep == 'string')])),
  postsets: Object.fromEntries(own.map((name) => [name, postset(name) ?? ''])),
};
process.stdout.write(JSON.stringify(answer));
