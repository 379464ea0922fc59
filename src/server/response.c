/* response: see response.h. A response has two representations, plain and compressed, each with an entity tag that is a hash of the plain
 * body; the compressed one is made when a client first prefers it, because most requests come from hosts on the same machine. Each
 * representation is two objects of libmicrohttpd, the 200 and the 304, queued again and again without a copy. libmicrohttpd counts
 * references, so a response may be freed while it is being sent. */
#include "server/response.h"

#include "page_style.h"
#include "util/hash.h"
#include "util/writer.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LEAST_COMPRESSED = 1024, HUNDREDS = 6 };

/* Its own script, and the one style sheet that is in it: scripts/bundle made the hash. */
#define PAGE_POLICY                                                                                                                        \
  "default-src 'none'; script-src 'self'; style-src '" PAGE_STYLE "'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "         \
  "form-action 'none'; frame-ancestors 'none'"

/* The 304 has a length of 0. No length would be better, and that of the 200 would be right too (RFC 9110, 8.6); but libmicrohttpd always
 * sends one, and there are clients that wait for as many bytes. */
typedef struct representation {
  struct MHD_Response *complete, *not_modified;
  char etag[48];
} representation;

struct response {
  const char *body, *type;
  size_t size;
  time_t since;
  representation plain, compressed;
  pthread_mutex_t lock;
  atomic_bool tried; /* to compress it */
};

static const char *allowed_origin;
static struct MHD_Response *exhausted; /* made at the start: where there is no memory for any other */
static atomic_ulong counts[HUNDREDS];

void response_allow_origin(const char *origin) { allowed_origin = origin; }

unsigned long response_count(unsigned hundred) { return hundred < HUNDREDS ? atomic_load(&counts[hundred]) : 0; }

void response_add_common_headers(struct MHD_Response *mhd) {
  MHD_add_response_header(mhd, "X-Content-Type-Options", "nosniff");
  if (allowed_origin) MHD_add_response_header(mhd, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, allowed_origin);
  if (!allowed_origin) MHD_add_response_header(mhd, "Cross-Origin-Resource-Policy", "same-origin");
}

enum MHD_Result response_queue(const http_request *q, unsigned status, struct MHD_Response *mhd) {
  if (status / 100 < HUNDREDS) atomic_fetch_add_explicit(&counts[status / 100], 1, memory_order_relaxed);
  return MHD_queue_response(q->handle, status, mhd);
}

/* ---- memory that ran out ---- */

bool response_open(void) {
  static const char body[] =
      "{\"error\":{\"code\":\"no_memory\",\"message\":\"the server has no memory for this\",\"hint\":\"try again later\"}}";
  exhausted = MHD_create_response_from_buffer(sizeof body - 1, (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
  if (!exhausted) return false;
  response_add_common_headers(exhausted);
  return MHD_add_response_header(exhausted, MHD_HTTP_HEADER_CONTENT_TYPE, TYPE_JSON) &&
         MHD_add_response_header(exhausted, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

void response_close(void) {
  if (exhausted) MHD_destroy_response(exhausted);
  exhausted = NULL;
}

enum MHD_Result response_send_exhausted(const http_request *q) { return response_queue(q, MHD_HTTP_SERVICE_UNAVAILABLE, exhausted); }

/* ---- responses that are kept ---- */

static void write_etag(char *out, size_t room, const char *body, size_t size, const char *suffix) {
  snprintf(out, room, "\"%016" PRIx64 "%016" PRIx64 "%s\"", hash_bytes(body, size, 1), hash_bytes(body, size, 2), suffix);
}

static void add_date(struct MHD_Response *mhd, time_t since) {
  char text[40];
  struct tm parts;
  gmtime_r(&since, &parts);
  strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts); /* the locale is C: the command sets no other */
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_LAST_MODIFIED, text);
}

static void add_validators(struct MHD_Response *mhd, const representation *f) {
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_ETAG, f->etag);
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
}

static bool make_representation(representation *f, const response *r, const char *bytes, size_t size, enum MHD_ResponseMemoryMode mode) {
  f->not_modified = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
  f->complete = f->not_modified ? MHD_create_response_from_buffer(size, (void *)(uintptr_t)bytes, mode) : NULL;
  if (!f->complete) return false;
  add_validators(f->not_modified, f);
  response_add_common_headers(f->not_modified);
  MHD_add_response_header(f->complete, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
  add_validators(f->complete, f);
  if (r->since) add_date(f->complete, r->since);
  if (f == &r->compressed) MHD_add_response_header(f->complete, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
  if (strcmp(r->type, TYPE_HTML) == 0) {
    MHD_add_response_header(f->complete, "Content-Security-Policy", PAGE_POLICY);
    MHD_add_response_header(f->complete, "Referrer-Policy", "no-referrer");
  }
  response_add_common_headers(f->complete);
  return true;
}

static void representation_free(representation *f) {
  if (f->complete) MHD_destroy_response(f->complete);
  if (f->not_modified) MHD_destroy_response(f->not_modified);
}

static response *make(const response *wanted, enum MHD_ResponseMemoryMode mode) {
  response *r = malloc(sizeof *r);
  if (!r) return NULL;
  *r = *wanted;
  pthread_mutex_init(&r->lock, NULL);
  write_etag(r->plain.etag, sizeof r->plain.etag, r->body, r->size, "");
  write_etag(r->compressed.etag, sizeof r->compressed.etag, r->body, r->size, "-gz");
  if (make_representation(&r->plain, r, r->body, r->size, mode)) return r;
  response_free(r);
  return NULL;
}

response *response_new(strbuf *body, const char *type, time_t since) {
  strbuf_add(body, ""); /* an empty strbuf has no memory yet */
  char *fitting = body->failed ? NULL : realloc(body->at, body->length + 1), *taken = fitting ? fitting : body->at;
  if (body->failed) {
    strbuf_free(body);
    return NULL;
  }
  response *r = make(&(response){ .body = taken, .type = type, .size = body->length, .since = since }, MHD_RESPMEM_MUST_FREE);
  *body = (strbuf){ 0 };
  if (!r) free(taken);
  return r;
}

response *response_new_static(const char *body, size_t size, const char *type) {
  return make(&(response){ .body = body, .type = type, .size = size }, MHD_RESPMEM_PERSISTENT);
}

enum { GZIP_WINDOW = 15 + 16 /* zlib's way to ask for gzip's own frame */, USUAL_MEMORY = 8, LEVEL = 6 };

/* In one call of zlib, into as many bytes as the body has: what does not fit is not worth sending. NULL then. */
static char *gzip_compress(const char *text, size_t size, size_t *out) {
  z_stream z = { 0 };
  if (size > 1u << 30 || deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, USUAL_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) return NULL;
  char *packed = malloc(size);
  if (!packed) {
    deflateEnd(&z);
    return NULL;
  }
  z.next_in = (Bytef *)(uintptr_t)text; /* zlib only reads it */
  z.avail_in = (uInt)size;
  z.next_out = (Bytef *)packed;
  z.avail_out = (uInt)size;
  int result = deflate(&z, Z_FINISH);
  *out = z.total_out;
  deflateEnd(&z);
  if (result == Z_STREAM_END) return packed;
  free(packed);
  return NULL;
}

static void compress_once(response *r) {
  size_t size = 0;
  char *bytes = gzip_compress(r->body, r->size, &size);
  if (bytes && !make_representation(&r->compressed, r, bytes, size, MHD_RESPMEM_MUST_FREE)) free(bytes);
}

static bool has_compressed(response *r) {
  if (r->size < LEAST_COMPRESSED) return false;
  if (!atomic_load_explicit(&r->tried, memory_order_acquire)) {
    pthread_mutex_lock(&r->lock);
    if (!atomic_load(&r->tried)) compress_once(r);
    atomic_store_explicit(&r->tried, true, memory_order_release);
    pthread_mutex_unlock(&r->lock);
  }
  return r->compressed.complete != NULL;
}

enum MHD_Result response_send(response *r, const http_request *q) {
  if (!r) return response_send_exhausted(q);
  const representation *f = http_request_prefers_gzip(q) && has_compressed(r) ? &r->compressed : &r->plain;
  bool known = q->if_none_match && http_request_matches(q, f->etag);
  return response_queue(q, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, known ? f->not_modified : f->complete);
}

void response_free(response *r) {
  if (!r) return;
  representation_free(&r->plain);
  representation_free(&r->compressed);
  pthread_mutex_destroy(&r->lock);
  free(r);
}

/* ---- responses for one request ---- */

enum MHD_Result response_send_once(const http_request *q, strbuf *body, const char *type, time_t since) {
  response *r = response_new(body, type, since);
  enum MHD_Result sent = response_send(r, q);
  response_free(r);
  return sent;
}

enum MHD_Result response_send_status(const http_request *q, unsigned status, strbuf *body, const char *type, const char *const *headers) {
  strbuf_add(body, "");
  struct MHD_Response *mhd = body->failed ? NULL : MHD_create_response_from_buffer(body->length, body->at, MHD_RESPMEM_MUST_FREE);
  if (!mhd) {
    strbuf_free(body);
    return response_send_exhausted(q);
  }
  *body = (strbuf){ 0 };
  if (type) MHD_add_response_header(mhd, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  MHD_add_response_header(mhd, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  response_add_common_headers(mhd);
  for (; headers && *headers; headers += 2) MHD_add_response_header(mhd, headers[0], headers[1]);
  enum MHD_Result sent = response_queue(q, status, mhd);
  MHD_destroy_response(mhd);
  return sent;
}

/* ---- errors ---- */

unsigned response_status_for(roster_status status) {
  switch (status) {
  case ROSTER_OK: return MHD_HTTP_OK;
  case ROSTER_EINVALID: return MHD_HTTP_BAD_REQUEST;
  case ROSTER_EUNKNOWN: return MHD_HTTP_NOT_FOUND;
  case ROSTER_EAMBIGUOUS:
  case ROSTER_ENOTREADY:
  case ROSTER_EHELD: return MHD_HTTP_CONFLICT;
  case ROSTER_ERETIRED: return MHD_HTTP_GONE;
  case ROSTER_EDEFINITIONS: return MHD_HTTP_UNPROCESSABLE_CONTENT;
  case ROSTER_EPENDING:
  case ROSTER_ECANCELLED: return MHD_HTTP_SERVICE_UNAVAILABLE;
  default: return MHD_HTTP_INTERNAL_SERVER_ERROR;
  }
}

void response_write_error(strbuf *body, const roster_error *err) {
  size_t length = roster_write_error_json(err, NULL, 0);
  if (!length) strbuf_fail(body);
  strbuf_pad(body, length);
  if (body->failed) return;
  if (roster_write_error_json(err, body->at + body->length - length, length + 1) != length) strbuf_fail(body);
}

enum MHD_Result response_send_error(const http_request *q, unsigned status, const roster_error *err) {
  strbuf body = { 0 };
  response_write_error(&body, err);
  return response_send_status(q, status, &body, TYPE_JSON, NULL);
}

enum MHD_Result response_send_problem_with(const http_request *q, unsigned status, const char *code, const char *message, const char *hint,
                                           const char *const *headers) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "error", '{');
  write_text(&w, "code", code);
  write_text(&w, "message", message);
  write_text(&w, "hint", hint);
  write_close(&w, '}');
  write_close(&w, '}');
  return response_send_status(q, status, &w.text, TYPE_JSON, headers);
}

enum MHD_Result response_send_problem(const http_request *q, unsigned status, const char *code, const char *message, const char *hint) {
  static const char *const end[] = { "Connection", "close", NULL };
  return response_send_problem_with(q, status, code, message, hint, http_request_has_body(q) ? end : NULL);
}
