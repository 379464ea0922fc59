/* page: see page.h. index.html is copied up to each of its marks, in whose place a table is written. Every string of a snapshot is escaped:
 * providers and scripts chose them. */
#include "server/page.h"

#include "command/shared/host.h"
#include "command/shared/terminal.h"
#include "server/response.h"
#include "util/embed.h"

#include <string.h>

#define SHIP(symbol, path) EMBED(page_##symbol, "src/server/" path)

SHIP(index, "page/index.html")
SHIP(css, "page/page.css")
SHIP(js, "page/page.js")
SHIP(openapi, "openapi.json")

const char *page_file(const char *name, size_t *size, const char **type) {
  static const struct {
    const char *name, *type, *from, *to;
  } files[] = {
    { "page.css", "text/css; charset=utf-8", page_css, page_css_end },
    { "page.js", "text/javascript; charset=utf-8", page_js, page_js_end },
    { "openapi.json", TYPE_JSON, page_openapi, page_openapi_end },
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (strcmp(files[i].name, name) != 0) continue;
    *size = (size_t)(files[i].to - files[i].from);
    *type = files[i].type;
    return files[i].from;
  }
  return NULL;
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

static void add_unusable(strbuf *out, const roster_snapshot *s, bool configured) {
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (!roster_model_usable(m) && roster_model_configured(m) == configured) add_model(out, m);
  }
}

static void add_models(strbuf *out, const roster_snapshot *s) {
  strbuf_add(out,
             "<table class=\"models\">\n<caption>Models</caption>\n<thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Provider</th>"
             "<th scope=\"col\">State</th><th scope=\"col\">Context</th><th scope=\"col\">$ in</th><th scope=\"col\">$ out</th>"
             "<th scope=\"col\">Why</th><th scope=\"col\">What to do</th></tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < roster_count(s); i++) add_model(out, roster_at(s, i));
  add_unusable(out, s, true); /* what is configured and fails comes before what was never set up */
  add_unusable(out, s, false);
  strbuf_add(out, "</tbody>\n</table>\n");
}

/* What is left, as the provider stated it. */
static void add_account(strbuf *out, const roster_provider *v) {
  strbuf left = { 0 };
  add_limits(&left, roster_provider_limits(v));
  if (left.length) {
    strbuf_add(out, "<p class=\"account\">left: ");
    add_escaped(out, strbuf_text(&left));
    strbuf_add(out, "</p>");
  }
  if (*roster_provider_warning(v)) {
    strbuf_add(out, "<p class=\"warning\">");
    add_escaped(out, roster_provider_warning(v));
    strbuf_add(out, "</p>");
  }
  if (left.failed) strbuf_fail(out);
  strbuf_free(&left);
}

/* Since when what its block says is known, or that it is over. */
static void add_days(strbuf *out, const roster_provider *v) {
  const char *day = roster_provider_retired(v);
  if (roster_provider_ended(v)) {
    strbuf_format(out, "<p class=\"ended\">ended%s", strcmp(day, "true") == 0 ? "" : " on ");
    if (strcmp(day, "true") != 0) add_escaped(out, day);
    if (*roster_provider_replacement(v)) strbuf_add(out, "; replaced by ");
    add_escaped(out, roster_provider_replacement(v));
    strbuf_add(out, "</p>");
  } else if (*roster_provider_seen(v)) {
    strbuf_add(out, "<p class=\"seen\">last seen ");
    add_escaped(out, roster_provider_seen(v));
    strbuf_add(out, "</p>");
  }
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
    add_account(out, v);
    add_days(out, v);
    strbuf_add(out, "</article>\n");
  }
}

/* When each was checked, not how long ago that is: the page is written once for each answer. */
static void add_sources(strbuf *out, const roster_snapshot *s) {
  const roster_source_state *of;
  for (size_t i = 0; (of = roster_source_at(s, i)); i++) {
    if (!of->on) continue;
    strbuf_add(out, "<p class=\"source\">Facts of ");
    add_escaped(out, of->id);
    strbuf_format(out, *of->day ? ": data of %s, checked %s" : ": not fetched yet", of->day, of->checked_at);
    if (of->held) strbuf_format(out, ", %zu values held back", of->held);
    if (*of->problem) strbuf_add(out, "; ");
    add_escaped(out, of->problem);
    strbuf_add(out, "</p>");
  }
}

static void add_bill(strbuf *out, const roster_snapshot *s) {
  if (host_has_bill(s)) strbuf_format(out, "<p>Billed requests today: %zu of %zu</p>", roster_billed_today(s), roster_billed_per_day(s));
  add_sources(out, s);
}

enum { DAYS_AHEAD = 90 };

static void add_retirements(strbuf *out, const roster_snapshot *s) {
  const roster_retirement *r;
  size_t soon = 0, used = 0;
  for (; (r = roster_retirement_at(s, soon)) && r->days <= DAYS_AHEAD; soon++) used += r->used_count > 0;
  strbuf_format(out, "<p class=\"retirements%s\">%zu model%s within %d days, %zu in use: ", used ? " warning" : "", soon,
                soon == 1 ? " retires" : "s retire", DAYS_AHEAD, used);
  strbuf_add(out, "<a href=\"/api/retirements\">all days</a>, <a href=\"/api/retirements.ics\">as a calendar</a></p>\n");
}

static void add_banner(strbuf *out, const roster_snapshot *s) {
  const char *file = "", *message;
  int line = 0;
  if (!(message = roster_definitions_error(s, &file, &line))) return;
  strbuf_add(out, "<p class=\"banner\" role=\"alert\">The definitions on disk are broken; the answer before them is served. <code>");
  add_escaped(out, file ? file : "");
  if (line) strbuf_format(out, ":%d", line);
  strbuf_add(out, "</code> ");
  add_escaped(out, message);
  strbuf_add(out, "</p>\n");
}

void page_write(strbuf *out, const roster_snapshot *s) {
  static const struct {
    const char *mark;
    void (*write)(strbuf *out, const roster_snapshot *s);
  } marks[] = { { "<!--models-->", add_models },
                { "<!--providers-->", add_providers },
                { "<!--banner-->", add_banner },
                { "<!--bill-->", add_bill },
                { "<!--retirements-->", add_retirements } };
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
