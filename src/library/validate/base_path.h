/* base_path: the path of an address as people write it: bare, with the version of the API as SDKs take it, or copied whole from a request
 * or a listing. What the protocol will append is taken off, so that nothing is doubled and the listing has its address too. */
#ifndef ROSTER_VALIDATE_BASE_PATH_H
#define ROSTER_VALIDATE_BASE_PATH_H

#include "library/definitions/catalog.h"

const char *base_path(arena *a, const catalog *c, const provider *p, const protocol *speaks, const char *path);
/* Of the provider's base_url; "" for none. */
const char *base_path_of_provider(arena *a, const catalog *c, const provider *p);
/* What stands between this base and a path of the protocol. "" where the base ends in a version of its own ("/v3") and the provider's block
 * names no prefix. */
const char *base_path_prefix(arena *a, const provider *p, const protocol *speaks, const char *base);
/* The path without that ending; the path itself where it ends otherwise. */
const char *base_path_without(arena *a, const char *path, const char *ending);

#endif
