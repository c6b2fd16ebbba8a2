/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * signalfd(2), after fs/signalfd.c. Its state is what is pending, signal.c's; it is ready for those
 * that are pending for whoever asks, so that all of them are told when anything becomes pending.
 */
#include "signalfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "file.h"
#include "kmem.h"
#include "signal.h"

/* struct signalfd_siginfo of <linux/signalfd.h>; emcc's sysroot has no <sys/signalfd.h>. */
struct signal_record {
  uint32_t signo;
  int32_t error;
  int32_t code;
  uint32_t pid;
  uint32_t uid;
  int32_t fd;
  uint32_t timer;
  uint32_t band;
  uint32_t overrun;
  uint32_t trap;
  int32_t status;
  int32_t value;
  uint64_t pointer;
  uint64_t user_time;
  uint64_t system_time;
  uint64_t address;
  uint8_t padding[48];
};

_Static_assert(sizeof(struct signal_record) == 128, "the size of struct signalfd_siginfo");

struct signalfd {
  struct node node;
  struct signalfd *next, *prev; /* all that are open */
  sigmask_t mask;               /* changed with list_lock and the lock of the threads held */
};

/* Comes before the lock of the threads, and before the wait queues. */
static struct lock list_lock;
static struct signalfd *first;

static int signalfd_poll(struct node *n) {
  struct signalfd *s = (struct signalfd *)n;
  struct thread *t = thread_current();
  threads_lock();
  bool ready = signals_pending_locked(t) & s->mask;
  threads_unlock();
  return ready ? POLLIN : 0;
}

/* siginfo_layout(): which members of the union there are. */
static struct signal_record record_of(const siginfo_t *info) {
  struct signal_record r = {
    .signo = (uint32_t)info->si_signo, .error = info->si_errno, .code = info->si_code};
  bool has_value = info->si_code < 0;
  if (info->si_code == SI_TIMER) {
    r.timer = (uint32_t)info->si_timerid;
    r.overrun = (uint32_t)info->si_overrun;
  } else {
    r.pid = (uint32_t)info->si_pid;
    r.uid = (uint32_t)info->si_uid;
  }
  if (has_value) {
    r.value = info->si_value.sival_int;
    r.pointer = (uintptr_t)info->si_value.sival_ptr;
  }
  return r;
}

static bool take(struct signalfd *s, siginfo_t *info) {
  struct thread *t = thread_current();
  threads_lock();
  int sig = signal_take_locked(t, s->mask, info);
  threads_unlock();
  return sig;
}

static ssize_t signalfd_read(struct file *f, struct iov_iter *it) {
  struct signalfd *s = (struct signalfd *)f->node;
  siginfo_t info;
  ssize_t total = 0;
  if (it->count < sizeof(struct signal_record)) {
    return -EINVAL;
  }
  while (it->count >= sizeof(struct signal_record) && take(s, &info)) {
    struct signal_record r = record_of(&info);
    iov_iter_copy_to(it, &r, sizeof r);
    total += (ssize_t)sizeof r;
  }
  return total ? total : -EAGAIN;
}

static void signalfd_close(struct node *n) {
  struct signalfd *s = (struct signalfd *)n;
  lock_acquire(&list_lock);
  *(s->prev ? &s->prev->next : &first) = s->next;
  if (s->next) {
    s->next->prev = s->prev;
  }
  lock_release(&list_lock);
}

static void signalfd_free(struct node *n) {
  kmem_free(n, sizeof(struct signalfd));
}

static const struct node_ops signalfd_ops = {
  .name = "signalfd",
  .poll = signalfd_poll,
  .read = signalfd_read,
  .close = signalfd_close,
  .free = signalfd_free,
};

/* signalfd_notify(): the kernel has one queue for all signalfds of a process, and does not say what has
   happened, so that each signal, and each change of a mask, is an edge to every one of them. */
static void notify_all(void) {
  lock_acquire(&list_lock);
  for (struct signalfd *s = first; s; s = s->next) {
    notify_node_listeners(&s->node, ANY_EVENT);
  }
  lock_release(&list_lock);
}

static int create(sigmask_t mask, int flags) {
  struct signalfd *s = kmem_alloc(sizeof *s);
  if (!s) {
    return -ENOMEM;
  }
  *s = (struct signalfd){.mask = mask};
  node_init(&s->node, &signalfd_ops);
  signals_pending_hook = notify_all;
  lock_acquire(&list_lock);
  s->next = first;
  if (first) {
    first->prev = s;
  }
  first = s;
  lock_release(&list_lock);
  return fd_open(&s->node, O_RDWR | flags);
}

static int change(int fd, sigmask_t mask) {
  struct file *f = file_get(fd);
  if (!f) {
    struct node *n = node_of_fd(fd);
    if (n) {
      node_put(n);
    }
    return n ? -EINVAL : -EBADF;
  }
  bool is_signalfd = f->node->ops == &signalfd_ops;
  if (is_signalfd) {
    lock_acquire(&list_lock);
    threads_lock();
    ((struct signalfd *)f->node)->mask = mask;
    threads_unlock();
    lock_release(&list_lock);
    notify_all();
  }
  file_put(f);
  return is_signalfd ? fd : -EINVAL;
}

int signalfd_open(int fd, const sigset_t *mask, int flags) {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK)) {
    return -EINVAL;
  }
  sigmask_t given = sigmask_of(mask) & ~UNBLOCKABLE;
  return fd == -1 ? create(given, flags) : change(fd, given);
}
