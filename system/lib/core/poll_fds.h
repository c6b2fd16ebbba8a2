/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waiting for several descriptors: poll(2) and select(2) over one engine.
 */
#ifndef EMWAKE_CORE_POLL_FDS_H
#define EMWAKE_CORE_POLL_FDS_H

#include <poll.h>
#include <sys/select.h>

#include "waiter.h"

/*
 * poll(2) until deadline. 0 polls once and never suspends. Returns the number of entries with
 * revents, or
 *   -EFAULT    fds is NULL and n is not 0
 *   -EINVAL    n is more than there can be descriptors
 *   -ENOMEM, -EINTR, -EDEADLK
 */
int poll_fds(struct pollfd *fds, nfds_t n, deadline_t deadline);

/*
 * select(2) until deadline. Returns the number of bits set in all three sets, or -EBADF, -EINVAL,
 * -ENOMEM, -EINTR, -EDEADLK; on an error the sets are left as they were. Sets are FD_SETSIZE bits:
 * n beyond that is cut to it, as the kernel cuts it to the size of the descriptor table.
 */
int select_fds(int n, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, deadline_t deadline);

#endif
