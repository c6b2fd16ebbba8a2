// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7) between threads: one reads what the others do to files; watches are added meanwhile.
// gaps: inotify blocking
// needs: threads wait

#include "inotifies.h"

enum { WORKERS = 2, FILES = 50 };

static int in;

static void *make_files(void *index) {
  char path[32];
  int me = (int)(long)index;
  for (int i = 0; i < FILES; i++) {
    snprintf(path, sizeof path, "d%d/%d", me, i);
    close(open(path, O_WRONLY | O_CREAT, 0644));
    unlink(path);
  }
  return NULL;
}

static void *watch_others(void *arg) {
  char path[32];
  for (int i = 0; i < FILES; i++) {
    snprintf(path, sizeof path, "w%d", i);
    mkdir(path, 0777);
    int wd = inotify_add_watch(in, path, IN_CREATE);
    inotify_rm_watch(in, wd);
    rmdir(path);
  }
  return arg;
}

int main(void) {
  static char buf[4096] __attribute__((aligned(8)));
  int created[WORKERS] = {0}, deleted[WORKERS] = {0}, ignored = 0;
  pthread_t threads[WORKERS + 1];
  in = MUST(inotify_init());
  for (int i = 0; i < WORKERS; i++) {
    char path[32];
    snprintf(path, sizeof path, "d%d", i);
    MUST(mkdir(path, 0777));
    CHECK(inotify_add_watch(in, path, IN_CREATE | IN_DELETE) == i + 1);
  }
  for (int i = 0; i < WORKERS; i++) {
    pthread_create(&threads[i], NULL, make_files, (void *)(long)i);
  }
  pthread_create(&threads[WORKERS], NULL, watch_others, NULL);
  for (int events = 0; events < (2 * WORKERS + 1) * FILES;) {
    ssize_t n = MUST(read(in, buf, sizeof buf));
    for (ssize_t at = 0; at < n; events++) {
      struct inotify_event *e = (struct inotify_event *)(buf + at);
      if (e->mask & IN_IGNORED) {
        ignored++;
      } else if (e->wd >= 1 && e->wd <= WORKERS) {
        int number = atoi(e->name), *count = e->mask & IN_CREATE ? created : deleted;
        if (number != count[e->wd - 1]++) printf("out of order: %s\n", e->name);
      }
      at += sizeof *e + e->len;
    }
  }
  for (int i = 0; i <= WORKERS; i++) {
    pthread_join(threads[i], NULL);
  }
  CHECK(created[0] == FILES && created[1] == FILES);
  CHECK(deleted[0] == FILES && deleted[1] == FILES);
  CHECK(ignored == FILES);
  return 0;
}
