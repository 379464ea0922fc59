/* sdk_base_url: see sdk_base_url.h. */
#include "library/validate/sdk_base_url.h"

#include "util/hex.h"
#include "util/text.h"
#include "util/url.h"

#include <string.h>

static const char VERSION[] = "/{version}";

/* As JavaScript's encodeURIComponent does, with which some SDKs put a name into a path. */
static const char *component(arena *a, const char *name) {
  char *out = arena_alloc(a, strlen(name) * 3 + 1), *end = out;
  for (; *name; name++) {
    unsigned char c = (unsigned char)*name;
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-._~!*'()", c)) {
      *end++ = *name;
    } else {
      *end++ = '%';
      *end++ = HEX_UPPER[c >> 4];
      *end++ = HEX_UPPER[c & 15];
    }
  }
  *end = 0;
  return out;
}

/* An SDK would take it for the end of the path, for an escape, for a step upwards, or for a path of its own. */
static bool misleads(const char *name) {
  if (strpbrk(name, "?#%\\") || text_starts(name, "models/") || text_starts(name, "tunedModels/")) return true;
  return text_is(name, "..") || text_starts(name, "../") || text_ends(name, "/..") || strstr(name, "/../");
}

/* What is before the suffix; NULL where the URL does not end so. */
static const char *before(arena *a, const char *address, const char *suffix) {
  return text_ends(address, suffix) ? arena_bytes(a, address, strlen(address) - strlen(suffix)) : NULL;
}

static const char *before_path(arena *a, const char *address, const char *path, const char *name) {
  if (!strstr(path, "{api_name}")) return before(a, address, path);
  if (misleads(name)) return NULL;
  const char *spellings[] = { name, url_path_encode(a, name), component(a, name) }, *found = NULL;
  for (size_t i = 0; i < 3 && !found; i++) found = before(a, address, text_fill(a, path, "{api_name}", spellings[i]));
  return found;
}

/* "v1", "v1beta", "v1beta2" */
static bool is_version(const char *text) {
  if (text[0] != 'v' || text[1] < '0' || text[1] > '9') return false;
  return !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789")];
}

void sdk_base_url(arena *a, const service *s, const char **base, const char **version) {
  const char *path = s->model->speaks->sdk_path;
  if (!path || strchr(s->url, '?')) return;
  bool versioned = text_starts(path, VERSION);
  const char *rest = before_path(a, s->url, versioned ? path + sizeof VERSION - 1 : path, s->model->api_name);
  if (!rest || !versioned) {
    if (rest) *base = rest;
    return;
  }
  const char *slash = strrchr(rest, '/');
  if (!slash || !is_version(slash + 1)) return;
  *base = arena_bytes(a, rest, (size_t)(slash - rest));
  *version = slash + 1;
}
