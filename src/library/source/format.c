/* format: see format.h. models.dev: { PROVIDER: { "models": { NAME: { ... } } } }, whose members the table of fields names. catwalk: a list
 * of providers, or one, each with a list of models. roster: { "source": { "version", "date", "expires" }, "model": { ID: { ... } } },
 * blocks as in a file of definitions; a row of one without a provider is about the model with that id. */
#include "library/source/format.h"

#include "util/text.h"

#include <errno.h>
#include <string.h>

enum { MOST_ROWS = 100 * 1000, LONGEST_NAME = 200 };

typedef struct reader {
  arena *arena;
  models_dev_fields *field_at;
  source_document *out;
} reader;

static bool is_name(const char *name) {
  size_t length = name ? strlen(name) : 0;
  return length > 0 && length <= LONGEST_NAME && !text_has_control(name, length);
}

/* Takes over the fields. */
static void add_row(reader *r, const char *of, const char *name, json_t *fields) {
  json_t *models = json_object_get(r->out->rows, of);
  if (!is_name(name) || (*of && !is_name(of)) || r->out->count >= MOST_ROWS || json_object_get(models, name)) {
    json_decref(fields);
    return;
  }
  if (!models) json_object_set_new(r->out->rows, of, models = json_object());
  json_object_set_new(models, name, fields);
  r->out->count++;
}

static void note_closed(reader *r, const char *member) {
  if (!r->out->closed++) r->out->first_closed = text_clean(r->arena, member, strlen(member), 60);
}

/* ---- models.dev ---- */

/* What has no field here is no fact, so no `extra` is made of it. */
static json_t *fields_of(const reader *r, const json_t *row) { return models_dev_block(row, r->field_at, NULL, NULL); }

static const char *read_models_dev(reader *r, json_t *whole) {
  if (!json_is_object(whole)) return "is not a models.dev catalogue: it is not an object of providers";
  for (void *at = json_object_iter(whole); at; at = json_object_iter_next(whole, at)) {
    json_t *models = json_object_get(json_object_iter_value(at), "models");
    for (void *row = json_object_iter(models); row; row = json_object_iter_next(models, row))
      if (json_is_object(json_object_iter_value(row)))
        add_row(r, json_object_iter_key(at), json_object_iter_key(row), fields_of(r, json_object_iter_value(row)));
  }
  return NULL;
}

/* ---- catwalk ---- */

static void put(json_t *into, const char *name, json_t *value) {
  if (value) json_object_set_new(into, name, value);
}

static json_t *count_of(const json_t *value) {
  const json_int_t count = json_integer_value(value);
  return count > 0 && count <= 1000 * 1000 * 1000 ? json_integer(count) : NULL;
}

static json_t *text_of(const json_t *value) { return json_string_length(value) ? json_incref((json_t *)value) : NULL; }

/* There, zero may mean that nobody knows; a price of which no part is known is none. */
static json_t *dollars_of(const json_t *row) {
  static const char *const names[][2] = { { "input", "cost_per_1m_in" },
                                          { "output", "cost_per_1m_out" },
                                          { "cache_read", "cost_per_1m_out_cached" },
                                          { "cache_write", "cost_per_1m_in_cached" } };
  json_t *dollars = json_object();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    json_t *value = json_object_get(row, names[i][1]);
    if (json_number_value(value) > 0) json_object_set(dollars, names[i][0], value);
  }
  if (json_object_size(dollars)) return dollars;
  json_decref(dollars);
  return NULL;
}

static json_t *flag_of(const json_t *value) { return json_is_boolean(value) ? json_incref((json_t *)value) : NULL; }

/* Its default_max_tokens is what one program asks for, not what a model gives. */
static json_t *catwalk_fields(const json_t *row) {
  json_t *fields = json_object(), *levels = json_object_get(row, "reasoning_levels");
  put(fields, "description", text_of(json_object_get(row, "name")));
  put(fields, "context_window", count_of(json_object_get(row, "context_window")));
  put(fields, "price", dollars_of(row));
  put(fields, "reasoning", flag_of(json_object_get(row, "can_reason")));
  if (json_array_size(levels)) put(fields, "reasoning_levels", json_incref(levels));
  put(fields, "attachment", schema_field(schema_of("model"), "attachment") ? flag_of(json_object_get(row, "supports_attachments")) : NULL);
  return fields;
}

static void read_catwalk_provider(reader *r, const json_t *entry) {
  const char *id = json_string_value(json_object_get(entry, "id"));
  const json_t *models = json_object_get(entry, "models");
  for (size_t i = 0; id && i < json_array_size(models); i++) {
    const json_t *row = json_array_get(models, i);
    const char *name = json_string_value(json_object_get(row, "id"));
    if (name) add_row(r, id, name, catwalk_fields(row));
  }
}

static const char *read_catwalk(reader *r, json_t *whole) {
  if (!json_is_array(whole) && !json_is_array(json_object_get(whole, "models")))
    return "is not a catwalk catalogue: it is neither a list of providers nor an object with \"models\"";
  if (json_is_object(whole)) read_catwalk_provider(r, whole);
  for (size_t i = 0; i < json_array_size(whole); i++) read_catwalk_provider(r, json_array_get(whole, i));
  return NULL;
}

/* ---- roster ---- */

static bool is_head(const char *member) {
  static const char *const members[] = { "model", "source", "version", "date", "expires" };
  for (size_t i = 0; i < sizeof members / sizeof *members; i++)
    if (text_is(members[i], member)) return true;
  return false;
}

/* Its members may also stand beside "model". */
static void read_head(reader *r, const json_t *head) {
  const char *date = json_string_value(json_object_get(head, "date")), *expires = json_string_value(json_object_get(head, "expires"));
  r->out->version = json_integer_value(json_object_get(head, "version"));
  r->out->date = date && strlen(date) == 10 && day_ms(date) >= 0 ? arena_text(r->arena, date) : NULL;
  r->out->expires = expires ? arena_text(r->arena, expires) : NULL;
}

static void read_block(reader *r, const char *id, json_t *block) {
  const char *whose = json_string_value(json_object_get(block, "provider"));
  const char *name = json_string_value(json_object_get(block, "api_name"));
  json_t *fields = json_object();
  for (void *at = json_object_iter(block); at; at = json_object_iter_next(block, at)) {
    const char *member = json_object_iter_key(at);
    bool names = text_is(member, "provider") || text_is(member, "api_name");
    if (is_fact(member) && !json_is_null(json_object_iter_value(at)))
      json_object_set(fields, member, json_object_iter_value(at));
    else if (!names && !is_fact(member))
      note_closed(r, member);
  }
  json_object_set_new(fields, "id", json_string(id));
  if (whose) json_object_set_new(fields, "provider", json_string(whose));
  add_row(r, whose ? whose : "", name ? name : id, fields);
}

static const char *read_roster(reader *r, json_t *whole) {
  json_t *models = json_object_get(whole, "model");
  if (!json_is_object(models)) return "is not a roster catalogue: it has no object \"model\"";
  read_head(r, json_object_get(whole, "source") ? json_object_get(whole, "source") : whole);
  for (void *at = json_object_iter(whole); at; at = json_object_iter_next(whole, at)) {
    const char *member = json_object_iter_key(at);
    if (!is_head(member)) note_closed(r, member);
  }
  for (void *at = json_object_iter(models); at; at = json_object_iter_next(models, at))
    if (json_is_object(json_object_iter_value(at)) && is_name(json_object_iter_key(at)))
      read_block(r, json_object_iter_key(at), json_object_iter_value(at));
  return NULL;
}

/* ---- any ---- */

const char *source_document_read(arena *a, const fact_source *s, models_dev_fields *field_at, const char *text, size_t length,
                                 source_document *out) {
  const char *why = NULL;
  int line = 0;
  *out = (source_document){ 0 };
  json_t *whole = out->whole = json_read(a, text, length, &why, &line);
  if (!whole) return why;
  errno = 0;
  out->rows = json_object();
  reader r = { a, field_at, out };
  why = text_is(s->format, "models.dev") ? read_models_dev(&r, whole)
        : text_is(s->format, "catwalk")  ? read_catwalk(&r, whole)
                                         : read_roster(&r, whole);
  if (errno == ENOMEM) arena_exhaust(a); /* a row or a field may be missing */
  json_decref(whole);
  out->whole = NULL;
  if (!why && out->count == 0) why = "has no models";
  if (!why) return NULL;
  json_decref(out->rows);
  out->rows = NULL;
  return why;
}
