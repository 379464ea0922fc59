/* raw_request: head, then body. */
#include "mock/raw_request.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { LARGEST_HEAD = 1024 * 1024, PIECE = 16 * 1024 };

typedef struct inbox {
  const stage *stage;
  int socket;
  char *bytes;
  size_t used, room;
} inbox;

/* 0 at the end of what the client sends, on an error and when the stage stops. */
static size_t receive(const inbox *in, char *into, size_t room) {
  for (;;) {
    ssize_t got = recv(in->socket, into, room, 0);
    if (got >= 0) return (size_t)got;
    if (errno == EINTR) continue;
    if (errno != EAGAIN || stage_wait(in->stage, in->socket, POLLIN, -1) != WOKE_SOCKET) return 0;
  }
}

static bool receive_more(inbox *in) {
  if (in->room - in->used < PIECE) {
    size_t room = in->room ? in->room * 2 : 2 * PIECE;
    char *bytes = room <= LARGEST_HEAD ? realloc(in->bytes, room) : NULL;
    if (!bytes) return false;
    in->bytes = bytes;
    in->room = room;
  }
  size_t got = receive(in, in->bytes + in->used, in->room - in->used);
  in->used += got;
  return got > 0;
}

/* The size of the head with its empty line, 0 while that is missing. */
static size_t head_size(const inbox *in) {
  const char *end = in->used ? memmem(in->bytes, in->used, "\r\n\r\n", 4) : NULL;
  return end ? (size_t)(end - in->bytes) + 4 : 0;
}

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

static bool add_header_line(request *ask, const char *line, size_t size) {
  const char *colon = memchr(line, ':', size), *end = line + size;
  if (!colon) return true;
  const char *value = skip_blanks(colon + 1, end);
  while (end > value && (end[-1] == ' ' || end[-1] == '\t')) end--;
  return request_add_header(ask, line, (size_t)(colon - line), value, (size_t)(end - value));
}

/* "METHOD ADDRESS VERSION"; whatever is missing is empty. */
static request *parse_first_line(const char *line, size_t size) {
  const char *blank = memchr(line, ' ', size);
  size_t method = blank ? (size_t)(blank - line) : size;
  const char *address = blank ? blank + 1 : line + size, *end = line + size;
  const char *stop = memchr(address, ' ', (size_t)(end - address));
  request *ask = request_new(address, (size_t)((stop ? stop : end) - address));
  if (ask && request_set_method(ask, line, method)) return ask;
  request_free(ask);
  return NULL;
}

static request *parse_head(const char *head, size_t size) {
  const char *end = head + size, *stop = memmem(head, size, "\r\n", 2);
  request *ask = parse_first_line(head, (size_t)(stop - head));
  while (ask && stop + 2 < end) {
    const char *line = stop + 2;
    stop = memmem(line, (size_t)(end - line), "\r\n", 2);
    if (add_header_line(ask, line, (size_t)(stop - line))) continue;
    request_free(ask);
    ask = NULL;
  }
  return ask;
}

/* Unread bytes would turn the close at the end of the script into a reset. */
static bool read_body(const inbox *in, request *ask, size_t head) {
  const char *announced = request_header(ask, "content-length");
  unsigned long long size = announced ? strtoull(announced, NULL, 10) : 0;
  size_t here = in->used - head;
  if (here && !request_add_body(ask, in->bytes + head, here)) return false;
  while (ask->body_size < size) {
    char piece[PIECE];
    size_t got = receive(in, piece, sizeof piece);
    if (!got) return true;
    if (!request_add_body(ask, piece, got)) return false;
  }
  return true;
}

request *raw_request_read(const stage *shared, int socket) {
  inbox in = { .stage = shared, .socket = socket };
  request *ask = NULL;
  size_t head = 0;
  while (!head && receive_more(&in)) head = head_size(&in);
  if (head) ask = parse_head(in.bytes, head);
  if (ask && !read_body(&in, ask, head)) {
    request_free(ask);
    ask = NULL;
  }
  free(in.bytes);
  return ask;
}
