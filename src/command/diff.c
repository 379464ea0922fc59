/* diff: the verb that compares the definitions with what the providers list now: what is new there, what is gone, what differs. */
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/lookup.h"
#include "util/utf8.h"

#include <string.h>

typedef bool of_kind(const roster_model *m);

static bool is_new(const roster_model *m) { return roster_model_discovered(m); }
static bool is_gone(const roster_model *m) { return !roster_model_discovered(m) && roster_model_state(m) == ROSTER_NOT_LISTED; }
static bool differs(const roster_model *m) { return roster_model_disagreement_at(m, 0) != NULL; }

static const struct {
  const char *name, *title;
  of_kind *is;
} KINDS[] = {
  { "new", "New upstream: no block defines it", is_new },
  { "gone", "Gone: defined here, and not known there", is_gone },
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
  if (nearest) return usage_error(h->arguments, "there is no provider '%s' (did you mean '%s'?)", id, nearest);
  return usage_error(h->arguments, "there is no provider '%s'", id);
}

static int check_names(const host *h) {
  int code = EXIT_GOOD;
  for (int i = 0; !code && i < h->arguments->operand_count; i++) code = check_name(h, h->arguments->operands[i]);
  return code;
}

/* ---- providers that did not answer ---- */

static bool is_unanswered(const roster_model *m) {
  switch (roster_model_state(m)) {
  case ROSTER_UNREACHABLE:
  case ROSTER_PROVIDER_ERROR:
  case ROSTER_RATE_LIMITED:
  case ROSTER_PENDING: return true;
  default: return roster_model_stale(m);
  }
}

/* The ids of the providers that have not answered about a model. */
static lookup find_silent(const host *h, arena *a) {
  const roster_model *m;
  lookup silent = { 0 };
  for (size_t i = 0; (m = roster_known_at(h->snapshot, i)); i++)
    if (is_unanswered(m) && is_wanted(h->arguments, m)) lookup_add(&silent, a, roster_provider_id(roster_model_provider(m)), NULL);
  return silent;
}

static void report_silent(const host *h, const lookup *silent) {
  strbuf text = { 0 };
  const roster_provider *p;
  for (size_t i = 0; (p = roster_provider_at(h->snapshot, i)); i++) {
    if (!lookup_find(silent, roster_provider_id(p))) continue;
    if (text.length) strbuf_add(&text, ", ");
    utf8_add_clean(&text, roster_provider_id(p));
  }
  if (text.length) notice("without an answer, so nothing is known of them now: %s", strbuf_text(&text));
  strbuf_free(&text);
}

/* ---- for people ---- */

static void write_one(const roster_model *m) {
  strbuf line = { 0 };
  strbuf_add(&line, "  ");
  utf8_add_clean(&line, roster_model_id(m));
  strbuf_format(&line, " (%s)", roster_provider_id(roster_model_provider(m)));
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

static size_t write_json(const host *h, const lookup *silent) {
  size_t count = 0;
  const roster_provider *p;
  writer w = { 0 };
  write_open(&w, NULL, '{');
  for (int kind = 0; kind < KIND_COUNT; kind++) count += write_kind_json(&w, h, kind);
  write_open(&w, "silent", '[');
  for (size_t i = 0; (p = roster_provider_at(h->snapshot, i)); i++)
    if (lookup_find(silent, roster_provider_id(p))) write_text(&w, NULL, roster_provider_id(p));
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
  return count;
}

static size_t write_answer(const host *h) {
  size_t count = 0;
  for (int kind = 0; kind < KIND_COUNT; kind++) count += write_kind(h, kind);
  return count;
}

static int compare(const host *h) {
  bool json = arguments_have(h->arguments, OPTION_JSON);
  arena *a = command_arena();
  lookup silent = find_silent(h, a);
  size_t count = json ? write_json(h, &silent) : write_answer(h);
  report_silent(h, &silent);
  arena_free(a);
  if (!json && !count) write_line(HUE_GOOD, "Nothing differs, as far as the providers could be asked.");
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
