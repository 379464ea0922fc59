/* retiring: see retiring.h. */
#include "command/retiring.h"

#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "util/strbuf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* NULL past the last that is within the days. */
static const roster_retirement *within(const roster_snapshot *s, size_t i, long days) {
  const roster_retirement *r = roster_retirement_at(s, i);
  return r && r->days <= days ? r : NULL;
}

static void when_cells(table *t, const roster_retirement *r) {
  char days[24];
  snprintf(days, sizeof days, "%" PRId64, r->days);
  table_cell(t, r->used_count ? HUE_BAD : HUE_PLAIN, r->day);
  table_cell(t, r->used_count ? HUE_BAD : HUE_PLAIN, days);
}

/* "default, role cheap", and the state of a model that is not ready. */
static void use_cell(table *t, const roster_retirement *r) {
  strbuf use = { 0 };
  for (size_t i = 0; i < r->used_count; i++) strbuf_format(&use, "%s%s", i ? ", " : "", r->used_by[i]);
  const roster_state state = roster_model_state(r->model);
  if (state != ROSTER_READY) strbuf_format(&use, "%s%s", use.length ? ", " : "", roster_state_name(state));
  table_cell(t, r->used_count ? HUE_BAD : HUE_DIM, strbuf_text(&use));
  strbuf_free(&use);
}

static void write_table(const roster_snapshot *s, long days) {
  static const column columns[] = {
    { "MODEL", false, false, 0 }, { "PROVIDER", false, true, 5 },    { "RETIRES", false, false, 0 },
    { "DAYS", true, false, 4 },   { "REPLACEMENT", false, true, 1 }, { "USE/STATE", false, true, 3 },
  };
  const roster_retirement *r;
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; (r = within(s, i, days)); i++) {
    table_cell(&t, r->used_count ? HUE_BOLD : HUE_PLAIN, roster_model_id(r->model));
    table_cell(&t, HUE_PLAIN, roster_provider_id(roster_model_provider(r->model)));
    when_cells(&t, r);
    table_cell(&t, HUE_PLAIN, *r->replacement ? r->replacement : "-");
    use_cell(&t, r);
  }
  table_end(&t);
}

static void write_document(const roster_snapshot *s, long days) {
  size_t length = roster_write_retirements_json(s, days, NULL, 0);
  char *text = grown(NULL, length + 1);
  roster_write_retirements_json(s, days, text, length + 1);
  document_write_text(text);
  free(text);
}

static void write_sum(const arguments *o, size_t count, size_t used) {
  strbuf text = { 0 };
  add_count(&text, count, "model");
  strbuf_format(&text, " %s within %ld day%s, %zu in use.", count == 1 ? "retires" : "retire", o->retiring_days,
                o->retiring_days == 1 ? "" : "s", used);
  if (count) putchar('\n');
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
}

int retiring_write(const roster_snapshot *s, const arguments *o) {
  const roster_retirement *r;
  size_t count = 0, used = 0;
  for (; (r = within(s, count, o->retiring_days)); count++) used += r->used_count > 0;
  if (arguments_have(o, OPTION_JSON))
    write_document(s, o->retiring_days);
  else if (count)
    write_table(s, o->retiring_days);
  if (!arguments_have(o, OPTION_JSON)) write_sum(o, count, used);
  return used ? EXIT_NOT : EXIT_GOOD;
}
