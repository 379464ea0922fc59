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
bool url_is_private(const url *u); /* near, or of a private network by its address or name */
bool url_is_near(const url *u);    /* loopback or link-local: traffic never leaves this host or its link */

/* The address as messages show it: without what may hold a password or a key. */
const char *url_show(arena *a, const char *text);

/* What is wrong with a text that is to become part of a path, as static text; NULL when nothing is. */
const char *url_path_problem(const char *path);
/* A path, or an origin, with `part` behind it. Percent-encoded, and in segments of its own, so that it can extend no host name, port or
 * segment. */
const char *url_append(arena *a, const char *path, const char *part);
/* The name of a model as it stands in a path: what a path has another use for is percent-encoded, and where a segment of it would be
 * folded away, its slashes too. NULL for a name that no server would find in a path: "..", "../x". */
const char *url_name_encode(arena *a, const char *name);
/* The same for an API that takes a name as one segment: all but letters, digits and "-._~" is encoded. */
const char *url_segment_encode(arena *a, const char *name);

/* A path or query part with everything percent-encoded that is not allowed there; "/", ":" and "%" stay in paths. */
const char *url_path_encode(arena *a, const char *path);
const char *url_query_encode(arena *a, const char *part);
/* As JavaScript's encodeURIComponent does, with which some SDKs put a name into a path. */
const char *url_component_encode(arena *a, const char *part);
/* Path and query joined: either may be "". */
const char *url_join_query(arena *a, const char *one, const char *two);

#endif
