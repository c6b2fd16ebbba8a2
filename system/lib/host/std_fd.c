/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Reading, writing and readiness of standard input, output and error, see std_fd.h.
 *
 * Any thread reads and writes the host's descriptors by itself. What needs the event loop is the
 * main thread's: to watch for input, which takes a byte, and to write what a full pipe has no room
 * for.
 */
#define _GNU_SOURCE
#include "std_fd.h"

#include <emscripten.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "host.h"
#include "host_sleep.h"
#include "kmem.h"

#if EMWAKE_THREADS
#include <emscripten/proxying.h>
#include <emscripten/threading.h>
#endif

/* Writes up to this size are atomic (pipe(7)): a full pipe's node takes one of them. */
#define ATOMIC_SIZE ((size_t)4096)
/* What a FIONREAD looks at. */
#define READ_AHEAD ((size_t)64 * 1024)

/* src/lib/libstdfd.js. The first group may be called on any thread; results are a number or -errno. */
int emwake_std_read(int fd, void *buf, size_t len);
int emwake_std_write(int fd, const void *buf, size_t len);
/* A descriptor of the same file, of a description that does not block; -1: the host has no way. */
int emwake_std_unblocked(int fd, int flags);
int emwake_std_hung_up(int fd);
/* Whether the main thread's event loop is never held up by the program. */
int emwake_std_main_is_free(void);

/* On the main thread. emwake_std_kind() also says which of the terminals 0 to 2 comes first. */
int emwake_std_kind(int fd, int *first);
int emwake_std_attach(int fd, int kind, struct file *f);
/* A handle for the event loop; returns the descriptor that does not block any more. */
int emwake_std_open(struct std_fd *s, int kind, int in, int own_in, int out, int own_out);
/* Takes one byte when there is one, or the next chunk of a stream. */
void emwake_std_watch(struct std_fd *s);
void emwake_std_send(struct std_fd *s, const void *buf, size_t len);
void emwake_std_close(struct std_fd *s, int kind, int in, int own_in, int own_out);

static const struct node_ops pipe_ops, socket_ops, tty_ops;

static struct std_fd *std_fd_of(struct file *f) {
  return (struct std_fd *)f->node;
}

static bool on_main_thread(void) {
#if EMWAKE_THREADS
  return emscripten_is_main_runtime_thread();
#else
  return true;
#endif
}

#if EMWAKE_THREADS
static void on_main(void (*fn)(void *), void *arg) {
  emscripten_proxy_async(emscripten_proxy_get_system_queue(), emscripten_main_runtime_thread_id(),
                         fn, arg);
}

/* Waits until fn has run there; the caller holds no lock. */
static void on_main_now(void (*fn)(void *), void *arg) {
  emscripten_proxy_sync(emscripten_proxy_get_system_queue(), emscripten_main_runtime_thread_id(),
                        fn, arg);
}
#endif

/* ---- The host's side ------------------------------------------------------------------------- */

/* The host's descriptors are opened on the main thread alone: Node closes what a worker has opened
   when that ends. */

/* Makes a handle for the event loop, and own_in or own_out if there was no other way. */
static void open_handle(struct std_fd *s) {
  int fd = emwake_std_open(s, s->kind, s->in, s->own_in, s->out, s->own_out);
  if (s->in >= 0 && s->own_in < 0) {
    s->own_in = fd;
  }
  if (s->out >= 0 && s->own_out < 0) {
    s->own_out = fd;
  }
}

/* Returns whether own_in can be read. Under the lock. */
static bool open_input(struct std_fd *s) {
  if (s->own_in < 0 && s->in >= 0 && on_main_thread()) {
    s->own_in = emwake_std_unblocked(s->in, O_RDONLY);
    if (s->own_in < 0) {
      open_handle(s);
    }
  }
  return s->own_in >= 0;
}

static void open_output(void *arg) {
  struct std_fd *s = arg;
  lock_acquire(&s->lock);
  if (s->own_out < 0) {
    s->own_out = emwake_std_unblocked(s->out, O_WRONLY);
  }
  if (s->own_out < 0) {
    open_handle(s);
  }
  lock_release(&s->lock);
}

static int output_that_does_not_block(struct std_fd *s) {
  if (s->own_out < 0) {
#if EMWAKE_THREADS
    if (!on_main_thread()) {
      on_main_now(open_output, s);
      return s->own_out;
    }
#endif
    open_output(s);
  }
  return s->own_out;
}

static void watch_here(struct std_fd *s) {
  if (s->descriptions) {
    emwake_std_watch(s);
  }
  node_put(&s->node);
}

#if EMWAKE_THREADS
static void watch_task(void *arg) {
  struct std_fd *s = arg;
  lock_acquire(&s->lock);
  if (s->descriptions && open_input(s)) {
    open_handle(s);
  }
  lock_release(&s->lock);
  watch_here(s);
}
#endif

/* Asks for a notification of input, unless it has been asked for. Not under the lock. */
static void watch(struct std_fd *s) {
  lock_acquire(&s->lock);
  bool first = !s->watched && !s->received.len && !s->at_end;
  s->watched |= first;
  if (first && on_main_thread() && open_input(s)) {
    open_handle(s);
  }
  lock_release(&s->lock);
  if (!first) {
    return;
  }
  node_get(&s->node);
#if EMWAKE_THREADS
  if (!on_main_thread()) {
    on_main(watch_task, s);
    return;
  }
#endif
  watch_here(s);
}

static bool is_waited_for(const struct std_fd *s) {
  return s->node.queue.head;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Somebody may open a FIFO again that was at its end. The main thread looks; for the others it stays
   at its end, for they could not find it there. */
static bool is_at_end(struct std_fd *s) {
  if (s->kind == STD_PIPE && on_main_thread()) {
    s->at_end = false;
  }
  return s->at_end || s->hung_up;
}

static ssize_t read_host(struct std_fd *s, void *buf, size_t len) {
  if ((s->watched && !on_main_thread()) || !open_input(s)) {
    return -EAGAIN;
  }
  ssize_t n = emwake_std_read(s->own_in, buf, len);
  if (n == 0 && s->kind != STD_TTY) {
    s->at_end = true;
  }
  if ((n == 0 || n == -EIO) && s->kind == STD_TTY) {
    s->hung_up = emwake_std_hung_up(s->own_in);
  }
  return n;
}

/* Puts a byte into `received` if there is one. Returns what read_host() does. */
static ssize_t look_ahead(struct std_fd *s, size_t len) {
  char *p = sock_buffer_reserve(&s->received, len);
  if (!p) {
    return -ENOMEM;
  }
  ssize_t n = read_host(s, p, len);
  if (n > 0) {
    sock_buffer_commit(&s->received, (size_t)n);
  }
  return n;
}

/* Bytes of `received` up to the end of the first line, or of all. */
static size_t line_length(const struct std_fd *s, bool *line_end) {
  size_t n = 0;
  for (struct sock_block *b = s->received.first; b; b = b->next) {
    const char *begin = b->bytes + b->head;
    const char *end = memchr(begin, '\n', b->tail - b->head);
    if (end) {
      *line_end = true;
      return n + (size_t)(end - begin) + 1;
    }
    n += b->tail - b->head;
  }
  return n;
}

/* n_tty_read(): a line at a time. */
static size_t take(struct std_fd *s, struct iov_iter *it, bool *line_end) {
  bool lines = std_fd_is_tty(s) && s->line_mode;
  size_t n = lines ? line_length(s, line_end) : s->received.len;
  n = sock_buffer_peek(&s->received, it, n);
  sock_buffer_drop(&s->received, n);
  return n;
}

static ssize_t read_into(struct std_fd *s, struct iov_iter *it) {
  size_t len;
  void *p = iov_iter_segment(it, &len);
  ssize_t n = read_host(s, p, len);
  if (n > 0) {
    iov_iter_advance(it, (size_t)n);
  }
  return n;
}

/* Goes on behind the done bytes that were there. */
static ssize_t read_on(struct std_fd *s, struct iov_iter *it, size_t done) {
  while (it->count) {
    size_t len;
    iov_iter_segment(it, &len);
    ssize_t n = read_into(s, it);
    if (n == 0 && done && s->kind == STD_TTY && !s->hung_up) {
      s->at_end = true; /* it is of the next read */
    }
    if (n <= 0) {
      return done ? (ssize_t)done : n;
    }
    done += (size_t)n;
    if ((size_t)n < len || std_fd_is_tty(s)) {
      break;
    }
  }
  return (ssize_t)done;
}

static ssize_t try_read(struct std_fd *s, struct iov_iter *it) {
  bool line_end = false;
  size_t done = take(s, it, &line_end);
  if (line_end || (done && s->at_end)) {
    return (ssize_t)done;
  }
  if (is_at_end(s)) {
    s->at_end = !std_fd_is_tty(s);
    return 0;
  }
  return read_on(s, it, done);
}

/* The call cannot wait here, but the host's own read can. */
static ssize_t read_blocking(struct std_fd *s, struct iov_iter *it) {
  size_t len;
  void *p = iov_iter_segment(it, &len);
  ssize_t n = emwake_std_read(s->in, p, len);
  if (n > 0) {
    iov_iter_advance(it, (size_t)n);
  }
  return n;
}

static ssize_t read_here(struct std_fd *s, struct iov_iter *it) {
  lock_acquire(&s->lock);
  ssize_t r = try_read(s, it);
  lock_release(&s->lock);
  return r;
}

#if EMWAKE_THREADS

struct read_call {
  struct std_fd *s;
  struct iov_iter *it;
  ssize_t result;
};

static void read_task(void *arg) {
  struct read_call *call = arg;
  call->result = read_here(call->s, call->it);
}

#endif

/* Where the main thread may have taken a byte that is not in `received` yet, it reads. */
static ssize_t read_on_right_thread(struct std_fd *s, struct iov_iter *it) {
#if EMWAKE_THREADS
  if (s->in >= 0 && (s->watched || s->own_in < 0) && !on_main_thread()) {
    struct read_call call = {s, it, 0};
    on_main_now(read_task, &call);
    return call.result;
  }
#endif
  return read_here(s, it);
}

static bool has_input(struct std_fd *s) {
  lock_acquire(&s->lock);
  bool has = s->received.len || s->at_end;
  lock_release(&s->lock);
  return has;
}

/* The next edge comes when the program has read something: of what is left, too. */
static bool is_watched_by_epoll(const struct file *f) {
  return __atomic_load_n(&f->watchers, __ATOMIC_RELAXED);
}

static ssize_t std_read(struct file *f, struct iov_iter *it) {
  struct std_fd *s = std_fd_of(f);
  if (!it->count) {
    return 0;
  }
  bool here = !(f->flags & O_NONBLOCK) && s->in >= 0 && !emwake_can_await_events();
  if (here && !has_input(s)) {
    return read_blocking(s, it);
  }
  ssize_t r = read_on_right_thread(s, it);
  if (r == -EAGAIN ? is_waited_for(s) || std_fd_is_stream(s) : r > 0 && is_watched_by_epoll(f)) {
    watch(s);
  }
  return r;
}

size_t emwake_std_read_ahead(struct std_fd *s) {
  lock_acquire(&s->lock);
  while (!s->at_end && s->received.len < READ_AHEAD) {
    ssize_t n = look_ahead(s, READ_AHEAD - s->received.len);
    if (n <= 0) {
      s->at_end |= n == 0 && s->kind == STD_TTY && !s->hung_up;
      break;
    }
  }
  size_t len = s->received.len;
  lock_release(&s->lock);
  return len;
}

void emwake_std_discard_input(struct std_fd *s) {
  while (emwake_std_read_ahead(s)) {
    lock_acquire(&s->lock);
    sock_buffer_clear(&s->received);
    s->at_end &= !std_fd_is_tty(s);
    lock_release(&s->lock);
  }
}

/* The watch has come back: a byte, or the end. With that goes the handle, and its descriptor. */
EMSCRIPTEN_KEEPALIVE void emwake_std_received(struct std_fd *s, int byte) {
  lock_acquire(&s->lock);
  s->watched = false;
  if (byte < 0) {
    s->at_end = true;
    s->own_in = s->kind == STD_SOCKET ? s->own_in : -1;
    s->hung_up = s->kind == STD_TTY && emwake_std_hung_up(s->in);
  } else {
    char *p = sock_buffer_reserve(&s->received, 1);
    if (p) {
      *p = (char)byte;
      sock_buffer_commit(&s->received, 1);
    }
  }
  lock_release(&s->lock);
  notify_node_listeners(&s->node, POLLIN | POLLRDNORM | (byte < 0 ? POLLHUP | POLLRDHUP : 0));
}

/* A chunk of a stream: reserve, fill in, commit. */
EMSCRIPTEN_KEEPALIVE char *emwake_std_reserve(struct std_fd *s, size_t len) {
  lock_acquire(&s->lock);
  char *p = sock_buffer_reserve(&s->received, len);
  if (!p) {
    lock_release(&s->lock);
  }
  return p;
}

EMSCRIPTEN_KEEPALIVE void emwake_std_commit(struct std_fd *s, size_t len) {
  sock_buffer_commit(&s->received, len);
  s->watched = false;
  lock_release(&s->lock);
  notify_node_listeners(&s->node, POLLIN | POLLRDNORM);
}

/* For JavaScript: whether it is worth staying alive for. */
EMSCRIPTEN_KEEPALIVE int emwake_std_is_waited_for(struct std_fd *s) {
  return is_waited_for(s);
}

/* ---- Writing --------------------------------------------------------------------------------- */

#if EMWAKE_THREADS

struct parcel {
  struct std_fd *s;
  size_t len;
  char bytes[];
};

static void send_task(void *arg) {
  struct parcel *p = arg;
  lock_acquire(&p->s->lock);
  open_handle(p->s);
  lock_release(&p->s->lock);
  emwake_std_send(p->s, p->bytes, p->len);
  node_put(&p->s->node);
  kmem_free(p, sizeof *p + p->len);
}

static bool send_from_thread(struct std_fd *s, const void *buf, size_t len) {
  struct parcel *p = kmem_alloc(sizeof *p + len);
  if (!p) {
    return false;
  }
  node_get(&s->node);
  *p = (struct parcel){.s = s, .len = len};
  memcpy(p->bytes, buf, len);
  on_main(send_task, p);
  return true;
}

#endif

/* Gives JavaScript bytes that it writes when there is room. */
static ssize_t hand_over(struct std_fd *s, const void *buf, size_t len) {
  node_get(&s->node); /* until emwake_std_sent() */
  lock_acquire(&s->lock);
  s->in_transit += len;
  if (on_main_thread()) {
    open_handle(s);
  }
  lock_release(&s->lock);
#if EMWAKE_THREADS
  if (!on_main_thread()) {
    if (send_from_thread(s, buf, len)) {
      return (ssize_t)len;
    }
    lock_acquire(&s->lock);
    s->in_transit -= len;
    lock_release(&s->lock);
    node_put(&s->node);
    return -ENOBUFS;
  }
#endif
  emwake_std_send(s, buf, len);
  return (ssize_t)len;
}

EMSCRIPTEN_KEEPALIVE void emwake_std_sent(struct std_fd *s, size_t len, int failed) {
  lock_acquire(&s->lock);
  s->in_transit -= len;
  s->broken |= failed != 0;
  bool room = !s->in_transit;
  lock_release(&s->lock);
  if (room) {
    notify_node_listeners(&s->node, POLLOUT | POLLWRNORM | (failed ? POLLERR : 0));
  }
  node_put(&s->node);
}

/* Whether a write that finds no room may wait for the event loop to make some. A thread may not
   where main can hold up that loop, as by joining it: what is printed must get out. */
static bool may_await_room(const struct file *f) {
  if (f->flags & O_NONBLOCK) {
    return true;
  }
#if EMWAKE_THREADS
  if (!on_main_thread()) {
    return emwake_std_main_is_free();
  }
#endif
  return emwake_can_await_events();
}

static ssize_t write_host(struct std_fd *s, int fd, const void *buf, size_t len) {
  ssize_t n = emwake_std_write(fd, buf, len);
  if (n == -EPIPE) {
    lock_acquire(&s->lock);
    s->broken = true;
    lock_release(&s->lock);
  }
  return n;
}

static ssize_t put(struct file *f, struct std_fd *s, const void *buf, size_t len) {
  if (s->broken) {
    return -EPIPE;
  }
  if (s->kind == STD_TTY) {
    return write_host(s, s->out, buf, len);
  }
  bool awaits = may_await_room(f);
  if (!s->in_transit) {
    int fd = awaits ? output_that_does_not_block(s) : s->out;
    ssize_t n = write_host(s, fd >= 0 ? fd : s->out, buf, len);
    if (n != -EAGAIN) {
      return n;
    }
  } else if (awaits) {
    return -EAGAIN;
  }
  return hand_over(s, buf, awaits && len > ATOMIC_SIZE ? ATOMIC_SIZE : len);
}

static ssize_t std_write(struct file *f, struct iov_iter *it) {
  struct std_fd *s = std_fd_of(f);
  if (s->out < 0) {
    return -EBADF;
  }
  ssize_t done = 0;
  while (it->count) {
    size_t len;
    void *p = iov_iter_segment(it, &len);
    ssize_t n = put(f, s, p, len);
    if (n < 0) {
      return done ? done : n;
    }
    iov_iter_advance(it, (size_t)n);
    done += n;
    if ((size_t)n < len) {
      break;
    }
  }
  return done;
}

/* ---- Readiness ------------------------------------------------------------------------------- */

/* Of one that has no byte. */
static int end_of_input(const struct std_fd *s) {
  switch (s->kind) {
    case STD_PIPE:
    case STD_STREAM:
      return POLLHUP;
    case STD_SOCKET:
      return POLLIN | POLLRDNORM | POLLRDHUP;
    default: /* hung_up_tty_poll() in drivers/tty/tty_io.c, or the end of file that was typed */
      return POLLIN | POLLRDNORM | (s->hung_up ? POLLERR | POLLHUP : 0);
  }
}

static int poll_input(struct std_fd *s, bool *idle) {
  if (s->received.len) {
    return POLLIN | POLLRDNORM;
  }
  if (is_at_end(s)) {
    return end_of_input(s);
  }
  ssize_t n = look_ahead(s, 1);
  if (n == -EAGAIN) {
    *idle = true;
    return 0;
  }
  if (n > 0) {
    return POLLIN | POLLRDNORM;
  }
  s->at_end |= n == 0 && s->kind == STD_TTY && !s->hung_up;
  return n == 0 || s->hung_up ? end_of_input(s) : POLLERR;
}

static int poll_output(const struct std_fd *s) {
  return (s->in_transit ? 0 : POLLOUT | POLLWRNORM) | (s->broken ? POLLERR : 0);
}

static int std_poll(struct node *n) {
  struct std_fd *s = (struct std_fd *)n;
  bool idle = false;
  int mask = 0;
  lock_acquire(&s->lock);
  if (s->in >= 0 || std_fd_is_stream(s)) {
    mask |= poll_input(s, &idle);
  }
  if (s->out >= 0) {
    mask |= poll_output(s);
  }
  lock_release(&s->lock);
  /* Whoever waits has a listener by now. Without one there is still to be asked for a stream's next
     chunk, and, from a thread, for the input to be opened. */
  if (idle && (is_waited_for(s) || s->own_in < 0)) {
    watch(s);
  }
  return mask;
}

/* ---- Opening and closing --------------------------------------------------------------------- */

static void close_here(void *arg) {
  struct std_fd *s = arg;
  emwake_std_close(s, s->kind, s->in, s->own_in, s->own_out);
  node_put(&s->node);
}

static void std_close(struct node *n) {
  struct std_fd *s = (struct std_fd *)n;
  lock_acquire(&s->lock);
  bool last = --s->descriptions == 0;
  lock_release(&s->lock);
  if (!last) {
    return;
  }
  node_get(n);
#if EMWAKE_THREADS
  if (!on_main_thread()) {
    on_main(close_here, s);
    return;
  }
#endif
  close_here(s);
}

static void std_free(struct node *n) {
  struct std_fd *s = (struct std_fd *)n;
  sock_buffer_clear(&s->received);
  kmem_free(s, sizeof *s);
}

#define STD_OPS(kind_name, kind_mode)                                                              \
  {                                                                                                \
    .name = kind_name, .mode = kind_mode, .poll = std_poll, .read = std_read, .write = std_write,  \
    .ioctl = emwake_std_ioctl, .close = std_close, .free = std_free,                               \
  }

static const struct node_ops pipe_ops = STD_OPS("pipe", S_IFIFO | 0600);
static const struct node_ops socket_ops = STD_OPS("socket", S_IFSOCK | 0777);
static const struct node_ops tty_ops = STD_OPS("tty", S_IFCHR | 0620);

static const struct node_ops *ops_of(enum std_kind kind) {
  switch (kind) {
    case STD_SOCKET:
      return &socket_ops;
    case STD_TTY:
    case STD_TTY_STREAM:
      return &tty_ops;
    default:
      return &pipe_ops;
  }
}

static struct std_fd *std_fd_new(enum std_kind kind, int in, int out) {
  struct std_fd *s = kmem_zalloc(sizeof *s);
  if (s) {
    s->kind = kind;
    s->in = in;
    s->out = out;
    s->own_in = s->own_out = -1;
    s->line_mode = true;
    node_init(&s->node, ops_of(kind));
  }
  return s;
}

/* Another description. */
static struct file *describe(struct std_fd *s, int flags) {
  s->descriptions++;
  return file_new(node_get(&s->node), flags);
}

static int access_mode(enum std_kind kind, int fd) {
  if (kind == STD_TTY || kind == STD_SOCKET) {
    return O_RDWR;
  }
  return fd == 0 ? O_RDONLY : O_WRONLY;
}

static struct std_fd *node_for(int fd, int kind, struct std_fd *first) {
  if (kind == STD_TTY && first) { /* a terminal is one node, whatever descriptor it is reached by */
    first->out = first->out == 1 ? 1 : fd;
    return (struct std_fd *)node_get(&first->node);
  }
  bool stream = kind == STD_STREAM || kind == STD_TTY_STREAM;
  bool both = kind == STD_TTY || kind == STD_SOCKET;
  return std_fd_new(kind, (fd == 0 || both) && !stream ? fd : -1,
                    (fd != 0 || both) && !stream ? fd : -1);
}

static void attach(int fd, struct std_fd **standard) {
  int first = -1;
  int kind = emwake_std_kind(fd, &first);
  struct std_fd *s = kind < 0 ? NULL : node_for(fd, kind, first < 0 ? NULL : standard[first]);
  if (!s) {
    return;
  }
  standard[fd] = s;
  struct file *f = describe(s, access_mode(kind, fd));
  if (f) {
    emwake_std_attach(fd, kind, f);
    file_put(f);
  }
  node_put(&s->node);
}

void emwake_std_init(void) {
  static bool done;
  if (done) {
    return;
  }
  done = true;
  struct std_fd *standard[3] = {NULL};
  for (int fd = 0; fd < 3; fd++) {
    attach(fd, standard);
  }
}

/* open("/dev/tty") and the like: a description for the FS stream fd, of what f refers to, or, if f
   is NULL, of the terminal that the host has at in_out. */
EMSCRIPTEN_KEEPALIVE struct file *emwake_std_reopen(int fd, struct file *f, int in_out, int flags) {
  struct std_fd *s = f ? (struct std_fd *)node_get(f->node) : std_fd_new(STD_TTY, in_out, in_out);
  if (!s) {
    return NULL;
  }
  struct file *opened = describe(s, flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
  if (opened && fd_attach(fd, opened)) {
    file_put(opened);
    opened = NULL;
  }
  if (opened) {
    file_put(opened); /* the descriptor's reference is the only one */
  }
  node_put(&s->node);
  return opened;
}
