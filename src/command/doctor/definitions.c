/* definitions: what `roster doctor` says of the definitions that were read: their findings, how old their data is, and what of them can
 * never be used as they are. */
#include "command/doctor/doctor.h"
#include "command/shared/output.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OLD_DAYS = 120 };

static const int64_t DAY_MS = (int64_t)24 * 60 * 60 * 1000;

/* A key of another provider is no mistake in the line that names its variable. */
static const char *next_of(const finding *f, char *room, size_t size) {
  const char *end = strstr(f->message, ": it looks like a key of "), *name = end;
  if (f->fix) return f->fix;
  if (!f->line && strstr(f->message, "cannot be read: ")) return "make it readable, or name other definitions with --config";
  while (name && name > f->message && name[-1] != '$' && name[-1] != ' ') name--;
  if (!name || name == f->message || name[-1] != '$') return "run roster lint to see the line";
  snprintf(room, size, "set %.*s to a key of this provider, or unset it", (int)(end - name), name);
  return room;
}

void doctor_check_definitions(doctor *d) {
  const report *r = &d->host.report;
  doctor_begin(d, "Definitions");
  doctor_say(d, DOCTOR_OK, NULL, "%zu files read; `roster paths` lists them", report_files(r));
  for (size_t i = 0; i < r->finding_count; i++) {
    const finding *f = &r->findings[i];
    char place[600] = "", next[300];
    if (f->file && *f->file && f->line) snprintf(place, sizeof place, "%s:%d: ", f->file, f->line);
    if (f->file && *f->file && !f->line) snprintf(place, sizeof place, "%s: ", f->file);
    doctor_say(d, f->severity == ROSTER_ERROR ? DOCTOR_ERROR : DOCTOR_WARNING, next_of(f, next, sizeof next), "%s%s", place, f->message);
  }
}

/* ---- the age of the data ---- */

static const char *newer(const char *a, const char *b) { return b && strcmp(b, a) > 0 ? b : a; }

/* The newest day of any provider or model; "" when there is none. */
static const char *newest_day(const roster_snapshot *s) {
  const char *day = "";
  for (size_t i = 0; i < roster_provider_count(s); i++) day = newer(day, roster_provider_seen(roster_provider_at(s, i)));
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    day = newer(day, roster_model_last_updated(m));
  }
  return day;
}

static void check_source(doctor *d, const roster_source_state *s) {
  char next[200];
  snprintf(next, sizeof next, "run roster update %.120s", s->id);
  if (!s->on)
    doctor_say(d, DOCTOR_OK, NULL, "source %s is off", s->id);
  else if (*s->problem)
    doctor_say(d, DOCTOR_WARNING, next, "source %s: %s", s->id, s->problem);
  else if (!s->checked_ms)
    doctor_say(d, DOCTOR_WARNING, next, "source %s is on, and was never fetched", s->id);
  else
    doctor_say(d, DOCTOR_OK, NULL, "source %s: data of %s, %lld days ago", s->id, *s->day ? s->day : "an unknown day",
               (long long)((wall_ms() - s->checked_ms) / DAY_MS));
}

void doctor_check_catalogue(doctor *d) {
  const roster_snapshot *s = d->host.snapshot;
  const char *day = newest_day(s);
  const int64_t then = *day ? day_ms(day) : -1, age = then >= 0 ? (wall_ms() - then) / DAY_MS : 0;
  doctor_begin(d, "Catalogue");
  doctor_say(d, DOCTOR_OK, NULL, "models: %zu, providers: %zu", roster_known_count(s), roster_provider_count(s));
  if (then >= 0 && wall_ms() < then - DAY_MS)
    doctor_say(d, DOCTOR_ERROR, "set the clock of this machine: certificates and retirements depend on it",
               "the clock is wrong: it shows a day before %s, on which the definitions were written", day);
  else if (then >= 0 && age > OLD_DAYS)
    doctor_say(d, DOCTOR_WARNING, "install a newer roster, or turn on a source of facts: ROSTER_SOURCES=yes, then roster update",
               "the data is %lld days old (%s): new models and prices are missing", (long long)age, day);
  else if (then >= 0)
    doctor_say(d, DOCTOR_OK, NULL, "data up to %s", day);
  for (size_t i = 0; i < roster_source_count(s); i++) check_source(d, roster_source_at(s, i));
}

/* ---- providers ---- */

static bool is_fault(roster_reason code) {
  return code == ROSTER_REASON_KEY_UNREADABLE || code == ROSTER_REASON_KEY_MALFORMED || code == ROSTER_REASON_KEY_PLACEHOLDER ||
         code == ROSTER_REASON_SETTING_INVALID || code == ROSTER_REASON_ADDRESS_INVALID || code == ROSTER_REASON_ADDRESS_MISSING ||
         code == ROSTER_REASON_SCRIPT_FAILED || code == ROSTER_REASON_PROOF_MISSING || code == ROSTER_REASON_HEADER_STOPPED;
}

/* The first of its models that shows a fault on this machine, or lacks a setting although the key is there. */
static const roster_model *faulty_of(const roster_snapshot *s, const roster_provider *p) {
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    const roster_reason code = roster_model_reason_code(m);
    if (roster_model_provider(m) != p) continue;
    if (is_fault(code) || (code == ROSTER_REASON_SETTING_UNSET && roster_provider_credential_set(p))) return m;
  }
  return NULL;
}

/* What a finding or a look at a file has said already gets what to do next, and is not said twice. */
static bool say_again(doctor *d, const char *reason, const char *hint) {
  for (size_t i = 0; i < d->line_count; i++) {
    if (d->lines[i].level == DOCTOR_OK || !strstr(d->lines[i].text, reason)) continue;
    doctor_worsen(d, i, hint);
    return true;
  }
  return false;
}

static bool check_provider(doctor *d, const roster_provider *p) {
  const roster_snapshot *s = d->host.snapshot;
  const roster_model *m = roster_provider_ended(p) ? NULL : faulty_of(s, p);
  if (m && !say_again(d, roster_model_reason(m), roster_model_hint(m)))
    doctor_say(d, DOCTOR_ERROR, roster_model_hint(m), "%s: %s", roster_provider_id(p), roster_model_reason(m));
  if (*roster_provider_hint(p))
    doctor_say(d, DOCTOR_WARNING, roster_provider_hint(p), "%s is set, but offers no model", roster_provider_id(p));
  return m || *roster_provider_hint(p);
}

/* The gateway that a model is reached through, in quotes, out of its document; false when it is reached directly. */
static bool gateway_of(const roster_snapshot *s, const roster_model *m, char out[128]) {
  static const char member[] = "\"gateway\":\"";
  char *document = document_model(s, roster_model_id(m));
  const char *at = document ? strstr(document, member) : NULL;
  if (at) snprintf(out, 128, "%.*s", (int)strcspn(at + sizeof member - 1, "\""), at + sizeof member - 1);
  free(document);
  return at != NULL;
}

/* One gateway that takes the requests of every configured model is often meant, and sometimes lacks a list of providers. */
static void check_gateway(doctor *d) {
  const roster_snapshot *s = d->host.snapshot;
  char first[128] = "", name[128];
  size_t all = 0;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (!roster_model_configured(m)) continue;
    if (!gateway_of(s, m, name) || (*first && strcmp(first, name) != 0)) return;
    memcpy(first, name, sizeof first);
    all++;
  }
  if (*first)
    doctor_say(d, DOCTOR_WARNING, "if that is not meant, list the providers it is for: providers = { ... } in its block",
               "gateway '%s' takes the requests of every configured model (%zu)", first, all);
}

/* An id that a listing may have is left to the check. */
static void check_default(doctor *d) {
  static const char variable[] = "DEFAULT_MODEL";
  const char *id = getenv(variable);
  roster_error err = { 0 };
  if (!id || !*id) return;
  if (!doctor_is_named(d, variable))
    doctor_say(d, DOCTOR_WARNING, "write wanted = setting \"DEFAULT_MODEL\" into the default block, or unset it",
               "%s is set, and no default block asks for it", variable);
  else if (!host_may_discover(&d->host, id) && roster_resolve(NULL, d->host.snapshot, id, NULL, &err) != ROSTER_OK)
    doctor_say(d, DOCTOR_WARNING, "set it to an id that `roster models --all --offline --ids` prints", "%s: %s", variable, err.message);
}

void doctor_check_providers(doctor *d) {
  const roster_snapshot *s = d->host.snapshot;
  size_t configured = 0;
  doctor_begin(d, "Providers");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const bool set = roster_provider_enabled(p) && roster_provider_credential_set(p);
    configured += set;
    if (!check_provider(d, p) && set)
      doctor_say(d, DOCTOR_OK, NULL, "%s: %s, models: %zu", roster_provider_id(p), roster_provider_credential_source(p),
                 roster_provider_defined(p));
  }
  if (!configured)
    doctor_say(d, DOCTOR_WARNING, "set the key of a provider (`roster providers` names the variables), or run roster demo",
               "no provider is configured: no key is set");
  check_gateway(d);
  check_default(d);
}
