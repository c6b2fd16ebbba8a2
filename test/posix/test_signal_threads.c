// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pthreads(7), signal(7): a signal of the process goes to a thread that does not block it, main first;
// pthread_kill interrupts just the thread that it names; a thread inherits the mask of its creator.
//
// gaps: 4
// needs: threads wait

#include "signals.h"

static pthread_t main_thread, reader;
static int ready[2], never[2];
static _Thread_local int mine;
static volatile int in_main, in_reader;

static void handler(int sig) {
  mine += sig != 0;
  if (pthread_equal(pthread_self(), main_thread)) in_main++;
  if (pthread_equal(pthread_self(), reader)) in_reader++;
}

static void *read_forever(void *arg) {
  char byte;
  (void)arg;
  printf("inherited: SIGUSR1 %d, SIGUSR2 %d\n", is_blocked_signal(SIGUSR1),
         is_blocked_signal(SIGUSR2));
  reader = pthread_self();
  write(ready[1], "r", 1);
  SHOW_AS("read in the thread", read(never[0], &byte, 1));
  printf("signals of the thread: %d\n", mine);
  return NULL;
}

static void kill_reader(void *arg) {
  pthread_kill(reader, (int)(intptr_t)arg);
}

static int main_waits(int ms) {
  struct pollfd none = {never[0], POLLIN, 0};
  return poll(&none, 1, ms);
}

static void run(void (*action)(void *), int sig) {
  pthread_t thread;
  char byte;
  in_main = in_reader = 0;
  MUST(pthread_create(&thread, NULL, read_forever, NULL));
  MUST(read(ready[0], &byte, 1));
  when_blocked(action, (void *)(intptr_t)sig);
  // Main sleeps while the thread has the signal, or until then; it prints when the thread has.
  int result = main_waits(300), error = errno;
  pthread_join(thread, NULL);
  errno = error;
  SHOW_AS("poll in main", result);
  printf("in main: %d, in the thread: %d\n", in_main, in_reader);
}

int main(void) {
  main_thread = pthread_self();
  MUST(pipe(ready));
  MUST(pipe(never));
  install(SIGUSR1, handler, 0);
  install(SIGUSR2, handler, 0);
  block(SIGUSR2);

  printf("pthread_kill\n");
  run(kill_reader, SIGUSR1);

  // The thread and the action's both inherit; the one that waits in the call below unblocks it.
  printf("to main, which does not block it\n");
  kill_when_blocked(SIGUSR1);
  SHOW_AS("poll in main", main_waits(-1));
  printf("in main: %d\n", in_main);

  printf("errors: %s %s\n", errno_name(pthread_kill(main_thread, 65)),
         errno_name(pthread_kill(main_thread, -1)));
  return 0;
}
