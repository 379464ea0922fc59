/* columns: see columns.h. Columns of the usual tables have a function for their text and, where that is no text to sort by, one for a
 * number. */
#include "command/columns.h"

#include "command/filter.h"
#include "command/reasons.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "util/strbuf.h"
#include "util/suggest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what they show ---- */

static void add_id(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_add(p, roster_model_id(m));
}

static void add_provider(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_add(p, roster_provider_id(roster_model_provider(m)));
}

static void add_title(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_add(p, roster_provider_title(roster_model_provider(m)));
}

static void add_protocol(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_add(p, roster_model_protocol(m));
}

static void add_window(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  if (roster_model_context_window(m) > 0) add_tokens(p, roster_model_context_window(m));
}

static bool has_other_prices(const roster_model *m) {
  const roster_prices *p = roster_model_prices(m);
  return roster_prices_tier_at(p, 0, NULL) || roster_prices_change_at(p, 0, NULL);
}

/* "2/10", with a star where other prices hold for long prompts or later. */
static void add_price(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  const double in = roster_model_price(m, ROSTER_PRICE_INPUT), out = roster_model_price(m, ROSTER_PRICE_OUTPUT);
  if (in < 0 && out < 0) return;
  add_dollars(p, in);
  strbuf_add(p, "/");
  add_dollars(p, out);
  if (has_other_prices(m)) strbuf_add(p, "*");
}

static void add_state(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_format(p, "%s%s", roster_state_name(roster_model_state(m)), roster_model_stale(m) ? ",stale" : "");
}

static void add_reason(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  if (roster_model_reason_code(m) != ROSTER_REASON_NONE) strbuf_add(p, roster_reason_name(roster_model_reason_code(m)));
}

static void add_mark(strbuf *p, bool is, const char *mark, const char *value) {
  if (is) strbuf_format(p, "%s%s%s", p->length ? ", " : "", mark, value);
}

/* "default, recommended" */
static void add_notes(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  char day[11];
  const bool ready = roster_model_state(m) == ROSTER_READY, soon = *roster_model_warning(m) != 0;
  snprintf(day, sizeof day, "%.10s", roster_model_checked_at(m));
  add_mark(p, roster_model_stale(m), "stale", "");
  add_mark(p, ready && strcmp(roster_model_stage(m), "generate") == 0, "tested ", day);
  add_mark(p, roster_default(s) == m, "default", "");
  add_mark(p, roster_model_recommended(m), "recommended", "");
  add_mark(p, *roster_model_shadowed_by(m) != 0, "behind ", roster_model_shadowed_by(m));
  add_mark(p, soon, "retires ", roster_model_retires(m));
  add_mark(p, !soon && strcmp(roster_model_status(m), "deprecated") == 0, "deprecated", "");
}

static void add_defined(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_add(p, roster_model_defined_at(m));
}

static void add_vision(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  const roster_tri vision = reads_images(m);
  if (vision != ROSTER_UNKNOWN) strbuf_add(p, vision == ROSTER_YES ? "yes" : "no");
}

static void add_key(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  strbuf_add(p, roster_provider_credential_source(roster_model_provider(m)));
}

/* ---- numbers to sort by; negative: unknown ---- */

static double window(const roster_model *m) { return roster_model_context_window(m) > 0 ? (double)roster_model_context_window(m) : -1; }
static double input_price(const roster_model *m) { return roster_model_price(m, ROSTER_PRICE_INPUT); }
static double output_price(const roster_model *m) { return roster_model_price(m, ROSTER_PRICE_OUTPUT); }

static void add_input_price(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  if (input_price(m) >= 0) add_dollars(p, input_price(m));
}

static void add_output_price(strbuf *p, const roster_snapshot *s, const roster_model *m) {
  (void)s;
  if (output_price(m) >= 0) add_dollars(p, output_price(m));
}

/* ---- the table of them ---- */

typedef struct named {
  const char *name, *title, *doc;
  void (*add)(strbuf *p, const roster_snapshot *s, const roster_model *m);
  double (*number)(const roster_model *m); /* NULL: sorted as text */
  column shape;
} named;

static const named NAMED[] = {
  { "id", "MODEL", "the id", add_id, NULL, { NULL, false, false, 0 } },
  { "provider", "PROVIDER", "the provider's id", add_provider, NULL, { NULL, false, true, 4 } },
  { "context", "CONTEXT", "the context window in tokens", add_window, window, { NULL, true, false, 3 } },
  { "price", "$IN/OUT", "US dollars per million input and output tokens", add_price, input_price, { NULL, true, false, 2 } },
  { "state", "STATE", "whether it is ready", add_state, NULL, { NULL, false, false, 0 } },
  { "notes", "NOTES", "default, recommended, when it retires", add_notes, NULL, { NULL, false, true, 1 } },
  { "reason", "REASON", "the reason code of one that is not ready", add_reason, NULL, { NULL, false, true, 1 } },
  { "input_price", "$IN", "US dollars per million input tokens", add_input_price, input_price, { NULL, true, false, 2 } },
  { "output_price", "$OUT", "US dollars per million output tokens", add_output_price, output_price, { NULL, true, false, 2 } },
  { "vision", "VISION", "whether it accepts images", add_vision, NULL, { NULL, false, false, 4 } },
  { "provider_title", "PROVIDER-TITLE", "the provider's name", add_title, NULL, { NULL, false, true, 4 } },
  { "protocol", "PROTOCOL", "the wire protocol", add_protocol, NULL, { NULL, false, true, 5 } },
  { "key", "KEY", "where its key comes from", add_key, NULL, { NULL, false, true, 5 } },
  { "defined_at", "DEFINED-AT", "the file and line of its block", add_defined, NULL, { NULL, false, true, 5 } },
};

enum { NAMED_COUNT = sizeof NAMED / sizeof *NAMED };

/* Shorter names of fields. */
static const char *const SHORT[][2] = { { "released", "release_date" },         { "tools", "tool_call" },
                                        { "json_schema", "structured_output" }, { "output", "max_output_tokens" },
                                        { "max_output", "max_output_tokens" },  { "context_window", "context" } };

/* Behind the named ones come the fields. */
static const roster_field *field_of(int at) { return at < NAMED_COUNT ? NULL : roster_field_at((size_t)(at - NAMED_COUNT)); }

const char *columns_name_at(size_t index) {
  if (index < NAMED_COUNT) return NAMED[index].name;
  const roster_field *f = roster_field_at(index - NAMED_COUNT);
  return f ? f->name : NULL;
}

/* Prices have columns of their own, and so has the context window. */
static bool is_shown(int at) {
  const roster_field *f = field_of(at);
  return !f || (f->type != ROSTER_FIELD_PRICE && f->type != ROSTER_FIELD_RANGE && strcmp(f->name, "context_window") != 0);
}

static bool same_name(const char *name, const char *given, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (name[i] != (given[i] == '-' ? '_' : given[i])) return false;
  return !name[length];
}

static int find(const char *given, size_t length) {
  const char *name;
  for (size_t i = 0; i < sizeof SHORT / sizeof *SHORT; i++)
    if (same_name(SHORT[i][0], given, length)) return find(SHORT[i][1], strlen(SHORT[i][1]));
  for (int i = 0; (name = columns_name_at((size_t)i)); i++)
    if (same_name(name, given, length)) return i;
  return -1;
}

static int refuse(const arguments *o, const char *option, const char *given, size_t length) {
  const char *names[MOST_SHOWN * 4], *nearest;
  size_t count = 0;
  strbuf word = { 0 };
  strbuf_bytes(&word, given, length);
  while (count < sizeof names / sizeof *names && columns_name_at(count)) names[count] = columns_name_at(count), count++;
  nearest = suggest(strbuf_text(&word), names, count);
  roster_error err = { .status = ROSTER_EINVALID, .hint = "roster models --columns help lists them" };
  snprintf(err.message, sizeof err.message, nearest ? "%s: unknown column '%s' (did you mean '%s'?)" : "%s: unknown column '%s'", option,
           strbuf_text(&word), nearest);
  strbuf_free(&word);
  return print_error(o, &err);
}

/* ---- of a field ---- */

static void add_items(strbuf *p, const roster_model *m, const roster_field *f) {
  const char *item;
  for (size_t i = 0; (item = roster_model_field_item(m, f, i)); i++) strbuf_format(p, "%s%s", i ? "," : "", item);
}

static void add_field(strbuf *p, const roster_model *m, const roster_field *f) {
  const bool is_flag = f->type == ROSTER_FIELD_FLAG || f->type == ROSTER_FIELD_TRI;
  const roster_tri flag = is_flag ? roster_model_field_flag(m, f) : ROSTER_UNKNOWN;
  if (is_flag && flag != ROSTER_UNKNOWN) strbuf_add(p, flag == ROSTER_YES ? "yes" : "no");
  if (f->type == ROSTER_FIELD_COUNT && roster_model_field_count(m, f) > 0) add_tokens(p, roster_model_field_count(m, f));
  if (f->type == ROSTER_FIELD_LIST) add_items(p, m, f);
  if (f->type <= ROSTER_FIELD_DATE || f->type == ROSTER_FIELD_EXTRA) strbuf_add(p, roster_model_field_text(m, f));
}

static void add_text(strbuf *p, int at, const roster_snapshot *s, const roster_model *m) {
  const roster_field *f = field_of(at);
  f ? add_field(p, m, f) : NAMED[at].add(p, s, m);
}

/* NAN: it is sorted as text. */
static double number(int at, const roster_model *m) {
  const roster_field *f = field_of(at);
  if (!f) return NAMED[at].number ? NAMED[at].number(m) : (double)NAN;
  if (f->type != ROSTER_FIELD_COUNT) return (double)NAN;
  return roster_model_field_count(m, f) > 0 ? (double)roster_model_field_count(m, f) : -1;
}

/* ---- tables ---- */

static hue hue_of(int at, const roster_model *m) {
  const bool stale = roster_model_stale(m);
  if (at == 0) return roster_model_usable(m) ? HUE_BOLD : HUE_PLAIN;
  if (NAMED_COUNT <= at || (strcmp(NAMED[at].name, "state") != 0 && strcmp(NAMED[at].name, "notes") != 0)) return HUE_PLAIN;
  return stale ? HUE_DOUBT : state_hue(roster_model_state(m));
}

static void name_title(char title[32], const char *name) {
  size_t i = 0;
  for (; name[i] && i < 31; i++) title[i] = (char)(name[i] == '_' ? '-' : name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
  title[i] = '\0';
}

static void add_column(model_columns *c, int at) {
  const roster_field *f = field_of(at);
  const column of_field = { NULL, f && f->type == ROSTER_FIELD_COUNT, f && f->type != ROSTER_FIELD_COUNT, 5 };
  if (c->count == MOST_SHOWN) return;
  if (f)
    name_title(c->titles[c->count], f->name);
  else
    snprintf(c->titles[c->count], sizeof c->titles[0], "%s", NAMED[at].title);
  c->columns[c->count] = f ? of_field : NAMED[at].shape;
  c->columns[c->count].title = c->titles[c->count];
  c->at[c->count++] = at;
}

int columns_read(model_columns *c, const arguments *o, const char *names) {
  *c = (model_columns){ 0 };
  for (const char *at = names; *at;) {
    const size_t length = strcspn(at, ",");
    const int found = find(at, length);
    if (found < 0) return refuse(o, "--columns", at, length);
    add_column(c, found);
    at += length + (at[length] == ',');
  }
  return EXIT_GOOD;
}

void columns_row(const model_columns *c, table *t, const roster_snapshot *s, const roster_model *m) {
  for (size_t i = 0; i < c->count; i++) {
    strbuf text = { 0 };
    add_text(&text, c->at[i], s, m);
    table_cell(t, hue_of(c->at[i], m), strbuf_text(&text));
    strbuf_free(&text);
  }
}

void columns_write_help(void) {
  static const column columns[] = { { "COLUMN", false, false, 0 }, { "MEANING", false, true, 0 } };
  const char *name;
  table t;
  table_begin(&t, columns, 2);
  for (int i = 0; (name = columns_name_at((size_t)i)); i++) {
    if (!is_shown(i)) continue;
    table_cell(&t, HUE_BOLD, name);
    table_cell(&t, HUE_PLAIN, field_of(i) ? field_of(i)->doc : NAMED[i].doc);
  }
  table_end(&t);
}

/* ---- order ---- */

typedef struct sortable {
  const roster_model *model;
  char *text;
  double number;
  size_t place; /* where it was: what is equal stays in order */
  int sign;     /* -1: descending */
} sortable;

static int compare(const void *one, const void *other) {
  const sortable *a = one, *b = other;
  const bool text = isnan(a->number), a_known = text ? *a->text != '\0' : a->number >= 0,
             b_known = text ? *b->text != '\0' : b->number >= 0;
  int order = (int)b_known - (int)a_known;
  if (!order && a_known) order = a->sign * (text ? strcmp(a->text, b->text) : (a->number > b->number) - (a->number < b->number));
  return order ? order : (a->place > b->place) - (a->place < b->place);
}

static void sort(const roster_model **models, size_t count, const roster_snapshot *s, int at, int sign) {
  sortable *list = grown(NULL, count * sizeof *list);
  for (size_t i = 0; i < count; i++) {
    strbuf text = { 0 };
    add_text(&text, at, s, models[i]);
    list[i] = (sortable){ models[i], text.at ? text.at : copied(""), number(at, models[i]), i, sign };
  }
  if (count) qsort(list, count, sizeof *list, compare);
  for (size_t i = 0; i < count; i++) {
    models[i] = list[i].model;
    free(list[i].text);
  }
  free(list);
}

int columns_sort(const roster_model **models, size_t count, const roster_snapshot *s, const arguments *o) {
  if (!o || !o->sort) return EXIT_GOOD;
  const char *key = o->sort + (*o->sort == '-'), *order = strchr(key, ':');
  const size_t length = order ? (size_t)(order - key) : strlen(key);
  const int at = find(key, length);
  if (order && strcmp(order, ":asc") != 0 && strcmp(order, ":desc") != 0)
    return usage_error(o, "--sort: '%s' is neither :asc nor :desc", order);
  if (at < 0) return refuse(o, "--sort", key, length);
  sort(models, count, s, at, *o->sort == '-' || (order && strcmp(order, ":desc") == 0) ? -1 : 1);
  return EXIT_GOOD;
}
