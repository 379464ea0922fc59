/* resolve: the model that an id means: by exact id, alias or former id, else an error that names candidates; never silently another model.
 * Deterministic, and makes no requests. */
#include "library/registry/snapshot.h"

#include "util/suggest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_ID = 200 };

static const char *via_of(const roster_model *m, const char *id) {
  if (text_is(m->model->head.id, id)) return "exact";
  return texts_have(&m->defined->formerly, id) ? "formerly" : "alias";
}

/* How far an id is from the one that was asked for; `most` for that and more. 1 where only case differs; at most 2 where one end is
 * missing. */
static size_t difference(const char *asked, const char *id, size_t most) {
  if (text_same(asked, id)) return 1;
  const bool part = text_starts(id, asked) || text_ends(id, asked);
  const size_t here = strlen(asked), there = strlen(id), apart = here > there ? here - there : there - here;
  if (!part && apart >= most) return most;
  const size_t d = suggest_within(asked, id, part ? SIZE_MAX : most);
  return part && d > 2 ? 2 : d;
}

typedef struct candidate {
  const char *id;
  size_t distance;
} candidate;

enum { MOST_CANDIDATES = sizeof((roster_error *)0)->candidates / sizeof((roster_error *)0)->candidates[0] };

/* Keeps the nearest ids, in order of distance, then of definition; each once. */
static void keep_nearest(candidate *list, size_t *count, candidate c) {
  for (size_t i = 0; i < *count; i++) {
    if (!text_is(list[i].id, c.id)) continue;
    if (list[i].distance <= c.distance) return;
    memmove(list + i, list + i + 1, (--*count - i) * sizeof *list);
    break;
  }
  size_t at = *count;
  while (at > 0 && list[at - 1].distance > c.distance) at--;
  if (at == MOST_CANDIDATES) return;
  if (*count == MOST_CANDIDATES) --*count;
  memmove(list + at + 1, list + at, (*count - at) * sizeof *list);
  list[at] = c;
  ++*count;
}

static void name_candidate(roster_error *err, const char *id) {
  snprintf(err->candidates[err->candidate_count++], sizeof err->candidates[0], "%s", id);
}

static void find_candidates(const result *d, const char *asked, roster_error *err) {
  const lookup *names = &d->catalog->names;
  const size_t length = strnlen(asked, LONGEST_ID + 1), most = length / 4 + 3;
  candidate nearest[MOST_CANDIDATES];
  size_t count = 0;
  if (!length || length > LONGEST_ID) return; /* nothing is near to nothing, and no id is that long */
  for (size_t i = 0; i < names->count; i++) {
    const lookup_slot *slot = &names->slots[i];
    const size_t distance = difference(asked, slot->key, most);
    if (distance && distance < most)
      keep_nearest(nearest, &count, (candidate){ line_named(d, slot->value, slot->key)->model->head.id, distance });
  }
  for (size_t i = 0; i < count; i++) name_candidate(err, nearest[i].id);
}

static const retired *find_retired(const result *d, const char *id) { return lookup_get(&d->catalog->retired.ids, id); }

static void append(char *message, size_t room, const char *text) {
  size_t n = strlen(message);
  if (n < room) snprintf(message + n, room - n, "%s", text);
}

/* How many models have this name at their providers; the first of them become the candidates. */
static size_t find_namesakes(const result *d, const char *name, roster_error *err) {
  size_t count = 0;
  for (size_t i = 0; i < d->count; i++) {
    const roster_model *m = &d->models[i];
    if (m->again || !text_is(m->model->api_name, name)) continue;
    if (err && count < MOST_CANDIDATES) name_candidate(err, m->model->head.id);
    count++;
  }
  return count;
}

/* A provider's name for a model is none of our ids; where several have it, each of theirs may be meant, and no nearer id is. */
static roster_status fail_ambiguous(size_t count, const char *id, roster_error *err) {
  char ids[sizeof err->message / 2] = "";
  for (int i = 0; i < err->candidate_count; i++) {
    append(ids, sizeof ids, i == 0 ? "" : i + 1 < (int)count ? "', '" : "' and '");
    append(ids, sizeof ids, err->candidates[i]);
  }
  const roster_error found = *err;
  fail(err, ROSTER_EAMBIGUOUS, "use the id of one of them", "'%s' is not an id; it is what providers call %zu models: '%s'%s", id, count,
       ids, count > MOST_CANDIDATES ? " and more" : "");
  memcpy(err->candidates, found.candidates, sizeof err->candidates);
  err->candidate_count = found.candidate_count;
  return ROSTER_EAMBIGUOUS;
}

static roster_status fail_unknown(const result *d, const char *id, roster_error *err) {
  roster_error none, *said = err ? err : &none;
  said->candidate_count = 0;
  const size_t namesakes = find_namesakes(d, id, said);
  if (namesakes > 1) return fail_ambiguous(namesakes, id, said);
  said->candidate_count = 0;
  if (!err) return ROSTER_EUNKNOWN;
  char shown[128];
  snprintf(shown, sizeof shown, "%.100s", id);
  for (char *c = shown; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '?';
  const bool unread = d->generation == 0 && d->catalog->may_discover;
  const char *next = "look at the ids of the known models";
  if (d->catalog->may_discover) next = "look at the ids of the known models, and at what else the providers list";
  if (unread) next = "no listing was read yet, and one may have it: refresh, then look at the ids of the known models";
  fail(err, ROSTER_EUNKNOWN, next, "no model has the id '%s'", shown);
  find_candidates(d, id, err);
  for (int i = 0; i < err->candidate_count; i++) {
    append(err->message, sizeof err->message, i == 0 ? " (did you mean '" : i + 1 < err->candidate_count ? "', '" : "' or '");
    append(err->message, sizeof err->message, err->candidates[i]);
  }
  if (err->candidate_count) append(err->message, sizeof err->message, "'?)");
  return ROSTER_EUNKNOWN;
}

static roster_status fail_retired(const result *d, const retired *r, roster_error *err) {
  const char *replacement = given_id(d->catalog, r->replacement);
  if (!replacement) return fail(err, ROSTER_ERETIRED, "choose another model", "'%s' is retired", r->head.id);
  fail(err, ROSTER_ERETIRED, NULL, "'%s' is retired; use '%s' instead", r->head.id, replacement);
  if (!err) return ROSTER_ERETIRED;
  snprintf(err->hint, sizeof err->hint, "%s", "the replacement is a different model: switch to it only on purpose");
  name_candidate(err, replacement);
  return ROSTER_ERETIRED;
}

roster_status roster_resolve(const roster_model **out, const roster_snapshot *s, const char *id, const char **via, roster_error *err) {
  if (out) *out = NULL;
  if (via) *via = NULL;
  if (!s || !id) return fail(err, ROSTER_EINVALID, NULL, "roster_resolve: a snapshot and an id are needed");
  const roster_model *m = result_find(s->data, id);
  if (!m) {
    const retired *gone = find_retired(s->data, id);
    return gone ? fail_retired(s->data, gone, err) : fail_unknown(s->data, id, err);
  }
  if (out) *out = m;
  if (via) *via = via_of(m, id);
  return ROSTER_OK;
}

roster_status roster_require(const roster_model **out, const roster_snapshot *s, const char *id, roster_error *err) {
  const roster_model *m = NULL;
  if (out) *out = NULL;
  roster_status status = roster_resolve(&m, s, id, NULL, err);
  if (status != ROSTER_OK) return status;
  if (!m->usable) {
    fail(err, ROSTER_ENOTREADY, m->outcome.hint, "'%s' is not ready (%s): %s", m->model->head.id, roster_state_name(m->outcome.state),
         m->outcome.reason);
    if (err) name_candidate(err, m->model->head.id);
    return ROSTER_ENOTREADY;
  }
  if (out) *out = m;
  return ROSTER_OK;
}

static const char *const STATUS_NAMES[] = { "ok",        "invalid",   "no_memory", "definitions", "unknown",
                                            "ambiguous", "not_ready", "retired",   "transport",   "pending",
                                            "forked",    "system",    "cancelled", "held",        "none" };

const char *roster_status_name(roster_status status) {
  size_t at = (size_t)status;
  return at < sizeof STATUS_NAMES / sizeof *STATUS_NAMES ? STATUS_NAMES[at] : "unknown_status";
}
