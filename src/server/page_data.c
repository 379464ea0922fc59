/* page_data: see page_data.h. state.js reads the arrays by position, so both change together. */
#include "server/page_data.h"

#include "command/shared/host.h"
#include "command/shared/terminal.h"
#include "util/finding.h"
#include "util/lookup.h"
#include "util/writer.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { USABLE = 1, RECOMMENDED = 2, STALE = 4, CONFIGURED = 8, PRICES = 16, CHATS = 32 };

enum { DAYS_AHEAD = 90, MOST_RETIREMENTS = 5, BYTES_A_MODEL = 200 };

/* ---- the order of the models ---- */

static bool is_in_picker(const roster_model *m) { return !*roster_model_kind(m) || strcmp(roster_model_kind(m), "chat") == 0; }

static bool each_other(const roster_snapshot *s, bool usable, bool configured, bool (*take)(void *, const roster_model *), void *payload) {
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (roster_model_usable(m) != usable || roster_model_configured(m) != configured) continue;
    if (usable && (is_in_picker(m) || *roster_model_snapshot_of(m))) continue; /* listed already, or reached by its id alone */
    if (!take(payload, m)) return false;
  }
  return true;
}

void page_data_each_model(const roster_snapshot *s, bool (*take)(void *payload, const roster_model *m), void *payload) {
  for (size_t i = 0; i < roster_count(s); i++)
    if (!take(payload, roster_at(s, i))) return;
  if (each_other(s, true, true, take, payload) && each_other(s, true, false, take, payload) && each_other(s, false, true, take, payload))
    each_other(s, false, false, take, payload);
}

/* ---- one model ---- */

typedef struct numbering {
  writer *w;
  arena *arena;
  lookup providers, reasons; /* to their number plus 1 */
  size_t provider_count, reason_count;
  strbuf reason_list; /* the items of the list, with their commas */
  char *text;         /* in the making */
} numbering;

static size_t number_of(numbering *n, lookup *in, const char *key, size_t next, bool *fresh) {
  const size_t *known = lookup_get(in, key);
  *fresh = !known;
  if (known) return *known;
  size_t *number = arena_alloc(n->arena, sizeof *number);
  *number = next;
  lookup_add(in, n->arena, arena_text(n->arena, key), number);
  return next;
}

static const char *reason_of(const roster_model *m) {
  return roster_model_stale(m) ? roster_model_stale_reason(m) : roster_model_reason(m);
}

/* The number of the model's reason, code, blame and hint. Names of models stay in the text: the page groups by what is around them. */
static int64_t reason_number(numbering *n, const roster_model *m) {
  writer w = { 0 };
  bool fresh;
  if (!*reason_of(m) && !*roster_model_hint(m)) return -1;
  write_open(&w, NULL, '[');
  write_text(&w, NULL, reason_of(m));
  write_text(&w, NULL, roster_model_hint(m));
  write_text(&w, NULL, roster_reason_name(roster_model_reason_code(m)));
  write_text(&w, NULL, roster_blame_name(roster_model_blame(m)));
  write_close(&w, ']');
  n->text = write_end(&w, NULL);
  if (!n->text) arena_exhaust(n->arena);
  const char *kept = arena_text(n->arena, n->text);
  free(n->text);
  n->text = NULL;
  size_t number = number_of(n, &n->reasons, kept, n->reason_count, &fresh);
  if (fresh) {
    if (n->reason_count++) strbuf_add(&n->reason_list, ",");
    strbuf_add(&n->reason_list, kept);
  }
  return (int64_t)number;
}

static char letter(roster_tri answer) { return answer == ROSTER_YES ? 'y' : answer == ROSTER_NO ? 'n' : '-'; }

static const roster_field *field_named(const char *name) {
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (strcmp(f->name, name) == 0) return f;
  return NULL;
}

static roster_tri reads(const roster_model *m, const char *modality) {
  static const roster_field *field;
  const char *one;
  if (!field) field = field_named("input_modalities");
  for (size_t i = 0; (one = roster_model_input_modality_at(m, i)); i++)
    if (strcmp(one, modality) == 0) return ROSTER_YES;
  return roster_model_field_known(m, field) ? ROSTER_NO : ROSTER_UNKNOWN;
}

/* In the order of CAPABILITIES in words.js. */
static void write_capabilities(writer *w, const roster_model *m) {
  char letters[] = { letter(roster_model_tool_call(m)),         letter(reads(m, "image")), letter(roster_model_reasoning(m)),
                     letter(roster_model_structured_output(m)), letter(reads(m, "audio")), '\0' };
  write_text(w, NULL, letters);
}

static void add_word(strbuf *words, const char *word) {
  if (!*word) return;
  if (words->length) strbuf_add(words, " ");
  strbuf_add(words, word);
}

/* What a search finds besides what the row shows. */
static void write_words(writer *w, const roster_model *m) {
  strbuf words = { 0 };
  const char *one;
  if (strcmp(roster_model_description(m), roster_model_id(m)) != 0) add_word(&words, roster_model_description(m));
  add_word(&words, roster_model_family(m));
  for (size_t i = 0; (one = roster_model_alias_at(m, i)); i++) add_word(&words, one);
  for (size_t i = 0; (one = roster_model_formerly_at(m, i)); i++) add_word(&words, one);
  for (size_t i = 0; (one = roster_model_tag_at(m, i)); i++) add_word(&words, one);
  write_text(w, NULL, strbuf_text(&words));
  if (words.failed) strbuf_fail(&w->text);
  strbuf_free(&words);
}

static void write_price(writer *w, const roster_model *m, roster_price which) {
  double dollars = roster_model_price(m, which);
  if (dollars >= 0)
    write_real(w, NULL, dollars);
  else
    write_text_or_null(w, NULL, NULL);
}

static int64_t flags_of(const roster_model *m) {
  const roster_prices *p = roster_model_prices(m);
  bool changes = roster_prices_tier_at(p, 0, NULL) || roster_prices_change_at(p, 0, NULL);
  return (roster_model_usable(m) ? USABLE : 0) | (roster_model_recommended(m) ? RECOMMENDED : 0) | (roster_model_stale(m) ? STALE : 0) |
         (roster_model_configured(m) ? CONFIGURED : 0) | (changes ? PRICES : 0) | (is_in_picker(m) ? CHATS : 0);
}

static bool write_model(void *payload, const roster_model *m) {
  numbering *n = payload;
  writer *w = n->w;
  bool fresh;
  write_open(w, NULL, '[');
  write_text(w, NULL, roster_model_id(m));
  write_integer(w, NULL, (int64_t)number_of(n, &n->providers, roster_provider_id(roster_model_provider(m)), n->provider_count, &fresh));
  write_integer(w, NULL, (int64_t)roster_model_state(m));
  write_integer(w, NULL, flags_of(m));
  write_count_or_null(w, NULL, roster_model_context_window(m));
  write_price(w, m, ROSTER_PRICE_INPUT);
  write_price(w, m, ROSTER_PRICE_OUTPUT);
  write_text(w, NULL, roster_model_kind(m));
  write_capabilities(w, m);
  write_integer(w, NULL, reason_number(n, m));
  write_number_or_null(w, NULL, roster_model_latency_ms(m) >= 0, (double)roster_model_latency_ms(m));
  write_text(w, NULL, roster_model_retires(m));
  write_text(w, NULL, strcmp(roster_model_api_name(m), roster_model_id(m)) ? roster_model_api_name(m) : "");
  write_words(w, m);
  write_close(w, ']');
  return true;
}

/* ---- the providers and the rest ---- */

static void write_provider(writer *w, const roster_provider *p) {
  strbuf left = { 0 };
  add_limits(&left, roster_provider_limits(p));
  write_open(w, NULL, '{');
  write_text(w, "id", roster_provider_id(p));
  write_text(w, "title", roster_provider_title(p));
  write_text(w, "endpoint", roster_provider_endpoint(p));
  write_text(w, "credential", roster_provider_credential_source(p));
  write_flag(w, "set", roster_provider_credential_set(p));
  write_integer(w, "ready", (int64_t)roster_provider_ready(p));
  write_integer(w, "defined", (int64_t)roster_provider_defined(p));
  write_text(w, "left", strbuf_text(&left));
  write_text(w, "warning", roster_provider_warning(p));
  write_flag(w, "ended", roster_provider_ended(p));
  write_text(w, "retired", roster_provider_retired(p));
  write_text(w, "replacement", roster_provider_replacement(p));
  write_text(w, "seen", roster_provider_seen(p));
  write_close(w, '}');
  if (left.failed) strbuf_fail(&w->text);
  strbuf_free(&left);
}

static void write_definitions_error(writer *w, const roster_snapshot *s) {
  const roster_finding *error = roster_definitions_finding(s);
  if (!error) return;
  write_open(w, "definitions_error", '{');
  finding_write(w, error);
  write_close(w, '}');
}

static void write_sources(writer *w, const roster_snapshot *s) {
  const roster_source_state *of;
  write_open(w, "sources", '[');
  for (size_t i = 0; (of = roster_source_at(s, i)); i++) {
    if (!of->on) continue;
    write_open(w, NULL, '{');
    write_text(w, "id", of->id);
    write_text(w, "day", of->day);
    write_text(w, "checked_at", of->checked_at);
    write_integer(w, "held", (int64_t)of->held);
    write_text(w, "problem", of->problem);
    write_close(w, '}');
  }
  write_close(w, ']');
}

static void write_retirement(writer *w, const roster_retirement *r) {
  write_open(w, NULL, '{');
  write_text(w, "id", roster_model_id(r->model));
  write_text(w, "day", r->day);
  write_integer(w, "days", r->days);
  write_text(w, "replacement", r->replacement);
  write_open(w, "used_by", '[');
  for (size_t i = 0; i < r->used_count; i++) write_text(w, NULL, r->used_by[i]);
  write_close(w, ']');
  write_close(w, '}');
}

static void write_retirements(writer *w, const roster_snapshot *s) {
  const roster_retirement *r;
  size_t soon = 0, used = 0;
  write_open(w, "used_retirements", '[');
  for (; (r = roster_retirement_at(s, soon)) && r->days <= DAYS_AHEAD; soon++)
    if (r->used_count > 0 && used++ < MOST_RETIREMENTS) write_retirement(w, r);
  write_close(w, ']');
  write_integer(w, "retiring", (int64_t)soon);
}

static void write_roles(writer *w, const roster_snapshot *s) {
  const char *name;
  write_open(w, "roles", '[');
  for (size_t i = 0; (name = roster_role_at(s, i)); i++) {
    const roster_model *m = roster_role(s, name);
    write_open(w, NULL, '{');
    write_text(w, "name", name);
    write_text(w, "id", m ? roster_model_id(m) : "");
    write_close(w, '}');
  }
  write_close(w, ']');
}

static void write_head(writer *w, const roster_snapshot *s) {
  const roster_model *chosen = roster_default(s);
  write_integer(w, "generation", (int64_t)roster_generation(s));
  write_text(w, "default", chosen ? roster_model_id(chosen) : "");
  write_text(w, "default_wanted", roster_default_wanted(s));
  write_roles(w, s);
  write_text(w, "empty_hint", roster_empty_hint(s));
  write_text(w, "gateway", roster_gateway_status(s));
  if (host_has_bill(s)) {
    write_integer(w, "billed", (int64_t)roster_billed_today(s));
    write_integer(w, "billed_most", (int64_t)roster_billed_per_day(s));
  }
  write_definitions_error(w, s);
  write_sources(w, s);
  write_retirements(w, s);
}

static void write_lists(numbering *n, const roster_snapshot *s) {
  writer *w = n->w;
  bool fresh;
  write_open(w, "states", '[');
  for (int i = ROSTER_READY; i <= ROSTER_UNPROVEN; i++) write_text(w, NULL, roster_state_name((roster_state)i));
  write_close(w, ']');
  write_open(w, "providers", '[');
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    number_of(n, &n->providers, roster_provider_id(p), n->provider_count++, &fresh);
    write_provider(w, p);
  }
  write_close(w, ']');
  write_open(w, "models", '[');
  page_data_each_model(s, write_model, n);
  write_close(w, ']');
  strbuf reasons = { 0 };
  strbuf_format(&reasons, "[%s]", strbuf_text(&n->reason_list));
  write_raw(w, "reasons", strbuf_text(&reasons), reasons.length);
  if (reasons.failed) strbuf_fail(&w->text);
  strbuf_free(&reasons);
}

/* False without memory. */
static bool write_all(numbering *n, const roster_snapshot *s) {
  jmp_buf back;
  if (setjmp(back)) return false;
  arena_on_exhausted(n->arena, arena_jump_back, &back, NULL, NULL);
  write_open(n->w, NULL, '{');
  write_head(n->w, s);
  write_lists(n, s);
  write_close(n->w, '}');
  return !n->w->text.failed && !n->reason_list.failed;
}

void page_data_write(strbuf *out, const roster_snapshot *s) {
  writer w = { 0 };
  numbering n = { .w = &w, .arena = arena_new() };
  write_reserve(&w, (roster_known_count(s) + 20) * BYTES_A_MODEL);
  bool written = n.arena && write_all(&n, s);
  size_t length;
  char *text = write_end(&w, &length);
  if (written && text)
    strbuf_bytes(out, text, length);
  else
    strbuf_fail(out);
  free(text);
  free(n.text);
  strbuf_free(&n.reason_list);
  arena_free(n.arena);
}
