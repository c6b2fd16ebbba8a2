# Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
"""Which tests of other suites run in browsers, and in which modes (suite browser).

Each mode has the tests that need what is the browser's there: its event loop, its clock, its
suspended stacks, its workers, Emscripten's file system without Node below it. What only the C core
decides is the same everywhere, and has a test or two of each kind of descriptor.
"""

BROWSERS = ('chromium', 'firefox')
PLACES = ('page', 'worker')

# By mode: patterns of names, without `test_`.
POSIX = {
  'plain': [
    'epoll_edge_pipe', 'epoll_level', 'eventfd_poll', 'fifo_bytes', 'fifo_names', 'inotify_files',
    'inotify_fifo', 'pipe_capacity', 'pipe_eof', 'poll_masks', 'poll_regular_file', 'tcp_fresh',
    'timerfd_bad_arguments', 'udp_errors', 'unix_dgram', 'unix_paths', 'unix_rights_files',
  ],
  'jspi': [
    'epoll_nested_wakes', 'epoll_pwait2', 'epoll_sockets', 'epoll_timerfd', 'epoll_wakes',
    'eventfd_blocking', 'fifo_open_blocks', 'inotify_wait', 'nanosleep', 'pipe_blocking_*',
    'pipe_many_bytes', 'pipe_stdio', 'poll_many', 'poll_timeout*', 'poll_wakes', 'select_wakes',
    'signal_alarm', 'signal_eintr', 'signal_wait', 'signalfd_waits', 'sleep_gives_way',
    'tcp_accept_nonblock', 'tcp_backlog', 'tcp_blocking*', 'tcp_connect_nonblock', 'tcp_echo',
    'tcp_half_close', 'tcp_ipv6', 'tcp_many_bytes', 'tcp_ports_of_connections', 'tcp_reset',
    'tcp_select', 'tcp_stdio', 'tcp_timeouts', 'timerfd_blocking', 'udp_blocking',
    'udp_bounded_queue', 'udp_echo', 'udp_refused', 'unix_blocking', 'unix_blocking_connect',
    'unix_garbage',
  ],
  'wasm64': ['poll_wakes', 'tcp_echo'],
  'asyncify': [
    'epoll_sockets', 'eventfd_blocking', 'fifo_open_blocks', 'inotify_wait', 'pipe_blocking_read',
    'pipe_stdio', 'poll_timeout', 'poll_wakes', 'select_wakes', 'sleep_gives_way', 'tcp_blocking',
    'tcp_many_bytes', 'timerfd_blocking', 'udp_blocking', 'unix_blocking',
  ],
  'pthread': [
    'epoll_level', 'epoll_threads', 'pipe_blocking_read', 'poll_timeout', 'tcp_blocking', 'tcp_fresh',
    'thread_feeds_main', 'thread_pipe_bytes', 'thread_poll', 'thread_tcp', 'unix_threads',
  ],
  'proxy_to_pthread': [
    'epoll_exclusive', 'epoll_threads', 'fifo_open_blocks', 'pipe_blocking_read', 'poll_timeout',
    'poll_wakes', 'signal_threads', 'tcp_blocking', 'thread_*', 'udp_blocking', 'unix_blocking',
    'unix_threads',
  ],
  'pthread_jspi': [
    'epoll_threads', 'poll_timeout_main', 'poll_wakes', 'tcp_blocking', 'thread_cancel',
    'thread_feeds_main', 'thread_inotify', 'thread_poll', 'thread_tcp', 'unix_threads',
  ],
}

CALLBACKS = ['async_wake', 'js_device', 'js_listener', 'poll_callback', 'poll_multishot',
             'poll_order', 'poll_promise', 'waitable']

# What runs on Node alone is left out: signals of the host's, its resolver, its file systems.
WAKE = {
  'plain': [*CALLBACKS, 'fifo_javascript', 'inotify_javascript', 'js_streams', 'no_file_system',
            'wait_without_flag', 'waitable_promise'],
  'jspi': ['async_wake', 'blocking_after_sleep', 'blocking_in_callback', 'exit_while_suspended',
           'exports_interleaved', 'poll_socket_blocking', 'promising_export', 'shadow_stack',
           'stdin_terminal', 'task', 'task_cancel', 'task_interrupt', 'task_sync', 'interrupt'],
  'asyncify': ['blocking_in_callback', 'poll_multishot', 'shadow_stack'],
  'pthread': ['js_listener', 'poll_callback', 'poll_promise', 'async_wake_threads',
              'callbacks_in_thread', 'wake_from_thread'],
  'proxy_to_pthread': ['async_wake', 'async_wake_threads', 'callbacks_in_thread',
                       'close_while_waiting', 'poll_callback', 'poll_order', 'wake_from_thread'],
  'pthread_jspi': ['async_wake_threads', 'poll_callback', 'wake_from_thread'],
}
