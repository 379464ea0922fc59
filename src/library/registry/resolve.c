/* resolve: where an id leads. Exact id, alias, former id, else an error that names candidates; never another model silently.
 * Total, deterministic, and asks nobody. */
#include "library/registry/snapshot.h"

#include "util/suggest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_NEAR = 200 };

static const char *manner(const model *m, const char *id) {
  if (text_is(m->head.id, id)) return "exact";
  return texts_have(&m->aliases, id) ? "alias" : "formerly";
}

static void add_candidate(roster_error *err, const char *id) {
  const int most = sizeof err->candidates / sizeof *err->candidates;
  for (int i = 0; i < err->candidate_count; i++)
    if (text_is(err->candidates[i], id)) return;
  if (err->candidate_count < most) snprintf(err->candidates[err->candidate_count++], sizeof err->candidates[0], "%s", id);
}

/* Ids that differ from this one in case or in dots and dashes only, or by a few letters. */
static size_t difference(const char *asked, const char *id) {
  if (text_same(asked, id)) return 1;
  size_t d = suggest_distance(asked, id);
  return text_starts(id, asked) || text_ends(id, asked) ? (d < 2 ? d : 2) : d;
}

static void find_candidates(const answer_data *d, const char *asked, roster_error *err) {
  const lookup *names = &d->catalog->names;
  size_t worst = strnlen(asked, LONGEST_NEAR + 1) / 4 + 2;
  if (worst > LONGEST_NEAR / 4 + 2) return; /* no id is like that */
  for (size_t distance = 1; distance <= worst; distance++)
    for (size_t i = 0; i < names->room; i++) {
      const lookup_slot *slot = &names->slots[i];
      if (slot->key && difference(asked, slot->key) == distance) add_candidate(err, ((const model *)slot->value)->head.id);
    }
}

static const retired *find_retired(const answer_data *d, const char *id) { return lookup_get(&d->catalog->retired.ids, id); }

static void append(char *message, size_t room, const char *text) {
  size_t n = strlen(message);
  if (n < room) snprintf(message + n, room - n, "%s", text);
}

static roster_status fail_unknown(const answer_data *d, const char *id, roster_error *err) {
  if (!err) return ROSTER_EUNKNOWN;
  char shown[128];
  snprintf(shown, sizeof shown, "%.100s", id);
  for (char *c = shown; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '?';
  fail(err, ROSTER_EUNKNOWN, "`roster models --all` lists every id", "no model has the id '%s'", shown);
  find_candidates(d, id, err);
  for (int i = 0; i < err->candidate_count; i++) {
    append(err->message, sizeof err->message, i == 0 ? " (did you mean '" : i + 1 < err->candidate_count ? "', '" : "' or '");
    append(err->message, sizeof err->message, err->candidates[i]);
  }
  if (err->candidate_count) append(err->message, sizeof err->message, "'?)");
  return ROSTER_EUNKNOWN;
}

static roster_status fail_retired(const retired *r, roster_error *err) {
  if (!r->replacement) return fail(err, ROSTER_ERETIRED, "choose another model", "'%s' is retired", r->head.id);
  fail(err, ROSTER_ERETIRED, NULL, "'%s' is retired; use '%s' instead", r->head.id, r->replacement);
  if (!err) return ROSTER_ERETIRED;
  snprintf(err->hint, sizeof err->hint, "%s", "the replacement is another model: change to it only on purpose");
  add_candidate(err, r->replacement);
  return ROSTER_ERETIRED;
}

roster_status roster_resolve(const roster_model **out, const roster_snapshot *s, const char *id, const char **via, roster_error *err) {
  if (out) *out = NULL;
  if (!s || !id) return fail(err, ROSTER_EINVALID, NULL, "roster_resolve: a snapshot and an id are needed");
  const roster_model *m = answer_find(s->data, id);
  if (!m) {
    const retired *gone = find_retired(s->data, id);
    return gone ? fail_retired(gone, err) : fail_unknown(s->data, id, err);
  }
  if (out) *out = m;
  if (via) *via = manner(m->model, id);
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
    if (err) add_candidate(err, m->model->head.id);
    return ROSTER_ENOTREADY;
  }
  if (out) *out = m;
  return ROSTER_OK;
}

static const char *const STATUS_NAMES[] = { "ok",      "invalid",   "no_memory", "definitions", "unknown", "ambiguous", "not_ready",
                                            "retired", "transport", "pending",   "forked",      "system",  "cancelled", "held" };

const char *roster_status_name(roster_status status) {
  size_t at = (size_t)status;
  return at < sizeof STATUS_NAMES / sizeof *STATUS_NAMES ? STATUS_NAMES[at] : "unknown_status";
}
