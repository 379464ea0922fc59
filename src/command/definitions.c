/* definitions: the verbs about the files of definitions, which make no requests: `lint` reports what is wrong in them, `paths` lists which
 * ones are read, in which order and why. */
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/clock.h"
#include "util/finding.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- lint ---- */

/* Returns 0, or the exit code when it cannot be done. Mistakes in the definitions are in the report. */
static int lint(host *h, const roster_options *settings, const char *path) {
  roster_error err = { 0 };
  if (path && access(path, R_OK) != 0) return usage_error(h->arguments, "cannot read '%s': %s", path, strerror(errno));
  roster_status status = roster_lint(settings, path, &err);
  if (status == ROSTER_OK || status == ROSTER_EDEFINITIONS) return EXIT_GOOD;
  return print_error(h->arguments, &err);
}

static int lint_all(host *h) {
  const arguments *o = h->arguments;
  roster_options settings;
  host_settings(h, o, &settings);
  int code = o->operand_count ? EXIT_GOOD : lint(h, &settings, NULL);
  for (int i = 0; i < o->operand_count && !code; i++) code = lint(h, &settings, o->operands[i]);
  return code;
}

static void write_findings_summary(const report *r) {
  size_t errors = report_count(r, ROSTER_ERROR), warnings = report_count(r, ROSTER_WARNING), files = report_files(r);
  strbuf text = { 0 };
  if (r->finding_count) {
    add_count(&text, errors, "error");
    strbuf_add(&text, ", ");
    add_count(&text, warnings, "warning");
  } else {
    strbuf_add(&text, "clean: ");
    add_count(&text, files, "file");
  }
  write_line(errors ? HUE_BAD : warnings ? HUE_DOUBT : HUE_GOOD, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_findings(const report *r) {
  report_write_files(r);
  putchar('\n');
  report_write_findings(r, stdout);
  write_findings_summary(r);
}

static void write_finding(writer *w, const finding *f) {
  write_open(w, NULL, '{');
  write_text(w, "severity", f->severity == ROSTER_ERROR ? "error" : "warning");
  finding_write(w, &(roster_finding){ .severity = f->severity,
                                      .file = f->file,
                                      .line = f->line,
                                      .message = f->message,
                                      .column = f->column,
                                      .length = f->length,
                                      .source = f->source,
                                      .fix = f->fix });
  write_close(w, '}');
}

static void write_findings_json(const report *r) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "findings", '[');
  for (size_t i = 0; i < r->finding_count; i++) write_finding(&w, &r->findings[i]);
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
}

/* Whether there is a file or a directory that nobody could look into. */
static bool is_unread(const report *r) {
  for (size_t i = 0; i < r->finding_count; i++)
    if (r->findings[i].severity == ROSTER_ERROR && !r->findings[i].line && strstr(r->findings[i].message, "cannot be read: ")) return true;
  return false;
}

int lint_run(const arguments *o) {
  host h = { .arguments = o };
  int code = lint_all(&h);
  if (!code) {
    if (arguments_have(o, OPTION_JSON))
      write_findings_json(&h.report);
    else
      write_findings(&h.report);
    code = is_unread(&h.report) ? EXIT_BAD : report_count(&h.report, ROSTER_ERROR) ? EXIT_NOT : EXIT_GOOD;
  }
  host_close(&h);
  return code;
}

/* ---- paths ---- */

/* A directory ends in a slash. */
static void path_cell(table *t, const source *s) {
  strbuf path = { 0 };
  size_t length = strlen(s->path);
  strbuf_add(&path, s->path);
  if (s->directory && length && s->path[length - 1] != '/') strbuf_add(&path, "/");
  table_cell(t, s->read ? HUE_PLAIN : HUE_DIM, strbuf_text(&path));
  strbuf_free(&path);
}

static void write_sources(const report *r) {
  static const column columns[] = { { "READ", false, false, 0 }, { "PATH", false, false, 0 }, { "WHY", false, true, 1 } };
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < r->source_count; i++) {
    const source *s = &r->sources[i];
    table_cell(&t, s->read ? HUE_GOOD : HUE_DIM, s->read ? "yes" : "no");
    path_cell(&t, s);
    table_cell(&t, HUE_PLAIN, s->why);
  }
  table_end(&t);
}

static void write_source(writer *w, const source *s) {
  write_open(w, NULL, '{');
  write_text(w, "path", s->path);
  write_text(w, "why", s->why);
  write_flag(w, "directory", s->directory);
  write_flag(w, "read", s->read);
  write_close(w, '}');
}

/* ---- sources of facts ---- */

/* "3h"; "-" where it was never fetched. */
static void age_cell(table *t, const roster_source_state *s) {
  static const struct {
    const char *name;
    long long seconds;
  } units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };
  const long long age = s->checked_ms ? ((long long)wall_ms() - s->checked_ms) / 1000 : -1;
  strbuf text = { 0 };
  size_t unit = 0;
  while (unit < 3 && age < units[unit].seconds) unit++;
  if (age < 0)
    strbuf_add(&text, "-");
  else
    strbuf_format(&text, "%lld%s", age / units[unit].seconds, units[unit].name);
  table_cell(t, HUE_PLAIN, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_fact_sources(const roster_snapshot *snapshot) {
  static const column columns[] = { { "SOURCE", false, false, 0 },
                                    { "AGE", true, false, 3 },
                                    { "DATA-OF", false, false, 4 },
                                    { "URL", false, true, 2 },
                                    { "STATE", false, true, 1 } };
  const roster_source_state *s;
  table t;
  if (!roster_source_count(snapshot)) return;
  putchar('\n');
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; (s = roster_source_at(snapshot, i)); i++) {
    const char *state = !s->on ? "off" : *s->problem ? s->problem : s->rows ? "good" : "not fetched yet: run roster update";
    table_cell(&t, s->on ? HUE_BOLD : HUE_DIM, s->id);
    age_cell(&t, s);
    table_cell(&t, HUE_PLAIN, *s->day ? s->day : "-");
    table_cell(&t, HUE_PLAIN, s->url);
    table_cell(&t, !s->on ? HUE_DIM : *s->problem ? HUE_BAD : s->rows ? HUE_GOOD : HUE_DOUBT, state);
  }
  table_end(&t);
}

static void write_fact_source_json(writer *w, const roster_source_state *s) {
  write_open(w, NULL, '{');
  write_text(w, "id", s->id);
  write_flag(w, "on", s->on);
  write_text(w, "url", s->url);
  write_text_or_null(w, "day", s->day);
  write_text_or_null(w, "checked_at", s->checked_at);
  if (s->checked_ms)
    write_integer(w, "age_s", (wall_ms() - s->checked_ms) / 1000);
  else
    write_text_or_null(w, "age_s", NULL);
  write_integer(w, "rows", (int64_t)s->rows);
  write_integer(w, "held", (int64_t)s->held);
  write_text(w, "problem", s->problem);
  write_close(w, '}');
}

static void write_sources_json(const report *r, const roster_snapshot *snapshot) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "paths", '[');
  for (size_t i = 0; i < r->source_count; i++) write_source(&w, &r->sources[i]);
  write_close(&w, ']');
  write_open(&w, "sources", '[');
  for (size_t i = 0; i < roster_source_count(snapshot); i++) write_fact_source_json(&w, roster_source_at(snapshot, i));
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
}

/* Users with broken definitions run this verb to find them, so the table is printed even when the load fails. */
int paths_run(const arguments *o) {
  host h;
  int code = host_open(&h, o);
  if (!arguments_have(o, OPTION_JSON)) {
    write_sources(&h.report);
    write_fact_sources(h.snapshot);
  } else if (!code) {
    write_sources_json(&h.report, h.snapshot);
  }
  host_close(&h);
  return code;
}
