/* base_path: see base_path.h. */
#include "library/validate/base_path.h"

#include "util/url.h"

#include <string.h>

const char *base_path_without(arena *a, const char *path, const char *ending) {
  size_t n = strlen(path), k = strlen(ending);
  return k && text_ends(path, ending) ? arena_bytes(a, path, n - k) : path;
}

/* It replaces that of its protocol, and the same of another one: OpenAI's two protocols stand side by side. */
static const char *own_prefix(const provider *p, const protocol *speaks) {
  if (!speaks || !p->speaks) return NULL;
  return speaks == p->speaks || (speaks->prefix && text_is(speaks->prefix, p->speaks->prefix)) ? p->prefix : NULL;
}

static const char *prefix_of(arena *a, const provider *p, const protocol *speaks) {
  const char *own = own_prefix(p, speaks);
  return base_path_without(a, own ? own : speaks && speaks->prefix ? speaks->prefix : "", "/");
}

/* "/v3", "/v1beta", "/v1alpha2" */
static bool ends_in_version(const char *path) {
  const char *last = strrchr(path, '/');
  if (!last || last[1] != 'v' || last[2] < '0' || last[2] > '9') return false;
  return !last[1 + strspn(last + 1, "abcdefghijklmnopqrstuvwxyz0123456789")];
}

const char *base_path_prefix(arena *a, const provider *p, const protocol *speaks, const char *base) {
  bool versioned = speaks && speaks->versioned_base && !own_prefix(p, speaks) && ends_in_version(base);
  return versioned ? "" : prefix_of(a, p, speaks);
}

/* Without the path of a request in any protocol; the path itself where it has none. */
static const char *without_request(arena *a, const catalog *c, const provider *p, const char *path) {
  for (size_t i = 0; i < c->protocols.count; i++) {
    const protocol *any = c->protocols.at[i];
    if (!any->chat_path || !*any->chat_path || strchr(any->chat_path, '{')) continue;
    const char *shorter = base_path_without(a, path, arena_printf(a, "%s%s", any->prefix ? any->prefix : "", any->chat_path));
    if (shorter == path) shorter = base_path_without(a, path, arena_printf(a, "%s%s", prefix_of(a, p, any), any->chat_path));
    if (shorter != path) return shorter;
    shorter = any->versioned_base ? base_path_without(a, path, any->chat_path) : path;
    if (shorter != path && ends_in_version(shorter)) return shorter;
  }
  return path;
}

const char *base_path(arena *a, const catalog *c, const provider *p, const protocol *speaks, const char *path) {
  if (!*path) return path;
  const char *shorter = without_request(a, c, p, path);
  if (shorter != path && !ends_in_version(shorter)) return shorter;
  const char *above = base_path_without(a, shorter, "/models"); /* the listing's */
  if (above != shorter && ends_in_version(above)) shorter = above;
  const char *prefix = prefix_of(a, p, speaks);
  if (*prefix) return base_path_without(a, shorter, prefix);
  if (!speaks || !speaks->chat_path || !*speaks->chat_path) return shorter;
  size_t first = 1 + strcspn(speaks->chat_path + 1, "/");
  return speaks->chat_path[first] ? base_path_without(a, shorter, arena_bytes(a, speaks->chat_path, first)) : shorter;
}

const char *base_path_of_provider(arena *a, const catalog *c, const provider *p) {
  url own;
  if (!p->base_url || url_parse(a, p->base_url, &own)) return "";
  return base_path(a, c, p, p->speaks, own.path);
}
