// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Ten thousand parked tasks, see task_stress.h.
//
// modes: jspi
// flags: -O2 -sALLOW_MEMORY_GROWTH -sJSPI_EXPORTS=work -sEXPORTED_FUNCTIONS=_main,_work,_wake_some

#include "task_stress.h"
