/* filter: see filter.h. A model that several options are about has to meet all of them; what a list such as --provider names is one of
 * them. */
#include "command/filter.h"

#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "util/lookup.h"
#include "util/strbuf.h"
#include "util/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool list_has(const char *list, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = list; at && *at;) {
    const size_t item = strcspn(at, ",");
    if (item == length && strncmp(at, word, length) == 0) return true;
    at += item + (at[item] == ',');
  }
  return false;
}

bool filter_given(const filter *f) { return f->given && f->given->given & OPTIONS_FILTER; }

/* ---- whether a model is let through ---- */

static bool fails(roster_tri met, bool maybe) { return met == ROSTER_NO || (met == ROSTER_UNKNOWN && !maybe); }

roster_tri reads_images(const roster_model *m) {
  const char *modality = roster_model_input_modality_at(m, 0);
  roster_tri reads = modality ? ROSTER_NO : ROSTER_UNKNOWN;
  for (size_t i = 0; (modality = roster_model_input_modality_at(m, i)); i++)
    if (strcmp(modality, "image") == 0) reads = ROSTER_YES;
  return reads;
}

static roster_tri has_tokens(int64_t known, int64_t wanted) {
  return known <= 0 ? ROSTER_UNKNOWN : known >= wanted ? ROSTER_YES : ROSTER_NO;
}

static roster_tri costs_at_most(double dollars, double most) {
  return dollars < 0 ? ROSTER_UNKNOWN : dollars <= most ? ROSTER_YES : ROSTER_NO;
}

static bool can(const roster_needs *n, const roster_model *m) {
  if (n->tools && fails(roster_model_tool_call(m), n->maybe)) return false;
  if (n->vision && fails(reads_images(m), n->maybe)) return false;
  if (n->reasoning && fails(roster_model_reasoning(m), n->maybe)) return false;
  if (n->json_schema && fails(roster_model_structured_output(m), n->maybe)) return false;
  if (n->context_tokens && fails(has_tokens(roster_model_context_window(m), n->context_tokens), n->maybe)) return false;
  return !n->max_output_tokens || !fails(has_tokens(roster_model_max_output_tokens(m), n->max_output_tokens), n->maybe);
}

static bool costs(const roster_needs *n, const roster_model *m) {
  const double in = roster_model_price(m, ROSTER_PRICE_INPUT), out = roster_model_price(m, ROSTER_PRICE_OUTPUT);
  if (n->max_price >= 0 && fails(costs_at_most(in, n->max_price), n->maybe)) return false;
  return n->max_output_price < 0 || !fails(costs_at_most(out, n->max_output_price), n->maybe);
}

/* One billed request proves that a model chats; nothing proves more yet. */
static bool is_proved(const roster_needs *n, const roster_model *m) {
  bool tried = roster_model_state(m) == ROSTER_READY && strcmp(roster_model_stage(m), "generate") == 0;
  for (size_t i = 0; !n->maybe && i < n->proved_count; i++)
    if (!tried || strcmp(n->proved[i], "chat") != 0) return false;
  return true;
}

static bool is_of_family(const roster_needs *n, const roster_model *m) {
  const char *family = roster_model_family(m);
  return !n->family || strcmp(family, n->family) == 0 || (n->maybe && !*family);
}

static bool is_in_state(const char *states, const roster_model *m) {
  return list_has(states, roster_state_name(roster_model_state(m))) || list_has(states, roster_reason_name(roster_model_reason_code(m)));
}

bool filter_lets(const filter *f, const roster_model *m) {
  if (!filter_given(f)) return true;
  const arguments *o = f->given;
  const roster_needs *n = &o->needs.needs;
  if (n->provider_id && !list_has(n->provider_id, roster_provider_id(roster_model_provider(m)))) return false;
  if (o->states && !is_in_state(o->states, m)) return false;
  return can(n, m) && costs(n, m) && is_of_family(n, m) && is_proved(n, m);
}

/* ---- names that do not exist ---- */

/* The names that there are, in the order in which they came. */
typedef struct names {
  arena *arena;
  lookup all;
} names;

static void add_name(names *n, const char *name) { lookup_add(&n->all, n->arena, name, n); }

static bool has_name(const names *n, const char *name) { return lookup_find(&n->all, name); }

/* "anthropic, openai, gemini and 68 more", as many as a hint has room for. */
static void add_known(strbuf *hint, const char *const *at, size_t count) {
  size_t i = 0;
  for (; i < count && hint->length + strlen(at[i]) < 220; i++) strbuf_format(hint, "%s%s", i ? ", " : "it is one of ", at[i]);
  if (i < count) strbuf_format(hint, " and %zu more", count - i);
}

static int refuse(const arguments *o, const char *option, const char *noun, const char *word, const names *n) {
  roster_error err = { .status = ROSTER_EINVALID };
  const size_t count = n->all.count;
  const char **at = arena_array(n->arena, count, sizeof *at);
  for (size_t i = 0; i < count; i++) at[i] = n->all.slots[i].key;
  const char *nearest = suggest(word, at, count);
  strbuf hint = { 0 };
  add_known(&hint, at, count);
  if (nearest)
    snprintf(err.message, sizeof err.message, "%s: unknown %s '%s' (did you mean '%s'?)", option, noun, word, nearest);
  else
    snprintf(err.message, sizeof err.message, "%s: unknown %s '%s'", option, noun, word);
  snprintf(err.hint, sizeof err.hint, "%s", strbuf_text(&hint));
  strbuf_free(&hint);
  return print_error(o, &err);
}

/* Each word of a list, which may be NULL, is one of the names. */
static int check_list(const arguments *o, const char *option, const char *noun, const char *list, const names *n) {
  int code = EXIT_GOOD;
  for (const char *at = list; !code && at && *at;) {
    const size_t length = strcspn(at, ",");
    strbuf word = { 0 };
    strbuf_bytes(&word, at, length);
    if (!has_name(n, strbuf_text(&word))) code = refuse(o, option, noun, strbuf_text(&word), n);
    strbuf_free(&word);
    at += length + (at[length] == ',');
  }
  return code;
}

static void add_states(names *n) {
  const char *name;
  for (int i = 0; (name = roster_state_name((roster_state)i)) && strcmp(name, "unknown") != 0; i++) add_name(n, name);
  for (int i = 1; (name = roster_reason_name((roster_reason)i)) && strcmp(name, "unknown") != 0; i++) add_name(n, name);
}

static int check_names(const arguments *o, const roster_snapshot *s, bool asked, arena *a) {
  names providers = { a, { 0 } }, states = { a, { 0 } }, families = { a, { 0 } };
  const roster_needs *n = &o->needs.needs;
  for (size_t i = 0; n->provider_id && i < roster_provider_count(s); i++)
    add_name(&providers, roster_provider_id(roster_provider_at(s, i)));
  for (size_t i = 0; n->family && asked && i < roster_known_count(s); i++)
    if (*roster_model_family(roster_known_at(s, i))) add_name(&families, roster_model_family(roster_known_at(s, i)));
  if (o->states) add_states(&states);
  int code = check_list(o, "--provider", "provider", n->provider_id, &providers);
  if (!code) code = check_list(o, "--state", "state or reason code", o->states, &states);
  if (!code && asked) code = check_list(o, "--family", "family", n->family, &families);
  return code;
}

int filter_check(const arguments *o, const roster_snapshot *s, bool asked) {
  roster_error err;
  if (roster_pick(NULL, 0, NULL, s, &o->needs.needs, &err) == ROSTER_EINVALID) return print_error(o, &err); /* the words of --proved */
  arena *a = command_arena();
  const int code = check_names(o, s, asked, a);
  arena_free(a);
  return code;
}
