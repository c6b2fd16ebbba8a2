// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// getaddrinfo_a(3): several lookups at once, waiting for one of them, cancelling, and errors; and
// that main, waiting for a name, lets the event loop go on.
//
// modes: jspi asyncify wasm64 proxy_to_pthread pthread_jspi
// flags: --pre-js {dir}/resolver.js

#include "expect.h"
#include <netdb.h>
#include <signal.h>
#include <time.h>

static void test_wait(void) {
  struct gaicb a = {.ar_name = "any.test"}, b = {.ar_name = "enotfound.test"};
  struct gaicb *list[] = {&a, NULL, &b};
  EXPECT_EQ(getaddrinfo_a(GAI_WAIT, list, 3, NULL), 0);
  EXPECT_EQ(gai_error(&a), 0);
  EXPECT_EQ(gai_error(&b), EAI_NONAME);
  EXPECT(a.ar_result != NULL);
  freeaddrinfo(a.ar_result);
}

static void test_suspend_and_cancel(void) {
  struct gaicb slow = {.ar_name = "slow.test"}, silent = {.ar_name = "silent.test"};
  struct gaicb release = {.ar_name = "release.test"};
  struct gaicb *list[] = {&slow, &silent};
  const struct timespec soon = {.tv_nsec = 1000000};
  EXPECT_EQ(getaddrinfo_a(GAI_NOWAIT, list, 2, NULL), 0);
  EXPECT_EQ(gai_error(&slow), EAI_INPROGRESS);
  EXPECT_EQ(gai_suspend((const struct gaicb *const *)list, 2, &soon), EAI_AGAIN);
  EXPECT_EQ(getaddrinfo_a(GAI_NOWAIT, (struct gaicb *[]){&release}, 1, NULL), 0);
  EXPECT_EQ(gai_suspend((const struct gaicb *const *)list, 2, NULL), 0);
  EXPECT_EQ(gai_error(&slow), 0);
  freeaddrinfo(slow.ar_result);
  EXPECT_EQ(gai_cancel(&slow), EAI_ALLDONE);
  EXPECT_EQ(gai_cancel(&silent), EAI_CANCELED);
  EXPECT_EQ(gai_error(&silent), EAI_CANCELED);
  EXPECT_EQ(gai_suspend((const struct gaicb *const *)list, 2, NULL), EAI_ALLDONE);
  while (gai_error(&release) == EAI_INPROGRESS) {
    gai_suspend((const struct gaicb *const[]){&release}, 1, NULL);
  }
  EXPECT_EQ(gai_error(&release), 0);
  freeaddrinfo(release.ar_result);
}

static void test_arguments(void) {
  struct gaicb a = {.ar_name = "127.0.0.1"};
  struct gaicb *list[] = {&a};
  struct sigevent event = {.sigev_notify = SIGEV_THREAD};
  EXPECT_EQ(getaddrinfo_a(7, list, 1, NULL), EAI_SYSTEM);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(getaddrinfo_a(GAI_NOWAIT, list, 1, &event), EAI_SYSTEM);
  EXPECT_EQ(errno, ENOSYS);
}

static void test_blocking_errors(void) {
  static const struct {
    const char *name;
    int error;
  } names[] = {{"enotfound.test", EAI_NONAME}, {"eai_again.test", EAI_AGAIN}};
  for (int i = 0; i < 2; i++) {
    struct addrinfo *list = NULL;
    EXPECT_EQ(getaddrinfo(names[i].name, "http", NULL, &list), names[i].error);
    EXPECT(list == NULL);
  }
  EXPECT(gethostbyname("enotfound.test") == NULL);
  EXPECT_EQ(h_errno, HOST_NOT_FOUND);
  EXPECT(gethostbyname("eai_again.test") == NULL);
  EXPECT_EQ(h_errno, TRY_AGAIN);
  struct hostent *h = gethostbyname("any.test");
  EXPECT(h && h->h_addr_list[0] && !h->h_addr_list[1] && h->h_addr_list[0][3] == 7);
}

int main(void) {
  test_wait();
  test_suspend_and_cancel();
  test_arguments();
  test_blocking_errors();
  finish();
}
