/* http_request: see http_request.h. libmicrohttpd hands over each header once; the few that matter are kept, the first of each name, and
 * those whose repetition could be read in two ways are counted. Lists in headers are parsed when they are needed. */
#include "server/http_request.h"

#include "util/hex.h"
#include "util/utf8.h"

#include <string.h>
#include <strings.h>

static bool is(const char *name, size_t size, const char *wanted) { return size == strlen(wanted) && strncasecmp(name, wanted, size) == 0; }

/* A token of RFC 9110, 5.6.2. libmicrohttpd accepts more, such as a space before the colon. */
static bool is_name(const char *name, size_t size) {
  for (size_t i = 0; i < size; i++) {
    char letter = (char)(name[i] | 0x20);
    bool usual = (letter >= 'a' && letter <= 'z') || name[i] == '-';
    if (!usual && !(name[i] >= '0' && name[i] <= '9') && (!name[i] || !strchr("!#$%&'*+.^_`|~", name[i]))) return false;
  }
  return size > 0;
}

static bool is_value(const char *value, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f) return false;
  return true;
}

static void keep(const char **slot, const char *value) {
  if (!*slot) *slot = value ? value : "";
}

static enum MHD_Result on_header(void *payload, enum MHD_ValueKind kind, const char *name, size_t size, const char *value, size_t length) {
  http_request *q = payload;
  (void)kind;
  q->malformed = q->malformed || !is_name(name, size) || (value && !is_value(value, length));
  if (is(name, size, "Host"))
    keep(&q->host, value), q->hosts++;
  else if (is(name, size, "Origin"))
    keep(&q->origin, value), q->origins++;
  else if (is(name, size, "Content-Length"))
    keep(&q->content_length, value), q->lengths++;
  else if (is(name, size, "If-None-Match"))
    keep(&q->if_none_match, value);
  else if (is(name, size, "Accept-Encoding"))
    keep(&q->accept_encoding, value);
  else if (is(name, size, "Authorization"))
    keep(&q->authorization, value), q->authorizations++;
  else if (is(name, size, "Last-Event-ID"))
    keep(&q->last_event_id, value);
  else if (is(name, size, "Transfer-Encoding"))
    keep(&q->transfer_encoding, value), q->codings++;
  return MHD_YES;
}

void http_request_read(http_request *q, struct MHD_Connection *handle, const char *method, const char *path, const char *version) {
  *q = (http_request){ .handle = handle, .method = method, .version = version, .path = path };
  MHD_get_connection_values_n(handle, MHD_HEADER_KIND, on_header, q);
}

bool http_request_is(const http_request *q, const char *method) { return strcmp(q->method, method) == 0; }

bool http_request_has_body(const http_request *q) {
  return q->transfer_encoding || (q->content_length && strcmp(q->content_length, "0") != 0);
}

size_t http_request_header_bytes(const http_request *q) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(q->handle, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}

/* ---- Accept-Encoding ---- */

static const char *skip_blanks(const char *s) { return s + strspn(s, " \t"); }

/* "0.25" becomes 250; what is not a weight becomes 0, so that the coding is not used. */
static int weight(const char *s) {
  int value = *s == '1' ? 1000 : 0, scale = 100;
  if (*s != '0' && *s != '1') return 0;
  if (s[1] == '.')
    for (s += 2; *s >= '0' && *s <= '9' && scale; s++, scale /= 10) value += (*s - '0') * scale;
  return value > 1000 ? 1000 : value;
}

/* The weight that follows a coding, up to the next comma. */
static int weight_of(const char *s, const char *end) {
  for (; s < end; s++) {
    if (*s != ';') continue;
    s = skip_blanks(s + 1);
    if ((*s == 'q' || *s == 'Q') && s[1] == '=') return weight(s + 2);
  }
  return 1000;
}

bool http_request_prefers_gzip(const http_request *q) {
  int gzip = -1, any = -1, plain = -1;
  for (const char *s = q->accept_encoding; s && *s;) {
    s = skip_blanks(s);
    const char *end = s + strcspn(s, ",");
    size_t size = strcspn(s, " \t;,");
    if (is(s, size, "gzip") || is(s, size, "x-gzip")) gzip = weight_of(s, end);
    if (is(s, size, "*")) any = weight_of(s, end);
    if (is(s, size, "identity")) plain = weight_of(s, end);
    s = *end ? end + 1 : end;
  }
  if (gzip < 0) gzip = any;
  return gzip > 0 && gzip >= plain;
}

/* ---- If-None-Match ---- */

bool http_request_matches(const http_request *q, const char *etag) {
  size_t length = strlen(etag);
  for (const char *s = q->if_none_match; s && *s;) {
    s += strspn(s, " \t,");
    if (*s == '*') return true;
    if (s[0] == 'W' && s[1] == '/') s += 2; /* compared weakly: RFC 9110, 13.1.2 */
    if (*s != '"') return false;
    const char *end = strchr(s + 1, '"');
    if (!end) return false;
    if ((size_t)(end + 1 - s) == length && memcmp(s, etag, length) == 0) return true;
    s = end + 1;
  }
  return false;
}

/* ---- the query ---- */

typedef struct search {
  const char *name, *value; /* that of the first */
  size_t count;
} search;

static enum MHD_Result on_candidate(void *payload, enum MHD_ValueKind kind, const char *name, const char *value) {
  search *x = payload;
  (void)kind;
  if (strcmp(name, x->name) == 0 && !x->count++) x->value = value;
  return MHD_YES;
}

static search look_for(const http_request *q, const char *name) {
  search x = { .name = name };
  MHD_get_connection_values(q->handle, MHD_GET_ARGUMENT_KIND, on_candidate, &x);
  return x;
}

size_t http_request_count(const http_request *q, const char *name) { return look_for(q, name).count; }

bool http_request_parameter(const http_request *q, const char *name, char *out, size_t size, bool *given) {
  const search x = look_for(q, name);
  *out = '\0';
  *given = x.count > 0;
  return x.count <= 1 && (!x.value || percent_decode(x.value, true, out, size));
}

typedef struct taker {
  bool (*take)(void *payload, const char *name, const char *encoded);
  void *payload;
} taker;

static enum MHD_Result on_parameter(void *payload, enum MHD_ValueKind kind, const char *name, const char *value) {
  const taker *t = payload;
  (void)kind;
  return t->take(t->payload, name, value ? value : "") ? MHD_YES : MHD_NO;
}

void http_request_each_parameter(const http_request *q, bool (*take)(void *payload, const char *name, const char *encoded), void *payload) {
  MHD_get_connection_values(q->handle, MHD_GET_ARGUMENT_KIND, on_parameter, &(taker){ take, payload });
}

static bool is_clean(const char *text) {
  while (*text) {
    codepoint c;
    text += utf8_read(text, &c);
    if (c == UTF8_INVALID || utf8_is_control(c)) return false;
  }
  return true;
}

bool percent_decode(const char *text, bool plus_is_blank, char *out, size_t size) {
  size_t length = 0;
  for (; *text; text++) {
    int c = (unsigned char)*text;
    if (c == '%') {
      c = hex_byte(text + 1);
      if (c < 0) return false;
      text += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (!c || length + 1 >= size) return false;
    out[length++] = (char)c;
  }
  out[length] = '\0';
  return is_clean(out);
}
