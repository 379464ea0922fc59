/* gateway_rewrite: see gateway_rewrite.h. */
#include "library/validate/gateway_rewrite.h"

#include <string.h>

static const char *value_for(const pairs *list, const provider *p) {
  for (size_t i = 0; i < list->count; i++)
    if (text_is(list->at[i].name, provider_name(p))) return list->at[i].value;
  return NULL;
}

const char *gateway_segment(const gateway *g, const provider *p) {
  const char *segment = value_for(&g->segments, p);
  return segment ? segment : provider_name(p);
}

const char *gateway_prefix(const gateway *g, const provider *p) { return value_for(&g->prefixes, p); }

const char *gateway_base_path(const gateway *g, const provider *p) {
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
