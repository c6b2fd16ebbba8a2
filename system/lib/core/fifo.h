/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * FIFOs: pipes whose ends come and go (fifo(7)). A file system says which inode a path names; what
 * is open of it is here, and is gone, with the bytes in it, when nobody has it open any more.
 */
#ifndef EMWAKE_CORE_FIFO_H
#define EMWAKE_CORE_FIFO_H

#include <stdint.h>

struct node;

/*
 * open(2) of the FIFO that inode names: *end is a node for a new description, with a reference for
 * the caller, who passes it to file_new() or fd_open(). flags: O_ACCMODE and O_NONBLOCK count.
 * O_RDONLY waits for a writer, O_WRONLY for a reader; O_RDWR and O_NONBLOCK never wait. Returns 0, or
 *   -ENXIO   O_WRONLY | O_NONBLOCK, and there is no reader
 *   -EINVAL  O_ACCMODE is no access mode
 *   -ENOMEM
 *   what waiter_wait() returns: -EINTR, -EDEADLK
 */
int fifo_open(uint64_t inode, int flags, struct node **end);

#endif
