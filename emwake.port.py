# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""emwake as an Emscripten port:  emcc app.c --use-port=path/emwake.port.py[:net=auto|node|wisp|websocket|loopback|none:trace=1]

Pass it when compiling (headers) and when linking (library, JS libraries). The C library is built
once per variant into Emscripten's cache, under a name that has a hash of its sources: an edited
tree gets a library of its own, and an unedited one never builds twice. The first to need it builds
it under Emscripten's cache lock, so emcc may run in parallel.
"""

import glob
import importlib.util
import os
import shutil

from tools import config, utils

LICENSE = 'MIT'
DESCRIPTION = ("A Unix kernel's I/O readiness for C programs: poll, select, callbacks and blocking "
               'calls that really wait, on pipes, sockets and more')
OPTIONS = {
  'net': "what carries sockets: 'node' = Node.js (node:net, node:dgram); 'loopback' = the program "
         "itself, between its own sockets on 127.0.0.0/8 and ::1; 'wisp' = loopback, and for other "
         "addresses a relay that speaks Wisp (Module.emwake.relay); 'websocket' = loopback, and for "
         "other addresses a WebSocket per connection (Module.websocket); 'none' = nothing; 'auto' = "
         'Node.js where the program runs on it, else the relay if Module.emwake names one, else '
         'loopback (default: auto)',
  'trace': "1 = system calls and wakes can be traced (default: 0)",
}


def _load_build():
  path = os.path.join(os.path.dirname(os.path.realpath(__file__)), 'tools', 'emwake_build.py')
  spec = importlib.util.spec_from_file_location('emwake_build', path)
  module = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(module)
  return module


build = _load_build()
opts = {'net': 'auto', 'trace': '0'}


def _check_emcc_version():
  text = utils.read_file(utils.path_from_root('emscripten-version.txt')).strip().strip('"')
  version = tuple(int(n) for n in text.split('-')[0].split('.'))
  if version < build.MIN_EMCC:
    wanted = '.'.join(map(str, build.MIN_EMCC))
    utils.exit_with_error(f'emwake: needs Emscripten {wanted} or newer, and this is {text}')


_check_emcc_version()

# Setting, and why a program that has it cannot use emwake.
INCOMPATIBLE = [
  ('WASMFS', "WasmFS has no JS descriptors for emwake to serve; link without -sWASMFS"),
  ('PROXY_POSIX_SOCKETS', 'it replaces the sockets that emwake serves; link without '
                          '-sPROXY_POSIX_SOCKETS'),
  ('NODERAWSOCKETS', "emwake brings Node's sockets itself; link without -sNODERAWSOCKETS (and see "
                     'the option net=node)'),
  ('MINIMAL_RUNTIME', 'the minimal runtime has no event-loop bookkeeping (runtimeKeepalive); link '
                      'without -sMINIMAL_RUNTIME'),
  # Before STANDALONE_WASM, which it implies.
  ('PURE_WASI', 'waiting needs the JS runtime; link without -sPURE_WASI'),
  ('STANDALONE_WASM', 'waiting needs the JS runtime; link without -sSTANDALONE_WASM, to a .js or '
                      '.html file'),
]


def show():
  return f'emwake (--use-port={build.PORT}; {LICENSE})'


def handle_options(options, error_handler):
  net = options.get('net', 'auto')
  if net not in build.NET_CHOICES:
    error_handler(f'`net={net}`: expected one of {", ".join(build.NET_CHOICES)}')
  opts['net'] = net
  trace = options.get('trace', '0')
  if trace not in ('0', '1'):
    error_handler(f'`trace={trace}`: expected 0 or 1')
  opts['trace'] = trace


def get(ports, settings, shared):
  variant = build.Variant(settings.PTHREADS, settings.SHARED_MEMORY or settings.WASM_WORKERS)
  name = variant.archive()

  def create(final):
    flags = build.c_flags() + variant.flags
    ports.build_port(str(build.C_ROOT), final, 'emwake', flags=flags, srcs=build.c_sources())
    if variant.archive() != name:
      os.unlink(final)
      utils.exit_with_error('emwake: its sources were edited while they were compiled: run again')

  if config.FROZEN_CACHE and not os.path.exists(shared.cache.get_lib_name(name, absolute=True)):
    utils.exit_with_error(f"emwake: {name} is not in Emscripten's cache, and the cache is frozen: "
                          'set EM_FROZEN_CACHE=0, and EM_CACHE to a writable directory')
  wraps = [f'--wrap={name}' for name in build.trace_wraps()] if opts['trace'] == '1' else []
  return [shared.cache.get_lib(name, create, what='port')] + wraps + _override_flags(settings)


def _override_flags(settings):
  # -sMAIN_MODULE=1 links every member of every archive, so that a function of libc that emwake
  # replaces is there twice. The first one stays, and ports come before libc.
  return ['--allow-multiple-definition'] if settings.MAIN_MODULE and settings.LINKABLE else []


def clear(ports, settings, shared):
  libs = shared.cache.get_sysroot_dir('lib')
  for path in glob.glob(os.path.join(libs, '**', 'libemwake*.a'), recursive=True):
    shared.cache.erase_file(path)
  shutil.rmtree(os.path.join(ports.get_build_dir(), 'emwake'), ignore_errors=True)


def process_args(ports):
  return ['-isystem', str(build.INCLUDE)]


def linker_setup(ports, settings):
  for name, why in INCOMPATIBLE:
    if settings[name]:
      utils.exit_with_error(f'emwake: cannot be used with -s{name}: {why}')
  if not settings.FILESYSTEM:
    utils.exit_with_error('emwake: cannot be used with -sFILESYSTEM=0: descriptors live in FS')
  _add_js_libraries(settings)
  for key, value in build.js_defines(opts['net']).items():
    settings[key] = value
  if opts['trace'] == '1':
    settings.EXPORTED_RUNTIME_METHODS = settings.EXPORTED_RUNTIME_METHODS + ['emwakeTrace']
  for key, value in build.LINK_SETTINGS.items():
    setattr(settings, key, settings[key] + value if isinstance(value, list) else value)


def _add_js_libraries(settings):
  # After Emscripten's own, whose symbols they override, and before the program's, which may
  # override theirs.
  libs = settings.JS_LIBRARIES
  stock = utils.path_from_root('src')
  first = next((i for i, lib in enumerate(libs) if not lib.startswith(stock)), len(libs))
  libs[first:first] = build.js_libraries()
