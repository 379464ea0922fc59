/* changes: what differs for a host between two snapshots: models that were added, removed or changed, and the default. What differs is
 * read by the public getters, so it reports nothing that a host could not see. */
#include "library/registry/snapshot.h"

#include "util/text.h"

typedef const char *text_getter(const roster_model *m);

static const char *provider_of(const roster_model *m) { return roster_provider_id(roster_model_provider(m)); }

/* How a model is reached. `api_name` is a field of the definitions, but listed here, since it decides where requests go. */
static const struct {
  const char *name;
  text_getter *get;
} reached[] = {
  { "provider_id", provider_of }, { "api_name", roster_model_api_name }, { "protocol", roster_model_protocol },
  { "url", roster_model_url },    { "source", roster_model_source },
};

static bool same_budget(const roster_model *a, const roster_model *b) {
  return roster_model_reasoning_budget_min(a) == roster_model_reasoning_budget_min(b) &&
         roster_model_reasoning_budget_max(a) == roster_model_reasoning_budget_max(b);
}

static bool same_list(const roster_field *f, const roster_model *a, const roster_model *b) {
  if (roster_model_field_known(a, f) != roster_model_field_known(b, f)) return false;
  for (size_t i = 0;; i++) {
    const char *one = roster_model_field_item(a, f, i), *other = roster_model_field_item(b, f, i);
    if (!one || !other) return one == other;
    if (!text_is(one, other)) return false;
  }
}

static bool same_parts(const roster_prices *a, const roster_prices *b) {
  for (roster_price i = ROSTER_PRICE_INPUT; *roster_price_name(i); i++) {
    double one = roster_prices_get(a, i), other = roster_prices_get(b, i);
    if (one < other || one > other) return false;
  }
  return true;
}

static bool same_tiers(const roster_prices *a, const roster_prices *b) {
  if (a == b) return true;
  for (size_t i = 0;; i++) {
    int64_t above_a, above_b;
    const roster_prices *one = roster_prices_tier_at(a, i, &above_a), *other = roster_prices_tier_at(b, i, &above_b);
    if (!one || !other) return one == other;
    if (above_a != above_b || !same_parts(one, other)) return false;
  }
}

static bool same_changes(const roster_prices *a, const roster_prices *b) {
  if (a == b) return true;
  for (size_t i = 0;; i++) {
    const char *from_a, *from_b;
    const roster_prices *one = roster_prices_change_at(a, i, &from_a), *other = roster_prices_change_at(b, i, &from_b);
    if (!one || !other) return one == other;
    if (!text_is(from_a, from_b) || !same_parts(one, other) || !same_tiers(one, other)) return false;
  }
}

static bool same_headers(const roster_model *a, const roster_model *b) {
  for (size_t i = 0;; i++) {
    const roster_header *one = roster_model_header_at(a, i), *other = roster_model_header_at(b, i);
    if (!one || !other) return one == other;
    if (!text_is(one->name, other->name) || !text_is(one->value, other->value)) return false;
  }
}

enum { MOST_FIELDS = 64 };

static bool same_field(const roster_field *f, const roster_model *a, const roster_model *b) {
  switch (f->type) {
  case ROSTER_FIELD_TEXT:
  case ROSTER_FIELD_CHOICE:
  case ROSTER_FIELD_DATE:
  case ROSTER_FIELD_EXTRA: return text_is(roster_model_field_text(a, f), roster_model_field_text(b, f));
  case ROSTER_FIELD_COUNT: return roster_model_field_count(a, f) == roster_model_field_count(b, f);
  case ROSTER_FIELD_RANGE: return same_budget(a, b);
  case ROSTER_FIELD_PRICE: return same_parts(roster_model_prices(a), roster_model_prices(b));
  case ROSTER_FIELD_LIST: return same_list(f, a, b);
  default: return roster_model_field_flag(a, f) == roster_model_field_flag(b, f);
  }
}

typedef struct comparison {
  const roster_model *before, *after;
  const char *names[MOST_FIELDS];
  size_t count;
} comparison;

static void note(comparison *c, const char *name, bool same) {
  if (!same && c->count < MOST_FIELDS) c->names[c->count++] = name;
}

static void compare_fields(comparison *c, roster_field_type first, roster_field_type last) {
  if (c->before->model == c->after->model) return; /* neither its block nor what its provider says of it has changed */
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (f->type >= first && f->type <= last && !text_is(f->name, "api_name")) note(c, f->name, same_field(f, c->before, c->after));
}

/* Collects the names of what differs, by kind: how it is reached and what it is called, limits, price, flags, lists. */
static void compare(comparison *c) {
  const roster_model *a = c->before, *b = c->after;
  for (size_t i = 0; i < sizeof reached / sizeof *reached; i++) note(c, reached[i].name, text_is(reached[i].get(a), reached[i].get(b)));
  compare_fields(c, ROSTER_FIELD_TEXT, ROSTER_FIELD_DATE);
  note(c, "shadowed_by", text_is(roster_model_shadowed_by(a), roster_model_shadowed_by(b)));
  compare_fields(c, ROSTER_FIELD_COUNT, ROSTER_FIELD_PRICE);
  note(c, "price_tiers", same_tiers(roster_model_prices(a), roster_model_prices(b)));
  note(c, "price_changes", same_changes(roster_model_prices(a), roster_model_prices(b)));
  compare_fields(c, ROSTER_FIELD_FLAG, ROSTER_FIELD_TRI);
  note(c, "stale", roster_model_stale(a) == roster_model_stale(b));
  compare_fields(c, ROSTER_FIELD_LIST, ROSTER_FIELD_LIST);
  compare_fields(c, ROSTER_FIELD_EXTRA, ROSTER_FIELD_RANGE);
  note(c, "headers", same_headers(a, b));
}

/* ---- all changes ---- */

typedef struct listener {
  void (*on_change)(void *payload, const roster_change *change);
  void *payload;
  size_t count;
} listener;

static void emit(listener *l, roster_change change) {
  l->count++;
  if (l->on_change) l->on_change(l->payload, &change);
}

/* A walk through the usable models of one snapshot beside those of another. They come in nearly the same order, so that the counterpart is
 * most often the next one or close behind it, and what is read of both lies side by side in memory. */
typedef struct companion {
  const roster_snapshot *of;
  size_t next;
} companion;

enum { CLOSE = 4 };

/* The usable model with the same id, not one that has it as an alias. */
static const roster_model *counterpart(companion *c, const roster_model *m) {
  const char *id = roster_model_id(m);
  for (size_t i = c->next; i < c->next + CLOSE; i++) {
    const roster_model *near = roster_at(c->of, i);
    if (!near || !text_is(roster_model_id(near), id)) continue;
    c->next = i + 1;
    return near;
  }
  const roster_model *found = roster_find(c->of, id);
  return found && found->offered && text_is(roster_model_id(found), id) ? found : NULL;
}

static const roster_model *known_as(const roster_snapshot *s, const char *id) {
  const roster_model *m = roster_known(s, id);
  return m && text_is(roster_model_id(m), id) ? m : NULL;
}

static void emit_added(listener *l, const roster_snapshot *before, const roster_snapshot *after) {
  companion c = { before, 0 };
  for (size_t i = 0; i < roster_count(after); i++) {
    const roster_model *m = roster_at(after, i);
    if (!counterpart(&c, m)) emit(l, (roster_change){ ROSTER_ADDED, roster_model_id(m), NULL, m, NULL, 0 });
  }
}

static void emit_removed(listener *l, const roster_snapshot *before, const roster_snapshot *after) {
  companion c = { after, 0 };
  for (size_t i = 0; i < roster_count(before); i++) {
    const roster_model *m = roster_at(before, i);
    const char *id = roster_model_id(m);
    if (!counterpart(&c, m)) emit(l, (roster_change){ ROSTER_REMOVED, id, m, known_as(after, id), NULL, 0 });
  }
}

static void emit_changed(listener *l, const roster_snapshot *before, const roster_snapshot *after) {
  companion beside = { before, 0 };
  for (size_t i = 0; i < roster_count(after); i++) {
    const roster_model *m = roster_at(after, i), *was = counterpart(&beside, m);
    comparison c = { .before = was, .after = m };
    if (was) compare(&c);
    if (c.count) emit(l, (roster_change){ ROSTER_CHANGED, roster_model_id(m), was, m, c.names, c.count });
  }
}

static const char *default_id(const roster_snapshot *s) {
  const roster_model *m = roster_default(s);
  return m ? roster_model_id(m) : "";
}

size_t roster_each_change(const roster_snapshot *before, const roster_snapshot *after,
                          void (*on_change)(void *payload, const roster_change *change), void *payload) {
  listener l = { on_change, payload, 0 };
  emit_added(&l, before, after);
  emit_removed(&l, before, after);
  emit_changed(&l, before, after);
  if (!text_is(default_id(before), default_id(after)))
    emit(&l, (roster_change){ ROSTER_DEFAULT_CHANGED, default_id(after), roster_default(before), roster_default(after), NULL, 0 });
  return l.count;
}

/* ---- as a document ---- */

/* Changes come kind by kind, in the order of the sections. */
typedef struct sections {
  writer *w;
  int open; /* the section that is being written */
} sections;

static void open_section(sections *s, int kind) {
  static const char *const names[] = { [ROSTER_ADDED] = "added", [ROSTER_REMOVED] = "removed", [ROSTER_CHANGED] = "changed" };
  s->open = kind;
  write_open(s->w, names[kind], '[');
}

static void go_to_section(sections *s, int kind) {
  while (s->open < kind) {
    write_close(s->w, ']');
    open_section(s, s->open + 1);
  }
}

static void write_removed(writer *w, const roster_change *c) {
  write_open(w, NULL, '{');
  write_text(w, "id", c->id);
  write_text_or_null(w, "state", c->after ? roster_state_name(roster_model_state(c->after)) : NULL);
  write_text(w, "reason", c->after ? roster_model_reason(c->after) : "it is no longer defined");
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
  sections *s = payload;
  if (c->kind > ROSTER_CHANGED) return; /* the default has members of its own */
  go_to_section(s, (int)c->kind);
  if (c->kind == ROSTER_ADDED)
    write_text(s->w, NULL, c->id);
  else if (c->kind == ROSTER_REMOVED)
    write_removed(s->w, c);
  else
    write_changed(s->w, c);
}

size_t roster_write_changes_json(const roster_snapshot *before, const roster_snapshot *after, char *out, size_t size) {
  writer w = { 0 };
  sections s = { .w = &w };
  write_open(&w, NULL, '{');
  open_section(&s, ROSTER_ADDED);
  roster_each_change(before, after, write_change, &s);
  go_to_section(&s, ROSTER_CHANGED);
  write_close(&w, ']');
  write_open(&w, "default", '{');
  write_text(&w, "from", default_id(before));
  write_text(&w, "to", default_id(after));
  write_flag(&w, "changed", !text_is(default_id(before), default_id(after)));
  write_close(&w, '}');
  write_close(&w, '}');
  return document_deliver(&w, out, size);
}
