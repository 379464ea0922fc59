/* knock: says to a server what no client library would say. `knock WHERE MS`, with a port or the path of a Unix socket, reads requests from
 * standard input, each as a line "LENGTH MANNER" and then its bytes, sends all of them at once, each on a connection of its own, waits
 * until all are closed or MS are over, and writes for each a line "closed LENGTH" or "open LENGTH" and then what came. Manners: `usual`;
 * `ends` its side of the connection after the request; `resets` the connection when the first bytes have come; `deaf`, so that it reads
 * nothing; `drips` the last 1000 bytes one by one, each 50 ms. `knock WHERE MS slow COUNT` keeps COUNT connections busy,
 * a byte of a header every 50 ms, until the server hangs up on all or MS are over, and writes how many were hung up on. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 512, ROOM = 1024 * 1024, DRIPPED = 1000, DRIP_MS = 50 };

typedef enum manner { USUAL = 'u', ENDS = 'e', RESETS = 'r', DEAF = 'd', DRIPS = 'D' } manner;

typedef struct talk {
  manner manner;
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

static int reach(const struct sockaddr *to, socklen_t size) {
  int fd = socket(to->sa_family, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, to, size) != 0) perror("knock"), exit(2);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static int call(const char *where) {
  struct sockaddr_in port = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  struct sockaddr_un file = { .sun_family = AF_UNIX };
  port.sin_port = htons((unsigned short)atoi(where));
  snprintf(file.sun_path, sizeof file.sun_path, "%s", where);
  return *where == '/' ? reach((struct sockaddr *)&file, sizeof file) : reach((struct sockaddr *)&port, sizeof port);
}

static void hang_up(int i) {
  talks[i].closed = 1;
  close(wires[i].fd);
  wires[i].fd = -1;
}

/* What a reader still waits for, once there is nothing more to be sent. */
static short reads(const talk *t) { return t->manner == DEAF ? POLLRDHUP : POLLIN; }

static void say(talk *t, int i) {
  size_t left = t->size - t->sent, kept = t->manner == DRIPS ? DRIPPED : 0;
  if (left > kept)
    left -= kept;
  else if (kept)
    left = 1;
  ssize_t sent = send(wires[i].fd, t->say + t->sent, left, MSG_NOSIGNAL);
  if (sent > 0) t->sent += (size_t)sent;
  if (t->sent == t->size || (sent < 0 && wires[i].revents & (POLLERR | POLLHUP))) wires[i].events = reads(t);
  if (t->sent == t->size && t->manner == ENDS) shutdown(wires[i].fd, SHUT_WR);
}

static void reset(int i) {
  setsockopt(wires[i].fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
  hang_up(i);
}

static void hear(talk *t, int i) {
  char spare[4096];
  size_t room = ROOM - t->length;
  ssize_t got = recv(wires[i].fd, room ? t->heard + t->length : spare, room ? room : sizeof spare, MSG_DONTWAIT);
  if (got > 0 && room) t->length += (size_t)got;
  if (got > 0 && t->manner == RESETS)
    reset(i);
  else if (got == 0 || (got < 0 && wires[i].revents & (POLLERR | POLLHUP)))
    hang_up(i);
}

static int left(void) {
  int n = 0;
  for (int i = 0; i < count; i++) n += !talks[i].closed;
  return n;
}

static void serve(talk *t, int i) {
  if (wires[i].revents & POLLOUT && t->sent < t->size) say(t, i);
  if (t->manner != DEAF && wires[i].revents & (POLLIN | POLLERR | POLLHUP)) hear(t, i);
  if (t->manner == DEAF && wires[i].revents & (POLLRDHUP | POLLERR | POLLHUP)) hang_up(i);
}

/* Those that drip are asked for only when the next byte is due. */
static int dripping(bool due) {
  int n = 0;
  for (int i = 0; i < count; i++) {
    const talk *t = &talks[i];
    if (t->closed || t->manner != DRIPS || t->sent == t->size || t->size - t->sent > DRIPPED) continue;
    wires[i].events = (short)(due ? POLLIN | POLLOUT : POLLIN);
    n++;
  }
  return n;
}

static void converse(long long until) {
  long long drip = 0;
  for (long long wait; left() && (wait = until - now_ms()) > 0;) {
    bool due = now_ms() >= drip;
    if (due) drip = now_ms() + DRIP_MS;
    if (dripping(due) && wait > DRIP_MS) wait = DRIP_MS;
    poll(wires, (nfds_t)count, (int)wait);
    for (int i = 0; i < count; i++)
      if (!talks[i].closed && wires[i].revents) serve(&talks[i], i);
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
  int slow = argc == 5 ? atoi(argv[4]) : 0;
  long long until = now_ms() + atoll(argv[2]);
  signal(SIGPIPE, SIG_IGN);
  size_t size;
  char how[8];
  for (; count < MOST && (slow ? count < slow : scanf("%zu %7s%*c", &size, how) == 2); count++) {
    talk *t = &talks[count];
    t->heard = malloc(ROOM);
    if (!slow) {
      t->size = size;
      t->manner = strcmp(how, "drips") == 0 ? DRIPS : (manner)*how;
      t->say = malloc(size + 1);
      if (!t->heard || !t->say || fread(t->say, 1, size, stdin) != size) return 2;
    }
    wires[count] = (struct pollfd){ call(argv[1]), POLLIN | POLLOUT, 0 };
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
