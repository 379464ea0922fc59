/* knock: says to a server what no client library would say. `knock PORT MS` reads requests from standard input, each as a line with its
 * length and then its bytes, sends all of them at once, each on a connection of its own, waits until all are closed or MS are over, and
 * writes for each a line "closed LENGTH" or "open LENGTH" and then what came. `knock PORT MS slow COUNT` keeps COUNT connections busy,
 * a byte of a header every 50 ms, until the server hangs up on all or MS are over, and writes how many were hung up on. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 512, ROOM = 1024 * 1024 };

typedef struct talk {
  char *say, *heard;
  size_t size, sent, length;
  int closed;
} talk;

static talk talks[MOST];
static struct pollfd wires[MOST];
static int count;

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int call(int port) {
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) perror("knock"), exit(2);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void hang_up(int i) {
  talks[i].closed = 1;
  close(wires[i].fd);
  wires[i].fd = -1;
}

static void say(talk *t, int i) {
  ssize_t sent = send(wires[i].fd, t->say + t->sent, t->size - t->sent, MSG_NOSIGNAL);
  if (sent > 0) t->sent += (size_t)sent;
  if (t->sent == t->size || (sent < 0 && wires[i].revents & (POLLERR | POLLHUP))) wires[i].events = POLLIN;
}

static void hear(talk *t, int i) {
  char spare[4096];
  size_t room = ROOM - t->length;
  ssize_t got = recv(wires[i].fd, room ? t->heard + t->length : spare, room ? room : sizeof spare, MSG_DONTWAIT);
  if (got > 0 && room) t->length += (size_t)got;
  if (got == 0 || (got < 0 && wires[i].revents & (POLLERR | POLLHUP))) hang_up(i);
}

static int left(void) {
  int n = 0;
  for (int i = 0; i < count; i++) n += !talks[i].closed;
  return n;
}

static void converse(long long until) {
  for (long long wait; left() && (wait = until - now_ms()) > 0;) {
    poll(wires, (nfds_t)count, (int)wait);
    for (int i = 0; i < count; i++) {
      if (talks[i].closed || !wires[i].revents) continue;
      if (wires[i].revents & POLLOUT && talks[i].sent < talks[i].size) say(&talks[i], i);
      if (wires[i].revents & (POLLIN | POLLERR | POLLHUP)) hear(&talks[i], i);
    }
  }
}

static void trickle(long long until) {
  static const char bytes[] = "GET /api/models HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
  for (int i = 0; i < count; i++) wires[i].events = POLLIN;
  for (size_t at = 0; left() && now_ms() < until; at++) {
    char byte = at < sizeof bytes - 1 ? bytes[at] : 'x';
    for (int i = 0; i < count; i++)
      if (!talks[i].closed) send(wires[i].fd, &byte, 1, MSG_NOSIGNAL);
    poll(NULL, 0, 50);
    if (poll(wires, (nfds_t)count, 0) <= 0) continue;
    for (int i = 0; i < count; i++)
      if (!talks[i].closed && wires[i].revents) hear(&talks[i], i);
  }
  printf("%d\n", count - left());
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) return 2;
  int port = atoi(argv[1]), slow = argc == 5 ? atoi(argv[4]) : 0;
  long long until = now_ms() + atoll(argv[2]);
  signal(SIGPIPE, SIG_IGN);
  size_t size;
  for (; count < MOST && (slow ? count < slow : scanf("%zu%*c", &size) == 1); count++) {
    talk *t = &talks[count];
    t->heard = malloc(ROOM);
    if (!slow) {
      t->size = size;
      t->say = malloc(size + 1);
      if (!t->heard || !t->say || fread(t->say, 1, size, stdin) != size) return 2;
    }
    wires[count] = (struct pollfd){ call(port), POLLIN | POLLOUT, 0 };
  }
  if (slow) {
    trickle(until);
    return 0;
  }
  converse(until);
  for (int i = 0; i < count; i++) {
    printf("%s %zu\n", talks[i].closed ? "closed" : "open", talks[i].length);
    fwrite(talks[i].heard, 1, talks[i].length, stdout);
  }
  return 0;
}
