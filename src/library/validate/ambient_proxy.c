/* ambient_proxy: see ambient_proxy.h. */
#include "library/validate/ambient_proxy.h"

#include "util/text.h"

#include <string.h>

/* A host as no_proxy has it: itself, or what ends in it. */
static bool covers(const char *rule, const char *host) {
  while (*rule == '*' || *rule == '.') rule++;
  size_t length = strlen(rule), all = strlen(host);
  if (length == 0 || length > all || !text_is(host + all - length, rule)) return false;
  return length == all || host[all - length - 1] == '.';
}

static bool is_excepted(arena *a, const char *rules, const char *host) {
  while (rules && *rules) {
    size_t length = strcspn(rules, ", ");
    const char *rule = text_lower(a, rules, length);
    if (text_is(rule, "*") || covers(rule, host)) return true;
    rules += length;
    rules += strspn(rules, ", ");
  }
  return false;
}

/* A setting where its value can be one; else the address in it without a user, whose password must not be shown. */
static const char *written(arena *a, const char *variable, const char *value) {
  url u;
  if (!url_parse(a, value, &u)) return arena_printf(a, "setting \"%s\"", variable);
  const char *scheme = strstr(value, "://"), *host = scheme ? scheme + 3 : value, *user = strrchr(host, '@');
  const char *address = arena_printf(a, "%s%s", scheme ? arena_bytes(a, value, (size_t)(host - value)) : "http://", user ? user + 1 : host);
  return url_parse(a, address, &u) ? "\"http://HOST:PORT\"" : arena_printf(a, "\"%s\"", u.origin);
}

ambient_proxy ambient_proxy_find(arena *a, const environment *e, const url *address) {
  static const char *const https[] = { "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", NULL };
  static const char *const http[] = { "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy", NULL };
  const char *const *name = address->https ? https : http;
  while (*name && !environment_get(e, *name)) name++;
  bool excepted = url_is_near(address) || is_excepted(a, environment_get(e, "NO_PROXY"), address->host) ||
                  is_excepted(a, environment_get(e, "no_proxy"), address->host);
  if (!*name || excepted) return (ambient_proxy){ 0 };
  return (ambient_proxy){ *name, written(a, *name, environment_get(e, *name)) };
}
