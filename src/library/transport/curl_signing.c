/* curl_signing: see curl_signing.h. libcurl keeps copies of the key for as long as the handle lives, and does not wipe them. */
#include "library/transport/curl_signing.h"

#include <string.h>

/* Before these it signs a path as it stands, and a query in whatever order; AWS encodes the one and sorts the other. */
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
  return curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, r->aws_sigv4) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_USERNAME, r->aws_key_id) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_PASSWORD, r->aws_secret) == CURLE_OK;
}
