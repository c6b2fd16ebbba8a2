/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Listeners that post work to another thread's event loop (event_loop_post, host_schedule, ring)
 * against the turns of that loop (event_loop_turn, event_loop_step) and the doorbell by which
 * JavaScript is called (emwake_open_doorbell in libemwake.js). Proved: when nothing moves any more,
 * each work has run after the last change that it was posted for.
 *
 * Settings: MUTATION  0, or which defect the model has: see the ifs
 *
 * holds:
 * fails: MUTATION=1
 * fails: MUTATION=2
 * fails: MUTATION=3
 * fails: MUTATION=4
 */
#define WORKS 2

byte MUTATION;

byte changes[WORKS], seen[WORKS]; /* what the producers do, and the works look at */

/* struct loop_work, struct event_loop */
bool queued[WORKS];
bool incoming[WORKS];
bool scheduled;

/* The doorbell's word, and the promise of Atomics.waitAsync. */
byte doorbell;
bool awaited, resolved;

/* event_loop_post(), by a listener. */
inline post(w) {
  atomic {
    fresh = !queued[w];
    queued[w] = true
  };
  if
  :: fresh ->
    if
    :: MUTATION == 3 -> skip /* ask for a turn before the work is there */
    :: else -> incoming[w] = true
    fi;
    atomic {
      ask = !scheduled;
      scheduled = true
    };
    if
    :: ask -> /* ring() */
      doorbell++;
      atomic {
        if
        :: awaited -> awaited = false; resolved = true
        :: else
        fi
      }
    :: else
    fi;
    if
    :: MUTATION == 3 -> incoming[w] = true
    :: else
    fi
  :: else
  fi
}

proctype producer(byte w) {
  byte n;
  bool fresh, ask;
  do
  :: n < 2 -> changes[w]++; post(w); n++
  :: else -> break
  od
}

/* listen(): load, then waitAsync, which compares. */
inline listen() {
  value = doorbell;
  atomic {
    if
    :: doorbell != value -> resolved = true
    :: else -> awaited = true
    fi
  }
}

inline run_work(w) {
  if
  :: mine[w] ->
    mine[w] = false;
    if
    :: MUTATION == 4 -> seen[w] = changes[w]; queued[w] = false /* may be posted only after it */
    :: else -> queued[w] = false; seen[w] = changes[w]
    fi
  :: else
  fi
}

inline turn() {
  if
  :: MUTATION != 1 -> scheduled = false
  :: else
  fi;
  atomic { /* take_in(): one exchange */
    mine[0] = incoming[0];
    mine[1] = incoming[1];
    incoming[0] = false;
    incoming[1] = false
  };
  if
  :: MUTATION == 1 -> scheduled = false /* forgets who asked meanwhile */
  :: else
  fi;
  run_work(0);
  run_work(1)
}

proctype loop() {
  byte value;
  bool mine[WORKS];
  listen(); /* host_loop_begin(), before there is anybody who posts */
  atomic {
    run producer(0);
    run producer(1)
  };
  do
  :: true ->
end_idle:
    atomic { resolved -> resolved = false };
    if
    :: MUTATION == 2 -> turn(); listen() /* deaf during the turn */
    :: else -> listen(); turn()
    fi
  od
}

init {
  atomic {
    c_code { now.MUTATION = getenv("MUTATION") ? atoi(getenv("MUTATION")) : 0; };
    run loop()
  };
  /* Nothing moves. */
  timeout -> assert(seen[0] == changes[0] && seen[1] == changes[1])
}
