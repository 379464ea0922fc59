/* merged_tree: see merged_tree.h. One walk over the fields of a schema, which merges and decodes by the same table. */
#include "library/definitions/merged_tree.h"
#include "library/definitions/setting.h"

#include <stdlib.h>
#include <string.h>

node *tree_add(node *parent, node *child) {
  if (!child) return NULL;
  if (parent->last)
    parent->last->next = child;
  else
    parent->first = child;
  return parent->last = child;
}

const node *tree_member(const node *table, const char *key) {
  const node *n = table && table->kind == NODE_TABLE ? table->first : NULL;
  while (n && !text_same(n->key, key)) n = n->next; /* the names of headers are one in any case */
  return n;
}

static node *branch(tree_maker *t, node_kind kind, const char *key) {
  node *n = arena_alloc(t->arena, sizeof *n);
  *n = (node){ .kind = kind, .key = key };
  return n;
}

/* A member that is set to `none`. */
static node *removal(tree_maker *t, const char *key) { return t->removals ? value_word(t->arena, key, "none", "null") : NULL; }

/* ---- tables and lists ---- */

static node *list_of(tree_maker *t, const char *key, const texts *list) {
  node *n = branch(t, NODE_LIST, key);
  for (size_t i = 0; i < list->count; i++) {
    node *item = tree_add(n, value_text(t, NULL, list->at[i]));
    n->hidden = n->hidden || item->hidden;
    item->hidden = false; /* which is said of the list */
  }
  return n;
}

static node *pair_of(tree_maker *t, const pair *p) {
  if (p->from_secret) return value_credential(t, p->name, p->from_secret);
  return p->value ? value_text(t, p->name, p->value) : removal(t, p->name);
}

static node *pairs_of(tree_maker *t, const char *key, const pairs *list) {
  node *n = branch(t, NODE_TABLE, key);
  for (size_t i = 0; i < list->count; i++) tree_add(n, pair_of(t, &list->at[i]));
  return n;
}

static node *windows_of(tree_maker *t, const char *key, const windows *list) {
  node *n = branch(t, NODE_TABLE, key);
  for (size_t i = 0; i < list->count; i++) {
    const window *w = &list->at[i];
    tree_add(n, w->tokens ? value_tokens(t->arena, w->id, w->tokens, true) : removal(t, w->id));
  }
  return n;
}

static node *extra_of(tree_maker *t, const char *key, const pairs *list) {
  node *n = branch(t, NODE_TABLE, key);
  for (size_t i = 0; i < list->count; i++) {
    const pair *p = &list->at[i];
    tree_add(n, p->value ? value_json(t, p->name, p->value) : removal(t, p->name));
  }
  return n;
}

static node *credentials_of(tree_maker *t, const char *key, const credential *first) {
  if (!first || !first->next) return first ? value_credential(t, key, first) : NULL;
  node *n = branch(t, NODE_LIST, key);
  for (; first; first = first->next) tree_add(n, value_credential(t, NULL, first));
  return n;
}

static node *proofs_of(tree_maker *t, const char *key, const script_refs *list) {
  node *n = branch(t, NODE_LIST, key);
  for (size_t i = 0; i < list->count; i++)
    if (!tree_add(n, value_request(t, NULL, list->at[i]))) return value_function(t, key, list->at[i], "= functions");
  return n;
}

static void add_fields(tree_maker *t, node *into, const schema *s, const entity *of);

static node *block_of(tree_maker *t, const char *key, const schema *s, const entity *of) {
  node *n = branch(t, NODE_TABLE, key);
  add_fields(t, n, s, of);
  return n;
}

/* What a tier or a day takes away of the price is a change, too. */
static node *change_of(tree_maker *t, const char *key, const schema *s, const price *change) {
  const bool removals = t->removals;
  t->removals = true;
  node *n = block_of(t, key, s, &change->head);
  t->removals = removals;
  return n;
}

static node *step_of(tree_maker *t, const field *f, const price_step *step) {
  const char *key = step->day ? step->day : arena_printf(t->arena, "%lld", (long long)step->start);
  node *n = step->change ? change_of(t, key, f->schema, step->change) : removal(t, key);
  if (n) n->step = true;
  if (n && !step->day) n->lua_key = arena_printf(t->arena, "[%s]", tokens_word(t->arena, step->start));
  return n;
}

static node *steps_of(tree_maker *t, const field *f, const price_steps *list) {
  node *n = branch(t, NODE_TABLE, f->name);
  for (size_t i = 0; list && i < list->count; i++) tree_add(n, step_of(t, f, &list->at[i]));
  return n;
}

/* ---- one field ---- */

static node *flag_of(tree_maker *t, const char *key, bool yes) {
  return value_word(t->arena, key, yes ? "true" : "false", yes ? "true" : "false");
}

static node *end_of(tree_maker *t, const char *key, const char *day) {
  return day && *day ? value_text(t, key, day) : flag_of(t, key, day != NULL);
}

static node *discover_of(tree_maker *t, const char *key, script_ref by) {
  return by == DISCOVER_ALL || !by ? flag_of(t, key, by == DISCOVER_ALL) : value_function(t, key, by, "= function");
}

static node *request_of(tree_maker *t, const char *key, script_ref ref) {
  node *n = value_request(t, key, ref);
  return n ? n : value_function(t, key, ref, "= function");
}

static node *address_of(tree_maker *t, const char *key, const char *text) {
  node *n = value_text(t, key, text);
  n->address = true;
  return n;
}

static node *field_of(tree_maker *t, const field *f, const void *at) {
  const char *key = f->name;
  switch (f->kind) {
  case KIND_URL: return address_of(t, key, *(const char *const *)at);
  case KIND_END: return end_of(t, key, *(const char *const *)at);
  case KIND_ENUM: return value_text(t, key, f->choices[*(const int *)at - 1]);
  case KIND_FLAG: return flag_of(t, key, *(const bool *)at);
  case KIND_TRI: return flag_of(t, key, *(const small_tri *)at == ROSTER_YES);
  case KIND_COUNT: return value_tokens(t->arena, key, *(const int64_t *)at, f->most >= 1e9);
  case KIND_SECONDS: return value_seconds(t->arena, key, *(const int64_t *)at);
  case KIND_AMOUNT: return value_amount(t->arena, key, *(const double *)at);
  case KIND_TEXTS: return list_of(t, key, at);
  case KIND_PAIRS: return pairs_of(t, key, at);
  case KIND_WINDOWS: return windows_of(t, key, at);
  case KIND_EXTRA: return extra_of(t, key, &((const json_members *)at)->list);
  case KIND_CREDENTIAL: return credentials_of(t, key, *(const credential *const *)at);
  case KIND_AUTH: return value_auth(t, key, *(const auth *const *)at);
  case KIND_REQUEST: return request_of(t, key, *(const script_ref *)at);
  case KIND_FUNCTION: return value_function(t, key, *(const script_ref *)at, "= function");
  case KIND_DISCOVER: return discover_of(t, key, *(const script_ref *)at);
  case KIND_PROOFS: return proofs_of(t, key, at);
  case KIND_TIERS:
  case KIND_CHANGES: return steps_of(t, f, *(const price_steps *const *)at);
  case KIND_BLOCK: return block_of(t, key, f->schema, *(const entity *const *)at);
  default: return value_text(t, key, *(const char *const *)at);
  }
}

/* A public key is no secret. */
static void uncover(tree_maker *t, const schema *s, node *n) {
  if (!n->hidden || !text_is(s->verb, "source") || !text_is(n->key, "key")) return;
  strbuf lua = { .arena = t->arena };
  add_lua_text(&lua, n->text);
  n->lua = n->json = strbuf_text(&lua);
  n->hidden = false;
}

static node *given_field(tree_maker *t, const schema *s, const field *f, const entity *of) {
  t->refused = NULL;
  node *n = field_of(t, f, (const char *)of + f->offset);
  if (n) uncover(t, s, n);
  if (!t->refused) return n;
  const char *why = arena_printf(t->arena, "is not used: %s", settings_sentence(t->arena, t->refused));
  n = value_word(t->arena, f->name, why, "null");
  n->kind = NODE_REMARK;
  return n;
}

/* A table without members neither says nor changes anything; an empty list does. */
static bool is_empty(const node *n) { return n && n->kind == NODE_TABLE && !n->first; }

static void add_fields(tree_maker *t, node *into, const schema *s, const entity *of) {
  for (size_t i = 0; i < s->count; i++) {
    const uint64_t bit = (uint64_t)1 << i;
    node *n = of->given & bit ? given_field(t, s, &s->fields[i], of) : NULL;
    if (n && !is_empty(n))
      tree_add(into, n);
    else if (of->removed & bit)
      tree_add(into, removal(t, s->fields[i].name));
  }
}

/* ---- all of a block ---- */

node *tree_of(tree_maker *t, const schema *s, const entity *of) {
  node *n = branch(t, NODE_TABLE, NULL);
  const texts *items = s->items ? (const void *)((const char *)of + s->items_offset) : NULL;
  if (items && items->count) tree_add(n, list_of(t, "models", items))->lua_key = ""; /* its list part */
  add_fields(t, n, s, of);
  return n;
}

static node *spelling_of(tree_maker *t, const spelling *s) {
  source_block *by = arena_alloc(t->arena, sizeof *by);
  node *n = !s->model           ? removal(t, s->head.id)
            : s->context_window ? block_of(t, s->head.id, &spelling_schema, &s->head)
                                : value_text(t, s->head.id, s->model);
  by->block = &s->head;
  if (n) n->by = by;
  return n;
}

node *tree_of_ids(tree_maker *t, const id_set *set, bool own) {
  node *n = branch(t, NODE_TABLE, NULL);
  for (size_t i = 0; i < set->count; i++)
    if (!own || set->at[i]->head.directory != SHIPPED_DIRECTORY) tree_add(n, spelling_of(t, set->at[i]));
  return n;
}
