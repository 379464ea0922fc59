/* models: the verb that lists the models that can be used now, and the list itself, which `demo` prints too. */
#include "command/models.h"

#include "command/columns.h"
#include "command/filter.h"
#include "command/first_steps.h"
#include "command/models_json.h"
#include "command/reasons.h"
#include "command/retiring.h"
#include "command/shared/advice.h"
#include "command/shared/finding_text.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which ones ---- */

typedef struct listing {
  const roster_snapshot *snapshot;
  const arguments *arguments;
  const char *kind;
  bool all, offline;
  filter filter;
  const roster_model **models; /* of the table, in its order */
  size_t count;
  size_t matching;        /* of all models, ready or not, that the filter lets through */
  size_t counted, usable; /* of these, those of the kinds that the table may have, and how many of them are ready */
} listing;

/* A model chats where its block does not say; snapshots only among all kinds. */
static bool is_of_kind(const roster_model *m, const char *kind) {
  const char *own = roster_model_kind(m);
  if (*roster_model_snapshot_of(m) && !(kind && strcmp(kind, "any") == 0)) return false;
  if (!kind || strcmp(kind, "chat") == 0) return !*own || strcmp(own, "chat") == 0;
  return strcmp(kind, "any") == 0 || strcmp(kind, own) == 0;
}

/* What is counted is what would be in the table if it were ready. */
static bool is_counted(const listing *l, const roster_model *m) { return (l->all && !l->kind) || is_of_kind(m, l->kind); }

static bool is_in_table(const listing *l, const roster_model *m) { return is_counted(l, m) && (l->all || roster_model_usable(m)); }

/* What the filters and --kind leave, ready or not. */
static bool is_matching(const listing *l, const roster_model *m) {
  return filter_lets(&l->filter, m) && (!l->kind || is_of_kind(m, l->kind));
}

static bool is_filtered(const listing *l) { return filter_given(&l->filter) || (l->kind && strcmp(l->kind, "any") != 0); }

/* A state is asked about to see who is in it; and of models that nobody was asked about none is ready. */
static bool wants_all(const arguments *o) {
  const option_set chosen = OPTIONS_FILTER | OPTION_IDS | OPTION_SORT | OPTION_COLUMNS;
  return arguments_have(o, OPTION_ALL | OPTION_STATE) || (arguments_have(o, OPTION_OFFLINE) && arguments_have(o, chosen));
}

static listing listing_of(const roster_snapshot *s, const arguments *o) {
  listing l = { s, o, o->kind, wants_all(o), arguments_have(o, OPTION_OFFLINE), { o }, NULL, 0, 0, 0, 0 };
  const roster_model *m;
  l.models = grown(NULL, roster_known_count(s) * sizeof *l.models);
  for (size_t i = 0; (m = roster_known_at(s, i)); i++) {
    if (!is_matching(&l, m)) continue;
    l.matching++;
    l.counted += is_counted(&l, m);
    l.usable += is_counted(&l, m) && roster_model_usable(m);
    if (is_in_table(&l, m)) l.models[l.count++] = m;
  }
  columns_sort(l.models, l.count, s, o);
  return l;
}

static void listing_free(listing *l) { free(l->models); }

/* Filters that look for ready models have found one, or those that look for others. */
static bool found_any(const listing *l) {
  if (arguments_have(l->arguments, OPTION_STATE)) return l->count > 0;
  if (l->offline) return !is_filtered(l) || l->matching > 0;
  return l->usable > 0;
}

/* ---- the table ---- */

static void write_table(const listing *l) {
  const char *names = l->arguments->shown_columns;
  model_columns c;
  table t;
  if (columns_read(&c, l->arguments, names ? names : l->all ? "id,provider,context,price,state,notes" : "id,provider,context,price,notes"))
    return;
  table_begin(&t, c.columns, c.count);
  for (size_t i = 0; i < l->count; i++) columns_row(&c, &t, l->snapshot, l->models[i]);
  table_end(&t);
}

static void write_ids(const listing *l) {
  for (size_t i = 0; i < l->count; i++) write_line(HUE_PLAIN, roster_model_id(l->models[i]));
}

static void write_definitions_error(const roster_snapshot *s) {
  const roster_finding *error = roster_definitions_finding(s);
  if (!error) return;
  strbuf text = { 0 };
  strbuf_format(&text, "The definitions on disk have errors; this is the last good result: %s", error->file);
  if (error->line) strbuf_format(&text, ":%d", error->line);
  if (error->column) strbuf_format(&text, ":%d", error->column);
  strbuf_format(&text, ": %s", error->message);
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
  if (!error->source && !error->fix) putchar('\n');
  finding_print_excerpt(error, stdout);
}

/* ---- the text around it ---- */

/* What the star in the table means. */
static void add_price_note(strbuf *text, const listing *l) {
  for (size_t i = 0; i < l->count; i++) {
    const roster_prices *p = roster_model_prices(l->models[i]);
    if (!roster_prices_tier_at(p, 0, NULL) && !roster_prices_change_at(p, 0, NULL)) continue;
    strbuf_add(text, " *: the price changes for long prompts or on a date; see roster explain ID.");
    return;
  }
}

static void write_count(const listing *l) {
  const bool filtered = is_filtered(l);
  const size_t known = !l->offline ? l->counted : filtered ? l->matching : roster_known_count(l->snapshot);
  strbuf text = { 0 };
  if (l->offline) {
    add_count(&text, known, "model");
    strbuf_format(&text, " %s. None was checked (--offline).",
                  filtered     ? known == 1 ? "matches" : "match"
                  : known == 1 ? "is defined"
                               : "are defined");
  } else {
    add_count(&text, l->usable, "model");
    strbuf_format(&text, " ready of %zu%s. $IN/OUT: US dollars per million tokens.", known, filtered ? " that match" : "");
  }
  add_price_note(&text, l);
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_nothing_ready(const listing *l) {
  const char *reason = roster_empty_reason(l->snapshot), *hint = roster_empty_hint(l->snapshot);
  strbuf text = { 0 };
  strbuf_add(&text, "No model ");
  if (l->kind && strcmp(l->kind, "any") != 0) strbuf_format(&text, "of the kind %s ", l->kind);
  strbuf_add(&text, "is ready");
  if (reason && *reason) strbuf_format(&text, ": %s", reason);
  write_wrapped("", 0, strbuf_text(&text));
  advice_write("  next: ", 8, hint);
  strbuf_free(&text);
}

/* "No model matches --provider openai --tools", and what to do about it. */
static void add_nothing_matches(strbuf *text, const listing *l) {
  if (l->matching && l->all) { /* they are listed */
    add_count(text, l->matching, "model");
    strbuf_add(text, l->matching == 1 ? " matches and is not ready" : " match, and none is ready");
  } else if (l->matching) {
    strbuf_add(text, "No ready model matches. ");
    add_count(text, l->matching, "model");
    strbuf_format(text, " %s not ready: add --all to list %s", l->matching == 1 ? "matches and is" : "match and are",
                  l->matching == 1 ? "it" : "them");
  } else {
    strbuf_add(text, "No model matches all filters");
    if (filter_given(&l->filter) && !l->filter.given->needs.needs.maybe) strbuf_add(text, "; --maybe counts what is unknown as met");
  }
  strbuf_add(text, ".");
}

static void write_nothing(const listing *l) {
  strbuf text = { 0 };
  if (is_filtered(l)) add_nothing_matches(&text, l);
  if (text.length)
    write_wrapped("", 0, strbuf_text(&text));
  else if (first_steps_wanted(l->snapshot))
    first_steps_write(l->snapshot);
  else
    write_nothing_ready(l);
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

static bool has_reason(const listing *l, const roster_model *m) {
  if (!is_matching(l, m)) return false;
  if (roster_model_usable(m)) return roster_model_stale(m);
  return l->all || !model_is_mock(m) || roster_model_state(m) != ROSTER_DISABLED;
}

static void write_reasons(const listing *l) {
  size_t room = roster_known_count(l->snapshot), count = 0;
  const roster_model **models = grown(NULL, room * sizeof *models);
  for (size_t i = 0; i < room; i++)
    if (has_reason(l, roster_known_at(l->snapshot, i))) models[count++] = roster_known_at(l->snapshot, i);
  if (count && !l->offline) {
    putchar('\n');
    write_line(HUE_BOLD, "Not available");
  }
  reasons_write(models, count);
  free(models);
}

/* What was said already where nothing is ready is not repeated. */
static void write_without_models(const listing *l) {
  const roster_provider *p;
  const char *said = !l->offline && !l->usable ? roster_empty_hint(l->snapshot) : NULL;
  for (size_t i = 0; !is_filtered(l) && (p = roster_provider_at(l->snapshot, i)); i++) {
    const char *hint = roster_provider_hint(p);
    if (!*hint || roster_provider_ended(p) || (said && strcmp(hint, said) == 0)) continue;
    putchar('\n');
    write_wrapped("", 0, hint);
  }
}

static void write_listing(const listing *l) {
  const bool nothing = l->offline ? !found_any(l) : !l->usable;
  write_definitions_error(l->snapshot);
  if (nothing) {
    write_nothing(l);
    if (l->count) putchar('\n');
  }
  if (l->count) {
    write_table(l);
    putchar('\n');
  }
  if (!nothing) write_count(l);
  write_gateway(l->snapshot);
  if (!l->offline) write_wanted(l->snapshot);
  write_reasons(l);
  write_without_models(l);
}

void listing_write(const roster_snapshot *s, const arguments *o) {
  listing l = listing_of(s, o);
  write_listing(&l);
  listing_free(&l);
}

/* ---- the verb ---- */

/* Who chooses columns, or ids alone, wants data and no text around it. */
static void write_answer(const listing *l) {
  const arguments *o = l->arguments;
  const bool json = arguments_have(o, OPTION_JSON) || o->document, data = o->shown_columns || arguments_have(o, OPTION_IDS);
  strbuf text = { 0 };
  if (json)
    models_json_write(l->snapshot, o);
  else if (arguments_have(o, OPTION_IDS))
    write_ids(l);
  else if (o->shown_columns && l->count)
    write_table(l);
  else if (!o->shown_columns)
    write_listing(l);
  if ((json || data) && !found_any(l) && is_filtered(l))
    add_nothing_matches(&text, l);
  else if (data && !l->count)
    strbuf_format(&text, "no model is ready; --all lists all of them");
  if (text.length) notice("%s", strbuf_text(&text));
  strbuf_free(&text);
}

static int answer(const host *h, const arguments *o) {
  host_warn(h);
  if (arguments_have(o, OPTION_RETIRING)) return retiring_write(h->snapshot, o);
  int code = filter_check(o, h->snapshot, true);
  if (code) return code;
  listing l = listing_of(h->snapshot, o);
  write_answer(&l);
  code = found_any(&l) ? EXIT_GOOD : EXIT_NOT;
  listing_free(&l);
  return code;
}

/* What can be told before anything is read. */
static int check_options(const arguments *o) {
  const option_set shape = OPTIONS_FILTER | OPTION_SORT | OPTION_IDS | OPTION_COLUMNS;
  model_columns c;
  if (arguments_have(o, OPTION_DOCUMENT | OPTION_RETIRING) && arguments_have(o, shape))
    return usage_error(o, "%s takes no filters, and neither --sort, --ids nor --columns", o->document ? "--document" : "--retiring");
  if (arguments_have(o, OPTION_IDS) && arguments_have(o, OPTION_JSON | OPTION_COLUMNS))
    return usage_error(o, "--ids and %s exclude each other", arguments_have(o, OPTION_JSON) ? "--json" : "--columns");
  int code = columns_sort(NULL, 0, NULL, o);
  return code || !o->shown_columns ? code : columns_read(&c, o, o->shown_columns);
}

int models_run(const arguments *o) {
  host h;
  if (o->shown_columns && strcmp(o->shown_columns, "help") == 0) {
    columns_write_help();
    return EXIT_GOOD;
  }
  int code = check_options(o);
  if (code) return code;
  code = host_open(&h, o);
  if (!code) code = filter_check(o, h.snapshot, false);
  if (!code && !arguments_have(o, OPTION_OFFLINE)) code = host_ask(&h);
  if (!code) code = answer(&h, o);
  host_close(&h);
  return code;
}
