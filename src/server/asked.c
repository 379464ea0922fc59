/* asked: see asked.h. */
#include "server/asked.h"

#include "server/percent.h"

#include <string.h>
#include <strings.h>

static bool is(const char *name, size_t size, const char *wanted) { return size == strlen(wanted) && strncasecmp(name, wanted, size) == 0; }

/* The letters of a token: RFC 9110, 5.6.2. libmicrohttpd lets more pass, a blank before the colon for one. */
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

/* Of a header that comes twice the first is kept; where that matters it is counted, and refused. */
static void keep(const char **slot, const char *value) {
  if (!*slot) *slot = value ? value : "";
}

static enum MHD_Result on_header(void *payload, enum MHD_ValueKind kind, const char *name, size_t size, const char *value, size_t length) {
  asked *a = payload;
  (void)kind;
  a->odd = a->odd || !is_name(name, size) || (value && !is_value(value, length));
  if (is(name, size, "Host"))
    keep(&a->host, value), a->hosts++;
  else if (is(name, size, "Origin"))
    keep(&a->origin, value), a->origins++;
  else if (is(name, size, "Content-Length"))
    keep(&a->content_length, value), a->lengths++;
  else if (is(name, size, "If-None-Match"))
    keep(&a->if_none_match, value);
  else if (is(name, size, "Accept-Encoding"))
    keep(&a->accept_encoding, value);
  else if (is(name, size, "Authorization"))
    keep(&a->authorization, value);
  else if (is(name, size, "Last-Event-ID"))
    keep(&a->last_event_id, value);
  else if (is(name, size, "Transfer-Encoding"))
    keep(&a->transfer_encoding, value);
  return MHD_YES;
}

void asked_read(asked *a, struct MHD_Connection *wire, const char *method, const char *path, const char *version) {
  *a = (asked){ .wire = wire, .method = method, .version = version, .path = path };
  MHD_get_connection_values_n(wire, MHD_HEADER_KIND, on_header, a);
}

bool asked_is(const asked *a, const char *method) { return strcmp(a->method, method) == 0; }

bool asked_has_body(const asked *a) { return a->transfer_encoding || (a->content_length && strcmp(a->content_length, "0") != 0); }

size_t asked_header_bytes(const asked *a) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(a->wire, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}

/* ---- Accept-Encoding ---- */

static const char *skip_blanks(const char *s) { return s + strspn(s, " \t"); }

/* "0.25" into 250; what is no weight is 0, so that it is not taken. */
static int weight(const char *s) {
  int value = *s == '1' ? 1000 : 0, scale = 100;
  if (*s != '0' && *s != '1') return 0;
  if (s[1] == '.')
    for (s += 2; *s >= '0' && *s <= '9' && scale; s++, scale /= 10) value += (*s - '0') * scale;
  return value > 1000 ? 1000 : value;
}

/* The weight behind a coding, up to the next comma. */
static int weight_of(const char *s, const char *end) {
  for (; s < end; s++) {
    if (*s != ';') continue;
    s = skip_blanks(s + 1);
    if ((*s == 'q' || *s == 'Q') && s[1] == '=') return weight(s + 2);
  }
  return 1000;
}

bool asked_takes_gzip(const asked *a) {
  int gzip = -1, any = -1, plain = -1;
  for (const char *s = a->accept_encoding; s && *s;) {
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

bool asked_has(const asked *a, const char *etag) {
  size_t length = strlen(etag);
  for (const char *s = a->if_none_match; s && *s;) {
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

bool asked_parameter(const asked *a, const char *name, char *out, size_t size, bool *given) {
  const char *value = NULL;
  size_t length = 0;
  *out = '\0';
  *given = MHD_lookup_connection_value_n(a->wire, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value, &length) == MHD_YES;
  return !*given || !value || percent_decode(value, true, out, size);
}
