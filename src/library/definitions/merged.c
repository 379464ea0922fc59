/* merged: see merged.h. Which blocks there are, what each comes to, and the blocks that it was made of. */
#include "library/definitions/merged.h"

#include "library/definitions/facts.h"
#include "library/definitions/merged_tree.h"
#include "util/suggest.h"

#include <string.h>

enum { MOST_REREAD = 64 * 1024 * 1024, DEEPEST = 64 };

#define HEADER                                                                                                                             \
  "-- The definitions in force: the shipped ones and your files, merged. Behind\n"                                                         \
  "-- each line is the place that it comes from; a file without a directory is\n"                                                          \
  "-- shipped. Functions cannot be written out: the file named has them.\n"
#define HEADER_OF_CHANGES                                                                                                                  \
  "-- What your files define and amend, merged into one. The rest is as shipped.\n"                                                        \
  "-- Functions cannot be written out: the file named has them.\n"

typedef struct blocks {
  const entity **at; /* in the order in which they were read */
  size_t count, room;
} blocks;

typedef struct kept {
  const schema *schema;
  entity *now; /* as it was before inheritance */
  blocks made_of;
  bool settled;
} kept;

struct merged {
  catalog *catalog;
  script *script;
  arena *arena, *scratch; /* of all; of the block that is written */
  int host;
  kept **at;
  size_t count, room;
  lookup known; /* "model gpt-5.5" */
};

/* ---- for the load ---- */

void merged_note(catalog *c, const schema *s, const entity *block) {
  if (!c->taken.on) return;
  const bool unused = text_is(s->verb, "provider") && ((const provider *)block)->unless_defined && lookup_get(&c->providers.ids, block->id);
  const taken_block one = { s, memcpy(arena_alloc(c->arena, s->size), block, s->size) };
  if (!unused) LIST_PUSH(c->arena, c->taken.at, c->taken.count, c->taken.room, one);
}

static const char *name_of(arena *a, const schema *s, const char *id) { return arena_printf(a, "%s %s", s->verb, id ? id : ""); }

static void keep(merged *m, const char *verb, const void *of) {
  const schema *s = schema_of(verb);
  kept *one = arena_alloc(m->arena, sizeof *one);
  *one = (kept){ .schema = s, .now = memcpy(arena_alloc(m->arena, s->size), of, s->size) };
  LIST_PUSH(m->arena, m->at, m->count, m->room, one);
  lookup_add(&m->known, m->arena, name_of(m->arena, s, one->now->id), one);
}

/* Each `default` and each role replaces the one before. */
static void add_block(merged *m, const taken_block *t) {
  kept *k = lookup_get(&m->known, name_of(m->arena, t->schema, t->block->id));
  const bool replaces = text_is(t->schema->verb, "default") || text_is(t->schema->verb, "role");
  if (!k) return;
  if (replaces) k->made_of.count = 0;
  LIST_PUSH(m->arena, k->made_of.at, k->made_of.count, k->made_of.room, t->block);
}

#define KEEP_ALL(m, verb, list)                                                                                                            \
  for (size_t i = 0; i < (m)->catalog->list.count; i++) keep((m), verb, (m)->catalog->list.at[i])

/* In the order in which they are shown: what most questions are about comes first. */
merged *merged_keep(catalog *c, script *s, int host) {
  merged *m = arena_alloc(c->arena, sizeof *m);
  *m = (merged){ .catalog = c, .script = s, .arena = c->arena, .host = host };
  KEEP_ALL(m, "provider", providers);
  KEEP_ALL(m, "gateway", gateways);
  KEEP_ALL(m, "model", models);
  KEEP_ALL(m, "retired", retired);
  KEEP_ALL(m, "family", families);
  if (c->fallback.head.at.file) keep(m, "default", &c->fallback);
  KEEP_ALL(m, "role", roles);
  if (c->policy.head.at.file) keep(m, "validate", &c->policy);
  KEEP_ALL(m, "source", sources);
  KEEP_ALL(m, "protocol", protocols);
  for (size_t i = 0; i < c->taken.count; i++) add_block(m, &c->taken.at[i]);
  return m;
}

/* ---- what a block comes to ---- */

static const char *parent_of(const kept *k) {
  if (text_is(k->schema->verb, "model")) return ((const model *)k->now)->inherit;
  return text_is(k->schema->verb, "protocol") ? ((const protocol *)k->now)->inherit : NULL;
}

static kept *find_parent(const merged *m, const kept *k) {
  return parent_of(k) ? lookup_get(&m->known, name_of(m->scratch, k->schema, parent_of(k))) : NULL;
}

static uint64_t bit_of(const schema *s, const char *name) { return (uint64_t)1 << (schema_field(s, name) - s->fields); }

/* Without a name of its own it is called as its parent is. */
static void inherit_name(const kept *k, const kept *parent) {
  model *m = (model *)k->now;
  if (m->api_name) return;
  const char *name = ((const model *)parent->now)->api_name;
  m->api_name = name ? name : parent->now->id;
  m->head.given |= bit_of(k->schema, "api_name");
}

static void take_over(const merged *m, const kept *k, const kept *parent) {
  schema_inherit(k->schema, m->arena, k->now, parent->now);
  if (text_is(k->schema->verb, "model")) inherit_name(k, parent);
}

/* As catalog_finish does, those first from which others inherit. A circle was a finding. */
static void settle(const merged *m, kept *k) {
  struct {
    kept **at;
    size_t count, room;
  } line = { 0 };
  for (; k && !k->settled; k = find_parent(m, k)) {
    k->settled = true;
    LIST_PUSH(m->scratch, line.at, line.count, line.room, k);
  }
  for (size_t i = line.count; i > 0; i--) {
    const kept *parent = find_parent(m, line.at[i - 1]);
    if (parent) take_over(m, line.at[i - 1], parent);
  }
}

/* What holds although no line says so, and would not hold in a deployer's file: a shipped provider does not use the helper that is for all,
 * a source is on where a block of the deployer's mentions it, and a source's model has the provider of its row. */
static void state_unsaid(const catalog *c, kept *k) {
  const bool of_model = text_is(k->schema->verb, "model");
  const model *m = of_model ? (const model *)k->now : NULL;
  const provider *p = text_is(k->schema->verb, "provider") ? (const provider *)k->now : NULL;
  fact_source *s = text_is(k->schema->verb, "source") ? (fact_source *)k->now : NULL;
  if (s && source_is_on(c, s)) s->enabled = true;
  if (p && !p->common_helper) k->now->given |= bit_of(k->schema, "common_helper");
  if (m && m->provider) k->now->given |= bit_of(k->schema, "provider");
  if (m && m->api_name) k->now->given |= bit_of(k->schema, "api_name");
}

/* ---- the blocks that it is made of ---- */

static bool is_own(const entity *block) { return block->at.line > 0 && block->directory != SHIPPED_DIRECTORY; }

static blocks own_of(const merged *m, const kept *k) {
  blocks own = { 0 };
  for (size_t i = 0; i < k->made_of.count; i++)
    if (is_own(k->made_of.at[i])) LIST_PUSH(m->scratch, own.at, own.count, own.room, k->made_of.at[i]);
  return own;
}

/* What deployers write beats a source, which beats what is shipped; of those, the last. */
static int rank(const entity *block) { return is_own(block) ? 2 : block->at.line == 0; }

typedef struct origins {
  source_block *at; /* those that win first */
  size_t count, room;
} origins;

static void add_origins(const merged *m, tree_maker *t, const kept *k, const char *inherited, origins *o) {
  const blocks b = k->made_of;
  for (int r = 2; r >= 0; r--)
    for (size_t i = b.count; i > 0; i--) {
      const source_block one = { b.at[i - 1], tree_of(t, k->schema, b.at[i - 1]), inherited };
      if (rank(one.block) == r) LIST_PUSH(m->scratch, o->at, o->count, o->room, one);
    }
}

/* Its own, then those of what it inherits from. */
static origins origins_of(const merged *m, tree_maker *t, const kept *k, bool own) {
  origins o = { 0 };
  const char *inherited = NULL;
  for (int depth = 0; k && depth < DEEPEST; depth++) {
    add_origins(m, t, k, inherited, &o);
    inherited = own ? NULL : parent_of(k);
    k = own ? NULL : find_parent(m, k);
  }
  return o;
}

/* What the deployer's blocks come to by themselves. */
static entity *own_part(const merged *m, const schema *s, const blocks *own) {
  entity *e = memcpy(arena_alloc(m->scratch, s->size), own->at[0], s->size);
  for (size_t i = 1; i < own->count; i++) schema_amend(s, m->scratch, e, own->at[i]);
  return e;
}

/* ---- writing ---- */

typedef struct writing {
  merged *m;
  const roster_merged_choice *choice;
  tree_maker maker;
  place_finder finder;
  printer printer;
  writer json;
  size_t shown;
} writing;

static void print(writing *w, const merged_block *b) {
  if (w->choice->json)
    print_json(&w->printer, b, &w->json);
  else
    print_lua(&w->printer, b);
  w->shown += b->remark == NULL;
  arena_clear(w->m->scratch);
}

static void set_places(const merged *m, merged_block *out, const blocks *b) {
  origin *at = arena_array(m->scratch, b->count + 1, sizeof *at);
  int *directories = arena_array(m->scratch, b->count + 1, sizeof *directories);
  for (size_t i = 0; i < b->count; i++) {
    at[i] = b->at[i]->at;
    directories[i] = b->at[i]->directory;
  }
  out->at = at;
  out->directories = directories;
  out->count = b->count;
}

/* The line `inherit` would have the fields inherited twice, also those that `none` keeps out. */
static void note_parent(writing *w, const kept *k, node *tree) {
  node *line = parent_of(k) && !w->choice->changed ? (node *)tree_member(tree, "inherit") : NULL;
  if (!line) return;
  line->kind = NODE_REMARK;
  line->lua = arena_printf(w->m->scratch, "= %s, whose fields are written out here", line->lua);
}

/* A name on the wire that is the id of what it inherits from is written nowhere: it comes from that block. */
static void note_name(const kept *k, const origins *from, node *tree) {
  node *line = text_is(k->schema->verb, "model") && parent_of(k) ? (node *)tree_member(tree, "api_name") : NULL;
  if (!line || line->by || !from->count) return;
  line->by = &from->at[from->count - 1];
  line->at = line->by->block->at;
}

/* The line of a source that is on without one: that of the block by which it is. */
static void note_source(const kept *k, const blocks *b, node *tree) {
  const bool given = text_is(k->schema->verb, "source") && b->count && is_own(b->at[b->count - 1]);
  node *line = given ? (node *)tree_member(tree, "enabled") : NULL;
  if (line && line->by && !is_own(line->by->block) && text_is(line->lua, "true")) line->at = b->at[b->count - 1]->at;
}

static void write_kept(writing *w, kept *k) {
  const bool own = w->choice->changed;
  merged *m = w->m;
  const blocks b = own ? own_of(m, k) : k->made_of;
  if (own && !b.count) return;
  w->maker.removals = own || text_is(k->schema->verb, "role") || text_is(k->schema->verb, "default");
  merged_block out = { .verb = k->schema->verb, .id = k->now->id };
  const origins from = origins_of(m, &w->maker, k, own);
  if (!own) settle(m, k);
  if (!own) state_unsaid(m->catalog, k);
  set_places(m, &out, &b);
  out.tree = tree_of(&w->maker, k->schema, own ? own_part(m, k->schema, &b) : k->now);
  w->finder.verb = out.verb;
  places_trace(&w->finder, out.tree, from.at, from.count);
  note_parent(w, k, out.tree);
  note_source(k, &b, out.tree);
  note_name(k, &from, out.tree);
  print(w, &out);
}

static void write_functions(writing *w, const char *verb, const rules *list, const char *id) {
  for (size_t i = 0; i < list->count; i++) {
    const rule *r = &list->at[i];
    if (!*r->name || (id && !text_is(id, r->name)) || (w->choice->changed && r->directory == SHIPPED_DIRECTORY)) continue;
    print(w, &(merged_block){ .verb = verb, .id = r->name, .at = &r->at, .directories = &r->directory, .count = 1 });
  }
}

static void write_ids(writing *w, const char *id) {
  for (size_t i = 0; i < w->m->catalog->id_sets.count; i++) {
    const id_set *set = w->m->catalog->id_sets.at[i];
    if (id && !text_is(id, set->head.id)) continue;
    w->maker.removals = w->choice->changed;
    node *tree = tree_of_ids(&w->maker, set, w->choice->changed);
    if (w->choice->changed && !tree->first) continue;
    places_of_entries(&w->finder, tree);
    print(w, &(merged_block){
                 .verb = "ids", .id = set->head.id, .tree = tree, .at = &set->head.at, .directories = &set->head.directory, .count = 1 });
  }
}

/* ---- which ---- */

/* The id of the block that the name leads to: a model has several, and a copy for another key has the block of what it copies. */
static const char *block_id(const catalog *c, const char *name) {
  const provider *p = lookup_get(&c->providers.ids, name);
  if (p) return provider_name(p);
  const model *m = catalog_model(c, name);
  if (!m) return name;
  const char *at = m->of && m->of->base ? strrchr(m->head.id, '@') : NULL;
  return at ? arena_bytes(c->arena, m->head.id, (size_t)(at - m->head.id)) : m->head.id;
}

static bool is_called(const kept *k, const char *id) { return text_is(k->now->id ? k->now->id : k->schema->verb, id); }

static bool is_function(const rules *list, const char *id) {
  for (size_t i = 0; i < list->count; i++)
    if (text_is(list->at[i].name, id)) return true;
  return false;
}

static bool is_known(const merged *m, const char *id) {
  const catalog *c = m->catalog;
  for (size_t i = 0; i < m->count; i++)
    if (is_called(m->at[i], id)) return true;
  return is_function(&c->rules, id) || is_function(&c->documents, id) || lookup_get(&c->id_sets.ids, id);
}

static roster_status refuse(const merged *m, const char *id, roster_error *err) {
  const catalog *c = m->catalog;
  texts names = { 0 };
  for (size_t i = 0; i < m->count; i++)
    LIST_PUSH(m->arena, names.at, names.count, names.room, m->at[i]->now->id ? m->at[i]->now->id : m->at[i]->schema->verb);
  for (size_t i = 0; i < c->rules.count; i++) LIST_PUSH(m->arena, names.at, names.count, names.room, c->rules.at[i].name);
  for (size_t i = 0; i < c->names.count; i++) LIST_PUSH(m->arena, names.at, names.count, names.room, c->names.slots[i].key);
  return fail(err, ROSTER_EUNKNOWN,
              "give the id of a block, such as a provider, model, gateway, rule or role, or the word default or validate",
              "no block has the id '%s'%s%s%s", id, SUGGESTION(suggest(id, names.at, names.count)));
}

static void write_named(writing *w, const char *name) {
  const char *id = is_known(w->m, name) ? name : block_id(w->m->catalog, name);
  const size_t before = w->shown;
  for (size_t i = 0; i < w->m->count; i++)
    if (is_called(w->m->at[i], id)) write_kept(w, w->m->at[i]);
  write_functions(w, "rule", &w->m->catalog->rules, id);
  write_functions(w, "document", &w->m->catalog->documents, id);
  write_ids(w, id);
  if (w->shown == before) print(w, &(merged_block){ .verb = name, .remark = "your files do not change it" });
}

static void write_all(writing *w) {
  if (!w->choice->json) strbuf_add(w->printer.out, w->choice->changed ? HEADER_OF_CHANGES : HEADER);
  for (size_t i = 0; i < w->m->count; i++) write_kept(w, w->m->at[i]);
  write_functions(w, "rule", &w->m->catalog->rules, NULL);
  write_functions(w, "document", &w->m->catalog->documents, NULL);
  write_ids(w, NULL);
}

static const char *finish(writing *w) {
  if (!w->choice->json) return strbuf_text(w->printer.out);
  write_close(&w->json, ']');
  write_close(&w->json, '}');
  return write_end(&w->json, NULL);
}

roster_status merged_write(merged *m, const merged_request *wanted, const char **out, roster_error *err) {
  arena *a = m->arena;
  const roster_merged_choice *o = wanted->choice;
  strbuf text = { .arena = a };
  writing w = { .m = m, .choice = o };
  m->scratch = wanted->scratch;
  w.maker = (tree_maker){ .catalog = m->catalog, .script = m->script, .arena = m->scratch };
  w.finder = (place_finder){
    .arena = a, .scratch = m->scratch, .catalog = m->catalog, .read = wanted->read, .payload = wanted->payload, .left = MOST_REREAD
  };
  w.printer = (printer){ .arena = m->scratch, .out = &text, .home = wanted->home, .width = o->width, .host = m->host };
  w.json = (writer){ .text = { .arena = a } };
  for (size_t i = 0; i < o->id_count; i++) {
    const char *id = o->ids[i];
    if (!is_known(m, id) && !is_known(m, block_id(m->catalog, id))) return refuse(m, id, err);
  }
  write_open(&w.json, NULL, '{');
  write_open(&w.json, "blocks", '[');
  for (size_t i = 0; i < o->id_count; i++) write_named(&w, o->ids[i]);
  if (!o->id_count) write_all(&w);
  *out = finish(&w);
  return ROSTER_OK;
}
