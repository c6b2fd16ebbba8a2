/**
 * @license
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */

// PIPEFS, as the stock library file has it for JavaScript callers. The pipe itself, its wait queues
// and its notifications are system/lib/core/pipe.c; the FS streams are those of EMWAKE.

addToLibrary({
  $PIPEFS__deps: ['$EMWAKE', '$FS', '__syscall_pipe2', '$stackSave', '$stackRestore', '$stackAlloc'],
  $PIPEFS: {
    createPipe() {
      var sp = stackSave();
      try {
        var fds = stackAlloc(8);
        var err = ___syscall_pipe2({{{ to64('fds') }}}, 0);
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
