/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * AF_UNIX sockets (unix(7)), after net/unix/af_unix.c: stream, datagram and seqpacket, inside the
 * program. A message is one object, the packet, which goes from its sender right into the queue of
 * the receiver. It is charged to its sender until the receiver has read it, with the sizes that
 * the kernel's own buffers have, so that a program meets a full socket after the same number of
 * messages as on Linux.
 *
 *   unix_socket.c    life of a socket, readiness, socket, socketpair
 *   unix_name.c      bind, and who has which name
 *   unix_connect.c   listen, connect, accept, shutdown
 *   unix_stream.c    bytes: send, receive
 *   unix_packet.c    packets, and their queue: send, receive of SOCK_DGRAM and SOCK_SEQPACKET
 *   unix_control.c   control messages: descriptors in flight, credentials
 *   unix_garbage.c   sockets that nobody can reach but through each other
 *   unix_option.c    getsockopt, setsockopt
 *   unix_outside.c   streams to other processes
 *
 * Locks, from left to right: topology (who is connected to whom, and bound to what) -> reader (the
 * one who takes out of a queue) -> lock (a socket's state; never those of two sockets at once) ->
 * wait queues.
 */
#ifndef EMWAKE_CORE_UNIX_H
#define EMWAKE_CORE_UNIX_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "file.h"
#include "iov_iter.h"
#include "lock.h"
#include "node.h"
#include "socket_family.h"
#include "sol_socket.h"

#define UNIX_READABLE (POLLIN | POLLRDNORM)
#define UNIX_WRITABLE (POLLOUT | POLLWRNORM | POLLWRBAND)
#define UNIX_EVENTS (UNIX_READABLE | UNIX_WRITABLE | POLLHUP | POLLERR | POLLRDHUP)

/* offsetof(struct sockaddr_un, sun_path): the length of a name that is none. */
#define UNIX_NAME_OFFSET ((socklen_t)sizeof(sa_family_t))

/* UNIX_CONNECTING: to another process, unix_outside.c. */
enum unix_state { UNIX_CLOSED, UNIX_LISTENING, UNIX_CONNECTING, UNIX_ESTABLISHED };

enum { UNIX_SHUTDOWN_RECEIVE = 1, UNIX_SHUTDOWN_SEND = 2, UNIX_SHUTDOWN_BOTH = 3 };

/* struct ucred, which musl and glibc both hide. A pid of 0: of nobody. */
struct unix_credentials {
  int pid;
  unsigned uid, gid;
};

#define UNIX_NOBODY ((struct unix_credentials){0, (unsigned)-1, (unsigned)-1})

/* What a socket is bound to: name, and for a path the file's identity. */
struct unix_address {
  socklen_t len;
  struct sockaddr_un name;
  bool is_path;
  uint64_t inode;
};

struct unix_rights;
struct unix_socket;

struct unix_packet {
  struct unix_packet *next;
  struct unix_socket *sender; /* a reference */
  size_t charge;              /* what it counts against the sender's SO_SNDBUF */
  size_t len, consumed;
  struct unix_credentials credentials;
  struct unix_rights *rights; /* descriptors in flight, or NULL */
  char *pages;                /* the bytes beyond those in head */
  size_t head_len;
  char head[];
};

struct unix_socket {
  struct node node;
  struct lock lock; /* of all that is not said to be another's */
  struct lock reader;
  int type;
  enum unix_state state;
  int error; /* SO_ERROR: a positive errno */
  int shutdown;
  bool dead;       /* no descriptor is left */
  bool unaccepted; /* in a listener's queue */
  bool passes_credentials;
  bool has_address; /* address is set, once; the topology lock */
  bool is_bound;    /* s is found by it */
  struct unix_address address;
  struct unix_socket *peer; /* a reference; changes under the topology lock as well */
  struct unix_credentials peer_credentials;
  struct socket_options options;
  size_t charged; /* for packets that are on their way */
  /* Packets received, or the connections that nobody has accepted. */
  struct unix_packet *first_packet, *last_packet;
  struct unix_socket *first_waiting, *last_waiting, *next_waiting;
  int queue_len, backlog;
  /* Who waits until the queue has room: to send, or to connect. */
  struct wait_queue room;
  /* Datagram sockets whose peer this is; the topology lock. */
  struct unix_socket *first_sender, *next_sender, *prev_sender;
  struct unix_socket *next_bound; /* unix_name.c */
  /* Descriptions of it in flight, see unix_garbage.c. */
  struct file *file;
  int in_flight;
  struct unix_socket *next_in_flight, *prev_in_flight, *next_reached;
  int unaccounted;
};

extern struct lock emwake_unix_topology;

extern const struct socket_family emwake_unix_family;

/* ---- unix_socket.c --------------------------------------------------------------------------- */

/* socket(2) and socketpair(2) of what socket_check_kind() let pass. flags: O_NONBLOCK, O_CLOEXEC. */
int unix_open(int type, int flags);
int unix_open_pair(int type, int flags, int fds[2]);

struct unix_socket *unix_socket_new(int type);

/* A description of s, whose reference is taken over. flags: O_NONBLOCK. NULL: out of memory. */
struct file *unix_file_new(struct unix_socket *s, int flags);

/* A descriptor for s, whose reference is taken over. */
int unix_install(struct unix_socket *s, int flags);

static inline struct unix_socket *unix_of_file(const struct file *f) {
  return (struct unix_socket *)f->node;
}

/* The socket behind a description, or NULL. */
struct unix_socket *unix_of_any_file(const struct file *f);

/* Ends a socket that has, or never had, a descriptor. embryo: nobody has accepted it. */
void unix_release(struct unix_socket *s, bool embryo);

/* sock_error(): the pending error, once, as -errno. The caller holds the lock. */
int unix_take_error(struct unix_socket *s);

/* The peer with a reference, or NULL. */
struct unix_socket *unix_peer_get(struct unix_socket *s);

/* unix_writable(). The caller holds the lock. */
bool unix_is_writable(const struct unix_socket *s);

/* unix_recvq_full(). The caller holds the lock. */
static inline bool unix_queue_is_full(const struct unix_socket *s) {
  return s->queue_len > s->backlog;
}

/* SO_PASSCRED, which a sender asks of the receiver. */
static inline bool unix_passes_credentials(const struct unix_socket *s) {
  return __atomic_load_n(&s->passes_credentials, __ATOMIC_RELAXED);
}

/* The program's own. */
struct unix_credentials unix_own_credentials(void);

/* Waits on behalf of f until other has room, or will never have. As waiter_wait(), or -EBADF. */
int unix_wait_for_room(struct file *f, int fd, struct unix_socket *other, deadline_t deadline);

/* The queue of s has room again: tells those who wait for it. */
void unix_has_room(struct unix_socket *s);

/* Sets or dissolves the peer of a datagram socket, on both ends' lists. Returns the old one, whose
   reference is the caller's. Under the topology lock. */
struct unix_socket *unix_set_peer(struct unix_socket *s, struct unix_socket *peer);

/* ---- unix_name.c ----------------------------------------------------------------------------- */

int unix_bind(struct file *f, const struct sockaddr *addr, socklen_t len);

/* Gives s an abstract name of the system's choice if it has none. */
int unix_autobind(struct unix_socket *s);

/* Copies a name of the caller's, checks it and ends a path with 0. 0, -EFAULT or -EINVAL. */
int unix_name_in(struct sockaddr_un *name, socklen_t *name_len, const struct sockaddr *addr,
                 socklen_t len);

/* The socket of that type with the name, with a reference. 0, -ECONNREFUSED, -EPROTOTYPE, or the
   error of a path. */
int unix_find(const struct sockaddr_un *name, socklen_t len, int type, struct unix_socket **found);

/* s has ended: its name is free, though a path's file stays. Under the topology lock. */
void unix_name_remove(struct unix_socket *s);

int unix_name(struct file *f, struct sockaddr *addr, socklen_t *len, bool peer);

/* ---- unix_connect.c -------------------------------------------------------------------------- */

int unix_listen(struct file *f, int backlog);
int unix_connect(struct file *f, int fd, const struct sockaddr *addr, socklen_t len);
int unix_accept(struct file *f, int fd, struct sockaddr *addr, socklen_t *len, int flags);
int unix_shutdown(struct file *f, int how);

/* Connects s with end, which waits in the queue of listener from now on. -EAGAIN: that is full. */
int unix_join(struct unix_socket *s, struct unix_socket *listener, struct unix_socket *end);

/* unix_dgram_disconnected(): s has no longer old as its peer. */
void unix_disconnected(struct unix_socket *s, struct unix_socket *old);

/* ---- unix_stream.c --------------------------------------------------------------------------- */

ssize_t unix_stream_send(struct file *f, int fd, struct socket_message *m, int flags);
ssize_t unix_stream_receive(struct file *f, int fd, struct socket_message *m, int flags);

/* ---- unix_packet.c --------------------------------------------------------------------------- */

/*
 * Takes up to a packet's worth out of it, limited to max, and charges it to s. -EAGAIN: SO_SNDBUF is
 * used up. Others: the pending error, -EPIPE, -ENOBUFS.
 */
int unix_packet_new(struct unix_socket *s, struct iov_iter *it, size_t max, size_t max_head,
                    size_t max_pages, struct unix_packet **packet);
void unix_packet_free(struct unix_packet *p);
void unix_packets_free(struct unix_packet *first);

/* Copies from position on. */
size_t unix_packet_copy(const struct unix_packet *p, size_t position, struct iov_iter *it,
                        size_t len);

/* Appends p to the queue of s. The caller holds the lock, and notifies. */
void unix_enqueue(struct unix_socket *s, struct unix_packet *p);

/* Takes the first packet out. Returns whether the queue has room again. The caller holds the lock. */
bool unix_dequeue(struct unix_socket *s);

/* Who sent it, if the caller wants to know. */
void unix_packet_source(const struct unix_packet *p, struct socket_message *m);

ssize_t unix_packet_send(struct file *f, int fd, struct socket_message *m, int flags);
ssize_t unix_packet_receive(struct file *f, int fd, struct socket_message *m, int flags);

/* ---- unix_control.c -------------------------------------------------------------------------- */

/* Control messages on their way in or out. */
struct unix_control {
  struct unix_rights *rights;
  bool has_credentials;
  struct unix_credentials credentials;
};

/* scm_send(): parses what the caller wants to send. 0, -EINVAL, -EBADF, -EPERM, -ENOMEM. */
int unix_control_in(struct unix_control *c, const struct socket_message *m);

/* scm_recv(): hands c over to the caller, and gives up what did not fit. */
void unix_control_out(struct unix_control *c, struct socket_message *m, bool passes_credentials,
                      int flags);

void unix_control_drop(struct unix_control *c);

/* Moves the descriptors of c into p, and its credentials. passes: the sender or the receiver has
   SO_PASSCRED. */
void unix_control_attach(struct unix_control *c, struct unix_packet *p);
void unix_packet_add_credentials(struct unix_packet *p);

/* Takes the descriptors out of p into c. peek: copies of them; false: no memory. */
void unix_rights_take(struct unix_control *c, struct unix_packet *p);
bool unix_rights_peek(struct unix_control *c, const struct unix_packet *p);

/* Closes what was not delivered. Without locks. */
void unix_rights_free(struct unix_rights *r);

/* A socket has been closed: garbage is to be collected when all of that is done. Without locks. */
void unix_want_collection(void);

/* The descriptors of r, and the i-th of them: NULL if it is the host's. */
int unix_rights_count(const struct unix_rights *r);
struct file *unix_rights_file(const struct unix_rights *r, int i);

/* ---- unix_garbage.c -------------------------------------------------------------------------- */

/* A description of an AF_UNIX socket goes on its way, or has arrived; others are ignored. */
void unix_in_flight(struct file *f);
void unix_arrived(struct file *f);

/* unix_gc(): ends sockets that are only reachable from queues of each other. Without locks. */
void unix_collect_garbage(void);

/* ---- unix_outside.c -------------------------------------------------------------------------- */

/* Whether a path leads to a socket that is not of this program. */
bool unix_is_outside(const struct sockaddr_un *name, socklen_t len);

/* connect(2) to a path that unix_is_outside(), and the wait for it. */
int unix_outside_connect(struct unix_socket *s, struct file *f, int fd,
                         const struct sockaddr_un *name, socklen_t len);
int unix_outside_wait(struct unix_socket *s, struct file *f, int fd);

/* For the host, on the description that it holds. The connection is there, or has failed with a
   positive errno; returns whether it is still wanted. */
bool unix_outside_connected(struct file *end, int error);

/* A connection has come to a listener: the host's side of it. NULL: *err is -EAGAIN when the queue
   is full, or says why there will not be one. */
struct file *unix_outside_accept(struct unix_socket *listener, int *err);

/* The connection is over with an error; the host closes its side. */
void unix_outside_fail(struct file *end, int error);

/* ---- unix_option.c --------------------------------------------------------------------------- */

int unix_get_option(struct file *f, int level, int name, void *value, socklen_t *len);
int unix_set_option(struct file *f, int level, int name, const void *value, socklen_t len);

#endif
