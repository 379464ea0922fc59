/* heard: see heard.h. */
#include "library/validate/heard.h"

#include "library/definitions/schema.h"

#include <string.h>

/* ---- two answers about one model ---- */

#define MERGE_COUNT(name)                                                                                                                  \
  if (over->name) into->name = over->name;
#define MERGE_CHOICE(name) MERGE_COUNT(name)
#define MERGE_DATE(name)   MERGE_COUNT(name)
#define MERGE_FLAG(name)                                                                                                                   \
  if (over->name != ROSTER_UNKNOWN) into->name = over->name;
#define MERGE_TRI(name) MERGE_FLAG(name)
#define MERGE_LIST(name)                                                                                                                   \
  if (over->name.count) into->name = over->name;

#define MERGE_MODALITIES(name) MERGE_LIST(name)

#define MERGE(use, type, name, listed, ...) ONLY_LISTED_##listed(MERGE_##type(name))

void heard_merge(remote_model *into, const remote_model *over) {
  MODEL_FIELDS(MERGE)
  for (int i = 0; i < PRICE_KINDS; i++)
    if (over->priced & 1u << i) into->price[i] = over->price[i];
  into->priced |= over->priced;
  if (over->above) into->above = over->above;
  if (over->trained_window) into->trained_window = over->trained_window;
  into->reads = (into->reads & ~over->reads_not) | over->reads;
  into->reads_not = (into->reads_not & ~over->reads) | over->reads_not;
}

/* ---- over a block ---- */

typedef struct hearing {
  arena *arena;
  const model *block;
  model *own; /* the copy; NULL while nothing is new */
} hearing;

#define NUMBERED(use, type, name, ...) AT_##name,

enum { MODEL_FIELDS(NUMBERED) FIELDS }; /* as in the schema */

static bool is_given(const hearing *h, size_t at) { return h->block->head.given & (uint64_t)1 << at; }

/* The copy, in which this field is the listing's now. */
static model *heard(hearing *h, size_t at) {
  if (!h->own) {
    h->own = arena_alloc(h->arena, sizeof *h->own);
    *h->own = *h->block;
    h->own->head.origins = arena_array(h->arena, FIELDS, sizeof *h->own->head.origins);
    if (h->block->head.origins) memcpy(h->own->head.origins, h->block->head.origins, FIELDS * sizeof *h->own->head.origins);
  }
  h->own->head.given |= (uint64_t)1 << at;
  h->own->head.origins[at] = (origin){ HEARD, 0 };
  return h->own;
}

static bool same_text(const char *a, const char *b) { return a && text_is(a, b); }

#define HEAR_COUNT(name, beats)                                                                                                            \
  if (said->name && h->block->name != said->name && (beats || !is_given(h, AT_##name))) heard(h, AT_##name)->name = said->name;
#define HEAR_FLAG(name, beats)                                                                                                             \
  if (said->name != ROSTER_UNKNOWN && (!is_given(h, AT_##name) || h->block->name != (said->name == ROSTER_YES)))                           \
    heard(h, AT_##name)->name = said->name == ROSTER_YES;
#define HEAR_TRI(name, beats)                                                                                                              \
  if (said->name != ROSTER_UNKNOWN && (roster_tri)h->block->name != said->name && (beats || !is_given(h, AT_##name)))                      \
    heard(h, AT_##name)->name = (small_tri)said->name;
#define HEAR_CHOICE(name, beats)                                                                                                           \
  if (said->name && !same_text(h->block->name, said->name) && (beats || !is_given(h, AT_##name))) heard(h, AT_##name)->name = said->name;
#define HEAR_DATE(name, beats)                                                                                                             \
  if (said->name && !same_text(h->block->name, said->name) && (beats || !is_given(h, AT_##name)))                                          \
    heard(h, AT_##name)->name = arena_text(h->arena, said->name);
#define HEAR_LIST(name, beats)                                                                                                             \
  if (said->name.count && !texts_equal(&h->block->name, &said->name) && (beats || !is_given(h, AT_##name)))                                \
    heard(h, AT_##name)->name = texts_copy(h->arena, &said->name);

#define HEAR_MODALITIES(name, beats) HEAR_LIST(name, beats)

#define HEAR(use, type, name, listed, ...) ONLY_LISTED_##listed(HEAR_##type(name, BEATS_##listed))

static void hear_fields(hearing *h, const remote_model *said) { MODEL_FIELDS(HEAR) }

/* A limit of the block's that does not fit into a window that was heard is narrowed to it. One that was heard and does not fit into the
 * block's window contradicts it: which of them is wrong, nobody knows. */
static remote_model fitting_limits(const model *block, const remote_model *said, bool limits) {
  remote_model fits = *said;
  if (!fits.context_window && !block->context_window && said->trained_window > said->max_output_tokens)
    fits.context_window = said->trained_window;
  const int64_t most = fits.context_window ? fits.context_window : block->context_window;
  if (!limits) fits.context_window = fits.max_input_tokens = fits.max_output_tokens = 0;
  if (!limits || !most) return fits;
  int64_t *const heard[] = { &fits.max_input_tokens, &fits.max_output_tokens };
  const int64_t here[] = { block->max_input_tokens, block->max_output_tokens };
  for (size_t i = 0; i < sizeof heard / sizeof *heard; i++) {
    if (*heard[i] > most) *heard[i] = 0;
    if (!*heard[i] && here[i] > most) *heard[i] = most;
  }
  return fits;
}

/* What reads anything reads text. */
static void hear_reads(hearing *h, const remote_model *said) {
  static const char *const text[] = { "text" };
  const texts *known = h->own ? &h->own->input_modalities : &h->block->input_modalities;
  const texts base = known->count ? *known : (texts){ .at = (const char **)text, .count = 1 };
  texts list = { 0 };
  if (!said->reads && !said->reads_not) return;
  for (unsigned i = 0; MODEL_MODALITIES[i]; i++)
    if ((said->reads & 1u << i) || (texts_have(&base, MODEL_MODALITIES[i]) && !(said->reads_not & 1u << i)))
      LIST_PUSH(h->arena, list.at, list.count, list.room, MODEL_MODALITIES[i]);
  if (list.count && !texts_equal(&list, known)) heard(h, AT_input_modalities)->input_modalities = list;
}

static void hear_price(hearing *h, const remote_model *said) {
  if (h->block->price || !said->priced) return;
  price *p = arena_alloc(h->arena, sizeof *p);
  p->head.given = said->priced;
  memcpy(p->amounts, said->price, sizeof p->amounts);
  p->above = price_tiers_copy(h->arena, said->above);
  if (p->above) p->head.given |= (uint64_t)1 << PRICE_ABOVE;
  heard(h, AT_price)->price = p;
}

static void hear(hearing *h, const remote_model *said) {
  hear_fields(h, said);
  hear_reads(h, said);
  hear_price(h, said);
}

const model *heard_model(arena *a, const model *m, const remote_model *said, bool limits) {
  hearing h = { a, m, NULL };
  const remote_model fits = fitting_limits(m, said, limits);
  hear(&h, &fits);
  return h.own ? h.own : m;
}

void heard_fill(arena *a, model *m, const remote_model *said) {
  hearing h = { a, m, m };
  const remote_model fits = fitting_limits(m, said, true);
  hear(&h, &fits);
}

/* ---- again ---- */

static bool was_heard(const model *m, size_t at) {
  return (m->head.given & (uint64_t)1 << at) && m->head.origins && m->head.origins[at].file && text_is(m->head.origins[at].file, HEARD);
}

#define TELL_COUNT(name)                                                                                                                   \
  if (was_heard(m, AT_##name)) said.name = m->name;
#define TELL_CHOICE(name)     TELL_COUNT(name)
#define TELL_DATE(name)       TELL_COUNT(name)
#define TELL_LIST(name)       TELL_COUNT(name)
#define TELL_MODALITIES(name) TELL_COUNT(name)
#define TELL_TRI(name)                                                                                                                     \
  if (was_heard(m, AT_##name)) said.name = (roster_tri)m->name;
#define TELL_FLAG(name)                                                                                                                    \
  if (was_heard(m, AT_##name)) said.name = m->name ? ROSTER_YES : ROSTER_NO;

#define TELL(use, type, name, listed, ...) ONLY_LISTED_##listed(TELL_##type(name))

remote_model heard_facts(const model *m) {
  remote_model said = REMOTE_MODEL_INIT;
  MODEL_FIELDS(TELL)
  if (!m->price || !was_heard(m, AT_price)) return said;
  memcpy(said.price, m->price->amounts, sizeof said.price);
  said.priced = (unsigned)m->price->head.given & ((1u << PRICE_KINDS) - 1);
  said.above = m->price->above;
  return said;
}
