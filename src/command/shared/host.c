/* host: see host.h. */
#include "command/shared/host.h"

#include "command/shared/document.h"
#include "command/shared/message.h"

#include <stdio.h>
#include <sys/stat.h>

/* A validation ends after this time by itself; who allows one endpoint more allows the whole more. */
enum { USUAL_DEADLINE_MS = 60 * 1000, SLACK_MS = 5 * 1000, HELPER_WAIT_MS = 10 * 60 * 1000, FEW = 3 };

static void on_finding(void *payload, const roster_finding *f) { report_take_finding(&((host *)payload)->report, f); }
static void on_source(void *payload, const roster_source *s) { report_take_source(&((host *)payload)->report, s); }
static void on_progress(void *payload, const roster_progress *p) { progress_take(&((host *)payload)->progress, p); }

/* A sign-in address, say: whoever waits has to see it. */
static void on_helper_line(void *payload, const roster_helper_line *line) {
  (void)payload;
  notice("%s%s%s", line->provider_id, *line->provider_id ? ": " : "credential helper: ", line->text);
}

void host_settings(host *h, const options *o, roster_options *out) {
  *out = (roster_options)ROSTER_OPTIONS_INIT;
  out->config = o->config;
  out->no_builtin = options_have(o, OPTION_NO_BUILTIN);
  out->level = o->level;
  out->timeout_ms = o->timeout_ms;
  if (o->timeout_ms > USUAL_DEADLINE_MS) out->deadline_ms = o->timeout_ms + SLACK_MS;
  out->on_finding = on_finding;
  out->on_source = on_source;
  out->on_progress = on_progress;
  out->helper_wait_ms = HELPER_WAIT_MS; /* a helper has a limit of its own */
  out->payload = h;
  out->discover_all = o->discover_all;
}

/* The findings say it all; the error would repeat the first of them. */
static int fail_load(const host *h, const roster_error *err) {
  if (err->status != ROSTER_EDEFINITIONS || h->report.finding_count == 0) return fail(h->options, err);
  report_write_findings(&h->report, stderr);
  size_t errors = report_count(&h->report, ROSTER_ERROR);
  notice("%zu error%s in the definitions; nothing was asked", errors, errors == 1 ? "" : "s");
  if (options_have(h->options, OPTION_JSON)) document_write_error(err);
  return EXIT_BAD;
}

int host_open_with(host *h, const options *o, const roster_options *settings) {
  roster_error err = { 0 };
  h->options = o;
  roster_status status = roster_open(&h->registry, settings, &err);
  h->report.closed = true;
  if (status != ROSTER_OK) {
    h->registry = NULL;
    return fail_load(h, &err);
  }
  h->snapshot = roster_acquire(h->registry);
  return EXIT_GOOD;
}

static long inode_of(const char *file) {
  struct stat status;
  return stat(file, &status) == 0 ? (long)status.st_ino : 0;
}

static roster_status open_transport(host *h, const options *o, roster_error *err) {
  if (o->record) h->recorded_before = inode_of(o->record);
  if (o->record) return roster_transport_record(&h->transport, NULL, o->record, err);
  return o->replay ? roster_transport_replay(&h->transport, o->replay, err) : ROSTER_OK;
}

int host_open(host *h, const options *o) {
  roster_options settings;
  roster_error err;
  *h = (host){ .options = o };
  host_settings(h, o, &settings);
  if (open_transport(h, o, &err) != ROSTER_OK) return fail(o, &err);
  settings.transport = h->transport;
  settings.transport_signs = true; /* libcurl stands behind a recording, and a replay needs no signature */
  return host_open_with(h, o, &settings);
}

static void close_transport(host *h) {
  if (h->transport) h->transport->close(h->transport->self);
  h->transport = NULL;
}

/* A recording appears when its transport is closed, as a new file. Whoever asked for one must not believe that there is one when the disk
 * was full. */
static int keep_recording(host *h) {
  const char *file = h->options->record;
  if (!file || !h->transport) return EXIT_GOOD;
  roster_close(h->registry); /* the last that could use it; the snapshot stays */
  h->registry = NULL;
  close_transport(h);
  long now = inode_of(file);
  if (now && now != h->recorded_before) return EXIT_GOOD;
  roster_error err = { .status = ROSTER_ESYSTEM,
                       .message = "the recording could not be written",
                       .hint = "look at the space on that disk" };
  snprintf(err.file, sizeof err.file, "%s", file);
  return fail(h->options, &err);
}

int host_ask(host *h) {
  roster_error err = { 0 };
  roster_subscribe(h->registry, on_helper_line, h, NULL);
  progress_begin(&h->progress);
  roster_status status = roster_refresh(h->registry, &err);
  progress_end(&h->progress);
  if (status != ROSTER_OK) return fail_load(h, &err);
  roster_release(h->snapshot);
  h->snapshot = roster_acquire(h->registry);
  return keep_recording(h);
}

void host_warn(const host *h) {
  size_t warnings = report_count(&h->report, ROSTER_WARNING);
  if (warnings > 0 && warnings <= FEW)
    report_write_findings(&h->report, stderr);
  else if (warnings)
    notice("%zu warnings in the definitions: see roster lint", warnings);
}

void host_close(host *h) {
  roster_release(h->snapshot);
  roster_close(h->registry);
  close_transport(h);
  report_free(&h->report);
  *h = (host){ 0 };
}

const roster_model *host_model(const host *h, const char *id) {
  const roster_model *m = NULL;
  roster_error err = { 0 };
  if (roster_resolve(&m, h->snapshot, id, NULL, &err) == ROSTER_OK) return m;
  fail(h->options, &err);
  return NULL;
}
