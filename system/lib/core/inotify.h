/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * inotify(7): instances, their watches on inodes, and their queues of events. Which inode a path names
 * and what happens to inodes is for whoever has the file system to say; an inode is a number that is
 * not used twice.
 *
 * The bits are those of <sys/inotify.h>.
 */
#ifndef EMWAKE_CORE_INOTIFY_H
#define EMWAKE_CORE_INOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct file;
struct node;

/* inotify_init1(2). Returns the descriptor, or -EINVAL (flags), -EMFILE, -ENOMEM. */
int inotify_open(int flags);

/* The description of the instance that fd refers to, with a reference for the caller. 0, -EBADF, or
   -EINVAL: it is no instance. */
int inotify_get(int fd, struct file **f);

/* What inotify_add_watch(2) checks before it looks at the path: the mask as well (-EINVAL). */
int inotify_begin_watch(int fd, uint32_t mask, struct file **f);

/*
 * Watches inode with the instance n, which is open. A new watch is made, or the one that there is gets
 * the new mask (IN_MASK_ADD: as well). Returns its number, -EEXIST (IN_MASK_CREATE) or -ENOMEM.
 */
int inotify_watch(struct node *n, uint64_t inode, uint32_t mask);

/* inotify_rm_watch(2): 0, or -EINVAL: there is none of this number. */
int inotify_unwatch(struct node *n, int wd);

/* ---- For the file system ----------------------------------------------------------------------- */

/* Whether anybody watches inode. */
bool inotify_watches(uint64_t inode);

/*
 * Something happened to inode, or, with a name, to that entry of the directory inode. events: one or
 * more of IN_ALL_EVENTS or IN_UNMOUNT, with IN_ISDIR if it was a directory that it happened to.
 * unlinked: by way of a descriptor, and the file has no name any more (IN_EXCL_UNLINK).
 */
void inotify_report(uint64_t inode, uint32_t events, uint32_t cookie, const char *name,
                    bool unlinked);

/* The inode is gone, and its watches with it (IN_IGNORED). */
void inotify_forget(uint64_t inode);

#endif
