// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A promising export that needs more shadow stack than it has stops the program when it suspends,
// before anybody else runs, and says so.
//
// modes: jspi wasm64
// flags: -sJSPI_EXPORTS=dive -sEXPORTED_FUNCTIONS=_main,_dive -sASSERTIONS=0

#include "expect.h"

static char neighbour[16];

EMSCRIPTEN_KEEPALIVE unsigned dive(unsigned depth) {
  volatile unsigned words[256];
  for (unsigned i = 0; i < 256; i++) words[i] = depth + i;
  unsigned below = 0;
  if (depth) {
    below = dive(depth - 1);
  } else {
    emscripten_sleep(1);
    neighbour[0] = 'x';
  }
  return below + words[depth % 256];
}

// clang-format off
EM_JS(void, js_overflow, (char *neighbour), {
  var said = [];
  err = (text) => said.push(text);
  _dive(10).then(() => _dive(100)).then(
    () => { throw new Error('it has survived'); },
    (error) => {
      var ok = String(error).includes('stack overflow in a promising export') &&
        /\\d+ bytes/.test(said.join()) && ABORT && HEAP8[Number(neighbour)] == 'x'.charCodeAt();
      process.exitCode = ok ? 0 : 1;
      if (!ok) console.log(error, said);
    });
});
// clang-format on

int main(void) {
  int p[2];
  MUST(pipe(p));
  js_overflow(neighbour);
  read_byte(p[0]);
  return 1;
}
