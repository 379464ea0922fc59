/* pick: the models that meet some needs, the best first. All that chat are ranked once, when a result is made, since which of two is better
 * does not depend on the needs; picking goes through them and stops where it has enough. */
#include "library/registry/snapshot.h"

#include "library/definitions/needs.h"
#include "util/suggest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the rank of models ---- */

/* A block that does not say its kind means chat; of what nobody defined it has to be known. */
bool model_is_for_pickers(const roster_model *m) {
  const char *kind = m->model->kind;
  return !m->snapshot_of && (kind ? text_is(kind, "chat") : !m->model->discovered);
}

static int by_rank(const void *one, const void *other) {
  const roster_model *a = ((const ranked_model *)one)->model, *b = ((const ranked_model *)other)->model;
  int order = (int)a->mock - (int)b->mock;
  if (!order) order = (a->shadowed_by != NULL) - (b->shadowed_by != NULL);
  if (!order) order = needs_compare(a->model, b->model);
  return order ? order : (a > b) - (a < b); /* all of them are in one array */
}

static ranked_model rank_of(const roster_model *m) {
  return (ranked_model){ .model = m,
                         .facts = needs_facts(m->model),
                         .offered = m->offered,
                         .has_key = m->configured || m->usable,
                         .switched_on = m->outcome.state != ROSTER_DISABLED,
                         .tried = m->outcome.state == ROSTER_READY && m->outcome.stage == STAGE_GENERATE };
}

void rank_models(result *d) {
  d->ranked = arena_array(d->arena, d->count, sizeof *d->ranked);
  d->ranked_count = 0;
  for (size_t i = 0; i < d->count; i++)
    if (model_is_for_pickers(&d->models[i])) d->ranked[d->ranked_count++] = rank_of(&d->models[i]);
  if (d->ranked_count) qsort(d->ranked, d->ranked_count, sizeof *d->ranked, by_rank);
}

/* ---- what is wanted ---- */

static const char *const NEEDS[] = { "tools",     "vision",           "reasoning", "json_schema", "context", "max_output",
                                     "max_price", "max_output_price", "provider",  "family",      "proved" };

enum { NEED_COUNT = sizeof NEEDS / sizeof *NEEDS };

const char *roster_need_name(roster_need need) { return (unsigned)need < NEED_COUNT ? NEEDS[need] : NULL; }

static const char *const PROVABLE[] = { "chat", "tools", "vision", "json", "stream", "cache", "system", "reasoning" };

enum { PROVABLE_COUNT = sizeof PROVABLE / sizeof *PROVABLE };

/* The needs of a caller, read once. */
typedef struct picking {
  const result *d;
  requirement require;
  need_set needs;
  bool proof, other_proof; /* of "chat", and of something that nothing proves yet */
  bool unasked, keyless;   /* keyless: unasked, and no model has its credential */
} picking;

static roster_status take_proved(picking *p, const char *word, roster_error *err) {
  const char *nearest = word ? suggest(word, PROVABLE, PROVABLE_COUNT) : NULL;
  p->proof = p->proof || text_is(word, "chat");
  p->other_proof = p->other_proof || !text_is(word, "chat");
  for (size_t i = 0; i < PROVABLE_COUNT; i++)
    if (text_is(PROVABLE[i], word)) return ROSTER_OK;
  return fail(err, ROSTER_EINVALID, "use chat, tools, vision, json, stream, cache, system or reasoning",
              "proved: '%s' cannot be proved%s%s%s", word ? word : "", SUGGESTION(nearest));
}

static roster_status check_numbers(const roster_needs *n, roster_error *err) {
  if (n->context_tokens < 0 || n->max_output_tokens < 0) return fail(err, ROSTER_EINVALID, NULL, "needs: a number of tokens is negative");
  if (isnan(n->max_price) || isnan(n->max_output_price)) return fail(err, ROSTER_EINVALID, NULL, "needs: a price is not a number");
  if (n->proved_count && !n->proved) return fail(err, ROSTER_EINVALID, NULL, "needs: proved is NULL");
  return ROSTER_OK;
}

static roster_status read_needs(picking *p, const roster_snapshot *s, const roster_needs *given, roster_error *err) {
  roster_needs n = ROSTER_NEEDS_INIT;
  if (!s) return fail(err, ROSTER_EINVALID, NULL, "pick: the snapshot is NULL");
  if (given && given->size < sizeof given->size)
    return fail(err, ROSTER_EINVALID, "begin with ROSTER_NEEDS_INIT", "needs: size is not set");
  if (given) memcpy(&n, given, given->size < sizeof n ? given->size : sizeof n);
  if (check_numbers(&n, err)) return ROSTER_EINVALID;
  *p = (picking){ .d = s->data, .unasked = n.unasked, .keyless = n.unasked };
  p->require = (requirement){ .tools = n.tools,
                              .vision = n.vision,
                              .reasoning = n.reasoning,
                              .json_schema = n.json_schema,
                              .context = n.context_tokens,
                              .max_output = n.max_output_tokens };
  p->needs = (need_set){ .require = &p->require,
                         .max_price = n.max_price,
                         .max_output_price = n.max_output_price,
                         .provider_id = n.provider_id,
                         .family = n.family,
                         .maybe = n.maybe };
  for (size_t i = 0; i < n.proved_count; i++)
    if (take_proved(p, n.proved[i], err)) return ROSTER_EINVALID;
  for (size_t i = 0; p->keyless && i < p->d->ranked_count; i++) p->keyless = !p->d->ranked[i].has_key;
  return ROSTER_OK;
}

/* ---- going through ---- */

static bool is_candidate(const picking *p, const ranked_model *m) {
  if (!p->unasked) return m->offered;
  return p->keyless ? m->switched_on : m->has_key;
}

static bool is_proved(const picking *p, const ranked_model *m) { return p->needs.maybe || ((!p->proof || m->tried) && !p->other_proof); }

static int unmet(const picking *p, const ranked_model *m) {
  const int need = needs_unmet(&p->needs, &m->facts);
  return need == NEEDS_MET && !is_proved(p, m) ? (int)ROSTER_NEED_PROVED : need;
}

/* The next that meets all, from *i on; those that fall out on the way are counted. NULL past the end. */
static const roster_model *next_met(const picking *p, size_t *i, roster_pick_counts *counts) {
  while (*i < p->d->ranked_count) {
    const ranked_model *m = &p->d->ranked[(*i)++];
    if (!is_candidate(p, m)) continue;
    const int need = unmet(p, m);
    counts->candidates++;
    counts->count += need == NEEDS_MET;
    if (need == NEEDS_MET) return m->model;
    counts->fell_out[need]++;
  }
  return NULL;
}

/* ---- nothing is left ---- */

static void add_counts(char *text, size_t room, const roster_pick_counts *c) {
  size_t length = 0;
  for (int i = 0; i < NEED_COUNT && length < room; i++)
    if (c->fell_out[i]) {
      const int n = snprintf(text + length, room - length, "%s%zu %s %s", length ? ", " : "", c->fell_out[i],
                             c->fell_out[i] == 1 ? "fails" : "fail", NEEDS[i]);
      length += n > 0 ? (size_t)n : 0;
    }
}

/* Whether it may be what was meant: only of those the edits are counted. */
static bool is_near(const char *known, const char *word) {
  const size_t a = strlen(known), b = strlen(word), apart = a > b ? a - b : b - a;
  return apart <= b / 3 + 1 || strncasecmp(known, word, b) == 0;
}

static const char *name_of(const ranked_model *m, bool of_provider) {
  return of_provider ? m->facts.of->head.id : m->facts.family ? m->facts.family : "";
}

/* The nearest of the providers, or of the families, that candidates have; NULL where the word is one itself, or none is near. */
static const char *nearest_of(const picking *p, const char *word, bool of_provider) {
  const char *best = NULL, *last = "";
  for (size_t i = 0; word && i < p->d->ranked_count; i++) {
    const ranked_model *m = &p->d->ranked[i];
    const char *known = name_of(m, of_provider);
    if (text_is(known, word)) return NULL;
    if (text_is(known, last) || !is_near(known, word) || !is_candidate(p, m)) continue;
    const char *nearer = suggest(word, (const char *[]){ best ? best : "", known }, 2);
    best = nearer && *nearer ? nearer : best;
    last = known;
  }
  return best;
}

/* The provider that was asked for, where none of the candidates is its. */
static const char *absent_provider(const picking *p) {
  const need_set of_it = { .max_price = -1, .max_output_price = -1, .provider_id = p->needs.provider_id };
  for (size_t i = 0; of_it.provider_id && i < p->d->ranked_count; i++)
    if (is_candidate(p, &p->d->ranked[i]) && needs_unmet(&of_it, &p->d->ranked[i].facts) == NEEDS_MET) return NULL;
  return of_it.provider_id;
}

static void advise(const picking *p, const roster_pick_counts *c, char *hint, size_t size) {
  const char *absent = absent_provider(p);
  const bool is_known = absent && lookup_get(&p->d->catalog->providers.ids, absent);
  const char *meant = absent && !is_known ? nearest_of(p, absent, true) : nearest_of(p, p->needs.family, false);
  if (is_known)
    snprintf(hint, size, "none of them is of provider '%.60s': see why its models are not ready", absent);
  else if (meant)
    snprintf(hint, size, "did you mean '%s'?", meant);
  else if (absent)
    snprintf(hint, size, "no provider has the id '%.60s': choose one of the known providers", absent);
  else if (c->fell_out[ROSTER_NEED_PROVED])
    snprintf(hint, size, "%s",
             p->other_proof ? "only chat can be proved today: remove the other words of `proved`"
                            : "only a billed request proves chat: check at level generate, or count what is unknown as met (maybe)");
  else
    snprintf(hint, size, "drop the need that rules out most models, or count what is unknown as met (maybe)");
}

static roster_status tell_none(const picking *p, const roster_pick_counts *c, roster_error *err) {
  char counts[512] = "", hint[sizeof err->hint];
  if (!err) return ROSTER_ENONE;
  add_counts(counts, sizeof counts, c);
  if (!c->candidates) return fail(err, ROSTER_ENONE, p->d->empty_hint, "no model is %s", p->unasked ? "defined" : "ready");
  advise(p, c, hint, sizeof hint);
  return fail(err, ROSTER_ENONE, hint, "no model meets all needs: of %zu model%s, %s", c->candidates, c->candidates == 1 ? "" : "s",
              counts);
}

/* ---- for hosts ---- */

static void give_counts(roster_pick_counts *out, const roster_pick_counts *c) {
  const size_t size = out ? out->size : 0;
  if (!out) return;
  memcpy(out, c, size < sizeof *c ? size : sizeof *c);
  out->size = size;
}

roster_status roster_pick(const roster_model **out, size_t room, roster_pick_counts *counts, const roster_snapshot *s,
                          const roster_needs *needs, roster_error *err) {
  picking p;
  roster_pick_counts c = { .size = sizeof c };
  const roster_model *m;
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  for (size_t i = 0; out && i < room; i++) out[i] = NULL;
  if (room && !out) return fail(err, ROSTER_EINVALID, NULL, "pick: out is NULL");
  if (counts && counts->size < sizeof counts->size)
    return fail(err, ROSTER_EINVALID, "set it to sizeof (roster_pick_counts)", "pick: the size of counts is not set");
  if (read_needs(&p, s, needs, err)) return ROSTER_EINVALID;
  for (size_t i = 0; (counts || c.count < room || !c.count) && (m = next_met(&p, &i, &c));)
    if (c.count <= room) out[c.count - 1] = m;
  give_counts(counts, &c);
  return c.count ? ROSTER_OK : tell_none(&p, &c, err);
}

static void write_fallen(writer *w, const roster_pick_counts *c) {
  write_integer(w, "candidates", (int64_t)c->candidates);
  write_open(w, "fell_out", '{');
  for (int i = 0; i < NEED_COUNT; i++)
    if (c->fell_out[i]) write_integer(w, NEEDS[i], (int64_t)c->fell_out[i]);
  write_close(w, '}');
}

size_t roster_write_pick_json(const roster_snapshot *s, const roster_needs *needs, bool all, char *out, size_t size) {
  picking p;
  roster_pick_counts c = { .size = sizeof c };
  roster_error err;
  const roster_model *m;
  writer w = { 0 };
  if (read_needs(&p, s, needs, &err)) return roster_write_error_json(&err, out, size);
  write_open(&w, NULL, '{');
  write_open(&w, "models", '[');
  for (size_t i = 0; (m = next_met(&p, &i, &c));)
    if (all || c.count == 1) document_entry(&w, p.d, m);
  write_close(&w, ']');
  write_fallen(&w, &c);
  write_close(&w, '}');
  return document_deliver(&w, out, size);
}

/* ---- for roles and the default ---- */

static bool is_of(const roster_model *m, const char *provider_id, bool or_its_further_keys) {
  const provider *of = m->service->provider;
  return !provider_id || text_is(of->head.id, provider_id) || (or_its_further_keys && text_is(provider_name(of), provider_id));
}

const roster_model *best_by_needs(const result *d, const need_set *n, const char *provider_id) {
  const size_t preferred = provider_id ? 0 : n->prefer.count;
  for (size_t k = 0; k <= preferred; k++) {
    const char *of = k < preferred ? n->prefer.at[k] : provider_id;
    for (size_t i = 0; i < d->ranked_count; i++) {
      const roster_model *m = d->ranked[i].model;
      if (!d->ranked[i].offered || needs_unmet(n, &d->ranked[i].facts) != NEEDS_MET) continue;
      if (!m->mock && !m->shadowed_by && is_of(m, of, k < preferred) && needs_of_tier(n, m->model)) return m;
    }
  }
  return NULL;
}
