/* host: see host.h. */
#include "command/shared/host.h"

#include "command/shared/finding_text.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/veil.h"
#include "util/strbuf.h"
#include "util/suggest.h"
#include "util/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the report of a load ---- */

static bool is_known(const report *r, const roster_finding *f) {
  for (size_t i = 0; i < r->finding_count; i++) {
    const finding *k = &r->findings[i];
    if (k->line == f->line && k->column == f->column && k->severity == f->severity && strcmp(k->file, f->file) == 0 &&
        strcmp(k->message, f->message) == 0)
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
  r->findings[r->finding_count++] = (finding){ .severity = f->severity,
                                               .file = copied(f->file),
                                               .line = f->line,
                                               .column = f->column,
                                               .length = f->length,
                                               .message = copied(f->message),
                                               .source = f->source ? copied(f->source) : NULL,
                                               .fix = f->fix ? copied(f->fix) : NULL,
                                               .late = r->closed };
}

static void take_source(report *r, const roster_source *s) {
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

void report_write_findings(const report *r, FILE *to) {
  for (size_t i = 0; i < r->finding_count; i++) finding_print(&r->findings[i], to);
}

/* The protocols are read even without the shipped definitions. */
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
    printf("%s%s\n", lead, s->path); /* a path is never folded: it is there to be copied */
    lead = "      ";
  }
  if (*lead == 'R') write_wrapped(lead, 6, "nothing");
}

void report_free(report *r) {
  for (size_t i = 0; i < r->finding_count; i++) {
    free(r->findings[i].file);
    free(r->findings[i].message);
    free(r->findings[i].source);
    free(r->findings[i].fix);
  }
  for (size_t i = 0; i < r->source_count; i++) {
    free(r->sources[i].path);
    free(r->sources[i].why);
  }
  free(r->findings);
  free(r->sources);
  *r = (report){ 0 };
}

/* ---- the registry ---- */

/* The default deadline of a validation; a longer --timeout for one endpoint extends it. */
enum { USUAL_DEADLINE_MS = 60 * 1000, SLACK_MS = 5 * 1000, HELPER_WAIT_MS = 10 * 60 * 1000, FEW = 3 };

static void on_finding(void *payload, const roster_finding *f) { report_take_finding(&((host *)payload)->report, f); }
static void on_source(void *payload, const roster_source *s) { take_source(&((host *)payload)->report, s); }
static void on_progress(void *payload, const roster_progress *p) { progress_take(&((host *)payload)->progress, p); }

static void on_variable(void *payload, const char *name, bool is_secret) {
  if (is_secret) veil_learn(((host *)payload)->arguments->veil, name);
}

/* For example a sign-in address, which the user has to see. */
static void on_helper_line(void *payload, const roster_helper_line *line) {
  (void)payload;
  notice("%s%s%s", line->provider_id, *line->provider_id ? ": " : "credential helper: ", line->text);
}

void host_settings(host *h, const arguments *o, roster_options *out) {
  *out = (roster_options)ROSTER_OPTIONS_INIT;
  out->config = o->config;
  out->no_builtin = arguments_have(o, OPTION_NO_BUILTIN);
  out->sources = arguments_have(o, OPTION_SOURCES);
  out->document = o->document;
  out->ids = o->ids;
  out->level = o->level;
  out->timeout_ms = o->timeout_ms;
  if (o->timeout_ms > USUAL_DEADLINE_MS) out->deadline_ms = o->timeout_ms + SLACK_MS;
  out->on_finding = on_finding;
  out->on_source = on_source;
  out->on_progress = on_progress;
  out->helper_wait_ms = HELPER_WAIT_MS; /* a helper has a limit of its own */
  out->attended = true;
  out->on_variable = o->veil ? on_variable : NULL;
  out->payload = h;
  out->discover_all = o->discover_all;
  out->keep_requests = o->keep_requests;
  out->no_document = !arguments_have(o, OPTION_JSON) && !o->document;
}

static bool make_folder(const char *path) { return mkdir(path, 0700) == 0 || errno == EEXIST; }

void host_keep_bill(host *h, roster_options *out) {
  const arguments *o = h->arguments;
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  strbuf path = { 0 };
  if (o->record || o->replay || arguments_have(o, OPTION_OFFLINE)) return;
  if (cache && *cache == '/')
    strbuf_add(&path, cache);
  else if (home && *home == '/')
    strbuf_format(&path, "%s/.cache", home);
  bool there = path.length && make_folder(strbuf_text(&path));
  strbuf_add(&path, "/roster");
  there = there && make_folder(strbuf_text(&path));
  strbuf_add(&path, "/billed.json");
  if (there) h->bill = copied(strbuf_text(&path));
  strbuf_free(&path);
  out->cache_file = h->bill;
  out->cache_billed_only = true;
}

/* The error would only repeat the first finding. */
int host_fail(const host *h, const roster_error *err) {
  if (err->status != ROSTER_EDEFINITIONS || h->report.finding_count == 0) return print_error(h->arguments, err);
  report_write_findings(&h->report, stderr);
  size_t errors = report_count(&h->report, ROSTER_ERROR);
  notice("%zu error%s in the definitions; no requests were made", errors, errors == 1 ? "" : "s");
  if (arguments_have(h->arguments, OPTION_JSON)) document_write_error(err);
  return EXIT_BAD;
}

int host_open_with(host *h, const arguments *o, const roster_options *settings) {
  roster_error err = { 0 };
  h->arguments = o;
  roster_status status = roster_open(&h->registry, settings, &err);
  h->report.closed = true;
  if (status != ROSTER_OK) {
    h->registry = NULL;
    return host_fail(h, &err);
  }
  h->snapshot = roster_acquire(h->registry);
  return EXIT_GOOD;
}

static long inode_of(const char *file) {
  struct stat status;
  return stat(file, &status) == 0 ? (long)status.st_ino : 0;
}

static roster_status open_transport(host *h, const arguments *o, roster_error *err) {
  if (o->record) h->recorded_before = inode_of(o->record);
  if (o->record) return roster_transport_record(&h->transport, NULL, o->record, err);
  return o->replay ? roster_transport_replay(&h->transport, o->replay, err) : ROSTER_OK;
}

int host_open(host *h, const arguments *o) {
  roster_options settings;
  roster_error err;
  *h = (host){ .arguments = o };
  host_settings(h, o, &settings);
  if (open_transport(h, o, &err) != ROSTER_OK) return print_error(o, &err);
  host_keep_bill(h, &settings);
  settings.transport = h->transport;
  settings.transport_signs = true; /* a recording goes through libcurl, and a replay needs no signature */
  return host_open_with(h, o, &settings);
}

static void close_transport(host *h) {
  if (h->transport) h->transport->close(h->transport->self);
  h->transport = NULL;
}

/* A recording appears when its transport is closed, as a new file. When the disk was full there is none, and the user has to know. */
static int keep_recording(host *h) {
  const char *file = h->arguments->record;
  if (!file || !h->transport) return EXIT_GOOD;
  roster_close(h->registry); /* the last user of the transport; the snapshot stays valid */
  h->registry = NULL;
  close_transport(h);
  long now = inode_of(file);
  if (now && now != h->recorded_before) return EXIT_GOOD;
  roster_error err = { .status = ROSTER_ESYSTEM,
                       .message = "the recording could not be written",
                       .hint = "check the free space on that disk" };
  snprintf(err.file, sizeof err.file, "%s", file);
  return print_error(h->arguments, &err);
}

int host_ask(host *h) { return host_ask_for(h, NULL, 0); }

int host_ask_for(host *h, const char *const *names, size_t count) {
  static const char *const all[] = { "*" };
  bool deep = !count && h->arguments->level == ROSTER_LEVEL_GENERATE;
  roster_error err = { 0 };
  roster_subscribe(h->registry, on_helper_line, h, NULL);
  progress_begin(&h->progress);
  roster_status status = roster_refresh_named(h->registry, deep ? all : names, deep ? 1 : count, &err);
  progress_end(&h->progress);
  if (status != ROSTER_OK) return host_fail(h, &err);
  roster_release(h->snapshot);
  h->snapshot = roster_acquire(h->registry);
  return keep_recording(h);
}

void host_warn(const host *h) {
  size_t warnings = report_count(&h->report, ROSTER_WARNING);
  if (warnings <= FEW) {
    report_write_findings(&h->report, stderr);
    return;
  }
  for (size_t i = 0; i < h->report.finding_count; i++) {
    if (!h->report.findings[i].late) continue;
    finding_print(&h->report.findings[i], stderr);
    warnings--;
  }
  if (warnings) notice("%zu warnings in the definitions: see roster lint", warnings);
}

void host_close(host *h) {
  roster_release(h->snapshot);
  roster_close(h->registry);
  close_transport(h);
  report_free(&h->report);
  free(h->bill);
  *h = (host){ 0 };
}

const roster_model *host_model(const host *h, const char *id) {
  const roster_model *m = NULL;
  roster_error err = { 0 };
  if (roster_resolve(&m, h->snapshot, id, NULL, &err) == ROSTER_OK) return m;
  print_error(h->arguments, &err);
  return NULL;
}

bool host_may_discover(const host *h, const char *id) {
  bool any = false;
  for (size_t i = 0; i < roster_provider_count(h->snapshot); i++)
    any = any || roster_provider_discovers(roster_provider_at(h->snapshot, i));
  return any && !arguments_have(h->arguments, OPTION_OFFLINE) && roster_resolve(NULL, h->snapshot, id, NULL, NULL) == ROSTER_EUNKNOWN;
}

/* ---- billed requests ---- */

static bool waits_for_bill(const roster_model *m) {
  roster_reason code = roster_model_reason_code(m);
  return code == ROSTER_REASON_NOT_BILLED || code == ROSTER_REASON_BILLED_BUDGET_SPENT;
}

bool host_has_bill(const roster_snapshot *s) {
  bool any = roster_billed_today(s) > 0;
  for (size_t i = 0; !any && i < roster_known_count(s); i++) any = waits_for_bill(roster_known_at(s, i));
  return any;
}

/* ---- providers ---- */

const roster_provider *find_provider(const roster_snapshot *s, const char *id) {
  const roster_provider *p;
  for (size_t i = 0; (p = roster_provider_at(s, i)); i++)
    if (strcmp(roster_provider_id(p), id) == 0) return p;
  return NULL;
}

const char *nearest_provider(const roster_snapshot *s, const char *id) {
  size_t count = roster_provider_count(s);
  const char **ids = grown(NULL, count * sizeof *ids);
  for (size_t i = 0; i < count; i++) ids[i] = roster_provider_id(roster_provider_at(s, i));
  const char *nearest = suggest(id, ids, count);
  free(ids);
  return nearest;
}
