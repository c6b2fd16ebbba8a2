/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * An epoll instance with one watch: a producer that notifies the target (on_events, make_ready) against
 * threads that collect (collect, wait_and_collect, wake_next), re-arm (modify, look_at_once) and
 * delete (remove_watch). Proved: when nothing moves any more no unit is left that somebody should
 * have been told of, a one-shot report has one owner, and no watch is used after its memory is gone.
 *
 * Settings: MODE      0 level-triggered, 1 edge-triggered, 2 one-shot
 *           BATCH     one notification tells of both units
 *           QUIT      a collector goes away with its first unit
 *           DELETE    somebody deletes the watch
 *           MUTATION  0, or which defect the model has: see the ifs
 *
 * holds: MODE=0
 * holds: MODE=0 BATCH=1 QUIT=1
 * holds: MODE=0 DELETE=1
 * holds: MODE=1
 * holds: MODE=1 BATCH=1
 * holds: MODE=2
 * holds: MODE=2 BATCH=1
 * holds: MODE=2 DELETE=1
 * fails: MODE=1 UNITS=3 MUTATION=1
 * fails: MODE=0 BATCH=1 QUIT=1 MUTATION=2
 * fails: MODE=2 BATCH=1 MUTATION=3
 * fails: MODE=0 BATCH=1 QUIT=1 MUTATION=4
 * fails: MODE=0 DELETE=1 MUTATION=5
 * fails: MODE=1 MUTATION=6
 * fails: MODE=2 MUTATION=7
 */
#define COLLECTORS 2
#define LEVEL 0
#define EDGE 1
#define ONESHOT 2

mtype = { IDLE, ASLEEP, WOKEN }; /* enum waiter_state */

byte MODE, UNITS, BATCH, QUIT, DELETE, MUTATION;

/* The target. */
byte units;
bit target_lock; /* of its queue */

/* The watch: its listener is in the target's queue, or not. */
bool listening = true;
bool armed = true; /* listener.events; 0 after a one-shot report */
bool freed;
bool ready; /* on the ready list */
byte owners;

/* The instance. */
bit mutex;
bit queue_lock; /* of its node's queue */
byte queue[COLLECTORS];
byte queued;

/* struct waiter of each collector, with its exclusive listener */
mtype state[COLLECTORS] = IDLE;
bool parked[COLLECTORS];

inline lock(l) { atomic { l == 0 -> l = 1 } }
inline unlock(l) { l = 0 }

/* The locals of whoever notifies. */
#define NOTIFIER byte i, woken = COLLECTORS

/* wait_queue_notify() and wait_queue_pass_on() of the instance: one who is not woken yet is. Under
   the queue's lock only the waiters' words are seen by others, and one swap of one of them counts. */
inline wake_one() {
  if
  :: queued == 0
  :: else ->
    atomic {
      queue_lock == 0 ->
      i = 0;
      do
      :: i < queued && state[queue[i]] == WOKEN -> i++
      :: else -> break
      od;
      if
      :: i < queued ->
        if
        :: state[queue[i]] == ASLEEP -> woken = queue[i]
        :: else
        fi;
        state[queue[i]] = WOKEN
      :: else
      fi;
      i = 0
    }
  fi
}

/* wake_batch_end() */
inline make_wakes() {
  atomic {
    if
    :: woken < COLLECTORS -> parked[woken] = false; woken = COLLECTORS
    :: else
    fi
  }
}

/* ---- Producer -------------------------------------------------------------------------------- */

/* notify_node_listeners() of the target, and on_events(). */
inline notify() {
  lock(target_lock);
  if
  :: listening && armed ->
    assert(!freed);
    ready = true; /* make_ready() */
    wake_one()
  :: else
  fi;
  unlock(target_lock);
  make_wakes()
}

proctype producer() {
  NOTIFIER;
  byte n;
  if
  :: BATCH -> units = UNITS; notify()
  :: else ->
    do
    :: n < UNITS -> units++; notify(); n++
    :: else -> break
    od
  fi
}

/* ---- Deleting -------------------------------------------------------------------------------- */

/* remove_watch(), by EPOLL_CTL_DEL. */
proctype deleter() {
  lock(mutex);
  if
  :: MUTATION == 5 -> freed = true; listening = false /* without the queue's lock */
  :: else ->
    lock(target_lock);
    listening = false;
    unlock(target_lock);
    ready = false; /* make_unready() */
    freed = true
  fi;
  unlock(mutex)
}

/* ---- Collecting ------------------------------------------------------------------------------ */

/* A watch that is not armed asks for nothing. */
inline derive(result) { result = units > 0 && armed }

/* collect() */
inline collect() {
  lock(mutex);
  if
  :: ready ->
    assert(!freed);
    if
    :: MUTATION == 1 -> derive(got); ready = false /* then take it off the list */
    :: else -> ready = false; derive(got)          /* take_ready() */
    fi;
    if
    :: got && MODE == ONESHOT && MUTATION != 7 -> /* 7: not disarmed */
      atomic { target_lock == 0 -> armed = false } /* listen_for() */
    :: got && MODE == LEVEL && MUTATION != 2 -> ready = true /* but a level stays on the list */
    :: else
    fi
  :: else
  fi;
  unlock(mutex)
}

/* epoll_poll(): what is not ready goes off the list. */
inline is_readable() {
  lock(mutex);
  if
  :: ready ->
    ready = false;
    derive(readable);
    if
    :: readable -> ready = true /* return_ready() */
    :: else
    fi
  :: else
  fi;
  unlock(mutex)
}

inline waiter_wait(me) {
  atomic {
    if
    :: state[me] == IDLE -> state[me] = ASLEEP
    :: else
    fi
  };
  atomic { parked[me] = state[me] == ASLEEP }; /* the futex compares */
end_asleep:
  atomic { !parked[me] -> state[me] = IDLE }
}

inline unlink_listener(me) {
  atomic {
    queue_lock == 0 ->
    if
    :: queue[0] == me -> queue[0] = queue[1]
    :: else
    fi;
    queue[1] = 0;
    queued--
  }
}

/* modify(), by EPOLL_CTL_MOD, unless the watch is gone (ENOENT). */
inline arm_again() {
  lock(mutex);
  if
  :: freed
  :: else ->
    atomic { target_lock == 0 -> armed = true };
    if
    :: MUTATION != 3 && units > 0 -> /* look_at_once() */
      atomic { fresh = !ready; ready = true };
      if
      :: fresh -> wake_one()
      :: else
      fi;
      fresh = false
    :: else
    fi
  fi;
  unlock(mutex);
  make_wakes()
}

inline take_one() {
  atomic {
    if
    :: units > 0 -> units--; took = true
    :: else
    fi
  }
}

inline handle() {
  if
  :: MODE == EDGE ->
    do
    :: atomic { units > 0 -> units--; took = true }
    :: units == 0 -> break
    od
  :: MODE == ONESHOT ->
    atomic { owners++; assert(owners == 1) };
    take_one();
    owners--;
    arm_again()
  :: else -> take_one()
  fi
}

/* epoll_collect(), over and over. */
proctype collector(byte me) {
  NOTIFIER;
  bool got, took, readable, fresh, slept;
  do
  :: QUIT && took -> break
  :: else ->
    took = false;
    got = false;
    slept = false;
    collect();
    if
    :: got
    :: else ->
      atomic { queue_lock == 0 -> queue[queued] = me; queued++ }; /* wait_queue_add() */
      do
      :: true ->
        if
        :: MUTATION == 6 && !slept /* sleep at once: what came before is not seen */
        :: else -> collect()
        fi;
        if
        :: got -> break
        :: else -> waiter_wait(me); slept = true
        fi
      od;
      unlink_listener(me);
      state[me] = IDLE;
      /* wake_next() */
      if
      :: MUTATION != 4 && queued > 0 ->
        readable = false;
        is_readable();
        if
        :: readable -> wake_one(); make_wakes()
        :: else
        fi;
        readable = false
      :: else
      fi
    fi;
    handle()
  od
}

init {
  atomic {
    c_code {
      #define SETTING(name) (getenv(name) ? atoi(getenv(name)) : 0)
      now.MODE = SETTING("MODE");
      now.UNITS = SETTING("UNITS") ? SETTING("UNITS") : 2;
      now.BATCH = SETTING("BATCH");
      now.QUIT = SETTING("QUIT");
      now.DELETE = SETTING("DELETE");
      now.MUTATION = SETTING("MUTATION");
    };
    run producer();
    run collector(0);
    run collector(1);
    if
    :: DELETE -> run deleter()
    :: else
    fi
  };
  /* Nothing moves. */
  timeout -> assert(units == 0 || DELETE)
}
