// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What page code does to files is reported as well, a file system that is taken away too; and FS is
// wrapped only while something is watched.

#include <assert.h>
#include <emscripten.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

// clang-format off
EM_JS_DEPS(fs, "$FS,$MEMFS");

static void js_write_file(void) {
  MAIN_THREAD_EM_ASM({ FS.writeFile('/tmp/d/page', 'text'); });
}

static void js_rename_and_unlink(void) {
  MAIN_THREAD_EM_ASM({
    FS.rename('/tmp/d/page', '/tmp/d/other');
    FS.unlink('/tmp/d/other');
  });
}

static void js_mount(void) {
  MAIN_THREAD_EM_ASM({ FS.mount(MEMFS, {}, '/tmp/mnt'); });
}

static void js_unmount(void) {
  MAIN_THREAD_EM_ASM({ FS.unmount('/tmp/mnt'); });
}

static void js_remember(void) {
  MAIN_THREAD_EM_ASM({ FS.remembered = Array.of(FS.open, FS.write, FS.unlink, FS.doSetAttr); });
}

static int js_is_stock(void) {
  return MAIN_THREAD_EM_ASM_INT({
    var now = Array.of(FS.open, FS.write, FS.unlink, FS.doSetAttr);
    return now.filter((f, i) => f === FS.remembered[i]).length;
  });
}
// clang-format on

static int in;

// The next event.
static void expect(int wd, uint32_t mask, const char *name) {
  static char buf[4096] __attribute__((aligned(8)));
  static ssize_t len, at;
  if (at == len) {
    len = read(in, buf, sizeof buf);
    at = 0;
    assert(len > 0);
  }
  struct inotify_event *e = (struct inotify_event *)(buf + at);
  at += sizeof *e + e->len;
  if (e->wd != wd || e->mask != mask || strcmp(e->len ? e->name : "", name)) {
    printf("wd %d mask %x '%s', not %d %x '%s'\n", e->wd, e->mask, e->len ? e->name : "", wd, mask,
           name);
    assert(0);
  }
}

int main(void) {
  char byte;
  assert(mkdir("/tmp/d", 0777) == 0 && mkdir("/tmp/mnt", 0777) == 0);
  js_remember();
  in = inotify_init1(IN_NONBLOCK);
  assert(in >= 0 && js_is_stock() == 4);
  int d = inotify_add_watch(in, "/tmp/d", IN_ALL_EVENTS);
  assert(d == 1 && js_is_stock() == 0);
  js_write_file();
  expect(d, IN_CREATE, "page");
  expect(d, IN_OPEN, "page");
  expect(d, IN_MODIFY, "page");
  expect(d, IN_CLOSE_WRITE, "page");
  js_rename_and_unlink();
  expect(d, IN_MOVED_FROM, "page");
  expect(d, IN_MOVED_TO, "other");
  expect(d, IN_DELETE, "other");

  js_mount();
  close(open("/tmp/mnt/file", O_WRONLY | O_CREAT, 0600));
  assert(inotify_rm_watch(in, d) == 0 && js_is_stock() == 4);
  expect(d, IN_IGNORED, "");
  int mnt = inotify_add_watch(in, "/tmp/mnt", IN_DELETE);
  int file = inotify_add_watch(in, "/tmp/mnt/file", IN_MODIFY);
  assert(file == mnt + 1 && js_is_stock() == 0);
  js_unmount();
  expect(mnt, IN_UNMOUNT | IN_ISDIR, "");
  expect(mnt, IN_IGNORED, "");
  expect(file, IN_UNMOUNT, "");
  expect(file, IN_IGNORED, "");
  assert(js_is_stock() == 4);

  int again = inotify_add_watch(in, "/tmp/d", IN_OPEN | IN_ONESHOT);
  assert(again == file + 1);
  js_write_file();
  expect(again, IN_OPEN, "page");
  expect(again, IN_IGNORED, "");
  assert(js_is_stock() == 4);
  inotify_add_watch(in, "/tmp/d", IN_OPEN);
  assert(js_is_stock() == 0);
  assert(read(in, &byte, 1) == -1);
  assert(close(in) == 0 && js_is_stock() == 4);
  puts("ok");
  return 0;
}
