/* doctor: `roster doctor`: see doctor.h. It opens a registry as every verb does, takes what goes wrong as something to show, and makes no
 * request unless --online is given. */
#include "command/doctor/doctor.h"

#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/verb.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void doctor_begin(doctor *d, const char *section) { d->section = section; }

void doctor_say(doctor *d, finding_level level, const char *next, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (d->line_count == d->line_room) {
    d->line_room = d->line_room ? 2 * d->line_room : 64;
    d->lines = grown(d->lines, d->line_room * sizeof *d->lines);
  }
  d->lines[d->line_count++] = (doctor_line){ level, d->section, copied(text), next && *next ? copied(next) : NULL };
}

void doctor_worsen(doctor *d, size_t line, const char *next) {
  d->lines[line].level = DOCTOR_ERROR;
  if (!*next) return;
  free(d->lines[line].next);
  d->lines[line].next = copied(next);
}

/* ---- the load ---- */

static void on_finding(void *payload, const roster_finding *f) { report_take_finding(&((doctor *)payload)->host.report, f); }

static void on_variable(void *payload, const char *name, bool is_secret) {
  doctor *d = payload;
  for (size_t i = 0; i < d->variable_count; i++) {
    if (strcmp(d->variables[i].name, name) != 0) continue;
    d->variables[i].secret = d->variables[i].secret || is_secret;
    return;
  }
  if (d->variable_count == d->variable_room) {
    d->variable_room = d->variable_room ? 2 * d->variable_room : 64;
    d->variables = grown(d->variables, d->variable_room * sizeof *d->variables);
  }
  d->variables[d->variable_count++] = (named_variable){ copied(name), is_secret };
}

bool doctor_is_named(const doctor *d, const char *variable) {
  for (size_t i = 0; i < d->variable_count; i++)
    if (strcmp(d->variables[i].name, variable) == 0) return true;
  return false;
}

static void open_registry(doctor *d, const arguments *o) {
  roster_options settings;
  roster_error err = { 0 };
  d->host.arguments = o;
  host_settings(&d->host, o, &settings);
  settings.on_finding = on_finding;
  settings.on_variable = on_variable;
  settings.payload = d;
  d->opened = roster_open(&d->host.registry, &settings, &err);
  d->host.report.closed = true;
  if (d->opened == ROSTER_OK)
    d->host.snapshot = roster_acquire(d->host.registry);
  else if (!d->host.report.finding_count) {
    doctor_begin(d, "Definitions");
    doctor_say(d, DOCTOR_ERROR, err.hint, "%s", err.message);
  }
}

static void check(doctor *d, const arguments *o) {
  open_registry(d, o);
  doctor_check_libraries(d);
  doctor_check_definitions(d);
  if (d->host.snapshot) doctor_check_catalogue(d);
  doctor_check_keys(d);
  if (d->host.snapshot) doctor_check_providers(d);
  doctor_check_network(d);
  doctor_check_machine(d);
  if (d->host.snapshot && arguments_have(o, OPTION_ONLINE)) doctor_check_online(d);
}

/* ---- printing ---- */

static const char *const LEVELS[] = { "ok", "warning", "error" };

static size_t count_of(const doctor *d, finding_level level) {
  size_t count = 0;
  for (size_t i = 0; i < d->line_count; i++) count += d->lines[i].level == level;
  return count;
}

static void write_one(const doctor_line *l) {
  static const hue hues[] = { HUE_GOOD, HUE_DOUBT, HUE_BAD };
  const size_t margin = 10;
  strbuf lead = { 0 };
  strbuf_format(&lead, "  %s%-8s%s", hue_start(hues[l->level]), LEVELS[l->level], hue_end(hues[l->level]));
  write_wrapped(strbuf_text(&lead), margin, l->text);
  if (l->next) write_wrapped("          next: ", margin + 6, l->next);
  strbuf_free(&lead);
}

static void write_lines(const doctor *d) {
  const char *section = NULL;
  for (size_t i = 0; i < d->line_count; i++) {
    const doctor_line *l = &d->lines[i];
    if (l->section != section) {
      if (section) putchar('\n');
      write_line(HUE_BOLD, l->section);
    }
    section = l->section;
    write_one(l);
  }
}

static void write_summary(const doctor *d) {
  size_t errors = count_of(d, DOCTOR_ERROR), warnings = count_of(d, DOCTOR_WARNING);
  strbuf text = { 0 };
  putchar('\n');
  if (errors || warnings) {
    add_count(&text, errors, "error");
    strbuf_add(&text, ", ");
    add_count(&text, warnings, "warning");
  } else {
    strbuf_add(&text, "No problems found.");
  }
  write_line(errors ? HUE_BAD : warnings ? HUE_DOUBT : HUE_GOOD, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_json(const doctor *d) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_integer(&w, "errors", (int64_t)count_of(d, DOCTOR_ERROR));
  write_integer(&w, "warnings", (int64_t)count_of(d, DOCTOR_WARNING));
  write_open(&w, "lines", '[');
  for (size_t i = 0; i < d->line_count; i++) {
    write_open(&w, NULL, '{');
    write_text(&w, "section", d->lines[i].section);
    write_text(&w, "level", LEVELS[d->lines[i].level]);
    write_text(&w, "text", d->lines[i].text);
    write_text_or_null(&w, "next", d->lines[i].next);
    write_close(&w, '}');
  }
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
}

static void close_doctor(doctor *d) {
  for (size_t i = 0; i < d->line_count; i++) {
    free(d->lines[i].text);
    free(d->lines[i].next);
  }
  for (size_t i = 0; i < d->variable_count; i++) free(d->variables[i].name);
  free(d->lines);
  free(d->variables);
  host_close(&d->host);
}

int doctor_run(const arguments *o) {
  doctor d = { .section = "Definitions" };
  check(&d, o);
  if (arguments_have(o, OPTION_JSON)) {
    write_json(&d);
  } else {
    write_lines(&d);
    write_summary(&d);
  }
  int code = count_of(&d, DOCTOR_ERROR) ? EXIT_NOT : EXIT_GOOD;
  close_doctor(&d);
  return code;
}
