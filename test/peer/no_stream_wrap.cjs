// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Takes from Node what src/lib/libsockfs_handle.js uses of its inside, as `node --permission` does.
'use strict';

const {binding} = process;

process.binding = (name) => {
  if (name === 'stream_wrap') throw new Error('access denied');
  return binding.call(process, name);
};
