/* price: the verb that computes what a request costs, from what the definitions say about its model. It asks for listings only where an id
 * may come from one. */
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void write_document(const roster_model *m, const roster_cost *c) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "id", roster_model_id(m));
  write_number_or_null(&w, "usd", c->usd >= 0, c->usd);
  write_number_or_null(&w, "input_usd", c->input_usd >= 0, c->input_usd);
  write_number_or_null(&w, "output_usd", c->output_usd >= 0, c->output_usd);
  write_number_or_null(&w, "cached_usd", c->cache_read_usd >= 0, c->cache_read_usd);
  write_count_or_null(&w, "tier", c->tier);
  write_text(&w, "on", c->on);
  write_close(&w, '}');
  document_end(&w);
}

/* Few tokens cost little: 0.000005, where %g alone has 5e-06. */
static void dollars_cell(table *t, hue h, double dollars) {
  char text[32];
  const bool little = dollars > 0 && dollars < 1e-4;
  snprintf(text, sizeof text, dollars < 0 ? "unknown" : little ? "%.14f" : "%.10g", dollars);
  for (size_t end = strlen(text); little && text[end - 1] == '0'; end--) text[end - 1] = '\0';
  table_cell(t, h, text);
}

static void part_row(table *t, const char *what, int64_t tokens, double dollars) {
  char count[24];
  if (!tokens) return;
  snprintf(count, sizeof count, "%" PRId64, tokens);
  table_cell(t, HUE_PLAIN, what);
  table_cell(t, HUE_PLAIN, count);
  dollars_cell(t, HUE_PLAIN, dollars < 0 ? -1 : dollars * 1e6 / (double)tokens);
  dollars_cell(t, HUE_PLAIN, dollars);
}

static void write_parts(const roster_usage *u, const roster_cost *c) {
  static const column columns[] = {
    { "PART", false, false, 0 }, { "TOKENS", true, false, 2 }, { "$/MILLION", true, false, 1 }, { "$", true, false, 0 }
  };
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  part_row(&t, "input", u->input_tokens - u->cache_read_tokens, c->input_usd);
  part_row(&t, "cached", u->cache_read_tokens, c->cache_read_usd);
  part_row(&t, "output", u->output_tokens, c->output_usd);
  table_cell(&t, HUE_BOLD, "total");
  table_cell(&t, HUE_PLAIN, "");
  table_cell(&t, HUE_PLAIN, "");
  dollars_cell(&t, HUE_BOLD, c->usd);
  table_end(&t);
}

/* The first day after that one on which another price holds. */
static void add_change(strbuf *text, const roster_model *m, const char *on) {
  const roster_prices *p = roster_model_prices(m);
  const char *from;
  for (size_t i = 0; roster_prices_change_at(p, i, &from); i++) {
    if (strcmp(from, on) <= 0) continue;
    strbuf_format(text, ". The price changes on %s", from);
    return;
  }
}

/* "m on 2026-11-30, at the price for prompts of more than 272K tokens." */
static void write_text_form(const roster_model *m, const roster_usage *u, const roster_cost *c) {
  strbuf text = { 0 };
  write_parts(u, c);
  strbuf_format(&text, "%s on %s", roster_model_id(m), c->on);
  if (c->tier) {
    strbuf_add(&text, ", at the price for prompts of more than ");
    add_tokens(&text, c->tier);
    strbuf_add(&text, " tokens");
  }
  add_change(&text, m, c->on);
  strbuf_add(&text, ".");
  putchar('\n');
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
}

static int compute(const arguments *o, const roster_model *m) {
  roster_usage u = ROSTER_USAGE_INIT;
  roster_cost c = ROSTER_COST_INIT;
  roster_error err;
  u.input_tokens = o->input;
  u.cache_read_tokens = o->cached;
  u.output_tokens = o->output;
  if (roster_model_cost(&c, m, &u, o->on, &err) != ROSTER_OK) return print_error(o, &err);
  if (arguments_have(o, OPTION_JSON))
    write_document(m, &c);
  else
    write_text_form(m, &u, &c);
  return c.usd < 0 ? EXIT_NOT : EXIT_GOOD;
}

int price_run(const arguments *o) {
  host h;
  arguments asking = *o;
  if (!arguments_have(o, OPTION_INPUT | OPTION_OUTPUT)) return usage_error(o, "roster price needs --input or --output");
  if (!arguments_have(o, OPTION_LEVEL)) asking.level = ROSTER_LEVEL_LIST; /* that it is listed is enough */
  int code = host_open(&h, &asking);
  if (!code && host_may_discover(&h, o->operands[0])) code = host_ask(&h);
  const roster_model *m = code ? NULL : host_model(&h, o->operands[0]);
  if (!code) code = m ? compute(o, m) : EXIT_BAD;
  host_close(&h);
  return code;
}
