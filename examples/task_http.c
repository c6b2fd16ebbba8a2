/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A small HTTP server: blocking stdio on each connection, as one would write it with a thread for
 * each. / says hello, and how many requests there were; /next does so when another has come; a POST
 * to /echo gets the body back. A connection that sends nothing for ten seconds is closed.
 *
 *   emcc task_http.c -sJSPI -sEXIT_RUNTIME=1 --use-port=../emwake.port.py -o task_http.js
 *   node task_http.js [port]
 */
#include <arpa/inet.h>
#include <emscripten/task.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_BODY 65536

static int requests;
static em_task_mutex_t mutex = EM_TASK_MUTEX_INITIALIZER;
static em_task_cond_t another = EM_TASK_COND_INITIALIZER;

static void wait_for_another(void) {
  int seen = requests;
  emscripten_task_mutex_lock(&mutex);
  while (requests == seen) emscripten_task_cond_wait(&another, &mutex, -1);
  emscripten_task_mutex_unlock(&mutex);
}

static void answer(FILE *out, const char *status, const char *body, size_t len) {
  fprintf(out, "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", status,
          len);
  fwrite(body, 1, len, out);
  fflush(out);
}

static void handle(FILE *out, const char *method, const char *path, const char *body, size_t len) {
  char text[64];
  if (!strcmp(path, "/echo") && !strcmp(method, "POST")) {
    answer(out, "200 OK", body, len);
  } else if (!strcmp(path, "/") || !strcmp(path, "/next")) {
    if (path[1]) wait_for_another();
    snprintf(text, sizeof text, "Hello, this is request %d\n", requests);
    answer(out, "200 OK", text, strlen(text));
  } else {
    answer(out, "404 Not Found", "Not found\n", 10);
  }
}

/* One request; false at the end of the connection. */
static int serve_one(FILE *in, FILE *out) {
  char line[2048], method[16], path[1024];
  size_t len = 0;
  emscripten_task_set_deadline(emscripten_task_self(), 10000);
  if (!fgets(line, sizeof line, in) || sscanf(line, "%15s %1023s", method, path) != 2) return 0;
  while (fgets(line, sizeof line, in) && strcmp(line, "\r\n")) {
    if (!strncasecmp(line, "Content-Length:", 15)) len = strtoul(line + 15, NULL, 10);
  }
  char *body = len <= MAX_BODY ? malloc(len + 1) : NULL;
  int whole = body && fread(body, 1, len, in) == len;
  emscripten_task_set_deadline(emscripten_task_self(), -1);
  if (whole) {
    requests++;
    emscripten_task_cond_broadcast(&another);
    handle(out, method, path, body, len);
  }
  free(body);
  return whole && !ferror(out);
}

static void *serve(void *arg) {
  int fd = (int)(intptr_t)arg;
  FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
  while (in && out && serve_one(in, out)) continue;
  if (in) fclose(in);
  if (out) fclose(out);
  return NULL;
}

int main(int argc, char **argv) {
  struct sockaddr_in addr = {.sin_family = AF_INET};
  socklen_t len = sizeof addr;
  int fd, listener = socket(AF_INET, SOCK_STREAM, 0);
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  addr.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0));
  if (bind(listener, (struct sockaddr *)&addr, len) < 0 || listen(listener, 128) < 0) return 1;
  getsockname(listener, (struct sockaddr *)&addr, &len);
  printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
  fflush(stdout);
  while ((fd = accept(listener, NULL, NULL)) >= 0) {
    emscripten_task_spawn(NULL, &(em_task_attr_t){.name = "http"}, serve, (void *)(intptr_t)fd);
  }
  return 1;
}
