/* lint: the verb that checks definitions without asking anybody. */
#include "command/shared/amount.h"
#include "command/shared/document.h"
#include "command/shared/host.h"
#include "command/shared/message.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Answers 0, or the exit code of a call that cannot be done. Mistakes in the definitions are in the report. */
static int lint(host *h, const roster_options *settings, const char *path) {
  roster_error err = { 0 };
  if (path && access(path, R_OK) != 0) return fail_usage(h->options, "cannot read '%s': %s", path, strerror(errno));
  roster_status status = roster_lint(settings, path, &err);
  if (status == ROSTER_OK || status == ROSTER_EDEFINITIONS) return EXIT_GOOD;
  return fail(h->options, &err);
}

static int lint_all(host *h) {
  const options *o = h->options;
  roster_options settings;
  host_settings(h, o, &settings);
  int code = o->operand_count ? EXIT_GOOD : lint(h, &settings, NULL);
  for (int i = 0; i < o->operand_count && !code; i++) code = lint(h, &settings, o->operands[i]);
  return code;
}

static void write_summary(const report *r) {
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

static void write_answer(const report *r) {
  report_write_files(r);
  putchar('\n');
  report_write_findings(r, stdout);
  write_summary(r);
}

static void write_finding(writer *w, const finding *f) {
  write_open(w, NULL, '{');
  write_text(w, "severity", f->severity == ROSTER_ERROR ? "error" : "warning");
  write_text(w, "file", f->file);
  write_integer(w, "line", f->line);
  write_text(w, "message", f->message);
  write_close(w, '}');
}

static void write_json(const report *r) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "findings", '[');
  for (size_t i = 0; i < r->finding_count; i++) write_finding(&w, &r->findings[i]);
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
}

int lint_run(const options *o) {
  host h = { .options = o };
  int code = lint_all(&h);
  if (!code) {
    if (options_have(o, OPTION_JSON))
      write_json(&h.report);
    else
      write_answer(&h.report);
    code = report_count(&h.report, ROSTER_ERROR) ? EXIT_NOT : EXIT_GOOD;
  }
  host_close(&h);
  return code;
}
