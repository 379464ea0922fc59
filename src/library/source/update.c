/* update: see update.h. Nothing is kept of a document until all of it was judged: status, size, signature, shape, version, expiry, and what
 * it would change. Where the kept copy cannot be read at the moment the source is not asked: what it says could not be compared, and the
 * copy would be replaced. */
#include "library/source/update.h"

#include "library/source/format.h"
#include "library/source/hold.h"
#include "library/source/signature.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST_SIGNATURE = 4096, DAY_MS = 24 * 60 * 60 * 1000, NOT_MODIFIED = 304 };

typedef struct look {
  const fetcher *fetcher;
  arena *arena;
  const fact_source *source;
  const char *file;
  bool accept;
  source_record record; /* what is kept, and then what will be */
  source_document document;
  json_t *held; /* values that are held back */
  source_update out;
  arena_exhausted *outer; /* where memory that runs out leads to */
  void *payload;
} look;

static void drop(look *k) {
  json_decref(k->document.rows);
  json_decref(k->document.whole);
  json_decref(k->held);
  source_record_free(&k->record);
  k->document.rows = k->document.whole = k->held = NULL;
  arena_on_exhausted(k->arena, k->outer, k->payload, NULL, NULL);
}

static void drop_and_go(void *payload) {
  look *k = payload;
  drop(k);
  k->outer(k->payload);
}

/* ---- days ---- */

static const char *day_text(arena *a, int64_t ms) {
  char day[11];
  day_write(ms, day);
  return arena_text(a, day);
}

/* Of "Wed, 21 Oct 2026 07:28:00 GMT"; NULL for another form. */
static const char *day_of_header(arena *a, const char *modified) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char month[4] = "";
  int day = 0, year = 0;
  if (sscanf(modified, "%*3s, %2d %3s %4d", &day, month, &year) != 3) return NULL;
  const char *at = strlen(month) == 3 ? strstr(months, month) : NULL;
  if (!at || day < 1 || day > 31 || year < 1970) return NULL;
  return arena_printf(a, "%04d-%02d-%02d", year, (int)(at - months) / 3 + 1, day);
}

static const char *day_of(const look *k, const fetched *got, int64_t signed_s) {
  const char *by_header = day_of_header(k->arena, got->modified);
  if (k->document.date) return k->document.date;
  if (signed_s) return day_text(k->arena, signed_s * 1000);
  return by_header ? by_header : day_text(k->arena, wall_ms());
}

/* ---- what may be wrong ---- */

static const char *status_problem(arena *a, const fetched *got) {
  if (got->problem) return got->problem;
  if (got->status == NOT_MODIFIED) return arena_printf(a, "it returned %d, which was not requested", got->status);
  if (got->status >= 300 && got->status < 400)
    return arena_printf(a, "it redirects (%d%s%s), and redirects are not followed: write its new address", got->status,
                        *got->location ? " to " : "", text_clean(a, got->location, strcspn(got->location, "?"), 120));
  if (got->status != 200) return arena_printf(a, "it returned %d", got->status);
  if (*got->encoding && !text_same(got->encoding, "identity"))
    return arena_printf(a, "it is compressed (%s), which was not requested", text_clean(a, got->encoding, strlen(got->encoding), 20));
  return NULL;
}

static const char *check_signature(const look *k, const fetched *got, int64_t *signed_s) {
  *signed_s = 0;
  if (!k->source->key) return NULL;
  const fetched with = fetch(k->fetcher, k->source, ".minisig", "", LARGEST_SIGNATURE);
  const char *problem = status_problem(k->arena, &with);
  if (problem) return arena_printf(k->arena, "its signature could not be fetched: %s", problem);
  return signature_problem(k->arena, k->source->key, got->body, got->bytes, with.body, signed_s);
}

/* Neither an old text nor an old signature comes back. */
static const char *version_problem(const look *k, int64_t signed_s) {
  const source_record *r = &k->record;
  if (k->source->key && !k->document.version && !signed_s) return "it is signed, but neither a version nor a time is signed with it";
  if (k->document.version < r->version)
    return arena_printf(k->arena, "it is older than the kept copy: version %lld after %lld", (long long)k->document.version,
                        (long long)r->version);
  if (k->document.version == r->version && signed_s < r->signed_s) return "it is older than the kept copy: it was signed before that";
  return NULL;
}

static const char *expiry_problem(const look *k) {
  const char *day = k->document.expires;
  if (!day) return NULL;
  if (day_ms(day) < 0) return "its expiry is not a date";
  return wall_ms() >= day_ms(day) + DAY_MS ? arena_printf(k->arena, "it expired on %s", day) : NULL;
}

/* ---- what is held back ---- */

static bool was_held(const json_t *before, const json_t *one) {
  for (size_t i = 0; i < json_array_size(before); i++)
    if (json_equal(json_array_get(before, i), (json_t *)one)) return true;
  return false;
}

static void name_held(look *k, const json_t *list) {
  for (size_t i = 0; i < json_array_size(list) && !k->out.first_held; i++) {
    const json_t *one = json_array_get(list, i);
    if (was_held(k->record.held, one)) continue;
    k->out.first_held = arena_printf(k->arena, "%s/%s: %s", json_string_value(json_object_get(one, "provider")),
                                     json_string_value(json_object_get(one, "name")), json_string_value(json_object_get(one, "field")));
  }
}

static const char *hold(look *k) {
  errno = 0;
  held h = hold_back(k->document.rows, k->record.rows, !k->accept);
  const char *problem = NULL;
  k->held = h.list;
  if (errno == ENOMEM) arena_exhaust(k->arena);
  if (!k->accept && held_is_shrunk(&h))
    problem = arena_printf(k->arena, "it has lost %zu of %zu models, so it is held back until an update accepts it", h.removed, h.before);
  if (!problem) name_held(k, h.list);
  k->out.added = h.added;
  k->out.removed = h.removed;
  k->out.changed = h.changed;
  k->out.held = json_array_size(h.list);
  if (!problem) {
    json_decref(k->record.held);
    k->record.held = json_incref(h.list);
  }
  return problem;
}

/* ---- a look ---- */

static void keep(look *k, const fetched *got, int64_t signed_s) {
  source_record *r = &k->record;
  json_decref(r->rows);
  r->rows = json_incref(k->document.rows);
  r->etag = got->etag;
  r->day = day_of(k, got, signed_s);
  r->expires = k->document.expires ? k->document.expires : "";
  r->version = k->document.version;
  r->signed_s = signed_s;
  r->count = k->document.count;
  r->fetched_ms = wall_ms();
}

static const char *judge(look *k, const fetched *got) {
  int64_t signed_s = 0;
  const char *problem = status_problem(k->arena, got);
  if (!problem) problem = check_signature(k, got, &signed_s);
  if (!problem) problem = source_document_read(k->arena, k->source, k->fetcher->field_at, got->body, got->bytes, &k->document);
  if (!problem) problem = version_problem(k, signed_s);
  if (!problem) problem = expiry_problem(k);
  if (!problem) problem = hold(k);
  if (!problem) keep(k, got, signed_s);
  k->out.closed = k->document.closed;
  k->out.first_closed = k->document.first_closed;
  return problem;
}

static void conclude(look *k, const char *problem) {
  source_record *r = &k->record;
  const bool moved = k->out.added || k->out.removed || k->out.changed;
  r->tried_ms = wall_ms();
  if (!problem) r->checked_ms = r->tried_ms;
  k->out.told = problem && text_is(problem, r->problem);
  r->problem = problem ? problem : "";
  k->out.rows = r->count;
  k->out.problem = problem;
  const bool written = source_record_write(k->arena, k->file, k->source, r);
  if (!written && errno == ENOMEM) arena_exhaust(k->arena);
  if (!written && !problem) k->out.problem = arena_printf(k->arena, "%s cannot be written: %s", k->file, strerror(errno));
  k->out.outcome = k->out.problem ? "failed" : moved ? "updated" : "unchanged";
}

static source_update put_off(look *k, const char *why) {
  drop(k);
  const char *problem =
      arena_printf(k->arena, "its kept copy (%s) cannot be read at the moment: %s: nothing was changed, look again later", k->file, why);
  return (source_update){ .outcome = "failed", .problem = problem, .passing = true };
}

source_update source_look(const fetcher *f, const fact_source *s, const char *file, bool accept) {
  look k = { .fetcher = f, .arena = f->arena, .source = s, .file = file, .accept = accept };
  const char *unusable = NULL;
  arena_on_exhausted(k.arena, drop_and_go, &k, &k.outer, &k.payload);
  source_record_read(k.arena, file, s, true, &k.record, &unusable);
  if (k.record.failed) return put_off(&k, unusable);
  /* What was held back must come again to be accepted, and an answer without a text says nothing of it. */
  const bool again = k.record.rows && !(accept && json_array_size(k.record.held));
  const fetched got = fetch(f, s, "", again ? k.record.etag : "", JSON_MAX_BYTES);
  if (f->cancelled && atomic_load(f->cancelled)) { /* which says nothing of the source */
    drop(&k);
    return (source_update){ .outcome = "failed", .problem = got.problem ? got.problem : "it was cancelled", .told = true };
  }
  const bool same = !got.problem && got.status == NOT_MODIFIED && again && *k.record.etag;
  conclude(&k, same ? NULL : judge(&k, &got));
  drop(&k);
  return k.out;
}
