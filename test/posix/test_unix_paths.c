// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// AF_UNIX sockets bound to paths: files of type S_IFSOCK, which outlive the socket, lead to it under
// every name that they have, and to nothing once it is closed.
//
// gaps: unix
#include "unix.h"

static char dir[64];

static const char *in_dir(const char *name) {
  static char paths[8][128];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", dir, name);
  return path;
}

static void show_file(const char *path) {
  struct stat st;
  if (stat(path, &st) == -1) {
    printf("stat: %s\n", errno_name(errno));
  } else {
    printf("stat: %s, size %d, mode %o\n", S_ISSOCK(st.st_mode) ? "a socket" : "?", (int)st.st_size,
           st.st_mode & 0777);
  }
}

static void stream(void) {
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  const char *path = in_dir("stream");
  int listener = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW(bind_to(listener, path));
  show_file(path);
  SHOW(getsockname(listener, (struct sockaddr *)&a, &len));
  CHECK(len == offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
  CHECK(!strcmp(a.sun_path, path));
  SHOW(open(path, O_RDWR));
  int client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW_AS("not listening", connect_to(client, path));
  MUST(listen(listener, 4));
  SHOW_AS("connect", connect_to(client, path));
  int other = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW_AS("bind, taken", bind_to(other, path));
  SHOW_AS("bind, again", bind_to(listener, in_dir("again")));
  SHOW_AS("the name again", access(in_dir("again"), F_OK));
  SHOW_AS("rename", rename(path, in_dir("renamed")));
  SHOW_AS("connect, old name", connect_to(other, path));
  SHOW_AS("connect, new name", connect_to(other, in_dir("renamed")));
  SHOW_AS("symlink", symlink(in_dir("renamed"), in_dir("link")));
  int third = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW_AS("connect, link", connect_to(third, in_dir("link")));
  SHOW_AS("bind, link", bind_to(MUST(socket(AF_UNIX, SOCK_STREAM, 0)), in_dir("link")));
  close(listener);
  show_file(in_dir("renamed"));
  int late = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW_AS("connect, closed", connect_to(late, in_dir("renamed")));
  SHOW_AS("unlink", unlink(in_dir("renamed")));
  SHOW_AS("connect, unlinked", connect_to(late, in_dir("renamed")));
  SHOW_AS("bind, unlinked", bind_to(late, in_dir("renamed")));
  SHOW_AS("unlink", unlink(in_dir("renamed")));
  SHOW_AS("unlink", unlink(in_dir("link")));
}

static void other_files(void) {
  int fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  const char *file = in_dir("file");
  close(MUST(open(file, O_CREAT | O_WRONLY, 0600)));
  SHOW_AS("connect, file", connect_to(fd, file));
  SHOW_AS("connect, directory", connect_to(fd, dir));
  SHOW_AS("bind, file", bind_to(fd, file));
  SHOW_AS("bind, directory", bind_to(fd, dir));
  SHOW_AS("connect, below a file", connect_to(fd, in_dir("file/x")));
  SHOW_AS("bind, below a file", bind_to(fd, in_dir("file/x")));
  SHOW_AS("connect, no directory", connect_to(fd, in_dir("none/x")));
  SHOW_AS("bind, no directory", bind_to(fd, in_dir("none/x")));
  SHOW_AS("unlink", unlink(file));
}

static void datagrams(void) {
  char text[16] = "";
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  const char *path = in_dir("datagram");
  int receiver = MUST(socket(AF_UNIX, SOCK_DGRAM, 0)),
      sender = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  SHOW_AS("bind", bind_to(receiver, path));
  SHOW_AS("stream to datagram", connect_to(MUST(socket(AF_UNIX, SOCK_STREAM, 0)), path));
  SHOW_AS("seqpacket to datagram", connect_to(MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0)), path));
  SHOW_AS("unnamed sender", send_to(sender, "one", path));
  SHOW(recvfrom(receiver, text, sizeof text, 0, (struct sockaddr *)&a, &len));
  printf("from: length %d\n", (int)len);
  SHOW_AS("bind", bind_to(sender, in_dir("sender")));
  SHOW_AS("named sender", send_to(sender, "two", path));
  len = sizeof a;
  SHOW(recvfrom(receiver, text, sizeof text, 0, (struct sockaddr *)&a, &len));
  CHECK(!strcmp(a.sun_path, in_dir("sender")));
  CHECK(len == offsetof(struct sockaddr_un, sun_path) + strlen(a.sun_path) + 1);
  close(receiver);
  SHOW_AS("receiver closed", send_to(sender, "x", path));
  SHOW_AS("unlink", unlink(path));
  SHOW_AS("receiver unlinked", send_to(sender, "x", path));
  SHOW_AS("unlink", unlink(in_dir("sender")));
}

// The longest name that fits, with no 0 behind it.
static void longest(void) {
  struct sockaddr_un a = {AF_UNIX, ""};
  int fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  int n = snprintf(a.sun_path, sizeof a.sun_path, "%s/", dir);
  memset(a.sun_path + n, 'n', sizeof a.sun_path - (size_t)n);
  SHOW_AS("bind, longest", bind(fd, (struct sockaddr *)&a, sizeof a));
  SHOW_AS("listen", listen(fd, 1));
  SHOW_AS("connect",
          connect(MUST(socket(AF_UNIX, SOCK_STREAM, 0)), (struct sockaddr *)&a, sizeof a));
  char path[sizeof a.sun_path + 1] = "";
  memcpy(path, a.sun_path, sizeof a.sun_path);
  SHOW_AS("unlink", unlink(path));
}

int main(void) {
  strcpy(dir, "/tmp/emwake-unix-XXXXXX");
  if (!mkdtemp(dir)) {
    printf("mkdtemp: %s\n", errno_name(errno));
    return 1;
  }
  umask(027);
  stream();
  other_files();
  datagrams();
  longest();
  MUST(chdir(dir));
  int fd = unix_listener(SOCK_STREAM, "relative", 1);
  SHOW_AS("connect", connect_to(MUST(socket(AF_UNIX, SOCK_STREAM, 0)), "./relative"));
  close(fd);
  SHOW_AS("unlink", unlink("relative"));
  MUST(chdir("/"));
  SHOW_AS("rmdir", rmdir(dir));
  return 0;
}
