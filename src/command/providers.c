/* providers: the verb that lists the providers that roster would ask, the key for each, and how many models are ready. */
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <string.h>

/* "set", with the date since when it is. */
static void set_cell(table *t, const roster_provider *p) {
  char text[32];
  const char *since = roster_provider_credential_since(p);
  snprintf(text, sizeof text, "set%s%.10s", *since ? "," : "", since);
  table_cell(t, HUE_GOOD, text);
}

/* "ended", with the day on which it did. */
static void ended_cell(table *t, const roster_provider *p) {
  char text[32];
  const char *day = roster_provider_retired(p);
  snprintf(text, sizeof text, "ended%s%.10s", strcmp(day, "true") == 0 ? "" : ",", strcmp(day, "true") == 0 ? "" : day);
  table_cell(t, HUE_DIM, text);
}

static void key_cell(table *t, const roster_provider *p) {
  bool keyless = strcmp(roster_provider_credential_source(p), "keyless") == 0;
  if (roster_provider_ended(p))
    ended_cell(t, p);
  else if (!roster_provider_enabled(p))
    table_cell(t, HUE_DIM, "off");
  else if (keyless)
    table_cell(t, HUE_PLAIN, "-");
  else if (roster_provider_credential_set(p))
    set_cell(t, p);
  else
    table_cell(t, HUE_DIM, "unset");
}

static void ready_cell(table *t, const roster_provider *p, bool offline) {
  size_t ready = roster_provider_ready(p), defined = roster_provider_defined(p);
  char text[48];
  snprintf(text, sizeof text, offline ? "%zu" : "%zu/%zu", offline ? defined : ready, defined);
  table_cell(t, ready ? HUE_GOOD : HUE_PLAIN, text);
}

/* Whether roster would ask it. */
static bool is_in_use(const roster_provider *p) {
  bool keyless = strcmp(roster_provider_credential_source(p), "keyless") == 0;
  return roster_provider_ready(p) > 0 || (roster_provider_enabled(p) && (keyless || roster_provider_credential_set(p)));
}

static void write_row(table *t, const roster_provider *p, bool offline) {
  table_cell(t, HUE_BOLD, roster_provider_id(p));
  ready_cell(t, p, offline);
  key_cell(t, p);
  table_cell(t, HUE_PLAIN, roster_provider_credential_source(p));
}

static void write_used(const roster_snapshot *s, bool offline) {
  const column columns[] = {
    { "PROVIDER", false, false, 0 }, { offline ? "MODELS" : "READY", true, false, 1 },
    { "KEY", false, false, 2 },      { "CREDENTIAL", false, true, 0 },
    { "ENDPOINT", false, true, 3 },
  };
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const char *endpoint = roster_provider_endpoint(p);
    if (!is_in_use(p)) continue;
    write_row(&t, p, offline);
    table_cell(&t, HUE_PLAIN, *endpoint ? endpoint : "none");
  }
  table_end(&t);
}

/* No request goes to these, so a short list matters more than their addresses. */
static void write_rest(const roster_snapshot *s) {
  const column columns[] = {
    { "NOT-IN-USE", false, false, 0 },
    { "MODELS", true, false, 1 },
    { "KEY", false, false, 2 },
    { "CREDENTIAL", false, true, 0 },
  };
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < roster_provider_count(s); i++)
    if (!is_in_use(roster_provider_at(s, i))) write_row(&t, roster_provider_at(s, i), true);
  table_end(&t);
}

static void write_tables(const roster_snapshot *s, bool offline) {
  size_t used = 0, count = roster_provider_count(s);
  for (size_t i = 0; i < count; i++) used += is_in_use(roster_provider_at(s, i));
  if (used) write_used(s, offline);
  if (used && used < count) putchar('\n');
  if (used < count) write_rest(s);
}

/* What to do about keys that lead to no model. */
static void write_hints(const roster_snapshot *s) {
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const char *hint = roster_provider_hint(roster_provider_at(s, i));
    if (!*hint) continue;
    putchar('\n');
    write_wrapped("", 0, hint);
  }
}

static void write_summary(const roster_snapshot *s) {
  size_t set = 0, count = roster_provider_count(s);
  for (size_t i = 0; i < count; i++) {
    const roster_provider *p = roster_provider_at(s, i);
    set += roster_provider_enabled(p) && roster_provider_credential_set(p);
  }
  strbuf text = { 0 };
  add_count(&text, count, "provider");
  strbuf_format(&text, ", %zu with a key.", set);
  if (strcmp(roster_gateway_status(s), "not_configured") != 0) strbuf_format(&text, " Gateway: %s.", roster_gateway_status(s));
  printf("\n%s\n", strbuf_text(&text));
  strbuf_free(&text);
}

static void write_accounts(const roster_snapshot *s) {
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    strbuf left = { 0 }, text = { 0 };
    add_limits(&left, roster_provider_limits(p));
    if (left.length) strbuf_format(&text, "%s reports what is left: %s.", roster_provider_title(p), strbuf_text(&left));
    if (left.length) write_wrapped("", 0, strbuf_text(&text));
    if (*roster_provider_warning(p)) write_wrapped("warning: ", 9, roster_provider_warning(p));
    strbuf_free(&left);
    strbuf_free(&text);
  }
}

static void write_answer(const host *h, bool offline) {
  report_write_files(&h->report);
  putchar('\n');
  write_tables(h->snapshot, offline);
  write_hints(h->snapshot);
  write_summary(h->snapshot);
  write_accounts(h->snapshot);
}

static void write_ids(const roster_snapshot *s) {
  for (size_t i = 0; i < roster_provider_count(s); i++) write_line(HUE_PLAIN, roster_provider_id(roster_provider_at(s, i)));
}

int providers_run(const arguments *o) {
  host h;
  if (arguments_have(o, OPTION_IDS) && arguments_have(o, OPTION_JSON)) return usage_error(o, "--ids and --json exclude each other");
  bool offline = arguments_have(o, OPTION_OFFLINE | OPTION_IDS); /* which there are is known without a request */
  int code = host_open(&h, o);
  if (!code && !offline) code = host_ask(&h);
  if (!code) host_warn(&h);
  if (!code && arguments_have(o, OPTION_IDS))
    write_ids(h.snapshot);
  else if (!code && arguments_have(o, OPTION_JSON))
    document_write(roster_write_providers_json, h.snapshot);
  else if (!code)
    write_answer(&h, offline);
  host_close(&h);
  return code;
}
