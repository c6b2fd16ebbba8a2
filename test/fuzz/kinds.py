# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""The kinds of descriptors that the fuzzer knows, a row each, and the operations on them.

An operation is a line of the interpreter's program with places to fill: {fd} the descriptor itself,
{new} a slot for a new one, {any} any descriptor, {size} one of the kind's sizes, and the names in
DOMAINS. Its number is its weight.

To add a kind: a row here and, where it brings calls of its own, an operation in interpreter.c, its
C in c_program.py, and the file of system/lib/syscall in build.py.
"""

import dataclasses

PAGE = 4096


def around(*limits):
  """The limits, and what is just below and above each."""
  return sorted({n + d for n in limits for d in (-1, 0, 1) if n + d >= 0})


SIZES = (0, 1, 2, 7, 8, 9, 100, 1000)
PIPE_SIZES = (*SIZES, *around(PAGE, 2 * PAGE, 65536), 3 * PAGE, 60 * 1024, 61 * 1024, 128 * 1024)


def flags_of(*names):
  """Each of the names, in or out; the first most often in."""
  return {'flags': names}


# What a place of that name takes: one of a list (repeat to make likely), or a set of names.
DOMAINS = {
  'segments': (1, 2, 2, 3, 3, 4, 16, 100, 0, 1024, 1025, -1),
  'nonblock': flags_of('O_NONBLOCK', 'O_CLOEXEC'),
  'pipe_flags': flags_of('O_NONBLOCK', 'O_DIRECT', 'O_CLOEXEC'),
  'eventfd_flags': flags_of('O_NONBLOCK', 'EFD_SEMAPHORE', 'O_CLOEXEC'),
  'cloexec': ('0', '0', '0', 'O_CLOEXEC'),
  'bad_flags': ('O_APPEND', 'O_RDWR', 'O_ASYNC', -1, 0x40000000),
  'status_flags': flags_of('O_NONBLOCK', 'O_APPEND', 'O_DIRECT', 'O_ASYNC', 'O_RDWR'),
  'count': (0, 0, 1, 2, 5, 1000, -1),
  'value': ('0 1', '0 1', '0 2', '0 0', '0 7', '-1 -1', '-1 -2', '-1 -3', '1 0', '0 -1',
            '2147483647 -1'),
  'pipe_size': (0, 1, *around(PAGE, 2 * PAGE, 16 * PAGE), 3 * PAGE, 32 * PAGE, -1, -2147483647),
  'bool': (0, 1, 1),
  'how': ('SHUT_RD', 'SHUT_WR', 'SHUT_RDWR', 3, -1),
  'send_flags': ('0', '0', 'MSG_NOSIGNAL', 'MSG_DONTWAIT'),
  'recv_flags': ('0', '0', 'MSG_PEEK', 'MSG_TRUNC'),
  'stream_type': ('SOCK_STREAM|SOCK_NONBLOCK',) * 5 + ('SOCK_STREAM', 'SOCK_STREAM|SOCK_CLOEXEC'),
  'packet_type': ('SOCK_DGRAM|SOCK_NONBLOCK', 'SOCK_SEQPACKET|SOCK_NONBLOCK',
                  'SOCK_DGRAM|SOCK_NONBLOCK', 'SOCK_SEQPACKET|SOCK_NONBLOCK', 'SOCK_SEQPACKET'),
  'tcp_flags': ('SOCK_NONBLOCK',) * 5 + ('0', 'SOCK_CLOEXEC'),
  'pass_flags': ('0', '0', '0', 'MSG_CMSG_CLOEXEC', 'MSG_PEEK'),
  'fifo_flags': ('O_RDONLY|O_NONBLOCK', 'O_WRONLY|O_NONBLOCK', 'O_RDWR|O_NONBLOCK', 'O_RDWR',
                 'O_RDONLY|O_NONBLOCK|O_CLOEXEC'),
  'clock': ('CLOCK_MONOTONIC', 'CLOCK_REALTIME', 'CLOCK_BOOTTIME'),
  # Disarmed, long ago, long from now; a timer shows nothing else that is the same each time.
  'time': (0, 1, 1, 1, 2),
  'signals': ('1', '1', '2', '3', '3', '0'),
  'signal': ('SIGUSR1', 'SIGUSR1', 'SIGUSR2'),
  'lowest': (0, 0, 3, 5, 10, 20, 40, 200, 2048, 4094, 4095, 65536, -1),
  'number': (3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 40, 2048, 4095, 4096, -1),
  'ioctl': ('FIONREAD', 'FIONREAD', 'FIONREAD', 'FIONBIO', 'FIOASYNC', 'FIOCLEX', 'FIONCLEX',
            0x1234),
  'fcntl': ('F_GETFL', 'F_GETFL', 'F_GETFD', 'F_GETPIPE_SZ'),
  'dup_command': ('F_DUPFD', 'F_DUPFD', 'F_DUPFD_CLOEXEC'),
  'bad_command': (9998, 9999, -1),
  'left': (0, 1, 1, 2, 3),
  'ctl': ('EPOLL_CTL_ADD', 'EPOLL_CTL_MOD', 'EPOLL_CTL_DEL'),
  'max': (64, 64, 64, 1, 1, 2, 3, 0, -1),
  'timeout': (0, 0, 0, 0, 0, 0, 0, 1),
}

READ = {'read {fd} {size}': 12, 'readv {fd} {size} {segments}': 4}
WRITE = {'write {fd} {size}': 12, 'writev {fd} {size} {segments}': 4}
OF_PIPES = {'ioctl {fd} FIONREAD 0': 1, 'fcntl {fd} F_SETPIPE_SZ {pipe_size}': 2,
            'fcntl {fd} F_GETPIPE_SZ 0': .5}

# On a descriptor of any kind.
COMMON = {
  'dup {new} {fd}': 6, 'dup2 {new} {fd} {any}': 3, 'dup2 {new} {fd} {number}': 1,
  'dup3 {new} {fd} {any} {cloexec}': 2, 'dup3 {new} {fd} {number} {bad_flags}': 0.5,
  'dupfd {new} {fd} {dup_command} {lowest}': 2,
  'close {fd}': 10,
  'fcntl {fd} {fcntl} 0': 2, 'fcntl {fd} F_SETFL {status_flags}': 3,
  'fcntl {fd} F_SETFD {bool}': 0.5, 'ioctl {fd} {ioctl} {bool}': 2,
  'read {fd} {size}': 1, 'write {fd} {size}': 1,
  'shutdown {fd} {how}': 0.3, 'send {fd} {size} {send_flags}': 0.3,
  'recv {fd} {size} {recv_flags}': 0.3, 'write64 {fd} {value}': 0.3,
  'epoll_wait {fd} {max} {timeout}': 0.5, 'fcntl {fd} F_SETPIPE_SZ {pipe_size}': 0.3,
}


@dataclasses.dataclass(frozen=True)
class Kind:
  name: str
  # The call that makes it, and its weight.
  make: str
  weight: float
  # Its {new}: what each is called in a C program, and what is done to it beside COMMON.
  ends: dict
  sizes: tuple = SIZES
  # Builds that do not have it: 'core', 'wasm'.
  not_in: tuple = ()


SOCKET = {**READ, **WRITE, 'send {fd} {size} {send_flags}': 4, 'recv {fd} {size} {recv_flags}': 4,
          'shutdown {fd} {how}': 1.5, 'ioctl {fd} FIONREAD 0': 1, 'sendfd {fd} {any}': 4,
          'recvfd {new} {fd} {pass_flags}': 4}

KINDS = [
  Kind('pipe', 'pipe2 {new} {new} {pipe_flags}', 10,
       {'reader': {**READ, **OF_PIPES}, 'writer': {**WRITE, **OF_PIPES}}, PIPE_SIZES),
  Kind('eventfd', 'eventfd {new} {count} {eventfd_flags}', 6, {'counter': {
    'read {fd} {size}': 6, 'readv {fd} {size} {segments}': 2, 'write64 {fd} {value}': 12,
    'writev {fd} {size} {segments}': 2,
  }}, (*SIZES, 8, 8, 8, 16, 4096)),
  Kind('epoll', 'epoll_create1 {new} {cloexec}', 6, {'epoll': {
    'epoll_ctl {fd} EPOLL_CTL_ADD {watch} {events} {data}': 40,
    'epoll_ctl {fd} EPOLL_CTL_MOD {watched} {events} {data}': 16,
    'epoll_ctl {fd} EPOLL_CTL_DEL {watched} {events} {data}': 6,
    'epoll_ctl {fd} {ctl} {any} {events} {data}': 3,
    'epoll_wait {fd} {max} {timeout}': 40,
  }}),
  Kind('stream', 'socketpair {new} {new} {stream_type}', 5, {'left': SOCKET, 'right': SOCKET},
       (*SIZES, *around(PAGE, 32768, 65536), 3 * PAGE, 200000)),
  Kind('packets', 'socketpair {new} {new} {packet_type}', 4, {'left': SOCKET, 'right': SOCKET},
       (*SIZES, *around(PAGE, 32768), 100000, 200000, 220000)),
  # Of the core's own loopback: the host's takes its time.
  Kind('tcp', 'tcp_pair {new} {new} {tcp_flags}', 5, {'client': SOCKET, 'server': SOCKET}, SIZES,
       not_in=('wasm',)),
  Kind('fifo', 'open_fifo {new} {fifo_flags}', 5, {'fifo': {**READ, **WRITE, **OF_PIPES}},
       PIPE_SIZES),
  Kind('timer', 'timerfd_create {new} {clock} {nonblock}', 4, {'timer': {
    'read {fd} {size}': 6, 'timerfd_set {fd} {time}': 12,
  }}, (*SIZES, 8, 8, 8, 16)),
  Kind('signals', 'signalfd {new} -1 {signals} {nonblock}', 3, {'signals': {
    'read {fd} {size}': 8, 'readv {fd} {size} {segments}': 1, 'signalfd {new} {fd} {signals} 0': 3,
    'raise {signal}': 10,
  }}, (0, 1, 100, 127, 128, 128, 129, 256, 1000, 4096)),
  # What is tested is that they share numbers with the others, and how they are waited for.
  Kind('file', 'open_file {new} 0', .7, {'file': {'read {fd} {size}': 1}}),
  Kind('null', 'open_null {new} 0', .3, {'null': {'read {fd} {size}': 1}}),
]

# Calls that fail, or that make something of which there is no more to say.
ODD = {
  'pipe2 {slot} {slot} {bad_flags}': 1, 'eventfd {slot} 0 {bad_flags}': 1,
  'epoll_create1 {slot} {bad_flags}': 1, 'timerfd_create {slot} {bad_command} {bad_flags}': .5,
  'socketpair {slot} {slot} {bad_flags}': .5, 'timerfd_set {any} {time}': .5,
  'signalfd {slot} {any} {signals} 0': .5, 'signalfd {slot} -1 {signals} {bad_flags}': .5,
  'sendfd {any} {any}': .3, 'fcntl {any} {bad_command} {bool}': 1,
  'epoll_ctl {any} {bad_command} {any} {events} {data}': 1, 'poll 0': 1, 'exhaust {any} {left}': .5,
}
