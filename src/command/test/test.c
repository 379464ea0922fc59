/* test: the verb `test`: tries definitions against mock servers on this machine. Contacts no other host, and never reads a real key. */
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "command/test/checks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHECK_COLUMNS = 22 };

/* ---- which providers ---- */

/* Whether a block is defined in this file, or in a file of this directory. */
static bool is_of(const char *path, const char *defined_at) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  return strncmp(defined_at, path, length) == 0 && (defined_at[length] == '/' || defined_at[length] == ':');
}

static bool is_wanted(const harness *h, const roster_snapshot *all, const roster_provider *p) {
  const char *id = roster_provider_id(p);
  if (h->arguments->operand_count > 1) return strcmp(h->arguments->operands[1], id) == 0;
  if (!h->path) return true;
  bool ours = is_of(h->path, roster_provider_defined_at(p));
  for (size_t i = 0; i < roster_known_count(all) && !ours; i++) {
    const roster_model *m = roster_known_at(all, i);
    ours = roster_model_provider(m) == p && is_of(h->path, roster_model_defined_at(m));
  }
  return ours;
}

/* ---- printing ---- */

static const char *text_in(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text ? text : "";
}

static size_t count_checks(const json_t *story, const char *result) {
  const json_t *checks = json_object_get(story, "checks");
  size_t count = 0;
  for (size_t i = 0; i < json_array_size(checks); i++) count += strcmp(text_in(json_array_get(checks, i), "result"), result) == 0;
  return count;
}

static void write_sends(const json_t *story) {
  const json_t *sends = json_object_get(story, "sends");
  const char *last = "";
  for (size_t i = 0; i < json_array_size(sends); i++) {
    const json_t *one = json_array_get(sends, i);
    if (strcmp(last, text_in(one, "url")) == 0) continue;
    strbuf line = { 0 };
    strbuf_format(&line, "  %-4s %s", text_in(one, "method"), last = text_in(one, "url"));
    write_line(HUE_PLAIN, strbuf_text(&line));
    strbuf_free(&line);
  }
}

static void write_check(const json_t *check) {
  const char *result = text_in(check, "result");
  strbuf lead = { 0 };
  bool failed = strcmp(result, "fail") == 0, passed = strcmp(result, "pass") == 0;
  strbuf_format(&lead, "  %s%s%s  %s",
                hue_start(failed   ? HUE_BAD
                          : passed ? HUE_GOOD
                                   : HUE_DOUBT),
                failed   ? "FAIL"
                : passed ? "ok  "
                         : "note",
                hue_end(HUE_BAD), text_in(check, "check"));
  size_t shown = 8 + strlen(text_in(check, "check"));
  strbuf_pad(&lead, shown < CHECK_COLUMNS ? CHECK_COLUMNS - shown : 1);
  write_wrapped(strbuf_text(&lead), CHECK_COLUMNS, text_in(check, "says"));
  strbuf_free(&lead);
}

static void write_report(const json_t *story) {
  const json_t *checks = json_object_get(story, "checks");
  strbuf title = { 0 };
  strbuf_format(&title, "%s: %s, %s", text_in(story, "id"), text_in(story, "protocol"), text_in(story, "defined_at"));
  write_line(HUE_BOLD, strbuf_text(&title));
  strbuf_free(&title);
  write_sends(story);
  for (size_t i = 0; i < json_array_size(checks); i++) write_check(json_array_get(checks, i));
  putchar('\n');
  fflush(stdout);
}

/* ---- testing ---- */

typedef struct results {
  const json_t *kept; /* to be compared with; NULL for none */
  json_t *reports;
  bool printed; /* each when it is done: all of them may take seconds */
} results;

static bool test_one(harness *h, const roster_snapshot *all, const roster_provider *p, const results *into, roster_error *err) {
  provider_under_test s;
  scenario_run run = { 0 };
  bool done = provider_under_test_begin(&s, h, all, p, err) && scenarios_run(&s, &run, err);
  if (done) {
    checks_add(&s, &run);
    if (into->kept) checks_compare(into->kept, s.report);
    if (into->printed) write_report(s.report);
    json_array_append(into->reports, s.report);
  }
  scenario_run_free(&run);
  provider_under_test_end(&s);
  return done;
}

static int report_no_provider(const arguments *o, const roster_snapshot *all) {
  const char *wanted = o->operand_count > 1 ? o->operands[1] : NULL;
  if (!wanted) return usage_error(o, "%s mentions no provider", o->operand_count ? o->operands[0] : "that");
  const char *near = nearest_provider(all, wanted);
  if (near) return usage_error(o, "there is no provider '%s' in these definitions (did you mean '%s'?)", wanted, near);
  return usage_error(o, "there is no provider '%s' in these definitions", wanted);
}

static int test_all(harness *h, const results *into) {
  json_t *environment = harness_environment(h);
  roster_error err = { 0 };
  open_options how = { .environment = environment };
  roster *registry = harness_open(h, &how, &err);
  const roster_snapshot *all = registry ? roster_acquire(registry) : NULL;
  bool done = all != NULL;
  for (size_t i = 0; done && i < roster_provider_count(all); i++)
    if (is_wanted(h, all, roster_provider_at(all, i))) done = test_one(h, all, roster_provider_at(all, i), into, &err);
  int code = done && !json_array_size(into->reports) ? report_no_provider(h->arguments, all) : EXIT_GOOD;
  roster_release(all);
  roster_close(registry);
  json_decref(environment);
  if (done) return code;
  if (err.status != ROSTER_EDEFINITIONS) return print_error(h->arguments, &err);
  report_write_findings(&h->report, stderr);
  if (arguments_have(h->arguments, OPTION_JSON)) document_write_error(&err);
  return EXIT_BAD;
}

/* ---- the sum ---- */

static void write_sum(const json_t *reports, size_t failed) {
  size_t passed = 0, remarks = 0;
  for (size_t i = 0; i < json_array_size(reports); i++) {
    passed += count_checks(json_array_get(reports, i), "pass");
    remarks += count_checks(json_array_get(reports, i), "remark");
  }
  strbuf text = { 0 };
  add_count(&text, json_array_size(reports), "provider");
  strbuf_format(&text, ": %zu passed, %zu failed, ", passed, failed);
  add_count(&text, remarks, "note");
  write_line(failed ? HUE_BAD : HUE_GOOD, strbuf_text(&text));
  strbuf_free(&text);
}

static int print_results(const arguments *o, json_t *reports) {
  size_t failed = 0;
  for (size_t i = 0; i < json_array_size(reports); i++) failed += count_checks(json_array_get(reports, i), "fail");
  if (arguments_have(o, OPTION_JSON)) {
    json_t *document = json_pack("{s:O}", "providers", reports);
    char *text = json_dumps(document, JSON_INDENT(1));
    document_write_text(text ? text : "{}");
    free(text);
    json_decref(document);
  } else {
    write_sum(reports, failed);
  }
  return failed ? EXIT_NOT : EXIT_GOOD;
}

int test_run(const arguments *o) {
  harness h;
  if (o->operand_count && access(o->operands[0], R_OK) != 0) return usage_error(o, "cannot read '%s': %s", o->operands[0], strerror(errno));
  json_t *kept = o->expect ? checks_read_kept(o, o->expect) : NULL;
  if (o->expect && !kept) return EXIT_BAD;
  results all = { kept, json_array(), !arguments_have(o, OPTION_JSON) };
  harness_begin(&h, o);
  int code = test_all(&h, &all);
  if (!code) code = print_results(o, all.reports);
  harness_end(&h);
  json_decref(all.reports);
  json_decref(kept);
  return code;
}
