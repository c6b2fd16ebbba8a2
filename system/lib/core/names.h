/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Written by tools/core_names.py: the names of the core's functions in the archive, so that they
 * meet none of the program's. Force-included by the build.
 */
#ifndef EMWAKE_CORE_NAMES_H
#define EMWAKE_CORE_NAMES_H

#define deadline_after emwake_deadline_after
#define event_loop_cancel emwake_event_loop_cancel
#define event_loop_current emwake_event_loop_current
#define event_loop_post emwake_event_loop_post
#define event_loop_step emwake_event_loop_step
#define event_loop_thread emwake_event_loop_thread
#define event_loop_timers emwake_event_loop_timers
#define event_loop_turn emwake_event_loop_turn
#define eventfd_open emwake_eventfd_open
#define fd_attach emwake_fd_attach
#define fd_detach emwake_fd_detach
#define fd_get_flags emwake_fd_get_flags
#define fd_install emwake_fd_install
#define fd_open emwake_fd_open
#define fd_refers_to emwake_fd_refers_to
#define fd_set_flags emwake_fd_set_flags
#define file_get emwake_file_get
#define file_new emwake_file_new
#define file_put emwake_file_put
#define file_read emwake_file_read
#define file_ref emwake_file_ref
#define file_wait emwake_file_wait
#define file_write emwake_file_write
#define host_fd_alloc emwake_host_fd_alloc
#define host_fd_close emwake_host_fd_close
#define host_foreign_node emwake_host_foreign_node
#define host_how_to_sleep emwake_host_how_to_sleep
#define host_keepalive_pop emwake_host_keepalive_pop
#define host_keepalive_push emwake_host_keepalive_push
#define host_lock_wait emwake_host_lock_wait
#define host_lock_wake emwake_host_lock_wake
#define host_now emwake_host_now
#define host_raise_sigpipe emwake_host_raise_sigpipe
#define host_schedule emwake_host_schedule
#define host_set_alarm emwake_host_set_alarm
#define host_wait emwake_host_wait
#define host_wake emwake_host_wake
#define iov_iter_copy_from emwake_iov_iter_copy_from
#define iov_iter_copy_to emwake_iov_iter_copy_to
#define iov_iter_init emwake_iov_iter_init
#define iov_iter_init_buf emwake_iov_iter_init_buf
#define kmem_alloc emwake_kmem_alloc
#define kmem_free emwake_kmem_free
#define kmem_zalloc emwake_kmem_zalloc
#define listener_init emwake_listener_init
#define listener_init_waiter emwake_listener_init_waiter
#define lock_slow emwake_lock_slow
#define lock_wake emwake_lock_wake
#define loop_timer_cancel emwake_loop_timer_cancel
#define loop_timer_init emwake_loop_timer_init
#define loop_timer_set emwake_loop_timer_set
#define loop_work_init emwake_loop_work_init
#define node_get emwake_node_get
#define node_init emwake_node_init
#define node_of_fd emwake_node_of_fd
#define node_put emwake_node_put
#define pipe_open emwake_pipe_open
#define poll_fds emwake_poll_fds
#define poll_request_cancel emwake_poll_request_cancel
#define poll_request_start emwake_poll_request_start
#define select_fds emwake_select_fds
#define wait_queue_add emwake_wait_queue_add
#define wait_queue_notify emwake_wait_queue_notify
#define wait_queue_remove emwake_wait_queue_remove
#define waiter_init emwake_waiter_init
#define waiter_wait emwake_waiter_wait
#define waiter_wake emwake_waiter_wake

#endif
