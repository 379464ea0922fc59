/* changes: what differs for a host between two answers: models that came, went or read differently, and the default.
 * Uses the public getters only, so that it can tell nothing that a host could not see. */
#include "library/registry/document.h"

#include "util/text.h"
#include "util/writer.h"

static const char *provider_of(const roster_model *m) { return roster_provider_id(roster_model_provider(m)); }

static const struct {
  const char *name;
  const char *(*get)(const roster_model *m);
} text_fields[] = {
  { "provider_id", provider_of },
  { "api_name", roster_model_api_name },
  { "protocol", roster_model_protocol },
  { "url", roster_model_url },
  { "source", roster_model_source },
  { "description", roster_model_description },
  { "family", roster_model_family },
  { "tier", roster_model_tier },
  { "release_date", roster_model_release_date },
  { "knowledge_cutoff", roster_model_knowledge_cutoff },
  { "status", roster_model_status },
  { "retires", roster_model_retires },
  { "replacement", roster_model_replacement },
  { "shadowed_by", roster_model_shadowed_by },
};

static const struct {
  const char *name;
  int64_t (*get)(const roster_model *m);
} count_fields[] = {
  { "context_window", roster_model_context_window },
  { "max_input_tokens", roster_model_max_input_tokens },
  { "max_output_tokens", roster_model_max_output_tokens },
};

static const struct {
  const char *name;
  bool (*get)(const roster_model *m);
} flag_fields[] = {
  { "recommended", roster_model_recommended },
  { "reasoning", roster_model_reasoning },
  { "tool_call", roster_model_tool_call },
  { "stale", roster_model_stale },
};

static const struct {
  const char *name;
  const char *(*at)(const roster_model *m, size_t index);
} list_fields[] = {
  { "input_modalities", roster_model_input_modality_at },
  { "reasoning_levels", roster_model_reasoning_level_at },
  { "aliases", roster_model_alias_at },
  { "formerly", roster_model_formerly_at },
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool same_list(const char *(*at)(const roster_model *m, size_t index), const roster_model *a, const roster_model *b) {
  for (size_t i = 0;; i++) {
    const char *one = at(a, i), *other = at(b, i);
    if (!one || !other) return one == other;
    if (!text_is(one, other)) return false;
  }
}

static bool same_price(const roster_model *a, const roster_model *b) {
  for (int i = ROSTER_PRICE_INPUT; i <= ROSTER_PRICE_CACHE_WRITE; i++) {
    double one = roster_model_price(a, (roster_price)i), other = roster_model_price(b, (roster_price)i);
    if (one < other || one > other) return false;
  }
  return true;
}

static bool same_headers(const roster_model *a, const roster_model *b) {
  for (size_t i = 0;; i++) {
    const roster_header *one = roster_model_header_at(a, i), *other = roster_model_header_at(b, i);
    if (!one || !other) return one == other;
    if (!text_is(one->name, other->name) || !text_is(one->value, other->value)) return false;
  }
}

enum { MOST_FIELDS = COUNT(text_fields) + COUNT(count_fields) + COUNT(flag_fields) + COUNT(list_fields) + 2 };

/* The names of the fields that differ; answers how many. */
static size_t compare(const roster_model *a, const roster_model *b, const char *names[MOST_FIELDS]) {
  size_t n = 0;
  for (size_t i = 0; i < COUNT(text_fields); i++)
    if (!text_is(text_fields[i].get(a), text_fields[i].get(b))) names[n++] = text_fields[i].name;
  for (size_t i = 0; i < COUNT(count_fields); i++)
    if (count_fields[i].get(a) != count_fields[i].get(b)) names[n++] = count_fields[i].name;
  if (!same_price(a, b)) names[n++] = "price";
  for (size_t i = 0; i < COUNT(flag_fields); i++)
    if (flag_fields[i].get(a) != flag_fields[i].get(b)) names[n++] = flag_fields[i].name;
  for (size_t i = 0; i < COUNT(list_fields); i++)
    if (!same_list(list_fields[i].at, a, b)) names[n++] = list_fields[i].name;
  if (!same_headers(a, b)) names[n++] = "headers";
  return n;
}

/* ---- going through ---- */

typedef struct listener {
  void (*on_change)(void *payload, const roster_change *change);
  void *payload;
  size_t count;
} listener;

static void tell(listener *l, roster_change change) {
  l->count++;
  if (l->on_change) l->on_change(l->payload, &change);
}

/* A usable model of the same id; an alias is another model's business. */
static const roster_model *counterpart(const roster_snapshot *s, const roster_model *m) {
  const roster_model *found = roster_find(s, roster_model_id(m));
  return found && text_is(roster_model_id(found), roster_model_id(m)) ? found : NULL;
}

static const roster_model *known_as(const roster_snapshot *s, const char *id) {
  const roster_model *m = roster_known(s, id);
  return m && text_is(roster_model_id(m), id) ? m : NULL;
}

static void tell_models(listener *l, const roster_snapshot *before, const roster_snapshot *after) {
  for (size_t i = 0; i < roster_count(after); i++) {
    const roster_model *m = roster_at(after, i);
    if (!counterpart(before, m)) tell(l, (roster_change){ ROSTER_ADDED, roster_model_id(m), NULL, m, NULL, 0 });
  }
  for (size_t i = 0; i < roster_count(before); i++) {
    const roster_model *m = roster_at(before, i);
    const char *id = roster_model_id(m);
    if (!counterpart(after, m)) tell(l, (roster_change){ ROSTER_REMOVED, id, m, known_as(after, id), NULL, 0 });
  }
  for (size_t i = 0; i < roster_count(after); i++) {
    const roster_model *m = roster_at(after, i), *was = counterpart(before, m);
    const char *names[MOST_FIELDS];
    size_t count = was ? compare(was, m, names) : 0;
    if (count) tell(l, (roster_change){ ROSTER_CHANGED, roster_model_id(m), was, m, names, count });
  }
}

static const char *default_id(const roster_snapshot *s) {
  const roster_model *m = roster_default(s);
  return m ? roster_model_id(m) : "";
}

size_t roster_each_change(const roster_snapshot *before, const roster_snapshot *after,
                          void (*on_change)(void *payload, const roster_change *change), void *payload) {
  listener l = { on_change, payload, 0 };
  tell_models(&l, before, after);
  if (!text_is(default_id(before), default_id(after)))
    tell(&l, (roster_change){ ROSTER_DEFAULT_CHANGED, default_id(after), roster_default(before), roster_default(after), NULL, 0 });
  return l.count;
}

/* ---- as a document ---- */

typedef struct section {
  writer *w;
  roster_change_kind kind;
} section;

static void write_removed(writer *w, const roster_change *c) {
  write_open(w, NULL, '{');
  write_text(w, "id", c->id);
  write_text_or_null(w, "state", c->after ? roster_state_name(roster_model_state(c->after)) : NULL);
  write_text(w, "reason", c->after ? roster_model_reason(c->after) : "it is not defined any more");
  write_close(w, '}');
}

static void write_changed(writer *w, const roster_change *c) {
  write_open(w, NULL, '{');
  write_text(w, "id", c->id);
  write_open(w, "fields", '[');
  for (size_t i = 0; i < c->field_count; i++) write_text(w, NULL, c->fields[i]);
  write_close(w, ']');
  write_close(w, '}');
}

static void write_change(void *payload, const roster_change *c) {
  const section *s = payload;
  if (c->kind != s->kind) return;
  if (c->kind == ROSTER_ADDED)
    write_text(s->w, NULL, c->id);
  else if (c->kind == ROSTER_REMOVED)
    write_removed(s->w, c);
  else
    write_changed(s->w, c);
}

size_t roster_write_changes_json(const roster_snapshot *before, const roster_snapshot *after, char *out, size_t size) {
  static const char *const names[] = { [ROSTER_ADDED] = "added", [ROSTER_REMOVED] = "removed", [ROSTER_CHANGED] = "changed" };
  writer w = { 0 };
  write_open(&w, NULL, '{');
  for (int kind = ROSTER_ADDED; kind <= ROSTER_CHANGED; kind++) {
    section s = { &w, (roster_change_kind)kind };
    write_open(&w, names[kind], '[');
    roster_each_change(before, after, write_change, &s);
    write_close(&w, ']');
  }
  write_open(&w, "default", '{');
  write_text(&w, "from", default_id(before));
  write_text(&w, "to", default_id(after));
  write_flag(&w, "changed", !text_is(default_id(before), default_id(after)));
  write_close(&w, '}');
  write_close(&w, '}');
  return document_deliver(&w, out, size);
}
