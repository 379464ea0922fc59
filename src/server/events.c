/* events: see events.h. Each listener has a buffer of bytes that are still to be sent. When it is empty the connection is suspended, so
 * that no thread polls it, and posting an event resumes it; the lock is held for both, so that no event falls between them. */
#include "server/events.h"

#include "command/shared/memory.h"
#include "server/connections.h"
#include "server/response.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BLOCK = 4096 };

struct listener {
  listener *next;
  events *owner;
  struct MHD_Connection *handle;
  int fd;
  strbuf waiting; /* to be sent from `sent` on */
  size_t sent;
  bool asleep, lost, trusted;
  bool joining; /* it is told what was before, as much as that may be */
};

struct events {
  pthread_mutex_t lock;
  listener *listeners;
  size_t count;
  bool closed;
  events_greeting *greet;
  void *greeter; /* its payload */
  void (*joined)(void *payload, listener *l), (*left)(void *payload, listener *l);
  void *payload; /* of these two */
};

events *events_new(events_greeting *greet, void *payload) {
  events *e = grown(NULL, sizeof *e);
  *e = (events){ .greet = greet, .greeter = payload };
  pthread_mutex_init(&e->lock, NULL);
  return e;
}

static void wake(listener *l) {
  if (l->asleep) MHD_resume_connection(l->handle);
  l->asleep = false;
}

static void send_to(listener *l, const char *text, size_t length, bool spare) {
  size_t behind = l->waiting.length - l->sent;
  if (l->joining || behind + length <= (size_t)(spare ? LARGEST_WAIT / 2 : LARGEST_WAIT))
    strbuf_bytes(&l->waiting, text, length);
  else if (!spare)
    l->lost = true;
  l->lost = l->lost || l->waiting.failed;
  wake(l);
}

/* Whoever missed an event for want of memory is disconnected, connects again and is told what is. */
static void send_text(listener *l, const strbuf *text, bool spare) {
  if (!text->failed) {
    send_to(l, text->at, text->length, spare);
    return;
  }
  l->lost = l->lost || !spare;
  wake(l);
}

void event_write(strbuf *out, const char *id, const char *name, const char *data) {
  if (!data) { /* there was no memory for it */
    strbuf_fail(out);
    return;
  }
  if (id) strbuf_format(out, "id: %s\n", id);
  strbuf_format(out, "event: %s\ndata: %s\n\n", name, data);
}

static void send_all(events *e, const char *text, size_t length, bool spare) {
  for (listener *l = e->listeners; l; l = l->next) send_to(l, text, length, spare);
}

void events_post(events *e, const char *id, const char *name, const char *data, bool spare) {
  strbuf text = { 0 };
  event_write(&text, id, name, data);
  pthread_mutex_lock(&e->lock);
  for (listener *l = e->listeners; l; l = l->next) send_text(l, &text, spare);
  pthread_mutex_unlock(&e->lock);
  strbuf_free(&text);
}

/* ---- one listener ---- */

void listener_send(listener *l, const char *name, const char *data) {
  strbuf text = { 0 };
  event_write(&text, NULL, name, data);
  pthread_mutex_lock(&l->owner->lock);
  send_text(l, &text, false);
  pthread_mutex_unlock(&l->owner->lock);
  strbuf_free(&text);
}

bool listener_is_trusted(const listener *l) { return l->trusted; }

static ssize_t take_bytes(listener *l, char *out, size_t room) {
  size_t left = l->waiting.length - l->sent;
  if (l->owner->closed || l->lost) return MHD_CONTENT_READER_END_OF_STREAM;
  if (!left) {
    l->asleep = true;
    MHD_suspend_connection(l->handle);
    return 0;
  }
  if (left > room) left = room;
  memcpy(out, l->waiting.at + l->sent, left);
  l->sent += left;
  if (l->sent == l->waiting.length) l->sent = l->waiting.length = 0;
  return (ssize_t)left;
}

static ssize_t on_room(void *payload, uint64_t position, char *out, size_t room) {
  listener *l = payload;
  (void)position;
  pthread_mutex_lock(&l->owner->lock);
  ssize_t given = take_bytes(l, out, room);
  pthread_mutex_unlock(&l->owner->lock);
  return given;
}

static void on_gone(void *payload) {
  listener *l = payload;
  events *e = l->owner;
  if (e->left) e->left(e->payload, l);
  pthread_mutex_lock(&e->lock);
  for (listener **link = &e->listeners; *link; link = &(*link)->next) {
    if (*link != l) continue;
    *link = l->next;
    e->count--;
    break;
  }
  pthread_mutex_unlock(&e->lock);
  strbuf_free(&l->waiting);
  free(l);
}

/* NULL without memory. */
static listener *new_listener(events *e, const http_request *q, int fd, const char *known, bool trusted) {
  listener *l = malloc(sizeof *l);
  if (!l) return NULL;
  *l = (listener){ .owner = e, .handle = q->handle, .fd = fd, .trusted = trusted, .joining = true };
  e->greet(e->greeter, known, &l->waiting);
  if (!l->waiting.failed) return l;
  strbuf_free(&l->waiting);
  free(l);
  return NULL;
}

static listener *admit(events *e, const http_request *q, const char *known, bool trusted, bool *full) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(q->handle, MHD_CONNECTION_INFO_CONNECTION_FD);
  pthread_mutex_lock(&e->lock);
  *full = e->count >= MOST_LISTENERS || e->closed;
  listener *l = *full ? NULL : new_listener(e, q, info ? info->connect_fd : -1, known, trusted);
  if (l) {
    l->next = e->listeners;
    e->listeners = l;
    e->count++;
  }
  pthread_mutex_unlock(&e->lock);
  return l;
}

static void tell_what_was(events *e, listener *l) {
  if (e->joined) e->joined(e->payload, l);
  pthread_mutex_lock(&e->lock);
  l->joining = false;
  pthread_mutex_unlock(&e->lock);
}

enum MHD_Result events_join(events *e, const http_request *q, const char *known, bool trusted) {
  bool full;
  listener *l = admit(e, q, known, trusted, &full);
  if (!l && !full) return response_send_exhausted(q);
  if (!l) return response_send_problem(q, MHD_HTTP_SERVICE_UNAVAILABLE, "too_many_listeners", "too many listen already", "try again later");
  tell_what_was(e, l);
  struct MHD_Response *mhd = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_room, l, on_gone);
  if (!mhd) {
    on_gone(l);
    return response_send_exhausted(q);
  }
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  MHD_add_response_header(mhd, "X-Accel-Buffering", "no"); /* makes nginx pass events on at once */
  response_add_common_headers(mhd);
  connection_streams(q->connection);
  enum MHD_Result sent = response_queue(q, MHD_HTTP_OK, mhd);
  MHD_destroy_response(mhd);
  return sent;
}

/* ---- all of them ---- */

void events_follow(events *e, void (*joined)(void *payload, listener *l), void (*left)(void *payload, listener *l), void *payload) {
  e->joined = joined;
  e->left = left;
  e->payload = payload;
}

size_t events_listeners(events *e, listener *out[MOST_LISTENERS]) {
  size_t count = 0;
  pthread_mutex_lock(&e->lock);
  for (listener *l = e->listeners; l; l = l->next) out[count++] = l;
  pthread_mutex_unlock(&e->lock);
  return count;
}

size_t events_count(events *e) {
  pthread_mutex_lock(&e->lock);
  size_t count = e->count;
  pthread_mutex_unlock(&e->lock);
  return count;
}

/* libmicrohttpd does not watch the socket of a suspended connection. */
static bool has_disconnected(const listener *l) {
  char byte;
  if (!l->asleep) return false;
  ssize_t got = recv(l->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void events_tick(events *e, bool beat) {
  static const char comment[] = ": here\n\n";
  pthread_mutex_lock(&e->lock);
  for (listener *l = e->listeners; l; l = l->next) {
    if (!has_disconnected(l)) continue;
    l->lost = true;
    wake(l);
  }
  if (beat) send_all(e, comment, sizeof comment - 1, true);
  pthread_mutex_unlock(&e->lock);
}

void events_close(events *e) {
  pthread_mutex_lock(&e->lock);
  e->closed = true;
  for (listener *l = e->listeners; l; l = l->next) wake(l);
  pthread_mutex_unlock(&e->lock);
}

void events_free(events *e) {
  if (!e) return;
  pthread_mutex_destroy(&e->lock);
  free(e);
}
