/* sending: see sending.h. libcurl's functions are looked up in the library that roster's transport is in, as linking libcurl would cost
 * every call of the command milliseconds. */
#include "command/try/sending.h"

#include "command/shared/plugin.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct curl {
  CURL *(*init)(void);
  CURLcode (*set)(CURL *easy, CURLoption option, ...);
  CURLcode (*perform)(CURL *easy);
  CURLcode (*info)(CURL *easy, CURLINFO info, ...);
  void (*cleanup)(CURL *easy);
  struct curl_slist *(*append)(struct curl_slist *list, const char *line);
  void (*free_list)(struct curl_slist *list);
  const char *(*error)(CURLcode code);
} curl;

static bool find(void *library, const char *name, void *function) {
  void *address = dlsym(library, name);
  memcpy(function, &address, sizeof address);
  return address != NULL;
}

static bool open_curl(roster_error *err) {
  void *library = plugin_look(PLUGIN_CURL, err);
  err->status = ROSTER_ETRANSPORT;
  return library && find(library, "curl_easy_init", &curl.init) && find(library, "curl_easy_setopt", &curl.set) &&
         find(library, "curl_easy_perform", &curl.perform) && find(library, "curl_easy_getinfo", &curl.info) &&
         find(library, "curl_easy_cleanup", &curl.cleanup) && find(library, "curl_slist_append", &curl.append) &&
         find(library, "curl_slist_free_all", &curl.free_list) && find(library, "curl_easy_strerror", &curl.error);
}

typedef struct transfer {
  sending *sending;
  CURL *easy;
} transfer;

static size_t on_body(char *bytes, size_t size, size_t count, void *payload) {
  const transfer *t = payload;
  sending *s = t->sending;
  long status = 0;
  curl.info(t->easy, CURLINFO_RESPONSE_CODE, &status);
  s->status = (int)status;
  if (s->on_bytes(s->payload, s->status, bytes, size * count)) return size * count;
  s->stopped = true;
  return 0;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *payload) {
  static const char name[] = "retry-after:";
  const size_t length = size * count;
  char value[24] = "";
  if (length > sizeof name && strncasecmp(bytes, name, sizeof name - 1) == 0) {
    snprintf(value, sizeof value, "%.*s", (int)(length - sizeof name + 1), bytes + sizeof name - 1);
    char *end;
    long seconds = strtol(value, &end, 10);
    if (end != value && seconds >= 0) ((transfer *)payload)->sending->retry_after = seconds;
  }
  return length;
}

static struct curl_slist *header_lines(const roster_headers *headers) {
  struct curl_slist *list = curl.append(NULL, "content-type: application/json");
  for (size_t i = 0; list && i < roster_headers_count(headers); i++) {
    const roster_header *h = roster_headers_at(headers, i);
    const size_t room = strlen(h->name) + strlen(h->value) + 3;
    char *line = malloc(room);
    if (!line) break;
    snprintf(line, room, *h->value ? "%s: %s" : "%s;", h->name, h->value);
    list = strcasecmp(h->name, "content-type") == 0 ? list : curl.append(list, line);
    memset(line, 0, room);
    free(line);
  }
  return list;
}

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

static void set_trust(CURL *easy, const roster_service *v) {
  const char *own = or_null(roster_service_ca_file(v)), *file = own ? own : or_null(getenv("SSL_CERT_FILE"));
  const char *directory = file ? NULL : or_null(getenv("SSL_CERT_DIR"));
  if (file) curl.set(easy, CURLOPT_CAINFO, file);
  if (own || directory) curl.set(easy, CURLOPT_CAPATH, directory);
  curl.set(easy, CURLOPT_SSLCERT, or_null(roster_service_client_cert(v)));
  curl.set(easy, CURLOPT_SSLKEY, or_null(roster_service_client_key(v)));
}

static void set_all(CURL *easy, transfer *t, struct curl_slist *lines) {
  curl.set(easy, CURLOPT_URL, t->sending->url);
  curl.set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.set(easy, CURLOPT_HTTPHEADER, lines);
  curl.set(easy, CURLOPT_POST, 1L);
  curl.set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(t->sending->body));
  curl.set(easy, CURLOPT_POSTFIELDS, t->sending->body);
  curl.set(easy, CURLOPT_USERAGENT, "roster/" ROSTER_VERSION);
  curl.set(easy, CURLOPT_PATH_AS_IS, 1L);
  curl.set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(easy, CURLOPT_PROXY, roster_service_proxy(t->sending->service));
  curl.set(easy, CURLOPT_NOPROXY, "");
  curl.set(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  curl.set(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl.set(easy, CURLOPT_NOSIGNAL, 1L);
  curl.set(easy, CURLOPT_TIMEOUT_MS, t->sending->timeout_ms);
  set_trust(easy, t->sending->service);
  curl.set(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl.set(easy, CURLOPT_WRITEDATA, t);
  curl.set(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl.set(easy, CURLOPT_HEADERDATA, t);
}

roster_status send_prompt(sending *s, roster_error *err) {
  s->retry_after = -1;
  if (!open_curl(err)) return ROSTER_ETRANSPORT;
  transfer t = { s, curl.init() };
  struct curl_slist *lines = header_lines(s->headers);
  long status = 0;
  if (t.easy && lines) {
    set_all(t.easy, &t, lines);
    CURLcode code = curl.perform(t.easy);
    if (code != CURLE_OK && !s->stopped) snprintf(s->problem, sizeof s->problem, "%s", curl.error(code));
    curl.info(t.easy, CURLINFO_RESPONSE_CODE, &status);
    s->status = (int)status;
  } else {
    snprintf(s->problem, sizeof s->problem, "out of memory");
  }
  for (struct curl_slist *line = lines; line; line = line->next) memset(line->data, 0, strlen(line->data));
  curl.free_list(lines);
  if (t.easy) curl.cleanup(t.easy);
  return ROSTER_OK;
}
