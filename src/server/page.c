/* page: see page.h. index.html is copied up to each of its marks, which is replaced by data or by a table. Every string of a snapshot is
 * escaped: providers and scripts chose them. */
#include "server/page.h"

#include "server/page_data.h"
#include "server/response.h"
#include "util/embed.h"

#include <string.h>

EMBED(page_index, "src/server/page/index.html")
EMBED(page_style, "src/server/page/page.css")
EMBED(page_script, PAGE_SCRIPT)
EMBED(page_openapi, "src/server/openapi.json")

const char *page_file(const char *name, size_t *size, const char **type) {
  const bool is_script = strcmp(name, "page.js") == 0;
  if (!is_script && strcmp(name, "openapi.json") != 0) return NULL;
  const char *from = is_script ? page_script : page_openapi, *to = is_script ? page_script_end : page_openapi_end;
  *size = (size_t)(to - from);
  *type = is_script ? "text/javascript; charset=utf-8" : TYPE_JSON;
  return from;
}

static void add_escaped(strbuf *out, const char *text) {
  static const char special[] = "&<>\"'";
  static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
  while (*text) {
    size_t plain = strcspn(text, special);
    strbuf_bytes(out, text, plain);
    text += plain;
    if (*text) strbuf_add(out, names[strchr(special, *text++) - special]);
  }
}

static void add_cell(strbuf *out, const char *column, const char *text) {
  strbuf_format(out, "<td class=\"%s\">", column);
  add_escaped(out, text);
  strbuf_add(out, "</td>");
}

static void add_number(strbuf *out, const char *column, double value, bool known) {
  strbuf_format(out, "<td class=\"%s number\">", column);
  if (known) strbuf_format(out, "%.10g", value);
  strbuf_add(out, "</td>");
}

/* Up to which prompt, and until which day, a price holds: shown beside it, and no text of the cell, by whose number rows are sorted. */
static void add_input_price(strbuf *out, const roster_model *m) {
  const roster_prices *p = roster_model_prices(m);
  const double dollars = roster_prices_get(p, ROSTER_PRICE_INPUT);
  const char *from;
  int64_t above;
  strbuf_add(out, "<td class=\"price-input number\"");
  if (roster_prices_tier_at(p, 0, &above)) strbuf_format(out, " data-up-to=\"up to %.10gK tokens\"", (double)above / 1000);
  if (roster_prices_change_at(p, 0, &from)) strbuf_format(out, " data-before=\"before %s\"", from);
  strbuf_add(out, ">");
  if (dollars >= 0) strbuf_format(out, "%.10g", dollars);
  strbuf_add(out, "</td>");
}

static void add_model(strbuf *out, const roster_model *m) {
  const char *state = roster_state_name(roster_model_state(m));
  double output = roster_model_price(m, ROSTER_PRICE_OUTPUT);
  strbuf_add(out, "<tr data-id=\"");
  add_escaped(out, roster_model_id(m));
  strbuf_format(out, "\" data-state=\"%s\"%s><th scope=\"row\">", state, roster_model_stale(m) ? " data-stale" : "");
  add_escaped(out, roster_model_id(m));
  strbuf_add(out, "</th>");
  add_cell(out, "provider", roster_provider_title(roster_model_provider(m)));
  strbuf_format(out, "<td class=\"state\"><span class=\"state-%s\">%s</span></td>", state, state);
  add_number(out, "context", (double)roster_model_context_window(m), roster_model_context_window(m) > 0);
  add_input_price(out, m);
  add_number(out, "price-output", output, output >= 0);
  add_cell(out, "reason", roster_model_stale(m) ? roster_model_stale_reason(m) : roster_model_reason(m));
  add_cell(out, "hint", roster_model_hint(m));
  strbuf_add(out, "</tr>\n");
}

/* A browser that runs scripts reads them too, and shows nothing before that. */
enum { MOST_ROWS = 100 };

typedef struct rows {
  strbuf *out;
  size_t written;
} rows;

static bool add_row(void *payload, const roster_model *m) {
  rows *r = payload;
  add_model(r->out, m);
  return ++r->written < MOST_ROWS;
}

/* The rows of a browser without JavaScript: others request what page_data wrote. */
static void add_models(strbuf *out, const roster_snapshot *s) {
  rows r = { .out = out };
  strbuf_add(out,
             "<table class=\"models\">\n<caption>Models</caption>\n<thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Provider</th>"
             "<th scope=\"col\">State</th><th scope=\"col\">Context</th><th scope=\"col\">$ in</th><th scope=\"col\">$ out</th>"
             "<th scope=\"col\">Why</th><th scope=\"col\">What to do</th></tr></thead>\n<tbody>\n");
  page_data_each_model(s, add_row, &r);
  strbuf_add(out, "</tbody>\n</table>\n");
  if (r.written == MOST_ROWS)
    strbuf_format(out, "<p>The first %zu models; <a href=\"/api/models\">all of them as JSON</a>.</p>\n", r.written);
}

static void add_providers(strbuf *out, const roster_snapshot *s) {
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *v = roster_provider_at(s, i);
    bool unused = !roster_provider_ready(v) && !roster_provider_credential_set(v);
    strbuf_format(out, "<article class=\"provider%s\" data-id=\"", unused ? " unused" : "");
    add_escaped(out, roster_provider_id(v));
    strbuf_add(out, "\"><h3>");
    add_escaped(out, roster_provider_title(v));
    strbuf_add(out, "</h3><p class=\"endpoint\">");
    add_escaped(out, roster_provider_endpoint(v));
    strbuf_add(out, "</p><p class=\"credential\">");
    add_escaped(out, roster_provider_credential_source(v));
    strbuf_format(out, "%s</p><p class=\"count\">%zu of %zu ready</p>", roster_provider_credential_set(v) ? " (set)" : "",
                  roster_provider_ready(v), roster_provider_defined(v));
    strbuf_add(out, "</article>\n");
  }
}

static void add_line(strbuf *out, const char *before, const char *text, const char *behind) {
  if (!text) return;
  strbuf_add(out, before);
  add_escaped(out, text);
  strbuf_add(out, behind);
}

/* drawBanner of page.js makes the same of the next answer. */
static void add_banner(strbuf *out, const roster_snapshot *s) {
  const roster_finding *error = roster_definitions_finding(s);
  if (!error) return;
  strbuf_add(out, "<div class=\"banner\" role=\"alert\"><p>The definitions on disk have errors; showing the last good result. <code>");
  add_escaped(out, error->file);
  if (error->line) strbuf_format(out, ":%d", error->line);
  if (error->column) strbuf_format(out, ":%d", error->column);
  strbuf_add(out, "</code> ");
  add_escaped(out, error->message);
  strbuf_add(out, "</p>");
  add_line(out, "<pre>", error->source, "</pre>");
  add_line(out, "<p class=\"hint\">Write: <code>", error->fix, "</code></p>");
  strbuf_add(out, "</div>\n");
}

/* In the page itself, which is then painted without a second request. */
static void add_style(strbuf *out, const roster_snapshot *s) {
  (void)s;
  strbuf_bytes(out, page_style, (size_t)(page_style_end - page_style));
}

void page_write(strbuf *out, const roster_snapshot *s) {
  static const struct {
    const char *mark;
    void (*write)(strbuf *out, const roster_snapshot *s);
  } marks[] = {
    { "<!--style-->", add_style }, { "<!--models-->", add_models }, { "<!--providers-->", add_providers }, { "<!--banner-->", add_banner }
  };
  for (const char *from = page_index; *from;) {
    const char *next = strstr(from, "<!--");
    if (!next) next = page_index_end;
    strbuf_bytes(out, from, (size_t)(next - from));
    from = next;
    size_t i = 0, count = sizeof marks / sizeof *marks;
    while (i < count && strncmp(from, marks[i].mark, strlen(marks[i].mark)) != 0) i++;
    if (i < count) marks[i].write(out, s), from += strlen(marks[i].mark);
    if (i == count && *from) strbuf_bytes(out, from++, 1);
  }
}
