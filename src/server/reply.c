/* reply: see reply.h. libmicrohttpd counts who still sends a response, so a reply may be freed while its text is on the way. */
#include "server/reply.h"

#include "command/shared/memory.h"

#include "command/shared/output.h"

#include "server/gzip.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORTH_PACKING = 1024, HUNDREDS = 6 };

#define PAGE_POLICY                                                                                                                        \
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "                   \
  "form-action 'none'; frame-ancestors 'none'"

/* Plain or packed: the whole of it, and the word that it is known. The latter has a length of 0. No length would be better, the whole
 * one's would be right too (RFC 9110, 8.6); but libmicrohttpd always sends one, and there are clients that wait for as many bytes. */
typedef struct form {
  struct MHD_Response *whole, *known;
  char etag[48];
} form;

struct reply {
  const char *text, *type;
  size_t size;
  time_t since;
  form plain, packed;
  pthread_mutex_t lock;
  atomic_bool looked; /* whether it can be packed */
};

static const char *allowed_origin;
static atomic_ulong counts[HUNDREDS];

void reply_allow_origin(const char *origin) { allowed_origin = origin; }

unsigned long reply_count(unsigned hundred) { return hundred < HUNDREDS ? atomic_load(&counts[hundred]) : 0; }

void reply_add_manners(struct MHD_Response *response) {
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (allowed_origin) MHD_add_response_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, allowed_origin);
  if (!allowed_origin) MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
}

enum MHD_Result reply_queue(const asked *a, unsigned status, struct MHD_Response *response) {
  if (status / 100 < HUNDREDS) atomic_fetch_add_explicit(&counts[status / 100], 1, memory_order_relaxed);
  return MHD_queue_response(a->wire, status, response);
}

/* ---- what is made once ---- */

static void name_text(char *out, size_t room, const char *text, size_t size, const char *end) {
  uint64_t one = 0xcbf29ce484222325u, two = 0x9e3779b97f4a7c15u; /* FNV-1a, and the same from elsewhere */
  for (size_t i = 0; i < size; i++) {
    one = (one ^ (unsigned char)text[i]) * 0x100000001b3u;
    two = (two ^ (unsigned char)text[i]) * 0x100000001b3u + (two >> 47);
  }
  snprintf(out, room, "\"%016" PRIx64 "%016" PRIx64 "%s\"", one, two, end);
}

static void add_date(struct MHD_Response *response, time_t since) {
  char text[40];
  struct tm parts;
  gmtime_r(&since, &parts);
  strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts); /* the locale is C: the command sets no other */
  MHD_add_response_header(response, MHD_HTTP_HEADER_LAST_MODIFIED, text);
}

static void add_validators(struct MHD_Response *response, const form *f) {
  MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, f->etag);
  MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
}

static bool make_form(form *f, const reply *r, const char *bytes, size_t size, enum MHD_ResponseMemoryMode whose) {
  f->known = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
  f->whole = f->known ? MHD_create_response_from_buffer(size, (void *)(uintptr_t)bytes, whose) : NULL;
  if (!f->whole) return false;
  add_validators(f->known, f);
  MHD_add_response_header(f->whole, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
  add_validators(f->whole, f);
  if (r->since) add_date(f->whole, r->since);
  if (f == &r->packed) MHD_add_response_header(f->whole, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
  if (strcmp(r->type, TYPE_HTML) == 0) {
    MHD_add_response_header(f->whole, "Content-Security-Policy", PAGE_POLICY);
    MHD_add_response_header(f->whole, "Referrer-Policy", "no-referrer");
  }
  reply_add_manners(f->whole);
  return true;
}

static void form_free(form *f) {
  if (f->whole) MHD_destroy_response(f->whole);
  if (f->known) MHD_destroy_response(f->known);
}

static reply *make(const reply *wanted, enum MHD_ResponseMemoryMode whose) {
  reply *r = grown(NULL, sizeof *r);
  *r = *wanted;
  pthread_mutex_init(&r->lock, NULL);
  name_text(r->plain.etag, sizeof r->plain.etag, r->text, r->size, "");
  name_text(r->packed.etag, sizeof r->packed.etag, r->text, r->size, "-gz");
  if (make_form(&r->plain, r, r->text, r->size, whose)) return r;
  reply_free(r);
  return NULL;
}

reply *reply_new(strbuf *text, const char *type, time_t since) {
  strbuf_add(text, ""); /* an empty strbuf has no memory yet */
  char *taken = grown(text->at, text->length + 1);
  reply *r = make(&(reply){ .text = taken, .type = type, .size = text->length, .since = since }, MHD_RESPMEM_MUST_FREE);
  *text = (strbuf){ 0 };
  if (!r) free(taken);
  return r;
}

reply *reply_new_static(const char *text, size_t size, const char *type) {
  return make(&(reply){ .text = text, .type = type, .size = size }, MHD_RESPMEM_PERSISTENT);
}

static void pack(reply *r) {
  size_t size = 0;
  char *bytes = gzip_make(r->text, r->size, &size);
  if (bytes && !make_form(&r->packed, r, bytes, size, MHD_RESPMEM_MUST_FREE)) free(bytes);
}

/* Packed when somebody first asks for it: most answers go to hosts on the same machine. */
static bool has_packed(reply *r) {
  if (r->size < WORTH_PACKING) return false;
  if (!atomic_load_explicit(&r->looked, memory_order_acquire)) {
    pthread_mutex_lock(&r->lock);
    if (!atomic_load(&r->looked)) pack(r);
    atomic_store_explicit(&r->looked, true, memory_order_release);
    pthread_mutex_unlock(&r->lock);
  }
  return r->packed.whole != NULL;
}

enum MHD_Result reply_send(reply *r, const asked *a) {
  const form *f = asked_takes_gzip(a) && has_packed(r) ? &r->packed : &r->plain;
  bool known = a->if_none_match && asked_has(a, f->etag);
  return reply_queue(a, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, known ? f->known : f->whole);
}

void reply_free(reply *r) {
  if (!r) return;
  form_free(&r->plain);
  form_free(&r->packed);
  pthread_mutex_destroy(&r->lock);
  free(r);
}

/* ---- what is made for one ---- */

enum MHD_Result reply_send_once(const asked *a, strbuf *text, const char *type, time_t since) {
  reply *r = reply_new(text, type, since);
  enum MHD_Result sent = r ? reply_send(r, a) : MHD_NO;
  reply_free(r);
  return sent;
}

enum MHD_Result reply_send_status(const asked *a, unsigned status, strbuf *text, const char *type, const char *const *headers) {
  strbuf_add(text, "");
  struct MHD_Response *response = MHD_create_response_from_buffer(text->length, text->at, MHD_RESPMEM_MUST_FREE);
  if (!response) {
    strbuf_free(text);
    return MHD_NO;
  }
  *text = (strbuf){ 0 };
  if (type) MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  reply_add_manners(response);
  for (; headers && *headers; headers += 2) MHD_add_response_header(response, headers[0], headers[1]);
  enum MHD_Result sent = reply_queue(a, status, response);
  MHD_destroy_response(response);
  return sent;
}

enum MHD_Result reply_send_error(const asked *a, unsigned status, const roster_error *err, const char *const *headers) {
  strbuf text = { 0 };
  size_t length = roster_write_error_json(err, NULL, 0);
  char *json = grown(NULL, length + 1);
  roster_write_error_json(err, json, length + 1);
  strbuf_bytes(&text, json, length);
  free(json);
  return reply_send_status(a, status, &text, TYPE_JSON, headers);
}

enum MHD_Result reply_send_problem(const asked *a, unsigned status, const char *code, const char *message, const char *hint) {
  static const char *const end[] = { "Connection", "close", NULL };
  strbuf text = { 0 };
  strbuf_add(&text, "{\"error\":{\"code\":");
  quote_json(&text, code);
  strbuf_add(&text, ",\"message\":");
  quote_json(&text, message);
  strbuf_add(&text, ",\"hint\":");
  quote_json(&text, hint);
  strbuf_add(&text, "}}");
  return reply_send_status(a, status, &text, TYPE_JSON, asked_has_body(a) ? end : NULL);
}
