/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The protocol of wait queues: producers that change a node's state and notify
 * (notify_node_listeners, wait_queue_notify), consumers that wait for it (file_wait_try,
 * waiter_wait), some with a deadline, and somebody who closes the descriptor (fd_detach).
 *
 * The state is a number of units, and each consumer takes one. Proved: nobody sleeps for ever who
 * should not (no lost wake: the model would end in the middle), and no listener, waiter or node is
 * used after its memory is gone (the assertions).
 *
 * Settings: EXCLUSIVE   the consumers' listeners are exclusive
 *           BATCH       one notification tells of all units; else each has its own, and the first
 *                       consumer a deadline
 *           CLOSE       there are not enough units, and the descriptor is closed
 *           MUTATION    0, or which defect the model has: see the ifs, each says what it breaks
 *
 * holds:
 * holds: EXCLUSIVE=1
 * holds: BATCH=1
 * holds: BATCH=1 EXCLUSIVE=1
 * holds: CLOSE=1
 * holds: CLOSE=1 EXCLUSIVE=1
 * fails: BATCH=1 MUTATION=1
 * fails: CLOSE=1 MUTATION=2
 * fails: CLOSE=1 MUTATION=3
 * fails: BATCH=1 MUTATION=4
 * fails: BATCH=1 MUTATION=5
 * fails: CLOSE=1 MUTATION=6
 * fails: BATCH=1 MUTATION=7
 * fails: BATCH=1 EXCLUSIVE=1 MUTATION=8
 * fails: EXCLUSIVE=1 MUTATION=8
 */
#define CONSUMERS 2

mtype = { IDLE, ASLEEP, WOKEN }; /* enum waiter_state */

byte EXCLUSIVE, BATCH, CLOSE, MUTATION;

/* struct node */
byte units;
byte node_refs;     /* its memory is there while there are any */
bit queue_lock;
byte queue[CONSUMERS];
byte queued;        /* how many; 0: the head is NULL */

/* struct file, struct fd_slot */
bool is_open = true;
byte file_refs = 1; /* the table's */

/* struct waiter and struct listener, on the stack of each consumer */
mtype state[CONSUMERS] = IDLE;
bool parked[CONSUMERS];   /* in the futex's own queue */
bool on_stack[CONSUMERS]; /* the frame is there */

inline lock(l) { atomic { l == 0 -> l = 1 } }
inline unlock(l) { l = 0 }

inline file_put() {
  atomic {
    file_refs--;
    if
    :: file_refs == 0 -> node_refs-- /* ops->close, node_put */
    :: else
    fi
  }
}

/*
 * waiter_wake() by a listener: the word at once, the futex later (wake_batch). What only the calling
 * thread sees goes with the step before it, here and below: fewer states, and the same ones that
 * another can find.
 */
inline wake(l) {
  assert(on_stack[l]);
  fresh = state[l] != WOKEN;
  if
  :: state[l] == ASLEEP -> wakes[nwakes] = l; nwakes++
  :: else
  fi;
  state[l] = WOKEN
}

inline wake_batch_end() {
  do
  :: atomic { nwakes > 0 -> nwakes--; parked[wakes[nwakes]] = false; wakes[nwakes] = 0 } /* host_wake() */
  :: atomic { nwakes == 0 -> fresh = false; taken = false; i = 0; break }
  od
}

/* all: the event is one that reaches every listener (POLLNVAL). */
inline wait_queue_notify(all) {
  assert(node_refs > 0);
  if
  :: queued == 0 /* after one load, without the lock */
  :: else ->
    lock(queue_lock);
    do
    :: atomic { i < queued ->
        if
        :: EXCLUSIVE && taken && !all
        :: else ->
          wake(queue[i]);
          taken = taken || fresh
        fi;
        i++
      }
    :: atomic { i == queued -> unlock(queue_lock); break }
    od;
    wake_batch_end()
  fi
}

inline wait_queue_pass_on() {
  lock(queue_lock);
  do
  :: atomic { i < queued && !fresh -> wake(queue[i]); i++ }
  :: atomic { i == queued || fresh -> unlock(queue_lock); break }
  od;
  wake_batch_end()
}

/* The locals of whoever notifies. */
#define NOTIFIER                                                                                  \
  byte i, nwakes, wakes[CONSUMERS];                                                               \
  bool taken, fresh

/* ---- Producers ------------------------------------------------------------------------------- */

inline produce(n) {
  if
  :: MUTATION == 1 -> /* notify before the state has changed */
    wait_queue_notify(false);
    units = units + n
  :: else ->
    units = units + n; /* under the state's lock, or an atomic word */
    wait_queue_notify(false)
  fi
}

proctype producer(byte times, n) {
  NOTIFIER;
  do
  :: times > 0 -> produce(n); times--
  :: else -> break
  od;
  atomic { node_refs-- } /* the peer's */
}

/* ---- Closing --------------------------------------------------------------------------------- */

proctype closer() {
  NOTIFIER;
  is_open = false; /* fd_detach(): slot->file = NULL */
  if
  :: MUTATION == 2 -> skip /* close without telling */
  :: MUTATION == 3 -> file_put(); wait_queue_notify(true) /* let go of the file before telling */
  :: else -> wait_queue_notify(true)
  fi;
  if
  :: MUTATION != 3 -> file_put()
  :: else
  fi
}

/* ---- Consumers ------------------------------------------------------------------------------- */

/* node_ops.read(): one unit, if there is one. */
inline try() {
  assert(node_refs > 0);
  atomic {
    got = units > 0;
    if
    :: got -> units--
    :: else
    fi
  }
}

inline wait_queue_add(me) {
  atomic { /* in one step: who else holds the lock sees none of it */
    queue_lock == 0 -> queue[queued] = me; queued++
  }
}

inline unlink_listener(me) {
  d_step {
    i = 0;
    do
    :: queue[i] != me -> i++
    :: else -> break
    od;
    queued--;
    do
    :: i < queued -> queue[i] = queue[i + 1]; i++
    :: else -> queue[i] = 0; i = 0; break
    od
  }
}

inline wait_queue_remove(me) {
  if
  :: MUTATION == 4 -> unlink_listener(me) /* remove without the queue's lock */
  :: else -> atomic { queue_lock == 0 -> unlink_listener(me) }
  fi
}

/* waiter_wait(): sets timed_out. */
inline waiter_wait(me) {
  if
  :: MUTATION == 5 -> state[me] = ASLEEP; sleeps = true /* forget a wake that came before */
  :: else ->
    atomic {
      sleeps = state[me] == IDLE;
      if
      :: sleeps -> state[me] = ASLEEP
      :: else
      fi
    }
  fi;
  if
  :: sleeps ->
    atomic { parked[me] = state[me] == ASLEEP }; /* the futex compares */
    if
    :: !parked[me]
    :: me == 0 && !BATCH -> atomic { parked[me] = false; timed_out = true }
    fi
  :: else
  fi;
  atomic {
    if
    :: state[me] == WOKEN -> timed_out = false /* a wake that raced with the deadline */
    :: else
    fi;
    state[me] = IDLE
  }
}

proctype consumer(byte me) {
  NOTIFIER;
  bool got, sleeps, timed_out;

  /* file_get() */
  atomic {
    if
    :: !is_open -> goto out
    :: else
    fi;
    if
    :: MUTATION != 6 -> file_refs++ /* wait without a reference */
    :: else
    fi
  }
  try();
  if
  :: got -> goto put
  :: else
  fi;

  /* file_wait_try() */
  on_stack[me] = true;
  if
  :: MUTATION == 7 -> /* derive before the listener is in place, and not after */
    try();
    if
    :: got -> on_stack[me] = false; goto put
    :: else
    fi;
    wait_queue_add(me);
    waiter_wait(me)
  :: else -> wait_queue_add(me)
  fi;
  do
  :: !is_open -> break /* fd_refers_to(): EBADF */
  :: else ->
    try();
    if
    :: got -> break
    :: else
    fi;
    waiter_wait(me);
    if
    :: timed_out -> break
    :: else
    fi
  od;
  wait_queue_remove(me);
  on_stack[me] = false;
  if
  :: EXCLUSIVE && MUTATION != 8 && queued > 0 && units > 0 -> /* keep what was not used up */
    wait_queue_pass_on()
  :: else
  fi;
put:
  if
  :: MUTATION != 6 -> file_put()
  :: else
  fi;
out:
  skip
}

init {
  byte c;
  atomic {
    c_code {
      now.EXCLUSIVE = getenv("EXCLUSIVE") != 0;
      now.BATCH = getenv("BATCH") != 0;
      now.CLOSE = getenv("CLOSE") != 0;
      now.MUTATION = getenv("MUTATION") ? atoi(getenv("MUTATION")) : 0;
    };
    /* The file's reference, and one for each producer. */
    if
    :: CLOSE -> node_refs = 2; run producer(1, 1); run closer()
    :: !CLOSE && BATCH -> node_refs = 2; run producer(1, CONSUMERS)
    :: else -> node_refs = 3; run producer(1, 1); run producer(1, 1)
    fi;
    c = 0;
    do
    :: c < CONSUMERS -> run consumer(c); c++
    :: else -> break
    od
  }
}
