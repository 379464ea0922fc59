/* scenes: see scenes.h. */
#include "command/test/scenes.h"

#include "command/test/lead.h"
#include "command/test/stage.h"

#include "command/shared/output.h"

#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- what came of it ---- */

static void take_verdict(take *t, const roster_model *m) {
  const char *where = roster_model_stage(m);
  strbuf verdict = { 0 };
  strbuf_add(&verdict, roster_state_name(roster_model_state(m)));
  if (*where) strbuf_format(&verdict, " at %s", where);
  json_object_set_new(t->verdict, roster_model_id(m), json_string(strbuf_text(&verdict)));
  strbuf_free(&verdict);
  if (json_object_size(t->verdict) > 1) return; /* they share one listing */
  t->understood = true;
  for (size_t i = 0; roster_model_request_at(m, i); i++) {
    const roster_request *q = roster_model_request_at(m, i);
    if (strcmp(roster_request_stage(q), "list") != 0) continue;
    t->pages++;
    t->understood = t->understood && strcmp(roster_request_outcome(q), "ready") == 0;
  }
}

/* Every document that a host or a person may see. */
static bool betrays(const kit *k, const roster_snapshot *snapshot) {
  bool betrayed = kit_betrays(k, roster_snapshot_json(snapshot, NULL)) || kit_betrays(k, strbuf_text(&k->heard));
  size_t size = roster_write_providers_json(snapshot, NULL, 0) + 1;
  char *text = grown(NULL, size);
  roster_write_providers_json(snapshot, text, size);
  betrayed = betrayed || kit_betrays(k, text);
  free(text);
  for (size_t i = 0; i < roster_known_count(snapshot); i++) {
    strbuf story = { 0 };
    document_add_model(&story, snapshot, roster_model_id(roster_known_at(snapshot, i)));
    betrayed = betrayed || kit_betrays(k, strbuf_text(&story));
    strbuf_free(&story);
  }
  return betrayed;
}

/* ---- playing ---- */

typedef struct troupe {
  const subject *subject;
  stage stage;
  lead lead;
  play *play;
  roster_error *err;
} troupe;

static roster *enter(troupe *t, roster_level level) {
  opening how = { t->subject->environment, t->subject->amendments, level, &t->lead.transport };
  return kit_open(t->subject->kit, &how, t->err);
}

static bool ask(troupe *t, roster *r, scene_id scene, take *out) {
  lead_to(&t->lead, stage_address(&t->stage, scene));
  if (roster_refresh(r, t->err) != ROSTER_OK) return false;
  const roster_snapshot *snapshot = roster_acquire(r);
  out->played = true;
  out->verdict = json_object();
  for (size_t i = 0; i < roster_known_count(snapshot); i++)
    if (subject_has(t->subject, roster_known_at(snapshot, i))) take_verdict(out, roster_known_at(snapshot, i));
  out->sent = json_copy(t->lead.sent);
  t->play->betrayed = t->play->betrayed || t->lead.amiss || betrays(t->subject->kit, snapshot);
  roster_release(snapshot);
  return true;
}

static bool play_scene(troupe *t, scene_id scene, roster_level level, take *out) {
  if (!stage_address(&t->stage, scene)) return true;
  roster *r = enter(t, level);
  bool done = r && ask(t, r, scene, out);
  roster_close(r);
  return done;
}

static bool all_usable(const troupe *t, const roster_snapshot *snapshot) {
  for (size_t i = 0; i < roster_known_count(snapshot); i++) {
    const roster_model *m = roster_known_at(snapshot, i);
    if (subject_has(t->subject, m) && !roster_model_usable(m)) return false;
  }
  return true;
}

/* The same registry, first in good times. */
static bool play_limit(troupe *t) {
  take before = { 0 }, after = { 0 };
  if (!stage_address(&t->stage, SCENE_GOOD)) return true;
  roster *r = enter(t, ROSTER_LEVEL_GENERATE);
  bool done = r && ask(t, r, SCENE_GOOD, &before) && ask(t, r, SCENE_LIMITED, &after);
  const roster_snapshot *snapshot = done ? roster_acquire(r) : NULL;
  t->play->kept = snapshot && all_usable(t, snapshot);
  roster_release(snapshot);
  roster_close(r);
  json_decref(before.verdict);
  json_decref(before.sent);
  json_decref(after.verdict);
  json_decref(after.sent);
  return done;
}

static bool play_all(troupe *t) {
  for (scene_id scene = 0; scene < SCENE_COUNT; scene++) {
    bool billed = scene == SCENE_GOOD || scene == SCENE_REFUSED || scene == SCENE_UNKNOWN;
    if (!play_scene(t, scene, ROSTER_LEVEL_PROVE, &t->play->free[scene])) return false;
    if (billed && !play_scene(t, scene, ROSTER_LEVEL_GENERATE, &t->play->billed[scene])) return false;
  }
  return play_limit(t);
}

bool scenes_play(const subject *s, play *out, roster_error *err) {
  troupe t = { .subject = s, .play = out, .err = err };
  *out = (play){ 0 };
  if (!stage_begin(&t.stage, s, err)) return false;
  bool done = lead_begin(&t.lead, s->kit, err);
  t.lead.voices = s->voices;
  t.lead.voice_count = s->voice_count;
  t.lead.plain = s->plain;
  if (done) done = play_all(&t);
  out->pages = t.stage.pages;
  lead_end(&t.lead);
  stage_end(&t.stage);
  return done;
}

static void free_take(take *t) {
  json_decref(t->verdict);
  json_decref(t->sent);
}

void scenes_free(play *p) {
  for (int i = 0; i < SCENE_COUNT; i++) {
    free_take(&p->free[i]);
    free_take(&p->billed[i]);
  }
}

/* ---- in words ---- */

const char *scene_name(scene_id id) {
  static const char *const names[] = { "good", "unlisted", "refused", "public", "unknown", "blind", "limited", "down", "page" };
  return names[id];
}

/* The models that got this verdict, each once. */
static void add_group(strbuf *out, const take *t, const char *verdict) {
  const char *id;
  json_t *value;
  int count = 0;
  strbuf_format(out, "%s%s: ", out->length ? "; " : "", verdict);
  json_object_foreach(t->verdict, id, value) if (strcmp(json_string_value(value), verdict) == 0)
      strbuf_format(out, "%s%s", count++ ? ", " : "", id);
}

char *take_summary(const take *t) {
  json_t *seen = json_object(), *value;
  const char *id, *first = "";
  strbuf out = { 0 };
  json_object_foreach(t->verdict, id, value) {
    first = json_string_value(value);
    json_object_set_new(seen, first, json_true());
  }
  if (json_object_size(seen) > 1)
    json_object_foreach(seen, id, value) add_group(&out, t, id);
  else
    strbuf_add(&out, first);
  json_decref(seen);
  char *text = copied(strbuf_text(&out));
  strbuf_free(&out);
  return text;
}

static bool is_one_of(const char *verdict, const char *const *states) {
  size_t length = strcspn(verdict, " ");
  for (; *states; states++)
    if (strcmp(*states, verdict) == 0 || (strlen(*states) == length && strncmp(*states, verdict, length) == 0)) return true;
  return false;
}

bool take_all(const take *t, const char *const *states) {
  const char *id;
  json_t *value;
  bool all = t->played;
  json_object_foreach(t->verdict, id, value) all = all && is_one_of(json_string_value(value), states);
  return all;
}
