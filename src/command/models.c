/* models: the verb that lists the models that can be used now, and the list itself, which `demo` prints too. */
#include "command/models.h"

#include "command/reasons.h"
#include "command/retiring.h"
#include "command/shared/advice.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_mark(strbuf *p, bool is, const char *mark) {
  if (is) strbuf_format(p, "%s%s", p->length ? ", " : "", mark);
}

static void state_cell(table *t, const roster_model *m) {
  const roster_state state = roster_model_state(m);
  strbuf text = { 0 };
  strbuf_format(&text, "%s%s", roster_state_name(state), roster_model_stale(m) ? ",stale" : "");
  table_cell(t, roster_model_stale(m) ? HUE_DOUBT : state_hue(state), strbuf_text(&text));
  strbuf_free(&text);
}

static void add_mark_with(strbuf *marks, bool is, const char *format, const char *value) {
  if (!is) return;
  strbuf mark = { 0 };
  strbuf_add(&mark, format);
  strbuf_add(&mark, value);
  add_mark(marks, true, strbuf_text(&mark));
  strbuf_free(&mark);
}

/* "default, recommended" */
static void mark_cell(table *t, const roster_snapshot *s, const roster_model *m) {
  strbuf marks = { 0 };
  char day[11];
  const bool ready = roster_model_state(m) == ROSTER_READY, soon = *roster_model_warning(m) != 0;
  snprintf(day, sizeof day, "%.10s", roster_model_checked_at(m));
  add_mark(&marks, roster_model_stale(m), "stale");
  add_mark_with(&marks, ready && strcmp(roster_model_stage(m), "generate") == 0, "tested ", day);
  add_mark(&marks, roster_default(s) == m, "default");
  add_mark(&marks, roster_model_recommended(m), "recommended");
  add_mark_with(&marks, *roster_model_shadowed_by(m) != 0, "behind ", roster_model_shadowed_by(m));
  add_mark_with(&marks, soon, "retires ", roster_model_retires(m));
  add_mark(&marks, !soon && strcmp(roster_model_status(m), "deprecated") == 0, "deprecated");
  table_cell(t, roster_model_stale(m) ? HUE_DOUBT : ready ? HUE_GOOD : HUE_PLAIN, strbuf_text(&marks));
  strbuf_free(&marks);
}

static bool has_other_prices(const roster_model *m) {
  const roster_prices *p = roster_model_prices(m);
  return roster_prices_tier_at(p, 0, NULL) || roster_prices_change_at(p, 0, NULL);
}

static void price_cell(table *t, const roster_model *m) {
  double in = roster_model_price(m, ROSTER_PRICE_INPUT), out = roster_model_price(m, ROSTER_PRICE_OUTPUT);
  strbuf price = { 0 };
  add_dollars(&price, in);
  if (in >= 0 || out >= 0) {
    strbuf_add(&price, "/");
    add_dollars(&price, out);
  }
  if (has_other_prices(m)) strbuf_add(&price, "*");
  table_cell(t, HUE_PLAIN, strbuf_text(&price));
  strbuf_free(&price);
}

static void model_row(table *t, const roster_snapshot *s, const roster_model *m, listing_scope scope) {
  strbuf window = { 0 };
  add_tokens(&window, roster_model_context_window(m));
  table_cell(t, roster_model_usable(m) ? HUE_BOLD : HUE_PLAIN, roster_model_id(m));
  table_cell(t, HUE_PLAIN, roster_provider_id(roster_model_provider(m)));
  table_cell(t, HUE_PLAIN, strbuf_text(&window));
  price_cell(t, m);
  if (scope == LISTING_ALL) state_cell(t, m);
  mark_cell(t, s, m);
  strbuf_free(&window);
}

/* Without --kind, those that chat, or whose block does not say; snapshots only among all kinds. */
static bool is_of_kind(const roster_model *m, const char *kind) {
  const char *own = roster_model_kind(m);
  if (*roster_model_snapshot_of(m) && !(kind && strcmp(kind, "any") == 0)) return false;
  if (!kind) return !*own || strcmp(own, "chat") == 0;
  return strcmp(kind, "any") == 0 || strcmp(kind, own) == 0;
}

static bool is_listed(const roster_model *m, const char *kind) { return roster_model_usable(m) && is_of_kind(m, kind); }

static bool is_in_table(const roster_model *m, listing_scope scope, const char *kind) {
  return scope == LISTING_ALL ? !kind || is_of_kind(m, kind) : is_listed(m, kind);
}

static size_t count_listed(const roster_snapshot *s, const char *kind) {
  size_t count = 0;
  for (size_t i = 0; i < roster_known_count(s); i++) count += is_listed(roster_known_at(s, i), kind);
  return count;
}

static void write_table(const roster_snapshot *s, listing_scope scope, const char *kind) {
  static const column all[] = {
    { "MODEL", false, false, 0 },  { "PROVIDER", false, true, 4 }, { "CONTEXT", true, false, 3 },
    { "$IN/OUT", true, false, 2 }, { "STATE", false, false, 0 },   { "NOTES", false, true, 1 },
  };
  static const column ready[] = {
    { "MODEL", false, false, 0 },  { "PROVIDER", false, true, 4 }, { "CONTEXT", true, false, 3 },
    { "$IN/OUT", true, false, 2 }, { "NOTES", false, true, 1 },
  };
  const roster_model *m;
  table t;
  table_begin(&t, scope == LISTING_ALL ? all : ready, scope == LISTING_ALL ? 6 : 5);
  for (size_t i = 0; (m = roster_known_at(s, i)); i++)
    if (is_in_table(m, scope, kind)) model_row(&t, s, m, scope);
  table_end(&t);
}

static void write_definitions_error(const roster_snapshot *s) {
  const char *file = "", *wrong;
  int line = 0;
  wrong = roster_definitions_error(s, &file, &line);
  if (!wrong) return;
  strbuf text = { 0 };
  strbuf_format(&text, "The definitions on disk have errors; this is the last good result: %s", file ? file : "");
  if (line) strbuf_format(&text, ":%d", line);
  strbuf_format(&text, ": %s", wrong);
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
  putchar('\n');
}

/* What the star in the table means. */
static void add_price_note(strbuf *text, const roster_snapshot *s, listing_scope scope, const char *kind) {
  const roster_model *m;
  for (size_t i = 0; (m = roster_known_at(s, i)); i++)
    if (is_in_table(m, scope, kind) && has_other_prices(m)) {
      strbuf_add(text, " *: the price changes for long prompts or on a date; see roster explain ID.");
      return;
    }
}

static void write_count(const roster_snapshot *s, listing_scope scope, bool offline, const char *kind) {
  strbuf text = { 0 };
  if (offline) {
    add_count(&text, roster_known_count(s), "model");
    strbuf_format(&text, " %s defined. None was checked (--offline).", roster_known_count(s) == 1 ? "is" : "are");
  } else {
    add_count(&text, count_listed(s, kind), "model");
    strbuf_format(&text, " ready of %zu. $IN/OUT: US dollars per million tokens.", roster_known_count(s));
  }
  add_price_note(&text, s, scope, kind);
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_nothing_ready(const roster_snapshot *s, const char *kind) {
  const char *reason = roster_empty_reason(s), *hint = roster_empty_hint(s);
  strbuf text = { 0 };
  strbuf_add(&text, "No model ");
  if (kind && strcmp(kind, "any") != 0) strbuf_format(&text, "of the kind %s ", kind);
  strbuf_add(&text, "is ready");
  if (reason && *reason) strbuf_format(&text, ": %s", reason);
  write_wrapped("", 0, strbuf_text(&text));
  advice_write("  next: ", 8, hint);
  strbuf_free(&text);
}

/* Users must see when another model serves in place of the default they asked for. */
static void write_wanted(const roster_snapshot *s) {
  const char *wanted = roster_default_wanted(s);
  if (!wanted || !*wanted) return;
  const roster_model *m = roster_known(s, wanted), *instead = roster_default(s);
  strbuf text = { 0 };
  strbuf_format(&text, "The requested default %s is not available: ", wanted);
  strbuf_add(&text, !m                        ? "no model has that id"
                    : *roster_model_reason(m) ? roster_model_reason(m)
                                              : roster_state_name(roster_model_state(m)));
  if (instead) strbuf_format(&text, ". Using %s instead", roster_model_id(instead));
  strbuf_add(&text, ".");
  putchar('\n');
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_gateway(const roster_snapshot *s) {
  const char *status = roster_gateway_status(s);
  if (strcmp(status, "not_configured") == 0 || strcmp(status, "unknown") == 0) return;
  printf("The gateway is %s.\n", status);
}

static bool has_reason(const roster_model *m, listing_scope scope) {
  if (roster_model_usable(m)) return roster_model_stale(m);
  return scope == LISTING_ALL || !model_is_mock(m) || roster_model_state(m) != ROSTER_DISABLED;
}

static void write_reasons(const roster_snapshot *s, listing_scope scope, bool offline) {
  size_t room = roster_known_count(s), count = 0;
  const roster_model **models = grown(NULL, room * sizeof *models);
  for (size_t i = 0; i < room; i++)
    if (has_reason(roster_known_at(s, i), scope)) models[count++] = roster_known_at(s, i);
  if (count && !offline) {
    putchar('\n');
    write_line(HUE_BOLD, "Not available");
  }
  reasons_write(models, count);
  free(models);
}

/* What was said already where nothing is ready is not repeated. */
static void write_without_models(const roster_snapshot *s, bool offline, size_t ready) {
  const roster_provider *p;
  const char *said = !offline && !ready ? roster_empty_hint(s) : NULL;
  for (size_t i = 0; (p = roster_provider_at(s, i)); i++) {
    const char *hint = roster_provider_hint(p);
    if (!*hint || roster_provider_ended(p) || (said && strcmp(hint, said) == 0)) continue;
    putchar('\n');
    write_wrapped("", 0, hint);
  }
}

void listing_write(const roster_snapshot *s, listing_scope scope, bool offline, const char *kind) {
  size_t ready = count_listed(s, kind);
  bool any = scope == LISTING_ALL ? roster_known_count(s) > 0 : ready > 0;
  write_definitions_error(s);
  if (!offline && !ready) {
    write_nothing_ready(s, kind);
    if (any) putchar('\n');
  }
  if (any) {
    write_table(s, scope, kind);
    putchar('\n');
  }
  if (offline || ready) write_count(s, scope, offline, kind);
  write_gateway(s);
  if (!offline) write_wanted(s);
  write_reasons(s, scope, offline);
  write_without_models(s, offline, ready);
}

static void write_json_of_kind(const roster_snapshot *s, const char *kind) {
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  choice.kind = kind;
  size_t length = roster_write_models_json(s, &choice, NULL, 0);
  char *text = grown(NULL, length + 1);
  roster_write_models_json(s, &choice, text, length + 1);
  document_write_text(text);
  free(text);
}

/* The document holds every model anyway, so --all changes the table only. */
static void write_answer(const roster_snapshot *s, const arguments *o) {
  if (arguments_have(o, OPTION_JSON) && o->kind)
    write_json_of_kind(s, o->kind);
  else if (arguments_have(o, OPTION_JSON) || o->document)
    document_write_text(roster_snapshot_json(s, NULL));
  else
    listing_write(s, arguments_have(o, OPTION_ALL) ? LISTING_ALL : LISTING_READY, arguments_have(o, OPTION_OFFLINE), o->kind);
}

static int answer(const host *h, const arguments *o) {
  host_warn(h);
  if (arguments_have(o, OPTION_RETIRING)) return retiring_write(h->snapshot, o);
  write_answer(h->snapshot, o);
  return arguments_have(o, OPTION_OFFLINE) || count_listed(h->snapshot, o->kind) > 0 ? EXIT_GOOD : EXIT_NOT;
}

int models_run(const arguments *o) {
  host h;
  int code = host_open(&h, o);
  if (!code && !arguments_have(o, OPTION_OFFLINE)) code = host_ask(&h);
  if (!code) code = answer(&h, o);
  host_close(&h);
  return code;
}
