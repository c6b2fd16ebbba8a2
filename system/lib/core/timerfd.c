/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * timerfd_create(2), after fs/timerfd.c. A timer has no clock that interrupts: it expires when
 * somebody looks after its time, and whoever sleeps on it looks at that time (node_ops.deadline).
 *
 * As in the kernel, a timer that has expired fires no more until the expirations are read, the time
 * is asked for or set; an interval is counted on from the last time that it fired then.
 */
#define _GNU_SOURCE
#include "timerfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "file.h"
#include "host.h"
#include "kmem.h"
#include "user_memory.h"

/* <sys/timerfd.h> of the kernel's interface; emcc's sysroot has no such header. */
#define TFD_TIMER_ABSTIME 1
#define TFD_TIMER_CANCEL_ON_SET 2

#define NS_PER_SEC INT64_C(1000000000)

struct timerfd {
  struct node node;
  struct lock lock;
  int clock;
  bool wall;      /* expiry is of the wall clock, else of the monotonic one */
  bool armed;     /* expiry is still to come */
  bool expired;   /* and has not been read; then it is the last time that the timer fired */
  int64_t expiry; /* on its clock, in nanoseconds */
  int64_t interval;
  uint64_t ticks;
};

static struct timerfd *timer_of(struct node *n) {
  return (struct timerfd *)n;
}

/* ---- Times ------------------------------------------------------------------------------------- */

/* timespec64_valid() */
static bool is_valid(const struct timespec *ts) {
  return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NS_PER_SEC;
}

/* Saturating, as timespec64_to_ktime(). */
static int64_t ns_of(const struct timespec *ts) {
  return ts->tv_sec >= INT64_MAX / NS_PER_SEC ? INT64_MAX
                                              : (int64_t)ts->tv_sec * NS_PER_SEC + ts->tv_nsec;
}

static struct timespec timespec_of(int64_t ns) {
  return (struct timespec){.tv_sec = ns / NS_PER_SEC, .tv_nsec = ns % NS_PER_SEC};
}

static int64_t saturating_add(int64_t a, int64_t b) {
  return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* ---- With the lock held ------------------------------------------------------------------------ */

static int64_t now_of(const struct timerfd *t) {
  return t->wall ? host_wall_clock() : host_now();
}

/* timerfd_triggered(). Returns whether it has expired just now. */
static bool trigger_if_due(struct timerfd *t) {
  if (!t->armed || now_of(t) < t->expiry) {
    return false;
  }
  t->armed = false;
  t->expired = true;
  t->ticks++;
  return true;
}

/* hrtimer_forward_now(): arms it for the next time, and returns how many have passed, the one that
   it fired at included. */
static uint64_t forward(struct timerfd *t) {
  int64_t late = now_of(t) - t->expiry;
  int64_t passed = late > 0 ? late / t->interval + 1 : 1;
  t->expiry = saturating_add(t->expiry, passed * t->interval);
  t->armed = true;
  t->expired = false;
  return (uint64_t)passed;
}

/* Counts what an expired interval has missed. Returns whether that has armed the timer anew. */
static bool catch_up(struct timerfd *t) {
  if (!t->expired || !t->interval) {
    return false;
  }
  t->ticks += forward(t) - 1;
  return true;
}

static struct itimerspec time_left(const struct timerfd *t) {
  int64_t left = t->armed ? t->expiry - now_of(t) : 0;
  return (struct itimerspec){
    .it_interval = timespec_of(t->interval),
    .it_value = timespec_of(left > 0 ? left : 0),
  };
}

/* timerfd_setup(). hrtimer_init(): a relative time is the monotonic clock's, whichever was asked
   for. */
static void set_up(struct timerfd *t, int flags, const struct itimerspec *new) {
  int64_t value = ns_of(&new->it_value);
  bool absolute = flags & TFD_TIMER_ABSTIME;
  t->wall = absolute && t->clock == CLOCK_REALTIME;
  t->armed = value != 0;
  t->expired = false;
  t->expiry = absolute ? value : saturating_add(host_now(), value);
  t->interval = ns_of(&new->it_interval);
  t->ticks = 0;
}

/* ---- The node ---------------------------------------------------------------------------------- */

static int timerfd_poll(struct node *n) {
  struct timerfd *t = timer_of(n);
  lock_acquire(&t->lock);
  bool ticked = t->ticks;
  lock_release(&t->lock);
  return ticked ? POLLIN : 0;
}

/* The wall clock is looked at anew each time: if it has been set back the timer expires later. */
static deadline_t timerfd_deadline(struct node *n) {
  struct timerfd *t = timer_of(n);
  deadline_t deadline = DEADLINE_NONE;
  lock_acquire(&t->lock);
  if (t->armed) {
    deadline = t->wall ? saturating_add(t->expiry - host_wall_clock(), host_now()) : t->expiry;
  }
  lock_release(&t->lock);
  return deadline;
}

static void timerfd_expire(struct node *n) {
  struct timerfd *t = timer_of(n);
  lock_acquire(&t->lock);
  bool triggered = trigger_if_due(t);
  lock_release(&t->lock);
  if (triggered) {
    notify_node_listeners(n, POLLIN);
  }
}

static ssize_t timerfd_read(struct file *f, struct iov_iter *it) {
  struct timerfd *t = timer_of(f->node);
  if (it->count < sizeof t->ticks) {
    return -EINVAL;
  }
  timerfd_expire(&t->node);
  lock_acquire(&t->lock);
  bool armed = catch_up(t);
  uint64_t ticks = t->ticks;
  t->expired = false;
  t->ticks = 0;
  lock_release(&t->lock);
  if (armed) {
    notify_node_listeners(&t->node, DEADLINE_MOVED);
  }
  if (!ticks) {
    return -EAGAIN;
  }
  iov_iter_copy_to(it, &ticks, sizeof ticks);
  return sizeof ticks;
}

static void timerfd_close(struct node *n) {
  struct timerfd *t = timer_of(n);
  lock_acquire(&t->lock);
  t->armed = false;
  lock_release(&t->lock);
}

static void timerfd_free(struct node *n) {
  kmem_free(n, sizeof(struct timerfd));
}

static const struct node_ops timerfd_ops = {
  .name = "timerfd",
  .poll = timerfd_poll,
  .deadline = timerfd_deadline,
  .expire = timerfd_expire,
  .read = timerfd_read,
  .close = timerfd_close,
  .free = timerfd_free,
};

/* ---- The calls --------------------------------------------------------------------------------- */

int timerfd_open(int clock, int flags) {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK)) {
    return -EINVAL;
  }
  switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_REALTIME:
    case CLOCK_BOOTTIME: /* nothing runs while the system is suspended */
      break;
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM: /* of those with CAP_WAKE_ALARM */
      return -EPERM;
    default:
      return -EINVAL;
  }
  struct timerfd *t = kmem_zalloc(sizeof *t);
  if (!t) {
    return -ENOMEM;
  }
  t->clock = clock;
  node_init(&t->node, &timerfd_ops);
  return fd_open(&t->node, O_RDWR | flags);
}

/* The description of a timer, with a reference. Returns 0, -EBADF or -EINVAL. */
static int timer_get(int fd, struct file **f) {
  *f = file_get(fd);
  if (*f && (*f)->node->ops == &timerfd_ops) {
    return 0;
  }
  struct node *other = *f ? (*f)->node : node_of_fd(fd);
  if (*f) {
    file_put(*f);
  } else if (other) {
    node_put(other);
  }
  return other ? -EINVAL : -EBADF;
}

/* timerfd_setup_cancel(): for other times it is ignored. */
static bool cancels_on_set(const struct timerfd *t, int flags) {
  const int both = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  return t->clock == CLOCK_REALTIME && (flags & both) == both;
}

int timerfd_set(int fd, int flags, const struct itimerspec *new, struct itimerspec *old) {
  if (!user_range_ok(new, sizeof *new) || (old && !user_range_ok(old, sizeof *old))) {
    return -EFAULT;
  }
  /* It may lie where old does. */
  struct itimerspec setting = *new;
  if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) || !is_valid(&setting.it_value) ||
      !is_valid(&setting.it_interval)) {
    return -EINVAL;
  }
  struct file *f;
  int err = timer_get(fd, &f);
  if (err) {
    return err;
  }
  struct timerfd *t = timer_of(f->node);
  if (cancels_on_set(t, flags)) {
    file_put(f);
    return -EINVAL;
  }
  timerfd_expire(&t->node);
  lock_acquire(&t->lock);
  catch_up(t);
  struct itimerspec before = time_left(t);
  set_up(t, flags, &setting);
  bool armed = t->armed;
  lock_release(&t->lock);
  if (armed) {
    notify_node_listeners(&t->node, DEADLINE_MOVED);
  }
  if (old) {
    *old = before;
  }
  file_put(f);
  return 0;
}

int timerfd_get(int fd, struct itimerspec *current) {
  struct file *f;
  int err = timer_get(fd, &f);
  if (err) {
    return err;
  }
  if (!user_range_ok(current, sizeof *current)) {
    file_put(f);
    return -EFAULT;
  }
  struct timerfd *t = timer_of(f->node);
  timerfd_expire(&t->node);
  lock_acquire(&t->lock);
  bool armed = catch_up(t);
  *current = time_left(t);
  lock_release(&t->lock);
  if (armed) {
    notify_node_listeners(&t->node, DEADLINE_MOVED);
  }
  file_put(f);
  return 0;
}
