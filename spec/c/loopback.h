/* loopback: an HTTP server on 127.0.0.1 for tests of libcurl and of memory: a process of its own, so that what it allocates is not
 * counted, with a fixed answer for each path. */
#ifndef ROSTER_SPEC_LOOPBACK_H
#define ROSTER_SPEC_LOOPBACK_H

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct loopback_answer {
  const char *path; /* of the request line, without a query */
  int status;
  const char *headers; /* further ones, each with its CRLF; "" for none */
  const char *body;
} loopback_answer;

typedef struct loopback {
  int port;
  pid_t child;
} loopback;

enum { LOOPBACK_CONNECTIONS = 64, LOOPBACK_REQUEST = 16 * 1024, LOOPBACK_REPLY = 512 * 1024 };

typedef struct loopback_connection {
  int fd;
  size_t heard;
  char request[LOOPBACK_REQUEST];
} loopback_connection;

static inline bool loopback_is_whole(const loopback_connection *c) {
  const char *end = strstr(c->request, "\r\n\r\n"), *length = strcasestr(c->request, "content-length:");
  size_t body = end && length && length < end ? strtoul(length + strlen("content-length:"), NULL, 10) : 0;
  return end && c->heard >= (size_t)(end + 4 - c->request) + body;
}

static inline bool loopback_send(int fd, const char *bytes, size_t length) {
  for (ssize_t n; length; bytes += n, length -= (size_t)n)
    if ((n = send(fd, bytes, length, MSG_NOSIGNAL)) <= 0) return false;
  return true;
}

static inline bool loopback_reply(const loopback_connection *c, const loopback_answer *answers) {
  const char *path = strchr(c->request, ' '), *found = path ? path + 1 : "";
  size_t length = strcspn(found, " ?");
  while (answers->path && !(strlen(answers->path) == length && strncmp(answers->path, found, length) == 0)) answers++;
  const char *body = answers->path ? answers->body : "{\"error\":{\"message\":\"there is no such path\"}}";
  static char reply[LOOPBACK_REPLY]; /* sent at once: in pieces, each would wait for the one before to be acknowledged */
  int n = snprintf(reply, sizeof reply, "HTTP/1.1 %d Fine\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%s",
                   answers->path ? answers->status : 404, strlen(body), answers->path ? answers->headers : "", body);
  return n > 0 && loopback_send(c->fd, reply, (size_t)n);
}

/* False when the connection is over. */
static inline bool loopback_hear(loopback_connection *c, const loopback_answer *answers) {
  ssize_t n = recv(c->fd, c->request + c->heard, sizeof c->request - 1 - c->heard, 0);
  if (n <= 0) return false;
  c->heard += (size_t)n;
  c->request[c->heard] = 0;
  if (*c->request == 0x16) return loopback_send(c->fd, "HTTP/1.1 400 No TLS\r\n\r\n", 24) && false; /* a handshake */
  if (!loopback_is_whole(c)) return true;
  c->heard = 0;
  return loopback_reply(c, answers);
}

static inline void loopback_serve(int listener, const loopback_answer *answers) {
  static loopback_connection all[LOOPBACK_CONNECTIONS];
  for (;;) {
    struct pollfd wait[LOOPBACK_CONNECTIONS + 1] = { { .fd = listener, .events = POLLIN } };
    loopback_connection *free_one = NULL;
    for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) {
      wait[i + 1] = (struct pollfd){ .fd = all[i].fd > 0 ? all[i].fd : -1, .events = POLLIN };
      if (all[i].fd <= 0) free_one = &all[i];
    }
    poll(wait, LOOPBACK_CONNECTIONS + 1, -1);
    for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) {
      if (!wait[i + 1].revents || loopback_hear(&all[i], answers)) continue;
      close(all[i].fd);
      all[i].fd = -1;
    }
    if (!wait[0].revents || !free_one) continue;
    *free_one = (loopback_connection){ .fd = accept(listener, NULL, NULL) };
  }
}

/* The list of answers ends with a path that is NULL. */
static inline bool loopback_open(loopback *l, const loopback_answer *answers) {
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t room = sizeof here;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 64) ||
      getsockname(listener, (struct sockaddr *)&here, &room))
    return false;
  l->port = ntohs(here.sin_port);
  l->child = fork();
  if (l->child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    loopback_serve(listener, answers);
  }
  close(listener);
  return l->child > 0;
}

static inline void loopback_close(const loopback *l) {
  kill(l->child, SIGKILL);
  waitpid(l->child, NULL, 0);
}

#endif
