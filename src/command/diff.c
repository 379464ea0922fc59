/* diff: the verb that compares the definitions with what the providers list now: what is new there, what is gone, what differs. */
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/utf8.h"

#include <string.h>

typedef bool of_kind(const roster_model *m);

static bool is_new(const roster_model *m) { return roster_model_discovered(m) && !*roster_model_snapshot_of(m); }
/* A name that its provider answers with another model may well be listed. */
static bool is_gone(const roster_model *m) {
  bool rerouted = roster_model_reason_code(m) == ROSTER_REASON_SERVED_BY_OTHER;
  return !roster_model_discovered(m) && roster_model_state(m) == ROSTER_NOT_LISTED && !rerouted;
}
static bool differs(const roster_model *m) { return roster_model_disagreement_at(m, 0) != NULL; }

static const struct {
  const char *name, *title;
  of_kind *is;
} KINDS[] = {
  { "new", "New at the provider, not defined here", is_new },
  { "gone", "Gone: defined here, unknown to the provider", is_gone },
  { "differs", "Different", differs },
};

enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

static bool is_wanted(const arguments *o, const roster_model *m) {
  const char *provider = roster_provider_id(roster_model_provider(m));
  for (int i = 0; i < o->operand_count; i++)
    if (strcmp(o->operands[i], provider) == 0) return true;
  return o->operand_count == 0;
}

static int check_name(const host *h, const char *id) {
  if (find_provider(h->snapshot, id)) return EXIT_GOOD;
  const char *nearest = nearest_provider(h->snapshot, id);
  if (nearest) return usage_error(h->arguments, "unknown provider '%s' (did you mean '%s'?)", id, nearest);
  return usage_error(h->arguments, "unknown provider '%s'", id);
}

static int check_names(const host *h) {
  int code = EXIT_GOOD;
  for (int i = 0; !code && i < h->arguments->operand_count; i++) code = check_name(h, h->arguments->operands[i]);
  return code;
}

/* ---- providers without a listing: nothing is said of what is new or gone there, and that does not mean that nothing is ---- */

static bool is_named(const arguments *o, const roster_provider *p) {
  for (int i = 0; i < o->operand_count; i++)
    if (strcmp(o->operands[i], roster_provider_id(p)) == 0) return true;
  return false;
}

/* Why nothing is known of it; NULL where its listing was read to its end, or where nobody wants to know. */
static const char *silence(const arguments *o, const roster_provider *p) {
  bool named = is_named(o, p);
  if (!named && o->operand_count) return NULL;
  if (roster_provider_listed(p) == ROSTER_NO) return roster_provider_listing_problem(p);
  bool expected = named || (roster_provider_enabled(p) && roster_provider_credential_set(p));
  return roster_provider_listed(p) == ROSTER_UNKNOWN && expected ? "it was not asked" : NULL;
}

/* Returns how many there are. */
static size_t report_silent(const host *h) {
  size_t count = 0;
  const roster_provider *p;
  for (size_t i = 0; (p = roster_provider_at(h->snapshot, i)); i++) {
    const char *why = silence(h->arguments, p);
    if (!why) continue;
    notice("%s returned no listing, so what is new or gone there is unknown: %s", roster_provider_id(p), why);
    count++;
  }
  return count;
}

/* ---- for people ---- */

static void write_one(const roster_model *m) {
  strbuf line = { 0 };
  strbuf_add(&line, "  ");
  utf8_add_clean(&line, roster_model_id(m));
  strbuf_format(&line, " (%s", roster_provider_id(roster_model_provider(m)));
  const char *kind = roster_model_kind(m);
  if (is_new(m) && strcmp(kind, "chat") != 0) strbuf_format(&line, ", %s", *kind ? kind : "kind unknown");
  strbuf_add(&line, ")");
  if (*roster_model_replacement(m) && is_gone(m)) strbuf_format(&line, ", its replacement is %s", roster_model_replacement(m));
  write_line(HUE_PLAIN, strbuf_text(&line));
  strbuf_free(&line);
  for (size_t i = 0; differs(m) && roster_model_disagreement_at(m, i); i++) write_wrapped("    ", 4, roster_model_disagreement_at(m, i));
}

static size_t write_kind(const host *h, int kind) {
  size_t count = 0;
  for (size_t i = 0; i < roster_known_count(h->snapshot); i++) {
    const roster_model *m = roster_known_at(h->snapshot, i);
    if (!is_wanted(h->arguments, m) || !KINDS[kind].is(m)) continue;
    if (count++ == 0) write_line(HUE_BOLD, KINDS[kind].title);
    write_one(m);
  }
  return count;
}

/* ---- as JSON ---- */

static void write_one_json(writer *w, const roster_model *m) {
  write_open(w, NULL, '{');
  write_text(w, "id", roster_model_id(m));
  write_text(w, "provider_id", roster_provider_id(roster_model_provider(m)));
  write_text(w, "api_name", roster_model_api_name(m));
  write_text_or_null(w, "kind", *roster_model_kind(m) ? roster_model_kind(m) : NULL);
  write_text(w, "replacement", roster_model_replacement(m));
  write_open(w, "disagreements", '[');
  for (size_t i = 0; roster_model_disagreement_at(m, i); i++) write_text(w, NULL, roster_model_disagreement_at(m, i));
  write_close(w, ']');
  write_close(w, '}');
}

static size_t write_kind_json(writer *w, const host *h, int kind) {
  size_t count = 0;
  write_open(w, KINDS[kind].name, '[');
  for (size_t i = 0; i < roster_known_count(h->snapshot); i++) {
    const roster_model *m = roster_known_at(h->snapshot, i);
    if (!is_wanted(h->arguments, m) || !KINDS[kind].is(m)) continue;
    write_one_json(w, m);
    count++;
  }
  write_close(w, ']');
  return count;
}

static void write_silent_json(writer *w, const host *h) {
  const roster_provider *p;
  write_open(w, "silent", '[');
  for (size_t i = 0; (p = roster_provider_at(h->snapshot, i)); i++)
    if (silence(h->arguments, p)) write_text(w, NULL, roster_provider_id(p));
  write_close(w, ']');
  write_open(w, "problems", '{');
  for (size_t i = 0; (p = roster_provider_at(h->snapshot, i)); i++)
    if (silence(h->arguments, p)) write_text(w, roster_provider_id(p), silence(h->arguments, p));
  write_close(w, '}');
}

static size_t write_json(const host *h) {
  size_t count = 0;
  writer w = { 0 };
  write_open(&w, NULL, '{');
  for (int kind = 0; kind < KIND_COUNT; kind++) count += write_kind_json(&w, h, kind);
  write_silent_json(&w, h);
  write_close(&w, '}');
  document_end(&w);
  return count;
}

static size_t write_answer(const host *h) {
  size_t count = 0;
  for (int kind = 0; kind < KIND_COUNT; kind++) count += write_kind(h, kind);
  return count;
}

static bool is_any_set(const roster_snapshot *s) {
  const roster_provider *p;
  for (size_t i = 0; (p = roster_provider_at(s, i)); i++)
    if (roster_provider_enabled(p) && roster_provider_credential_set(p)) return true;
  return false;
}

static int compare(const host *h) {
  bool json = arguments_have(h->arguments, OPTION_JSON);
  size_t count = json ? write_json(h) : write_answer(h);
  size_t silent = report_silent(h);
  if (!json && !count && !silent && !is_any_set(h->snapshot)) {
    write_line(HUE_PLAIN, "Nothing was compared: no provider key is set.");
    notice("set the key of a provider (`roster providers --offline` names the variables)");
  } else if (!json && !count)
    write_line(HUE_GOOD, silent ? "Nothing differs at the providers that could be read." : "Nothing differs.");
  return count ? EXIT_NOT : EXIT_GOOD;
}

int diff_run(const arguments *o) {
  host h;
  arguments all = *o;
  all.discover_all = true;
  int code = host_open(&h, &all);
  if (!code) code = check_names(&h);
  if (!code) code = host_ask(&h);
  if (!code) code = compare(&h);
  host_close(&h);
  return code;
}
