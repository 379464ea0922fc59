/* url: takes apart and checks the addresses that definitions name, and puts request addresses together.
 * Accepts http and https, no userinfo, no fragment. Resolves no names. */
#ifndef ROSTER_UTIL_URL_H
#define ROSTER_UTIL_URL_H

#include "util/arena.h"

#include <stdbool.h>

typedef struct url {
  const char *origin; /* "https://host:8443", lower case, default port left out */
  const char *host;   /* "host", "127.0.0.1", "[::1]" */
  const char *path;   /* "" or "/v1", never a trailing slash */
  const char *query;  /* "" or "a=b" */
  bool https;
} url;

/* NULL when fine, else what is wrong with it ("names a user; ..."): static text. */
const char *url_parse(arena *a, const char *text, url *out);
bool url_is_near(const url *u); /* loopback or link-local: traffic never leaves this host or its link */

/* A path or query part with everything percent-encoded that is not allowed there; "/", ":" and "%" stay in paths. */
const char *url_path_encode(arena *a, const char *path);
const char *url_query_encode(arena *a, const char *part);
/* Path and query joined: either may be "". */
const char *url_join_query(arena *a, const char *one, const char *two);

#endif
