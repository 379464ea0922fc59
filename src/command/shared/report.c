/* report: see report.h. */
#include "command/shared/report.h"

#include "command/shared/memory.h"

#include "util/utf8.h"

#include "util/strbuf.h"
#include "command/shared/terminal.h"

#include <stdlib.h>
#include <string.h>

static bool is_known(const report *r, const roster_finding *f) {
  for (size_t i = 0; i < r->finding_count; i++) {
    const finding *k = &r->findings[i];
    if (k->line == f->line && k->severity == f->severity && strcmp(k->file, f->file) == 0 && strcmp(k->message, f->message) == 0)
      return true;
  }
  return false;
}

void report_take_finding(report *r, const roster_finding *f) {
  if (is_known(r, f)) return;
  if (r->finding_count == r->finding_room) {
    r->finding_room = r->finding_room * 2 + 16;
    r->findings = grown(r->findings, r->finding_room * sizeof *r->findings);
  }
  r->findings[r->finding_count++] = (finding){ f->severity, copied(f->file), f->line, copied(f->message) };
}

void report_take_source(report *r, const roster_source *s) {
  if (r->closed) return;
  if (r->source_count == r->source_room) {
    r->source_room = r->source_room * 2 + 16;
    r->sources = grown(r->sources, r->source_room * sizeof *r->sources);
  }
  r->sources[r->source_count++] = (source){ copied(s->path), copied(s->why), s->directory, s->read };
}

size_t report_count(const report *r, roster_severity severity) {
  size_t count = 0;
  for (size_t i = 0; i < r->finding_count; i++) count += r->findings[i].severity == severity;
  return count;
}

static bool is_shipped(const source *s) { return strncmp(s->why, "shipped", 7) == 0; }

size_t report_files(const report *r) {
  size_t count = 0;
  for (size_t i = 0; i < r->source_count; i++) count += r->sources[i].read && !r->sources[i].directory;
  return count;
}

static void add_finding(strbuf *line, const finding *f) {
  utf8_add_clean(line, f->file);
  if (f->line) strbuf_format(line, "%s%d", *f->file ? ":" : "line ", f->line);
  if (line->length) strbuf_add(line, ": ");
  if (f->severity == ROSTER_WARNING) strbuf_add(line, "warning: ");
  utf8_add_clean(line, f->message);
}

void report_write_findings(const report *r, FILE *to) {
  for (size_t i = 0; i < r->finding_count; i++) {
    strbuf line = { 0 };
    add_finding(&line, &r->findings[i]);
    fprintf(to, "%s\n", strbuf_text(&line));
    strbuf_free(&line);
  }
}

/* Without the shipped definitions the protocols are still read. */
static const char *shipped_words(const report *r) {
  const char *words = NULL;
  for (size_t i = 0; i < r->source_count; i++) {
    const source *s = &r->sources[i];
    if (!is_shipped(s) || !s->read) continue;
    if (!s->directory && !strstr(s->path, "protocols")) return "shipped definitions";
    words = "shipped protocols";
  }
  return words;
}

void report_write_files(const report *r) {
  const char *lead = "Read: ", *shipped = shipped_words(r);
  if (shipped) {
    write_wrapped(lead, 6, shipped);
    lead = "      ";
  }
  for (size_t i = 0; i < r->source_count; i++) {
    const source *s = &r->sources[i];
    if (!s->read || s->directory || is_shipped(s)) continue;
    write_wrapped(lead, 6, s->path);
    lead = "      ";
  }
  if (*lead == 'R') write_wrapped(lead, 6, "nothing");
}

void report_free(report *r) {
  for (size_t i = 0; i < r->finding_count; i++) {
    free(r->findings[i].file);
    free(r->findings[i].message);
  }
  for (size_t i = 0; i < r->source_count; i++) {
    free(r->sources[i].path);
    free(r->sources[i].why);
  }
  free(r->findings);
  free(r->sources);
  *r = (report){ 0 };
}
