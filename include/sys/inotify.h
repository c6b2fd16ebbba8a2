/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * inotify(7), which Emscripten's sysroot does not declare: what happens to files of Emscripten's FS,
 * by C and by JavaScript alike. Semantics: the man pages, fs/notify/inotify and
 * include/linux/fsnotify.h. From any thread.
 */
#ifndef _SYS_INOTIFY_H
#define _SYS_INOTIFY_H

#include <fcntl.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What read(2) returns: whole events, one after the other. */
struct inotify_event {
  int wd;          /* the watch; -1 for IN_Q_OVERFLOW */
  uint32_t mask;   /* what happened */
  uint32_t cookie; /* the same for the two halves of a rename, else 0 */
  uint32_t len;    /* of name, with its NULs: 0, or a multiple of 16 */
  char name[];     /* of the file in a watched directory */
};

#define IN_CLOEXEC O_CLOEXEC
#define IN_NONBLOCK O_NONBLOCK

/* What to watch for, and what is reported. */
#define IN_ACCESS 0x00000001
#define IN_MODIFY 0x00000002
#define IN_ATTRIB 0x00000004
#define IN_CLOSE_WRITE 0x00000008
#define IN_CLOSE_NOWRITE 0x00000010
#define IN_OPEN 0x00000020
#define IN_MOVED_FROM 0x00000040
#define IN_MOVED_TO 0x00000080
#define IN_CREATE 0x00000100
#define IN_DELETE 0x00000200
#define IN_DELETE_SELF 0x00000400
#define IN_MOVE_SELF 0x00000800
#define IN_CLOSE (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE)
#define IN_MOVE (IN_MOVED_FROM | IN_MOVED_TO)
#define IN_ALL_EVENTS 0x00000fff

/* Reported whether or not they were asked for. */
#define IN_UNMOUNT 0x00002000
#define IN_Q_OVERFLOW 0x00004000
#define IN_IGNORED 0x00008000
#define IN_ISDIR 0x40000000

/* How to watch. */
#define IN_ONLYDIR 0x01000000
#define IN_DONT_FOLLOW 0x02000000
#define IN_EXCL_UNLINK 0x04000000
#define IN_MASK_CREATE 0x10000000
#define IN_MASK_ADD 0x20000000
#define IN_ONESHOT 0x80000000

/* The descriptor, or -1 with EINVAL (flags other than IN_CLOEXEC and IN_NONBLOCK), EMFILE, ENOMEM, or
   ENOSYS: the program's files are the host's (NODERAWFS). */
int inotify_init(void);
int inotify_init1(int flags);

/*
 * The number of the watch on what path names: a new one, or the one that is there, whose mask is
 * replaced, or extended with IN_MASK_ADD. Or -1 with
 *   EBADF    fd is not open
 *   EINVAL   no bit of mask means anything, IN_MASK_ADD together with IN_MASK_CREATE, fd is no inotify
 *            instance
 *   EEXIST   IN_MASK_CREATE, and there is a watch
 *   EFAULT   path is no pointer
 *   EACCES   it may not be read
 *   ENOTDIR  IN_ONLYDIR, and it is no directory
 *   ENOENT, ELOOP, ...   as of any path
 *   ENOMEM
 */
int inotify_add_watch(int fd, const char *path, uint32_t mask);

/* Ends a watch; IN_IGNORED is its last event. 0, or -1 with EBADF, or EINVAL: fd is no inotify
   instance, or has no such watch. */
int inotify_rm_watch(int fd, int wd);

#ifdef __cplusplus
}
#endif

#endif
