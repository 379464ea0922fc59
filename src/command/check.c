/* check: the verb that proves models and prints every verdict; with --against, what an edit would change for a host: the providers are
 * asked with both sets of definitions, and the answers compared. */
#include "command/first_steps.h"
#include "command/reasons.h"
#include "command/shared/advice.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/lookup.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- --against ---- */

static bool is_loss(const roster_change *c) { return c->kind == ROSTER_REMOVED || (c->kind == ROSTER_DEFAULT_CHANGED && c->before); }

static void add_fields(strbuf *p, const roster_change *c) {
  for (size_t i = 0; i < c->field_count; i++) strbuf_format(p, "%s%s", i ? ", " : "", c->fields[i]);
}

static void write_change(void *payload, const roster_change *c) {
  static const char *const leads[] = { "added    ", "removed  ", "changed  ", "default  " };
  static const hue hues[] = { HUE_GOOD, HUE_BAD, HUE_PLAIN, HUE_BOLD };
  strbuf p = { 0 };
  strbuf_add(&p, leads[c->kind]);
  if (c->kind == ROSTER_DEFAULT_CHANGED)
    strbuf_format(&p, "%s -> %s", c->before ? roster_model_id(c->before) : "none", *c->id ? c->id : "none");
  else
    utf8_add_clean(&p, c->id);
  if (c->kind == ROSTER_REMOVED && c->after) strbuf_format(&p, ": %s, ", roster_state_name(roster_model_state(c->after)));
  if (c->kind == ROSTER_REMOVED) utf8_add_clean(&p, c->after ? roster_model_reason(c->after) : ": it is no longer defined");
  if (c->kind == ROSTER_CHANGED) strbuf_add(&p, ": ");
  add_fields(&p, c);
  write_line(hues[c->kind], strbuf_text(&p));
  strbuf_free(&p);
  *(bool *)payload = *(bool *)payload || is_loss(c);
}

static void note_loss(void *payload, const roster_change *c) { *(bool *)payload = *(bool *)payload || is_loss(c); }

static void write_changes_json(const roster_snapshot *before, const roster_snapshot *after) {
  size_t bytes = roster_write_changes_json(before, after, NULL, 0);
  char *text = grown(NULL, bytes + 1);
  roster_write_changes_json(before, after, text, bytes + 1);
  document_write_text(text);
  free(text);
}

static int compare(const host *before, const host *after) {
  bool lost = false;
  if (arguments_have(after->arguments, OPTION_JSON)) {
    write_changes_json(before->snapshot, after->snapshot);
    roster_each_change(before->snapshot, after->snapshot, note_loss, &lost);
  } else if (roster_each_change(before->snapshot, after->snapshot, write_change, &lost) == 0) {
    write_line(HUE_GOOD, "Nothing would change.");
  }
  return lost ? EXIT_NOT : EXIT_GOOD;
}

static int run_against(const arguments *o) {
  host before, after;
  arguments former = *o;
  former.config = o->against;
  int code =
      o->record || o->replay ? usage_error(o, "--against checks two sets of definitions: it takes neither --record nor --replay") : 0;
  if (!code && o->operand_count) code = usage_error(o, "--against compares all models: it takes no names");
  if (!code && access(o->against, R_OK) != 0) code = usage_error(o, "--against: %s: %s", o->against, strerror(errno));
  if (code) return code;
  code = host_open(&before, &former);
  if (!code) code = host_ask(&before);
  if (!code)
    code = host_open(&after, o);
  else
    after = (host){ 0 };
  if (!code) code = host_ask(&after);
  if (!code) code = compare(&before, &after);
  host_close(&after);
  host_close(&before);
  return code;
}

/* ---- the verdicts ---- */

/* A model that a call is about. */
typedef struct choice {
  const roster_model *model;
  bool counted; /* it decides the exit code */
} choice;

typedef struct selection {
  arena *arena;
  lookup by_id; /* of choices, in the order in which they were picked */
} selection;

static choice *choice_at(const selection *c, size_t i) { return c->by_id.slots[i].value; }

/* A model that is picked twice is counted if it was counted once. */
static void pick(selection *c, const roster_model *m, bool counted) {
  choice *one = lookup_get(&c->by_id, roster_model_id(m));
  if (!one) {
    one = arena_alloc(c->arena, sizeof *one);
    one->model = m;
    lookup_add(&c->by_id, c->arena, roster_model_id(m), one);
  }
  one->counted = one->counted || counted;
}

static void pick_all(selection *c, const roster_snapshot *s) {
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (!*roster_model_snapshot_of(m)) pick(c, m, roster_model_configured(m) && !model_is_mock(m));
  }
}

/* Who names a provider does not mean the snapshots of its models. */
static bool is_offered_by(const roster_model *m, const char *provider) {
  return strcmp(roster_provider_id(roster_model_provider(m)), provider) == 0 && !*roster_model_snapshot_of(m);
}

/* Naming a provider does not count its models that are switched off. */
static bool pick_provider(selection *c, const roster_snapshot *s, const char *id) {
  if (!find_provider(s, id)) return false;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (is_offered_by(m, id)) pick(c, m, roster_model_state(m) != ROSTER_DISABLED);
  }
  return true;
}

/* `asked`: the listings are here, so what is unknown now stays unknown. */
static int pick_operand(selection *c, const host *h, const char *id, bool asked) {
  const roster_model *m = NULL;
  bool provider = pick_provider(c, h->snapshot, id);
  if (roster_resolve(&m, h->snapshot, id, NULL, NULL) == ROSTER_OK) pick(c, m, true);
  if (m || provider || (!asked && host_may_discover(h, id))) return EXIT_GOOD;
  host_model(h, id); /* prints what is wrong with it */
  const char *nearest = nearest_provider(h->snapshot, id);
  if (nearest) notice("no provider is called '%s' either (did you mean '%s'?)", id, nearest);
  return EXIT_BAD;
}

static int pick_named(selection *c, const host *h, bool asked) {
  const arguments *o = h->arguments;
  *c = (selection){ .arena = command_arena() };
  if (!o->operand_count) pick_all(c, h->snapshot);
  for (int i = 0; i < o->operand_count; i++)
    if (pick_operand(c, h, o->operands[i], asked)) return EXIT_BAD;
  return EXIT_GOOD;
}

static void selection_free(selection *c) { arena_free(c->arena); }

/* Returns how many are counted; *ready becomes how many of those are ready. */
static size_t count(const selection *c, size_t *ready) {
  size_t counted = 0;
  *ready = 0;
  for (size_t i = 0; i < c->by_id.count; i++) {
    const choice *one = choice_at(c, i);
    counted += one->counted;
    *ready += one->counted && roster_model_usable(one->model);
  }
  return counted;
}

static int verdict(const selection *c) {
  size_t ready, counted = count(c, &ready);
  return counted > 0 && ready == counted ? EXIT_GOOD : EXIT_NOT;
}

/* ---- words ---- */

static void number_cell(table *t, long number) {
  char text[32] = "-";
  if (number > 0) snprintf(text, sizeof text, "%ld", number);
  table_cell(t, HUE_PLAIN, text);
}

static void verdict_row(table *t, const roster_model *m) {
  roster_state state = roster_model_state(m);
  bool stale = roster_model_stale(m);
  const char *stage = roster_model_stage(m);
  long latency = roster_model_latency_ms(m);
  char name[64];
  snprintf(name, sizeof name, "%s%s", roster_state_name(state), stale ? ",stale" : "");
  table_cell(t, HUE_BOLD, roster_model_id(m));
  table_cell(t, stale ? HUE_DOUBT : state_hue(state), name);
  table_cell(t, HUE_PLAIN, *stage ? stage : "-");
  number_cell(t, roster_model_http_status(m));
  number_cell(t, latency == 0 ? 1 : latency); /* less than a millisecond is still a response */
}

/* Only models that count or are usable have rows; the others share a reason below. */
static size_t write_rows(const selection *c) {
  static const column columns[] = {
    { "MODEL", false, false, 0 }, { "STATE", false, false, 0 }, { "STAGE", false, false, 3 },
    { "HTTP", true, false, 1 },   { "MS", true, false, 2 },
  };
  size_t rows = 0;
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < c->by_id.count; i++) {
    const choice *one = choice_at(c, i);
    if (!one->counted && !roster_model_usable(one->model)) continue;
    verdict_row(&t, one->model);
    rows++;
  }
  if (rows) table_end(&t);
  return rows;
}

static void write_reasons(const selection *c) {
  const roster_model **models = grown(NULL, c->by_id.count * sizeof *models);
  size_t count = 0;
  for (size_t i = 0; i < c->by_id.count; i++) {
    const choice *one = choice_at(c, i);
    const roster_model *m = one->model;
    bool silent = roster_model_usable(m) ? !roster_model_stale(m) : model_is_mock(m) && !one->counted;
    if (!silent) models[count++] = m;
  }
  reasons_write(models, count);
  free(models);
}

/* That another model answered is told even where all is well. */
static void write_warnings(const selection *c) {
  for (size_t i = 0; i < c->by_id.count; i++) {
    const roster_model *m = choice_at(c, i)->model;
    if (!roster_model_usable(m) || !*roster_model_served(m)) continue;
    strbuf text = { 0 };
    strbuf_format(&text, "%s: %s", roster_model_id(m), roster_model_warning(m));
    write_wrapped("warning: ", 9, strbuf_text(&text));
    strbuf_free(&text);
  }
}

/* Of providers with a model among these. */
static void write_provider_warnings(const host *h, const selection *c) {
  for (size_t i = 0; i < roster_provider_count(h->snapshot); i++) {
    const roster_provider *p = roster_provider_at(h->snapshot, i);
    bool among = false;
    for (size_t k = 0; !among && k < c->by_id.count; k++) among = roster_model_provider(choice_at(c, k)->model) == p;
    if (among && *roster_provider_warning(p)) write_wrapped("warning: ", 9, roster_provider_warning(p));
  }
}

static void write_summary(size_t counted, size_t ready) {
  strbuf text = { 0 };
  strbuf_format(&text, "%zu of ", ready);
  add_count(&text, counted, "model");
  strbuf_format(&text, " %s ready.", ready == 1 || counted == 1 ? "is" : "are");
  write_line(counted && ready == counted ? HUE_GOOD : HUE_BOLD, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_empty(const roster_snapshot *s) {
  if (first_steps_wanted(s)) {
    first_steps_write(s);
    return;
  }
  const char *reason = roster_empty_reason(s), *hint = roster_empty_hint(s);
  strbuf text = { 0 };
  strbuf_format(&text, "Nothing is configured%s%s", reason && *reason ? ": " : "", reason ? reason : "");
  write_wrapped("", 0, strbuf_text(&text));
  advice_write("  next: ", 8, hint);
  strbuf_free(&text);
}

/* Of providers that were named and have no model, what to do about it; of all, which have ended while their keys are set. */
static void write_hints(const host *h) {
  for (size_t i = 0; !h->arguments->operand_count && i < roster_provider_count(h->snapshot); i++) {
    const roster_provider *p = roster_provider_at(h->snapshot, i);
    if (roster_provider_ended(p) && *roster_provider_hint(p)) write_wrapped("", 0, roster_provider_hint(p));
  }
  for (int i = 0; i < h->arguments->operand_count; i++) {
    const roster_provider *p = find_provider(h->snapshot, h->arguments->operands[i]);
    if (p && *roster_provider_hint(p)) write_wrapped("", 0, roster_provider_hint(p));
  }
}

static void write_bill(const roster_snapshot *s) {
  if (host_has_bill(s)) printf("billed requests today: %zu of %zu\n", roster_billed_today(s), roster_billed_per_day(s));
}

static void write_answer(const host *h, const selection *c) {
  size_t ready, counted = count(c, &ready);
  report_write_files(&h->report);
  putchar('\n');
  if (!counted && !h->arguments->operand_count) write_empty(h->snapshot);
  if (write_rows(c)) putchar('\n');
  write_hints(h);
  if (counted) write_summary(counted, ready);
  write_bill(h->snapshot);
  write_warnings(c);
  write_provider_warnings(h, c);
  write_reasons(c);
}

/* The same two lists as in `models --json`, each entry with its requests. */
static void write_list(writer *w, const roster_snapshot *s, const selection *c, const char *name, bool usable) {
  write_open(w, name, '[');
  for (size_t i = 0; i < c->by_id.count; i++) {
    const roster_model *m = choice_at(c, i)->model;
    if (roster_model_usable(m) == usable) document_write_model(w, s, roster_model_id(m));
  }
  write_close(w, ']');
}

static void write_json(const host *h, const selection *c) {
  if (!h->arguments->operand_count) {
    document_write_text(roster_snapshot_json(h->snapshot, NULL));
    return;
  }
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_list(&w, h->snapshot, c, "models", true);
  write_list(&w, h->snapshot, c, "unavailable", false);
  write_open(&w, "billed", '{');
  write_integer(&w, "today", (int64_t)roster_billed_today(h->snapshot));
  write_integer(&w, "per_day", (int64_t)roster_billed_per_day(h->snapshot));
  write_text(&w, "since", roster_billed_since(h->snapshot));
  write_close(&w, '}');
  write_close(&w, '}');
  document_end(&w);
}

/* Who names a provider and wants the highest level names its models. */
static size_t name_models(const host *h, const char *operand, const char **names) {
  size_t count = 0;
  bool all_of_it = h->arguments->level == ROSTER_LEVEL_GENERATE && find_provider(h->snapshot, operand);
  names[count++] = operand;
  for (size_t i = 0; all_of_it && i < roster_known_count(h->snapshot); i++) {
    const roster_model *m = roster_known_at(h->snapshot, i);
    if (is_offered_by(m, operand)) names[count++] = roster_model_id(m);
  }
  return count;
}

static int ask(host *h) {
  const arguments *o = h->arguments;
  size_t count = 0, room = (size_t)o->operand_count * (roster_known_count(h->snapshot) + 1);
  const char **names = grown(NULL, room * sizeof *names);
  for (int i = 0; i < o->operand_count; i++) count += name_models(h, o->operands[i], names + count);
  int code = host_ask_for(h, names, count);
  free(names);
  return code;
}

static int ask_and_write(host *h) {
  selection c;
  int code = pick_named(&c, h, false); /* unknown names are reported before any request is made */
  selection_free(&c);
  if (!code) code = ask(h);
  if (code) return code;
  host_warn(h);
  code = pick_named(&c, h, true);
  if (!code) {
    arguments_have(h->arguments, OPTION_JSON) ? write_json(h, &c) : write_answer(h, &c);
    code = verdict(&c);
  }
  selection_free(&c);
  return code;
}

int check_run(const arguments *o) {
  if (arguments_have(o, OPTION_AGAINST)) return run_against(o);
  host h;
  int code = host_open(&h, o);
  if (!code) code = ask_and_write(&h);
  host_close(&h);
  return code;
}
