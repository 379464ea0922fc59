/* address: see address.h. */
#include "library/validate/address.h"

#include "library/validate/factory.h"

#include <string.h>

/* ---- the path of an address as people write it: bare, with the version of the API as SDKs take it, or copied whole from a request or a
 * listing. What the protocol will append is taken off, so that nothing is doubled and the listing has its address too ---- */

/* The path without that ending; the path itself where it ends otherwise. */
static const char *base_path_without(arena *a, const char *path, const char *ending) {
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

/* "v1", "v1beta", "v1beta2" */
static bool is_version(const char *text) {
  if (text[0] != 'v' || text[1] < '0' || text[1] > '9') return false;
  return !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789")];
}

static bool ends_in_version(const char *path) {
  const char *last = strrchr(path, '/');
  return last && is_version(last + 1);
}

/* What stands between this base and a path of the protocol. "" where the base ends in a version of its own ("/v3") and the provider's block
 * names no prefix. */
static const char *base_path_prefix(arena *a, const provider *p, const protocol *speaks, const char *base) {
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

static const char *base_path(arena *a, const catalog *c, const provider *p, const protocol *speaks, const char *path) {
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

static const char *base_path_of_provider(arena *a, const catalog *c, const provider *p) {
  url own;
  if (!p->base_url || url_parse(a, p->base_url, &own)) return "";
  return base_path(a, c, p, p->speaks, own.path);
}

/* ---- how a gateway changes a request ---- */

static const char *value_for(const pairs *list, const provider *p) {
  for (size_t i = 0; i < list->count; i++)
    if (text_is(list->at[i].name, provider_name(p))) return list->at[i].value;
  return NULL;
}

const char *gateway_segment(const gateway *g, const provider *p) {
  const char *segment = value_for(&g->segments, p);
  return segment ? segment : provider_name(p);
}

/* The prefix of the protocol's paths at the gateway; NULL: the usual one. */
static const char *gateway_prefix(const gateway *g, const provider *p) { return value_for(&g->prefixes, p); }

/* What takes the place of the path of the provider's base_url; NULL: that path. */
static const char *gateway_base_path(const gateway *g, const provider *p) {
  const char *own = value_for(&g->base_paths, p);
  return own ? own : g->base_path;
}

const model *gateway_model(arena *a, const gateway *g, const provider *p, const model *m) {
  if (!g->api_names || m->discovered) return m; /* its name comes from the gateway's listing */
  model *renamed = arena_alloc(a, sizeof *renamed);
  *renamed = *m;
  renamed->api_name = text_fill(a, text_fill(a, g->api_names, "{provider}", gateway_segment(g, p)), "{api_name}", m->api_name);
  return renamed;
}

static bool has_slot(const pairs *list) {
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].value && strstr(list->at[i].value, "{provider}")) return true;
  return false;
}

const gateway *gateway_headers(arena *a, const gateway *g, const provider *p) {
  if (!has_slot(&g->headers)) return g;
  gateway *filled = arena_alloc(a, sizeof *filled);
  *filled = *g;
  filled->headers.at = arena_array(a, g->headers.count, sizeof *filled->headers.at);
  for (size_t i = 0; i < g->headers.count; i++) {
    pair one = g->headers.at[i];
    if (one.value) one.value = text_fill(a, one.value, "{provider}", gateway_segment(g, p));
    filled->headers.at[i] = one;
  }
  return filled;
}

const char *gateway_stopped_header(const gateway *g, const model *m) {
  for (size_t i = 0; i < m->headers.count; i++)
    for (size_t k = 0; k < g->unsupported_headers.count; k++)
      if ((m->headers.at[i].value || m->headers.at[i].from_secret) && text_same(m->headers.at[i].name, g->unsupported_headers.at[k]))
        return m->headers.at[i].name;
  return NULL;
}

/* ---- the address itself ---- */

const char *gateway_base(arena *a, const catalog *c, const gateway *g, const provider *p, const url *u) {
  const char *segment = url_name_encode(a, gateway_segment(g, p));
  const char *path = segment ? base_path_without(a, text_fill(a, g->path, "{provider}", segment), "/") : NULL;
  if (!path) return NULL;
  const char *own = gateway_base_path(g, p), *behind = own ? own : base_path_of_provider(a, c, p);
  const char *before = *path ? u->path : base_path(a, c, p, p->speaks, u->path); /* people paste its address with the version, too */
  return url_append(a, url_append(a, url_append(a, u->origin, before), path), behind);
}

const char *own_base(arena *a, const catalog *c, const provider *p, const protocol *speaks, const url *u) {
  return url_append(a, u->origin, base_path(a, c, p, speaks, u->path));
}

const char *provider_base_url(arena *a, const catalog *c, const provider *p) {
  url u;
  if (provider_is_mock(p) || p->head.refused) return "";
  if (p->override && !url_parse(a, p->override, &u)) return own_base(a, c, p, p->speaks, &u);
  const gateway *g = p->override ? NULL : p->gateway;
  if (g && g->head.refused) return "";
  const char *behind = g && !url_parse(a, g->base_url, &u) ? gateway_base(a, c, g, p, &u) : NULL;
  if (behind) return behind;
  return p->base_url && !url_parse(a, p->base_url, &u) ? own_base(a, c, p, p->speaks, &u) : "";
}

/* Beside the address of a request: the listing's. In "https://host" the last '/' begins no path: what follows it is the host. */
static const char *sibling(arena *a, const char *address, const char *name) {
  const char *scheme = strstr(address, "://"), *start = scheme ? scheme + 3 : address;
  const char *whole = address + strcspn(address, "?"), *end = whole;
  while (end > start && end[-1] != '/') end--;
  if (end == start) return arena_printf(a, "%.*s/%s", (int)(whole - address), address, name);
  return arena_printf(a, "%.*s%s", (int)(end - address), address, name);
}

/* The request itself, and a listing beside it: no more follows from an address that is used as it is. */
static const char *url_as_is(arena *a, const service *s, const char *path, const char *query) {
  const char *all = url_join_query(a, s->query, query);
  if (!text_ends(path, "/models")) return s->url;
  return arena_printf(a, "%s%s%s", sibling(a, s->url, "models"), *all ? "?" : "", all);
}

const char *service_url(arena *a, const service *s, const protocol *p, const char *path, const char *query) {
  if (s->as_is) return url_as_is(a, s, path, query);
  const char *all = url_join_query(a, s->query, query);
  const char *prefix = s->gateway ? gateway_prefix(s->gateway, s->provider) : NULL;
  const char *address = url_append(a, url_append(a, s->base, prefix ? prefix : base_path_prefix(a, s->provider, p, s->base)), path);
  return *all ? arena_printf(a, "%s?%s", address, all) : address;
}

/* ---- what an official SDK takes as its base URL: the protocol says what the SDK appends (`sdk_path`), and what remains of the service's
 * URL without it is the base ---- */

static const char VERSION[] = "/{version}";

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
  const char *spellings[] = { name, url_path_encode(a, name), url_component_encode(a, name) }, *found = NULL;
  for (size_t i = 0; i < 3 && !found; i++) found = before(a, address, text_fill(a, path, "{api_name}", spellings[i]));
  return found;
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

/* ---- the proxy that the environment names ---- */

/* A host as no_proxy has it: itself, or what ends in it. */
static bool covers(const char *exception, const char *host) {
  while (*exception == '*' || *exception == '.') exception++;
  size_t length = strlen(exception), all = strlen(host);
  if (length == 0 || length > all || !text_is(host + all - length, exception)) return false;
  return length == all || host[all - length - 1] == '.';
}

static bool is_excepted(arena *a, const char *exceptions, const char *host) {
  while (exceptions && *exceptions) {
    size_t length = strcspn(exceptions, ", ");
    const char *exception = text_lower(a, exceptions, length);
    if (text_is(exception, "*") || covers(exception, host)) return true;
    exceptions += length;
    exceptions += strspn(exceptions, ", ");
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
