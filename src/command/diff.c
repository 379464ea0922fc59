/* diff: the verb that holds the definitions against what the providers list now: what is new there, what is gone, what differs. */
#include "command/shared/document.h"
#include "util/utf8.h"
#include "command/shared/host.h"
#include "command/shared/message.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
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

static bool is_asked_for(const options *o, const roster_model *m) {
  const char *provider = roster_provider_id(roster_model_provider(m));
  for (int i = 0; i < o->operand_count; i++)
    if (strcmp(o->operands[i], provider) == 0) return true;
  return o->operand_count == 0;
}

static int check_names(const options *o, const roster_snapshot *s) {
  for (int i = 0; i < o->operand_count; i++) {
    bool known = false;
    for (size_t k = 0; k < roster_provider_count(s); k++)
      known = known || strcmp(roster_provider_id(roster_provider_at(s, k)), o->operands[i]) == 0;
    if (!known) return fail_usage(o, "there is no provider '%s'", o->operands[i]);
  }
  return EXIT_GOOD;
}

/* ---- who gave no answer ---- */

static bool gave_none(const roster_model *m) {
  switch (roster_model_state(m)) {
  case ROSTER_UNREACHABLE:
  case ROSTER_PROVIDER_ERROR:
  case ROSTER_RATE_LIMITED:
  case ROSTER_PENDING: return true;
  default: return roster_model_stale(m);
  }
}

static bool is_silent(const host *h, const roster_provider *p) {
  for (size_t i = 0; i < roster_known_count(h->snapshot); i++) {
    const roster_model *m = roster_known_at(h->snapshot, i);
    if (roster_model_provider(m) == p && is_asked_for(h->options, m) && gave_none(m)) return true;
  }
  return false;
}

/* Their ids, quoted or not. */
static size_t add_silent(strbuf *p, const host *h, bool quoted) {
  size_t count = 0;
  for (size_t i = 0; i < roster_provider_count(h->snapshot); i++) {
    const roster_provider *one = roster_provider_at(h->snapshot, i);
    if (!is_silent(h, one)) continue;
    if (count++) strbuf_add(p, quoted ? "," : ", ");
    if (quoted)
      quote_json(p, roster_provider_id(one));
    else
      utf8_add_clean(p, roster_provider_id(one));
  }
  return count;
}

static void tell_silent(const host *h) {
  strbuf text = { 0 };
  if (add_silent(&text, h, false)) notice("without an answer, so nothing is known of them now: %s", strbuf_text(&text));
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
    if (!is_asked_for(h->options, m) || !KINDS[kind].is(m)) continue;
    if (count++ == 0) write_line(HUE_BOLD, KINDS[kind].title);
    write_one(m);
  }
  return count;
}

/* ---- as JSON ---- */

static void json_one(strbuf *p, const roster_model *m) {
  strbuf_add(p, "{\"id\":");
  quote_json(p, roster_model_id(m));
  strbuf_add(p, ",\"provider_id\":");
  quote_json(p, roster_provider_id(roster_model_provider(m)));
  strbuf_add(p, ",\"api_name\":");
  quote_json(p, roster_model_api_name(m));
  strbuf_add(p, ",\"replacement\":");
  quote_json(p, roster_model_replacement(m));
  strbuf_add(p, ",\"disagreements\":[");
  for (size_t i = 0; roster_model_disagreement_at(m, i); i++) {
    if (i) strbuf_add(p, ",");
    quote_json(p, roster_model_disagreement_at(m, i));
  }
  strbuf_add(p, "]}");
}

static size_t json_kind(strbuf *p, const host *h, int kind) {
  size_t count = 0;
  strbuf_format(p, "%s\"%s\":[", kind ? "," : "", KINDS[kind].name);
  for (size_t i = 0; i < roster_known_count(h->snapshot); i++) {
    const roster_model *m = roster_known_at(h->snapshot, i);
    if (!is_asked_for(h->options, m) || !KINDS[kind].is(m)) continue;
    if (count++) strbuf_add(p, ",");
    json_one(p, m);
  }
  strbuf_add(p, "]");
  return count;
}

static int compare(const host *h) {
  bool json = options_have(h->options, OPTION_JSON);
  size_t count = 0;
  strbuf out = { 0 };
  strbuf_add(&out, "{");
  for (int kind = 0; kind < KIND_COUNT; kind++) count += json ? json_kind(&out, h, kind) : write_kind(h, kind);
  strbuf_add(&out, ",\"silent\":[");
  add_silent(&out, h, true);
  strbuf_add(&out, "]}");
  tell_silent(h);
  if (json)
    document_write_text(strbuf_text(&out));
  else if (!count)
    write_line(HUE_GOOD, "Nothing differs, as far as the providers could be asked.");
  strbuf_free(&out);
  return count ? EXIT_NOT : EXIT_GOOD;
}

int diff_run(const options *o) {
  host h;
  options all = *o;
  all.discover_all = true;
  int code = host_open(&h, &all);
  if (!code) code = check_names(o, h.snapshot);
  if (!code) code = host_ask(&h);
  if (!code) code = compare(&h);
  host_close(&h);
  return code;
}
