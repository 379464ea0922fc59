/* setting: see setting.h. */
#include "library/definitions/setting.h"

#include "util/flaw.h"

#include <stdlib.h>
#include <string.h>

enum { MARK = 1, SHORTEST_SOURCE = 3 };

/* ---- the list ---- */

/* The value without what scripts may have taken off its ends. */
static const char *core_of(const char *value, size_t *length) {
  static const char around[] = " \t\r\n\"'/";
  value += strspn(value, around);
  *length = strlen(value);
  while (*length > 0 && strchr(around, value[*length - 1])) --*length;
  return value;
}

static setting *add(catalog *c, const char *name, const char *value, const char *problem) {
  size_t length;
  setting *one = arena_alloc(c->arena, sizeof *one);
  *one = (setting){ arena_text(c->arena, name), arena_text(c->arena, value), problem ? arena_text(c->arena, problem) : NULL,
                    c->settings.count, NULL };
  LIST_PUSH(c->arena, c->settings.at, c->settings.count, c->settings.room, one);
  const char *core = core_of(one->value, &length);
  if (length >= SHORTEST_SOURCE) prefix_tree_add(&c->settings.cores, c->arena, core, length, one);
  return one;
}

/* The place of a variable with this problem (NULL: none), added where it is not there yet. */
static size_t note(catalog *c, const char *name, const char *value, const char *problem) {
  setting *last = NULL;
  for (setting *one = lookup_get(&c->settings.names, name); one; last = one, one = one->another)
    if (text_is(one->problem, problem)) return one->place;
  setting *one = add(c, name, value, problem);
  if (last)
    last->another = one;
  else
    lookup_add(&c->settings.names, c->arena, one->name, one);
  return one->place;
}

static const char *mark_of(catalog *c, size_t place) {
  c->settings.refused = true;
  return arena_printf(c->arena, "%c%zu%c", MARK, place, MARK);
}

const char *settings_read(catalog *c, const char *name, const char *value, bool as_is) {
  const char *flaw = as_is && !strchr(value, MARK) ? NULL : flaw_in_setting(c->arena, value);
  size_t place = note(c, name, value, flaw);
  return flaw ? mark_of(c, place) : value;
}

const char *settings_refuse(catalog *c, const char *name, const char *value, const char *problem) {
  for (const setting *one = lookup_get(&c->settings.names, name); one; one = one->another)
    if (one->problem) return mark_of(c, one->place); /* what was found first explains the rest */
  return mark_of(c, note(c, name, value, problem));
}

const setting *settings_marked(const catalog *c, const char *text) {
  const char *mark = text && c->settings.refused ? strchr(text, MARK) : NULL;
  size_t place = mark ? strtoul(mark + 1, NULL, 10) : 0;
  return mark && place < c->settings.count ? c->settings.at[place] : NULL;
}

/* The one with the longest value that the text holds; of equal ones the first. */
const setting *settings_source(const catalog *c, const char *text) {
  const setting *longest = NULL;
  size_t most = 0, length;
  for (size_t left = text && c->settings.count ? strlen(text) : 0; left >= SHORTEST_SOURCE; text++, left--) {
    const setting *one = prefix_tree_longest(&c->settings.cores, text, left, &length);
    if (!one || length < most || (length == most && one->place > longest->place)) continue;
    most = length;
    longest = one;
  }
  return longest;
}

const char *settings_refuse_text(catalog *c, const char *text, const char *problem) {
  if (settings_marked(c, text)) return text;
  const setting *from = settings_source(c, text);
  return from ? settings_refuse(c, from->name, from->value, problem) : NULL;
}

const char *settings_sentence(arena *a, const setting *s) {
  return arena_printf(a, "%s (%s) %s", s->name, flaw_show(a, s->value), s->problem);
}

/* ---- marks in the fields of a block ---- */

typedef struct search {
  const catalog *catalog;
  const setting *wanted; /* NULL: any */
  const setting *found;  /* the first */
  bool empties;
} search;

static bool is_marked(search *s, const char *text) {
  const setting *marked = settings_marked(s->catalog, text);
  if (marked && !s->found && (!s->wanted || marked == s->wanted)) s->found = marked;
  return marked != NULL;
}

static void search_texts(search *s, texts *list) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < list->count; i++)
    if (!is_marked(s, list->at[i]) || !s->empties) list->at[kept++] = list->at[i];
  list->count = kept;
}

static void search_pairs(search *s, pairs *list) {
  for (size_t i = 0; i < list->count; i++)
    if (is_marked(s, list->at[i].value) && s->empties) list->at[i].value = NULL;
}

static bool credential_is_marked(search *s, const credential *c) {
  bool marked = false;
  for (; c; c = c->next) {
    marked = is_marked(s, c->env) || is_marked(s, c->file) || is_marked(s, c->prefix) || is_marked(s, c->label) || marked;
    for (size_t i = 0; i < c->helper.count; i++) marked = is_marked(s, c->helper.at[i]) || marked;
  }
  return marked;
}

static bool auth_is_marked(search *s, const auth *a) {
  return a && (is_marked(s, a->header) || is_marked(s, a->region) || is_marked(s, a->service) || credential_is_marked(s, a->key_id) ||
               credential_is_marked(s, a->token));
}

static void search_block(search *s, const schema *of, void *block);

static void search_field(search *s, const field *f, void *at) {
  bool marked = false;
  switch (f->kind) {
  case KIND_TEXTS: search_texts(s, at); break;
  case KIND_PAIRS: search_pairs(s, at); break;
  case KIND_CREDENTIAL: marked = credential_is_marked(s, *(credential **)at); break;
  case KIND_AUTH: marked = auth_is_marked(s, *(auth **)at); break;
  case KIND_TEXT:
  case KIND_URL:
  case KIND_DATE:
  case KIND_CHOICE: marked = is_marked(s, *(const char **)at); break;
  case KIND_BLOCK:
    if (*(void **)at) search_block(s, f->schema, *(void **)at);
    break;
  default: break;
  }
  if (marked && s->empties) *(void **)at = NULL;
}

static void search_block(search *s, const schema *of, void *block) {
  for (size_t i = 0; i < of->count; i++) {
    char *at = (char *)block + of->fields[i].offset;
    search_field(s, &of->fields[i], at);
    if (s->empties && of->fields[i].kind <= KIND_CHOICE && !*(void **)at) ((entity *)block)->given &= ~((uint64_t)1 << i);
  }
  if (of->items) search_texts(s, (texts *)((char *)block + of->items_offset));
}

bool settings_in_block(const catalog *c, const schema *s, const void *block, const setting *which) {
  search in = { .catalog = c, .wanted = which };
  search_block(&in, s, (void *)block);
  return in.found;
}

/* ---- what becomes of the blocks ---- */

typedef void on_block(catalog *c, const char *verb, entity *e);

static void for_all(catalog *c, on_block *f) {
  for (size_t i = 0; i < c->protocols.count; i++) f(c, "protocol", &c->protocols.at[i]->head);
  for (size_t i = 0; i < c->providers.count; i++) f(c, "provider", &c->providers.at[i]->head);
  for (size_t i = 0; i < c->gateways.count; i++) f(c, "gateway", &c->gateways.at[i]->head);
  for (size_t i = 0; i < c->models.count; i++) f(c, "model", &c->models.at[i]->head);
  for (size_t i = 0; i < c->retired.count; i++) f(c, "retired", &c->retired.at[i]->head);
  for (size_t i = 0; i < c->families.count; i++) f(c, "family", &c->families.at[i]->head);
  for (size_t i = 0; i < c->roles.count; i++) f(c, "role", &c->roles.at[i]->head);
  for (size_t i = 0; i < c->sources.count; i++) f(c, "source", &c->sources.at[i]->head);
  f(c, "default", &c->fallback.head);
  f(c, "validate", &c->policy.head);
}

static void find(catalog *c, const char *verb, entity *e) {
  search in = { .catalog = c };
  search_block(&in, schema_of(verb), e);
  if (!e->refused) e->refused = in.found;
  const char *speaks = text_is(verb, "provider") ? ((provider *)e)->protocol : text_is(verb, "model") ? ((model *)e)->protocol : NULL;
  const protocol *spoken = speaks && !e->refused ? lookup_get(&c->protocols.ids, speaks) : NULL;
  if (spoken) e->refused = spoken->head.refused;
}

/* Blocks may share a table with the one they inherit from, so all marks are found before the first is taken away. */
static void empty(catalog *c, const char *verb, entity *e) {
  search in = { .catalog = c, .empties = true };
  if (e->refused) search_block(&in, schema_of(verb), e);
}

static void warn(catalog *c, const char *verb, const entity *e, const char *means) {
  const char *id = e->id ? arena_printf(c->arena, " '%s'", e->id) : "";
  const finding_place place = place_word(place_named(e->latest.file ? e->latest : e->at, e->id ? e->id : verb), e->refused->name);
  finding_warning(c->findings, place, "%s%s: %s: %s", verb, id, settings_sentence(c->arena, e->refused), means);
}

static bool by_enabled(const char *verb, const entity *e) {
  const schema *s = schema_of(verb);
  return e->refused_fields >> (schema_field(s, "enabled") - s->fields) & 1;
}

/* One that its block takes out is not missed, unless the variable was to turn it on. */
static const char *settle_provider(entity *e) {
  provider *p = (provider *)e;
  if (!p->enabled && !by_enabled("provider", e)) e->refused = NULL;
  if (e->refused) p->enabled = false;
  return e->refused && !p->base ? "its models are disabled" : NULL;
}

static const char *settle_model(entity *e) {
  model *m = (model *)e;
  m->enabled = false;
  if (!m->api_name) m->api_name = e->id;
  return "it is disabled";
}

/* It stays enabled: what it serves must not go another way. */
static const char *settle_gateway(entity *e) {
  gateway *g = (gateway *)e;
  g->enabled = g->enabled || by_enabled("gateway", e);
  return g->enabled ? "what it serves is disabled" : NULL;
}

static void settle(catalog *c, const char *verb, entity *e) {
  const char *means = "it is left out"; /* `role`, `default` and `validate` only choose */
  if (!e->refused) return;
  if (text_is(verb, "provider")) means = settle_provider(e);
  if (text_is(verb, "gateway")) means = settle_gateway(e);
  if (text_is(verb, "model")) means = settle_model(e);
  if (text_is(verb, "protocol")) means = "what speaks it is disabled";
  if (means) warn(c, verb, e, means);
}

/* A model whose provider is not known cannot be shown. */
static void drop_models(catalog *c) {
  size_t kept = 0;
  for (size_t i = 0; i < c->models.count; i++)
    if (!c->models.at[i]->head.refused || c->models.at[i]->provider) c->models.at[kept++] = c->models.at[i];
  c->models.count = kept;
}

static void refuse_speaker(const catalog *c, const char *protocol_id, entity *e) {
  const protocol *speaks = protocol_id ? lookup_get(&c->protocols.ids, protocol_id) : NULL;
  if (speaks && !e->refused) e->refused = speaks->head.refused;
}

/* A protocol cannot be disabled, but what speaks it can. */
static void settle_protocols(catalog *c) {
  for (size_t i = 0; i < c->protocols.count; i++) find(c, "protocol", &c->protocols.at[i]->head);
  for (size_t i = 0; i < c->providers.count; i++) refuse_speaker(c, c->providers.at[i]->protocol, &c->providers.at[i]->head);
  for (size_t i = 0; i < c->models.count; i++) refuse_speaker(c, c->models.at[i]->protocol, &c->models.at[i]->head);
  for (size_t i = 0; i < c->protocols.count; i++) empty(c, "protocol", &c->protocols.at[i]->head);
}

/* A name that leads nowhere and comes from a variable becomes a mark. */
static void refuse_name(catalog *c, const lookup *known, const char **name, const char *what) {
  if (!*name || lookup_get(known, *name)) return;
  const char *mark = settings_refuse_text(c, *name, arena_printf(c->arena, "is not the id of a %s", what));
  if (mark) *name = mark;
}

static void refuse_unknown(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++) refuse_name(c, &c->protocols.ids, &c->providers.at[i]->protocol, "protocol");
  for (size_t i = 0; i < c->models.count; i++) {
    refuse_name(c, &c->providers.ids, &c->models.at[i]->provider, "provider");
    refuse_name(c, &c->protocols.ids, &c->models.at[i]->protocol, "protocol");
  }
  for (size_t i = 0; i < c->gateways.count; i++)
    for (size_t k = 0; k < c->gateways.at[i]->providers.count; k++)
      refuse_name(c, &c->providers.ids, &c->gateways.at[i]->providers.at[k], "provider");
}

void settings_settle(catalog *c) {
  if (c->settings.count) refuse_unknown(c);
  if (!c->settings.refused) return;
  for_all(c, find);
  settle_protocols(c);
  for_all(c, empty);
  for_all(c, settle);
  drop_models(c);
}
