/* changes: what differs for a host between two answers: models that came, went or read differently, and the default.
 * Uses the public getters only, so that it can tell nothing that a host could not see. */
#include "registry/document.h"

#include "base/text.h"
#include "base/writer.h"

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

/* Answers how many fields differ; names them when w is given. */
static size_t compare(const roster_model *a, const roster_model *b, writer *w) {
  const char *names[COUNT(text_fields) + COUNT(count_fields) + COUNT(flag_fields) + COUNT(list_fields) + 2];
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
  for (size_t i = 0; w && i < n; i++) write_text(w, NULL, names[i]);
  return n;
}

/* A usable model of the same id; an alias is another model's business. */
static const roster_model *counterpart(const roster_snapshot *s, const roster_model *m) {
  const roster_model *found = roster_find(s, roster_model_id(m));
  return found && text_is(roster_model_id(found), roster_model_id(m)) ? found : NULL;
}

static void write_added(writer *w, const roster_snapshot *before, const roster_snapshot *after) {
  write_open(w, "added", '[');
  for (size_t i = 0; i < roster_count(after); i++) {
    const roster_model *m = roster_at(after, i);
    if (!counterpart(before, m)) write_text(w, NULL, roster_model_id(m));
  }
  write_close(w, ']');
}

static void write_removed(writer *w, const roster_snapshot *before, const roster_snapshot *after) {
  write_open(w, "removed", '[');
  for (size_t i = 0; i < roster_count(before); i++) {
    const char *id = roster_model_id(roster_at(before, i));
    if (counterpart(after, roster_at(before, i))) continue;
    const roster_model *now = roster_known(after, id);
    bool known = now && text_is(roster_model_id(now), id);
    write_open(w, NULL, '{');
    write_text(w, "id", id);
    write_text_or_null(w, "state", known ? roster_state_name(roster_model_state(now)) : NULL);
    write_text(w, "reason", known ? roster_model_reason(now) : "it is not defined any more");
    write_close(w, '}');
  }
  write_close(w, ']');
}

static void write_changed(writer *w, const roster_snapshot *before, const roster_snapshot *after) {
  write_open(w, "changed", '[');
  for (size_t i = 0; i < roster_count(after); i++) {
    const roster_model *m = roster_at(after, i), *was = counterpart(before, m);
    if (!was || compare(was, m, NULL) == 0) continue;
    write_open(w, NULL, '{');
    write_text(w, "id", roster_model_id(m));
    write_open(w, "fields", '[');
    compare(was, m, w);
    write_close(w, ']');
    write_close(w, '}');
  }
  write_close(w, ']');
}

static const char *default_id(const roster_snapshot *s) {
  const roster_model *m = roster_default(s);
  return m ? roster_model_id(m) : "";
}

size_t roster_write_changes_json(const roster_snapshot *before, const roster_snapshot *after, char *out, size_t size) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_added(&w, before, after);
  write_removed(&w, before, after);
  write_changed(&w, before, after);
  write_open(&w, "default", '{');
  write_text(&w, "from", default_id(before));
  write_text(&w, "to", default_id(after));
  write_flag(&w, "changed", !text_is(default_id(before), default_id(after)));
  write_close(&w, '}');
  write_close(&w, '}');
  return document_deliver(&w, out, size);
}
