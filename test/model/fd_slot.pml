/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The table of descriptors, which is looked up without a lock: file_get (pin, file_ref, unpin)
 * against fd_detach (await_pins, file_put). Proved: nobody takes a reference to a description that has
 * gone, and who empties the slot does not sleep for ever.
 *
 * Settings: MUTATION  0, or which defect the model has: see the ifs
 *
 * holds:
 * fails: MUTATION=1
 * fails: MUTATION=2
 * fails: MUTATION=3
 * fails: MUTATION=4
 */
#define WAITER 128

byte MUTATION;

bool file = true; /* slot->file: the description, or NULL */
byte refs = 1;    /* of the description; 0: its memory is gone */
byte pins;
bool parked;      /* fd_detach sleeps on the word */

inline file_put() {
  assert(refs > 0);
  refs--
}

inline unpin() {
  atomic {
    pins--;
    last = pins == WAITER
  };
  if
  :: last && MUTATION != 3 -> parked = false /* host_lock_wake(); 3: forgotten */
  :: else
  fi
}

proctype getter() {
  bool f, last;
  if
  :: !file -> goto out /* is_empty() */
  :: else
  fi;
  if
  :: MUTATION != 4 -> pins++ /* 4: look without a pin */
  :: else
  fi;
  f = file;
  if
  :: f ->
    assert(refs > 0); /* file_ref() */
    refs++
  :: else
  fi;
  if
  :: MUTATION != 4 -> unpin()
  :: else
  fi;
  if
  :: f -> file_put()
  :: else
  fi;
out:
  skip
}

inline await_pins() {
  if
  :: pins == 0
  :: else ->
    atomic { pins = pins | WAITER; value = pins };
    do
    :: value == WAITER -> break
    :: else ->
      atomic { parked = pins == value }; /* host_lock_wait(): the futex compares */
      !parked;
      value = pins
    od;
    pins = pins & (WAITER - 1)
  fi
}

proctype detacher() {
  byte value;
  if
  :: MUTATION == 1 -> await_pins(); file = false /* the other way round */
  :: MUTATION == 2 -> file = false               /* not at all */
  :: else -> file = false; await_pins()
  fi;
  file_put()
}

init {
  atomic {
    c_code { now.MUTATION = getenv("MUTATION") ? atoi(getenv("MUTATION")) : 0; };
    run getter();
    run getter();
    run getter();
    run detacher()
  }
}
