/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <setjmp.h> with the signal mask: sigsetjmp saves it where its second argument asks for it, and
 * siglongjmp puts it back (sigsetjmp(3)). Emscripten's own are setjmp and longjmp.
 */
#include_next <setjmp.h>

#if !defined(EMWAKE_SETJMP_H) && defined(sigsetjmp)
#define EMWAKE_SETJMP_H

#ifdef __cplusplus
extern "C" {
#endif

void emwake_sigsetjmp_save(sigjmp_buf env, int savemask);
void emwake_sigsetjmp_restore(sigjmp_buf env);

#ifdef __cplusplus
}
#endif

#undef sigsetjmp
#undef siglongjmp
#define sigsetjmp(env, savemask) (emwake_sigsetjmp_save(env, savemask), setjmp(env))
#define siglongjmp(env, value) (emwake_sigsetjmp_restore(env), longjmp(env, value))

#endif
