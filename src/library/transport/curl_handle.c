/* curl_handle: see libcurl.h. */
#include "library/transport/libcurl.h"

#include "util/descriptor.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "roster needs libcurl 7.87 or newer"
#endif

enum { TRUST_CACHE_SECONDS = 60 };

/* Each fails only where there is no memory, or libcurl was built without it: all of them are made, and looked at once. */
#define SET(option, value) (failed |= (unsigned)curl_easy_setopt(easy, option, value))

static unsigned set_body(CURL *easy, const outgoing *sent) {
  unsigned failed = 0;
  SET(CURLOPT_POST, 1L);
  SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)sent->body_bytes);
  SET(CURLOPT_POSTFIELDS, sent->body);
  return failed;
}

static unsigned set_message(CURL *easy, const roster_http_request *r, const outgoing *sent) {
  unsigned failed = 0;
  SET(CURLOPT_URL, r->url);
  SET(CURLOPT_PATH_AS_IS, 1L);
  SET(CURLOPT_USERAGENT, "roster/" ROSTER_VERSION);
  SET(CURLOPT_HTTPHEADER, sent->lines);
  if (outgoing_is_post(r)) return failed | set_body(easy, sent);
  return SET(CURLOPT_HTTPGET, 1L);
}

/* Over TLS, requests wait for the first handshake and share its connection. Over plain HTTP they would wait for the first response. */
static unsigned set_version(CURL *easy, const roster_http_request *r) {
  const bool tls = curl_strnequal(r->url, "https:", 6);
  unsigned failed = 0;
  SET(CURLOPT_HTTP_VERSION, tls ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_PIPEWAIT, tls ? 1L : 0L);
  return SET(CURLOPT_HTTP09_ALLOWED, 0L);
}

/* An empty string keeps libcurl from reading http_proxy and no_proxy; NULL would not. */
static unsigned set_route(CURL *easy, const roster_http_request *r) {
  unsigned failed = 0;
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  SET(CURLOPT_PROXY, r->proxy ? r->proxy : "");
  SET(CURLOPT_NOPROXY, "");
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  return SET(CURLOPT_OPENSOCKETFUNCTION, process_socket);
}

/* libcurl refuses more than an int holds, which is 24 days. */
long handle_timeout_ms(const roster_http_request *r) { return r->timeout_ms < INT_MAX ? r->timeout_ms : INT_MAX; }

long handle_connect_timeout_ms(const roster_http_request *r) {
  long total = handle_timeout_ms(r);
  return r->connect_timeout_ms > 0 && r->connect_timeout_ms < total ? r->connect_timeout_ms : total;
}

/* Without QUICK_EXIT a name lookup that hangs blocks the thread past every timeout, until the resolver gives up. */
static unsigned set_limits(CURL *easy, const roster_http_request *r) {
  unsigned failed = 0;
  SET(CURLOPT_TIMEOUT_MS, handle_timeout_ms(r));
  SET(CURLOPT_CONNECTTIMEOUT_MS, handle_connect_timeout_ms(r));
  SET(CURLOPT_MAXFILESIZE_LARGE, r->max_body_bytes < LONG_MAX ? (curl_off_t)r->max_body_bytes : LONG_MAX);
  SET(CURLOPT_NOSIGNAL, 1L);
  return SET(CURLOPT_QUICK_EXIT, 1L);
}

/* The authorities of a proxy are other ones, which libcurl would not tell apart from these. */
const char *handle_authorities(const roster_http_request *r, const char *system_trust) {
  if ((r->ca_file && r->ca_dir) || r->proxy || !curl_strnequal(r->url, "https:", 6)) return NULL;
  return r->ca_file ? r->ca_file : r->ca_dir ? r->ca_dir : system_trust;
}

/* Distributions build libcurl with a file and a directory. With both set it parses the whole file for every connection; with
 * the file alone it keeps the parsed file, with the directory alone it never parses one. */
static unsigned set_authorities(CURL *easy, const roster_http_request *r, const char *system_trust) {
  const bool own = r->ca_file || r->ca_dir;
  unsigned failed = 0;
  SET(CURLOPT_CA_CACHE_TIMEOUT, (long)TRUST_CACHE_SECONDS);
  if (own || system_trust) SET(CURLOPT_CAINFO, r->ca_file); /* NULL: not the system's either */
  return SET(CURLOPT_CAPATH, own ? r->ca_dir : system_trust);
}

/* Without a password, OpenSSL would ask for one on the terminal when the key is locked. It has allocations of its own, and fails in its own
 * words where one is refused: right behind that, errno still tells. */
static unsigned set_tls(CURL *easy, const roster_http_request *r) {
  unsigned failed = 0;
  SET(CURLOPT_DEBUGFUNCTION, process_look);
  SET(CURLOPT_VERBOSE, curl_strnequal(r->url, "https:", 6) ? 1L : 0L);
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SSLCERT, r->client_cert);
  SET(CURLOPT_SSLKEY, r->client_key);
  return SET(CURLOPT_KEYPASSWD, "");
}

static bool is_hash_link(const char *name) {
  size_t n = strlen(name);
  return n > 2 && strcmp(name + n - 2, ".0") == 0;
}

/* A bundle of 140 certificates costs 20 ms to parse; a hashed directory is read one certificate at a time. */
const char *handle_system_trust(void) {
  static const char path[] = "/etc/ssl/certs";
  bool hashed = false;
  DIR *directory = descriptor_open_directory(path);
  if (!directory) return NULL;
  for (const struct dirent *entry; !hashed && (entry = readdir(directory));) hashed = is_hash_link(entry->d_name);
  closedir(directory);
  return hashed ? path : NULL;
}

/* ---- signing: libcurl keeps copies of the key for as long as the handle lives, and does not wipe them ---- */

/* Older versions sign the path as it is written and the query in its order; AWS encodes the one and sorts the other. */
enum { PATHS_SINCE = 0x080900, QUERIES_SINCE = 0x080300 };

bool signing_is_wanted(const roster_http_request *r) { return r->size >= offsetof(roster_http_request, tags) && r->aws_sigv4; }

static bool is_plain(const char *path, size_t length) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  return strspn(path, plain) >= length;
}

bool signing_is_possible(const roster_http_request *r) {
  const unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;
  const char *authority = strstr(r->url, "://");
  const char *path = authority ? authority + 3 + strcspn(authority + 3, "/?") : r->url;
  size_t length = strcspn(path, "?");
  if (path[length] == '?' && version < QUERIES_SINCE) return false;
  return version >= PATHS_SINCE || is_plain(path, length);
}

bool signing_set(CURL *easy, const roster_http_request *r) {
  unsigned failed = 0;
  SET(CURLOPT_AWS_SIGV4, r->aws_sigv4);
  SET(CURLOPT_USERNAME, r->aws_key_id);
  SET(CURLOPT_PASSWORD, r->aws_secret);
  return !failed;
}

/* ---- all settings ---- */

bool handle_set_up(CURL *easy, const roster_http_request *r, const outgoing *sent, const char *system_trust) {
  const unsigned failed = set_message(easy, r, sent) | set_version(easy, r) | set_route(easy, r) | set_limits(easy, r) |
                          set_authorities(easy, r, system_trust) | set_tls(easy, r);
  return !failed && (!signing_is_wanted(r) || signing_set(easy, r));
}
