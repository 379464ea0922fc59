/* fetch: see fetch.h. */
#include "library/source/fetch.h"

#include "util/clock.h"
#include "util/url.h"

#include <string.h>

enum { TURN_MS = 100, SLACK_MS = 1000, LONGEST_HEADER = 256 };

/* A signature stands beside its document, so it is behind the path, not behind the query. */
static const char *address_of(arena *a, const fact_source *s, const char *suffix) {
  const size_t path = strcspn(s->url, "?");
  return arena_printf(a, "%.*s%s%s", (int)path, s->url, suffix, s->url + path);
}

/* A tag with a tab, say, could be kept, but never be sent back. */
static bool is_sound(const char *value) {
  for (const char *at = value; *at; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7f) return false;
  return strlen(value) <= LONGEST_HEADER;
}

static const char *header_of(arena *a, const clean_answer *r, const char *name) {
  for (size_t i = 0; i < r->header_count; i++)
    if (text_same(r->headers[i].name, name)) return is_sound(r->headers[i].value) ? arena_text(a, r->headers[i].value) : "";
  return "";
}

static fetched taken(arena *a, const clean_answer *r, size_t most) {
  fetched out = { .etag = "", .modified = "", .encoding = "", .location = "", .body = "", .status = r->status };
  if (r->failure != ROSTER_HTTP_ANSWERED) {
    const char *why = *r->message ? r->message : "there was no answer";
    out.problem =
        r->failure == ROSTER_HTTP_TOO_LARGE ? arena_printf(a, "it is larger than %zu bytes", most) : text_clean(a, why, strlen(why), 200);
    return out;
  }
  if (r->body_bytes > most) {
    out.problem = arena_printf(a, "it is larger than %zu bytes", most);
    return out;
  }
  out.body = arena_bytes(a, r->body, r->body_bytes);
  out.bytes = r->body_bytes;
  out.etag = header_of(a, r, "etag");
  out.modified = header_of(a, r, "last-modified");
  out.encoding = header_of(a, r, "content-encoding");
  out.location = header_of(a, r, "location");
  return out;
}

static bool is_cancelled(const fetcher *f) { return f->cancelled && atomic_load(f->cancelled); }

/* The transport bounds the time too; one that forgets the request must not hold up the rest. */
static fetched wait_for(const fetcher *f, uint64_t id, int64_t until_ms, size_t most) {
  clean_answer got;
  bool came = false;
  while (!is_cancelled(f) && now_ms() < until_ms) {
    if (gate_next(f->transport, TURN_MS, f->ring, f->arena, &got, &came) != ROSTER_OK) break;
    if (came && got.id == id) return taken(f->arena, &got, most);
  }
  f->transport->cancel_all(f->transport->self);
  return (fetched){ .problem = now_ms() < until_ms ? "it was cancelled" : "it did not answer in time" };
}

fetched fetch(const fetcher *f, const fact_source *s, const char *suffix, const char *etag, size_t most) {
  const roster_header headers[] = { { "accept", "application/json, */*" }, { "if-none-match", etag } };
  const uint64_t id = *suffix ? 2 : 1;
  const roster_http_request q = {
    .size = sizeof q,
    .id = id,
    .method = "GET",
    .url = address_of(f->arena, s, suffix),
    .headers = headers,
    .header_count = *etag ? 2 : 1,
    .timeout_ms = (long)s->timeout,
    .connect_timeout_ms = connecting_ms((int64_t)s->timeout),
    .max_body_bytes = most,
    .ca_file = s->tls && s->tls->ca_file ? s->tls->ca_file : f->ca_file,
    .ca_dir = s->tls && s->tls->ca_file ? NULL : f->ca_dir,
    .client_cert = s->tls ? s->tls->client_cert : NULL,
    .client_key = s->tls ? s->tls->client_key : NULL,
    .proxy = s->proxy,
  };
  const roster_status status = f->transport->start(f->transport->self, &q);
  if (status == ROSTER_ENOMEM) arena_exhaust(f->arena);
  if (status != ROSTER_OK) return (fetched){ .problem = "the request could not be sent" };
  return wait_for(f, id, now_ms() + s->timeout + SLACK_MS, most);
}
