// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What the tests of inotify print events with: watches by name, cookies by the order in which they came.

#ifndef EMWAKE_TEST_INOTIFIES_H
#define EMWAKE_TEST_INOTIFIES_H

#include "scratch.h"
#include <sys/inotify.h>

static const char *watch_names[64];

// inotify_add_watch, printed; its events bear the path's name.
static UNUSED int show_watch(int in, const char *path, uint32_t mask, const char *mask_text) {
  int wd = inotify_add_watch(in, path, mask);
  if (wd < 0) {
    printf("watch %s for %s: %s\n", path, mask_text, errno_name(errno));
  } else {
    printf("watch %s for %s: %d\n", path, mask_text, wd);
    watch_names[wd % 64] = path;
  }
  return wd;
}

#define WATCH(in, path, mask) show_watch(in, path, mask, #mask)

static UNUSED void show_event(const struct inotify_event *e) {
  static const struct {
    uint32_t bit;
    const char *name;
  } names[] = {
    {IN_ACCESS, "ACCESS"},
    {IN_MODIFY, "MODIFY"},
    {IN_ATTRIB, "ATTRIB"},
    {IN_CLOSE_WRITE, "CLOSE_WRITE"},
    {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"},
    {IN_OPEN, "OPEN"},
    {IN_MOVED_FROM, "MOVED_FROM"},
    {IN_MOVED_TO, "MOVED_TO"},
    {IN_CREATE, "CREATE"},
    {IN_DELETE, "DELETE"},
    {IN_DELETE_SELF, "DELETE_SELF"},
    {IN_MOVE_SELF, "MOVE_SELF"},
    {IN_UNMOUNT, "UNMOUNT"},
    {IN_Q_OVERFLOW, "Q_OVERFLOW"},
    {IN_IGNORED, "IGNORED"},
    {IN_ISDIR, "ISDIR"},
  };
  static uint32_t cookies[16];
  printf("  %s:", e->wd < 0 ? "-1" : watch_names[e->wd % 64]);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (e->mask & names[i].bit) printf(" %s", names[i].name);
  }
  if (e->len) printf(" '%s'", e->name);
  if (e->cookie) {
    int i = 0;
    while (cookies[i] && cookies[i] != e->cookie) {
      i++;
    }
    cookies[i] = e->cookie;
    printf(" cookie %d", i + 1);
  }
  printf("\n");
}

// Prints n bytes of events; returns how many there were.
static UNUSED int show_events_in(const char *buf, ssize_t n) {
  int count = 0;
  for (const char *p = buf; p < buf + n; count++) {
    const struct inotify_event *e = (const struct inotify_event *)p;
    show_event(e);
    p += sizeof *e + e->len;
  }
  return count;
}

// Prints what is in the queue of in, which is non-blocking.
static UNUSED void show_queue(int in, const char *text) {
  static char buf[65536] __attribute__((aligned(8)));
  ssize_t n;
  printf("%s\n", text);
  while ((n = read(in, buf, sizeof buf)) > 0) {
    show_events_in(buf, n);
  }
  if (errno != EAGAIN) printf("  read: %s\n", errno_name(errno));
}

// Runs a call, prints it and its result, then the events that it made.
#define STEP(in, call)                                                                             \
  do {                                                                                             \
    SHOW_AS(#call, call);                                                                          \
    show_queue(in, "->");                                                                          \
  } while (0)

#endif
