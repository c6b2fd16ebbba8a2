/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// PIPEFS, as the stock library file has it for JavaScript callers. The pipe itself, its wait queues
// and its notifications are system/lib/core/pipe.c; the FS streams are those of EMWAKE.

addToLibrary({
  $PIPEFS__deps: ['$EMWAKE', '$FS', 'emwake_stream_pipe', '$stackSave', '$stackRestore', '$stackAlloc'],
  // In place of the stock one, which mounts PIPEFS.
  $PIPEFS__postset: '',
  $PIPEFS: {
    createPipe() {
      var sp = stackSave();
      try {
        var fds = stackAlloc(8);
        var err = _emwake_stream_pipe({{{ to64('fds') }}});
        if (err < 0) throw new FS.ErrnoError(-err);
        return {
          readable_fd: {{{ makeGetValue('fds', 0, 'i32') }}},
          writable_fd: {{{ makeGetValue('fds', 4, 'i32') }}},
        };
      } finally {
        stackRestore(sp);
      }
    },
  },
});
