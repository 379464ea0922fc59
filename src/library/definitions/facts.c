/* facts: see facts.h. A row is decoded as a block of a file is, from a table that holds nothing but facts: no word of the language is in
 * it, no setting is looked for in it, and what does not fit is left out and counted. Which model a row is about: one whose id it names, or
 * one of the same provider with the same name on the wire. */
#include "library/definitions/facts.h"

#include "library/definitions/merged.h"

#include "library/definitions/state.h"
#include "util/catalogues.h"
#include "util/json_rows.h"

#include <string.h>

enum { LONGEST_NAME = 150, DEEPEST_INHERITANCE = 32 };

/* ---- which fields ---- */

#define IS_FACT(use, type, name, listed, fact, ...) fact,

bool is_fact(const char *name) {
  static const bool open[] = { MODEL_FIELDS(IS_FACT) };
  const schema *s = schema_of("model");
  const field *f = schema_field(s, name);
  return f && open[f - s->fields];
}

/* ---- which sources ---- */

bool source_is_on(const catalog *c, const fact_source *s) {
  const schema *sh = schema_of("source");
  bool chosen = s->head.local >> (schema_field(sh, "enabled") - sh->fields) & 1;
  if (s->head.refused || settings_marked(c, s->url) || settings_marked(c, s->key) || settings_marked(c, s->proxy)) return false;
  return s->url && (s->enabled || (!chosen && (c->sources_on || s->head.directory != SHIPPED_DIRECTORY)));
}

/* ---- lines, of which few are ever read ---- */

static const char *line_end(const facts *f, const char *line) { return memchr(line, '\n', (size_t)(f->lines + f->length - line)); }

/* A column of a line, from 0; all but the last end with a tab. */
static const char *column(const char *line, int number) {
  while (number-- > 0) line += strcspn(line, "\t") + 1;
  return line;
}

static void index_ids(const catalog *c, facts *f) {
  for (const char *line = f->lines, *end; line < f->lines + f->length && (end = line_end(f, line)); line = end + 1) {
    const char *id = column(line, 2);
    const size_t length = strcspn(id, "\t");
    if (length) lookup_add(&f->ids, c->arena, arena_bytes(c->arena, id, length), (void *)(uintptr_t)line);
  }
}

static void index_lines(const catalog *c, facts *f) {
  const char *stop = f->lines + f->length, *line = f->lines;
  size_t count = 0;
  for (const char *at = line, *end; at < stop && (end = line_end(f, at)); at = end + 1) count++;
  f->starts = arena_array(c->arena, count + 1, sizeof *f->starts);
  for (const char *end; f->count < count && (end = line_end(f, line)); line = end + 1) f->starts[f->count++] = (uint32_t)(line - f->lines);
  f->starts[count] = (uint32_t)(line - f->lines);
}

/* The first line that is not before this text. Behind the last there is a NUL. */
static const char *first_line(const catalog *c, facts *f, const char *text, size_t length) {
  if (!f->starts) index_lines(c, f);
  size_t low = 0, high = f->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strncmp(f->lines + f->starts[middle], text, length) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return f->lines + f->starts[low];
}

/* Nothing longer is kept. */
static const char *find_line(const catalog *c, facts *f, const char *of, const char *name) {
  char text[512];
  const size_t of_length = strlen(of), length = of_length + strlen(name) + 2;
  if (length >= sizeof text) return NULL;
  memcpy(text, of, of_length);
  text[of_length] = '\t';
  memcpy(text + of_length + 1, name, length - of_length - 2);
  text[length - 1] = '\t';
  const char *line = first_line(c, f, text, length);
  return strncmp(line, text, length) == 0 ? line : NULL;
}

/* Until the next one is read. Jansson reads what is out of the ordinary, and what is no JSON. */
typedef struct fact_row {
  const char *text; /* of a plain object; NULL: it is none */
  size_t length;
  const json_t *value; /* where there is no text */
} fact_row;

static fact_row read_row(const catalog *c, facts *f, const char *text, size_t length) {
  const char *why = NULL;
  json_decref(f->row);
  f->row = json_read(c->arena, text, length, &why, NULL);
  return (fact_row){ .value = f->row };
}

static fact_row row_at(const catalog *c, facts *f, const char *line) {
  const char *fields = column(line, 3), *end = line_end(f, line);
  if (!end || fields >= end) return (fact_row){ 0 };
  const size_t length = (size_t)(end - fields);
  return json_is_plain_object(fields, length) ? (fact_row){ .text = fields, .length = length } : read_row(c, f, fields, length);
}

static bool is_row(const fact_row *r) { return r->text || r->value; }

/* Whether the row is about a model of this provider, or does not say of which it is. */
static bool is_of(const catalog *c, facts *f, fact_row *r, const char *of) {
  size_t length = 0, inside = 0;
  const char *member = r->text ? json_row_member(r->text, "provider", 8, &length) : NULL;
  const char *text = member ? json_plain_text(member, length, &inside) : NULL;
  if (r->text && (!member || *member != '"')) return true;
  if (text) return strlen(of) == inside && memcmp(text, of, inside) == 0;
  if (r->text) *r = read_row(c, f, r->text, r->length);
  const char *whose = json_string_value(json_object_get(r->value, "provider"));
  return r->value && (!whose || text_is(whose, of));
}

/* ---- a row as an entity ---- */

static bool push_plain_facts(lua_State *L, const char *at) {
  lua_newtable(L);
  for (at = json_past_separators(at + 1); *at != '}'; at = json_past_separators(json_past_value(at))) {
    const char *end = json_past_value(at);
    lua_pushlstring(L, at + 1, (size_t)(end - at) - 2);
    at = json_past_separators(end);
    const bool fact = is_fact(lua_tostring(L, -1));
    if (fact && !push_plain_json(L, at)) return false;
    if (fact)
      lua_rawset(L, -3);
    else
      lua_pop(L, 1);
  }
  return true;
}

static void push_facts(lua_State *L, facts *f, fact_row *r) {
  const int top = lua_gettop(L);
  if (r->text && push_plain_facts(L, r->text)) return;
  lua_settop(L, top);
  if (r->text) *r = read_row(script_of(L)->catalog, f, r->text, r->length);
  lua_newtable(L);
  for (void *at = json_object_iter((json_t *)r->value); at; at = json_object_iter_next((json_t *)r->value, at)) {
    if (!is_fact(json_object_iter_key(at))) continue;
    push_json(L, json_object_iter_value(at));
    lua_setfield(L, -2, json_object_iter_key(at));
  }
}

static model *decode(lua_State *L, const fact_source *s, fact_row *r, const char *id) {
  const schema *sh = schema_of("model");
  model *m = arena_alloc(script_of(L)->arena, sh->size);
  sh->defaults(m);
  m->head.id = id;
  m->head.at = (origin){ s->facts->origin, 0 };
  push_facts(L, s->facts, r);
  context p = { .lua = L, .verb = "model", .id = id, .where = m->head.at, .block = &m->head };
  take_fields(&p, sh, lua_gettop(L), &m->head);
  lua_pop(L, 1);
  return m;
}

static bool is_said_whole(const field *f, const void *of) {
  const entity *const *inner = (const void *)((const char *)of + f->offset);
  return f->kind != KIND_BLOCK || !*inner || (*inner)->given;
}

/* An empty price says nothing. */
static void drop_empty(model *of) {
  const schema *sh = schema_of("model");
  for (size_t i = 0; i < sh->count; i++)
    if (!is_said_whole(&sh->fields[i], of)) of->head.given &= ~((uint64_t)1 << i);
}

static void underlay(lua_State *L, const fact_source *s, fact_row *r, model *m) {
  const schema *sh = schema_of("model");
  model *said = decode(L, s, r, m->head.id);
  drop_empty(said);
  if (!said->head.given) return;
  if (!m->head.origins) m->head.origins = arena_array(script_of(L)->arena, sh->count, sizeof *m->head.origins);
  merged_note(script_of(L)->catalog, sh, &said->head);
  schema_underlay(sh, script_of(L)->arena, m, said);
  s->facts->reached++;
}

/* ---- which row ---- */

/* The model that gives `m` its provider, or its name on the wire: itself, or one that it inherits from. */
static const model *giver(const catalog *c, const model *m, bool of_name) {
  for (int depth = 0; m && depth < DEEPEST_INHERITANCE; depth++) {
    if (of_name ? m->api_name != NULL : m->provider != NULL) return m;
    m = m->inherit ? lookup_get(&c->models.ids, m->inherit) : NULL;
  }
  return NULL;
}

static fact_row row_of(const catalog *c, const fact_source *s, const char *id, const char *of, const char *name) {
  const char *theirs, *line = lookup_get(&s->facts->ids, id);
  fact_row named = line ? row_at(c, s->facts, line) : (fact_row){ 0 };
  if (is_row(&named) && is_of(c, s->facts, &named, of)) return named;
  line = NULL;
  for (size_t i = 0; !line && (theirs = catalogue_name(of, i)); i++) line = find_line(c, s->facts, theirs, name);
  return line ? row_at(c, s->facts, line) : (fact_row){ 0 };
}

static void take_row(lua_State *L, const fact_source *s, model *m) {
  const catalog *c = script_of(L)->catalog;
  const model *of = giver(c, m, false), *named = giver(c, m, true);
  fact_row r = of ? row_of(c, s, m->head.id, of->provider, named ? named->api_name : m->head.id) : (fact_row){ 0 };
  if (is_row(&r)) underlay(L, s, &r, m);
}

/* ---- new models ---- */

static void note_names(lookup *names, arena *a, const texts *list) {
  for (size_t i = 0; i < list->count; i++) lookup_add(names, a, list->at[i], (void *)list);
}

static void note_windows(lookup *names, arena *a, const windows *list) {
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].tokens) lookup_add(names, a, list->at[i].id, (void *)list);
}

static void note_spellings(lookup *names, arena *a, const id_set *set) {
  for (size_t i = 0; i < set->count; i++)
    if (set->at[i]->model) lookup_add(names, a, set->at[i]->head.id, (void *)set);
}

/* Every name that means something here already: what a later file has removed does not. */
static lookup names_here(const catalog *c) {
  lookup names = { 0 };
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    lookup_add(&names, c->arena, m->head.id, (void *)m);
    note_names(&names, c->arena, &m->aliases);
    note_names(&names, c->arena, &m->formerly);
    note_windows(&names, c->arena, &m->variants);
  }
  for (size_t i = 0; i < c->retired.count; i++) lookup_add(&names, c->arena, c->retired.at[i]->head.id, c->retired.at[i]);
  for (size_t i = 0; i < c->id_sets.count; i++) note_spellings(&names, c->arena, c->id_sets.at[i]);
  return names;
}

/* "provider<newline>name" of each model that is defined: neither holds a line break. */
static const char *wire_pair(arena *a, const char *of, const char *name) { return arena_printf(a, "%s\n%s", of, name); }

static lookup wires_here(const catalog *c) {
  lookup wires = { 0 };
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i], *of = giver(c, m, false), *named = giver(c, m, true);
    if (of) lookup_add(&wires, c->arena, wire_pair(c->arena, of->provider, named ? named->api_name : m->head.id), (void *)m);
  }
  return wires;
}

/* A model for another credential of a provider is called so. */
static bool is_labelled(const catalog *c, const char *id) {
  const char *at = strrchr(id, '@');
  return at && lookup_get(&c->models.ids, arena_bytes(c->arena, id, (size_t)(at - id)));
}

static bool may_be_new(const catalog *c, const lookup *names, const lookup *wires, const char *of, const char *name, const char *id) {
  size_t length = strlen(name);
  if (!is_id(id, strlen(id)) || !length || length > LONGEST_NAME || text_has_control(name, length)) return false;
  return !lookup_get(names, id) && !is_labelled(c, id) && !lookup_get(wires, wire_pair(c->arena, of, name));
}

static void add_model(lua_State *L, const fact_source *s, lookup *names, lookup *wires, const provider *p, const char *line) {
  catalog *c = script_of(L)->catalog;
  const char *name = arena_bytes(c->arena, column(line, 1), strcspn(column(line, 1), "\t"));
  const char *given = arena_bytes(c->arena, column(line, 2), strcspn(column(line, 2), "\t")), *id = *given ? given : name;
  fact_row r = may_be_new(c, names, wires, p->head.id, name, id) ? row_at(c, s->facts, line) : (fact_row){ 0 };
  if (!is_row(&r)) return;
  model *m = decode(L, s, &r, id);
  drop_empty(m);
  m->provider = p->head.id;
  m->api_name = name;
  m->head.latest = m->head.at;
  lookup_add(names, c->arena, id, m);
  lookup_add(wires, c->arena, wire_pair(c->arena, p->head.id, name), m);
  merged_note(c, schema_of("model"), &m->head);
  if (catalog_take(c, "model", m)) s->facts->added++;
}

static void add_models(lua_State *L, const fact_source *s, lookup *names, lookup *wires, const provider *p) {
  const char *prefix = arena_printf(script_of(L)->arena, "%s\t", p->head.id), *end;
  for (const char *line = first_line(script_of(L)->catalog, s->facts, prefix, strlen(prefix));
       text_starts(line, prefix) && (end = line_end(s->facts, line)); line = end + 1)
    add_model(L, s, names, wires, p, line);
}

/* ---- all of them ---- */

static int take_source(lua_State *L) {
  const fact_source *s = lua_touserdata(L, 1);
  const catalog *c = script_of(L)->catalog;
  if (text_is(s->format, "roster")) index_ids(c, s->facts);
  for (size_t i = 0; i < c->models.count; i++) take_row(L, s, c->models.at[i]);
  if (!text_is(s->may, "models") || !text_is(s->format, "roster")) return 0;
  lookup names = names_here(c), wires = wires_here(c);
  for (size_t i = 0; i < c->providers.count; i++) add_models(L, s, &names, &wires, c->providers.at[i]);
  return 0;
}

/* No setting's value is looked for in what a source says, and its mistakes are none of the definitions. */
static void protect(script *s, const fact_source *of, lua_CFunction f, void *argument) {
  catalog *c = s->catalog;
  findings own = { .arena = c->arena }, *outer = c->findings;
  arena *const used = s->arena;
  const size_t settings = c->settings.count;
  const bool refused = c->settings.refused;
  c->findings = &own;
  s->arena = c->arena; /* the model lives longer than a validation */
  c->settings.count = 0;
  c->settings.refused = false;
  const char *wrong = script_protect(s, f, argument);
  s->arena = used;
  c->findings = outer;
  c->settings.count = settings;
  c->settings.refused = refused;
  of->facts->unfit += own.count + (wrong != NULL);
  if (!of->facts->first_unfit && own.count) of->facts->first_unfit = own.at[0].message;
  if (!of->facts->first_unfit && wrong) of->facts->first_unfit = wrong;
}

void script_take_facts(script *s) {
  catalog *c = s->catalog;
  for (size_t i = 0; i < c->sources.count; i++)
    if (c->sources.at[i]->facts) protect(s, c->sources.at[i], take_source, c->sources.at[i]);
}

typedef struct fill {
  const fact_source *source;
  model *model;
} fill;

static int fill_found(lua_State *L) {
  const fill *f = lua_touserdata(L, 1);
  fact_row r = row_of(script_of(L)->catalog, f->source, f->model->head.id, provider_name(f->model->of), f->model->api_name);
  if (is_row(&r)) underlay(L, f->source, &r, f->model);
  return 0;
}

static void keep_own(model *m) {
  m->head.local = m->head.given;
  if (m->price) m->price->head.local = m->price->head.given;
}

void script_fill_found(script *s, model *m) {
  catalog *c = s->catalog;
  bool any = false;
  for (size_t i = 0; i < c->sources.count; i++) any = any || c->sources.at[i]->facts;
  if (any) keep_own(m);
  for (size_t i = 0; any && i < c->sources.count; i++) {
    fill f = { c->sources.at[i], m };
    if (f.source->facts) protect(s, f.source, fill_found, &f);
  }
}
