/* screening: see screening.h. */
#include "library/validate/screening.h"

#include "library/validate/discovery.h"

#include <ctype.h>
#include <string.h>

/* ---- entries ---- */

static bool rules_out(roster_state given, roster_reason code, roster_state *state, reason *why) {
  *state = given;
  why->code = code;
  return true;
}

/* A word that is neither a state nor one of these two excludes the model too. */
static bool verdict_rules_out(const remote_model *there, roster_state *state, reason *why) {
  roster_state given = ROSTER_NOT_LISTED;
  if (text_is(there->verdict, "retired")) return rules_out(given, ROSTER_REASON_RETIRED, state, why);
  if (!state_from_name(there->verdict, &given)) return rules_out(ROSTER_NOT_LISTED, ROSTER_REASON_MODEL_INACTIVE, state, why);
  if (given == ROSTER_READY) return false;
  if (given == ROSTER_NO_ACCESS) return rules_out(given, ROSTER_REASON_NO_ACCESS, state, why);
  return rules_out(ROSTER_NOT_LISTED, ROSTER_REASON_MODEL_INACTIVE, state, why);
}

static const char *joined(arena *a, const texts *list) {
  const char *all = list->at[0];
  for (size_t i = 1; i < list->count; i++) all = arena_printf(a, "%s, %s", all, list->at[i]);
  return text_clean(a, all, strlen(all), 200);
}

enum { HOUR_MS = 60 * 60 * 1000 };

/* A day that has begun in UTC is over everywhere 36 hours later. */
static bool is_over(const char *day, int64_t now) { return day && now - day_ms(day) >= 36 * (int64_t)HOUR_MS; }

/* Whether the entry rules out that this model is used as its block, or its discovery, says. Fills in the state and the reason. */
static bool entry_rules_out(arena *a, const service *s, const remote_model *there, int64_t now, roster_state *state, reason *why) {
  const model *m = s->model;
  const char *wanted = m->kind ? m->kind : "chat";
  *why = (reason){ .said = there->why ? text_clean(a, there->why, strlen(there->why), 200) : NULL };
  if (there->verdict && verdict_rules_out(there, state, why)) return true;
  if (there->ends && is_over(there->retires, now)) return rules_out(ROSTER_NOT_LISTED, ROSTER_REASON_RETIRED, state, why);
  if (m->discovered && !m->kind) wanted = there->kind; /* it has what the provider says */
  if (there->kind && !text_is(there->kind, wanted)) {
    why->what = there->kind;
    why->where = wanted;
    return rules_out(ROSTER_NOT_LISTED, ROSTER_REASON_KIND_OTHER, state, why);
  }
  if (!there->protocols.count || (wanted && !text_is(wanted, "chat")) || texts_have(&there->protocols, m->speaks->head.id)) return false;
  why->what = joined(a, &there->protocols);
  return rules_out(ROSTER_NOT_LISTED, ROSTER_REASON_PROTOCOL_OTHER, state, why);
}

/* ---- refusals ---- */

static bool is_part_of_name(char c) { return isalnum((unsigned char)c) || c == '-' || c == '_'; }

static bool has_word(const char *text, const char *word) {
  size_t length = strlen(word);
  for (const char *at = strstr(text, word); length && at; at = strstr(at + 1, word))
    if ((at == text || !is_part_of_name(at[-1])) && !is_part_of_name(at[length])) return true;
  return false;
}

static bool names_parameter(const char *said, const json_t *sent) {
  static const char *const prompts[] = { "model", "messages", "input", "contents" };
  for (void *at = json_object_iter((json_t *)sent); at; at = json_object_iter_next((json_t *)sent, at)) {
    bool prompt = false;
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) prompt = prompt || text_is(json_object_iter_key(at), prompts[i]);
    if (!prompt && has_word(said, json_object_iter_key(at))) return true;
  }
  return false;
}

/* FastAPI's {"detail": [{"loc": ["body", "model"], "msg": "..."}]}: nothing but the model. */
static bool is_located_at_model(const json_t *body) {
  const json_t *detail = json_object_get(body, "detail"), *first = json_array_get(detail, 0), *loc = json_object_get(first, "loc");
  return json_array_size(detail) == 1 && text_is(json_string_value(json_array_get(loc, json_array_size(loc) - 1)), "model");
}

bool refusal_names_model(arena *a, const service *s, const exchange *asked, const classification *r) {
  const char *param = json_string_value(json_object_get(json_object_get(r->body, "error"), "param"));
  if (param && *param) return text_is(param, "model");
  if (is_located_at_model(r->body)) return true;
  if (!has_word(r->said, s->model->api_name)) return false;
  const char *text = asked->request.body, *wrong = NULL;
  json_t *sent = text ? json_read(a, text, strlen(text), &wrong, NULL) : NULL;
  bool about_request = names_parameter(r->said, sent);
  json_decref(sent);
  return !about_request;
}

/* ---- who answered ---- */

static size_t count_digits(const char *from, size_t length) {
  size_t n = 0;
  while (n < length && isdigit((unsigned char)from[length - 1 - n])) n++;
  return n;
}

/* The length without one date or revision at the end: "-20251001", "-0613", "-2026-11-17", "-05-20", "-latest", "@20251001". */
static size_t without_date(const char *name, size_t length) {
  static const char latest[] = "-latest";
  if (length > sizeof latest && !memcmp(name + length - (sizeof latest - 1), latest, sizeof latest - 1))
    return length - (sizeof latest - 1);
  size_t digits = count_digits(name, length);
  if (digits + 1 >= length) return length;
  char before = name[length - digits - 1];
  if (digits >= 3 && (before == '-' || before == '@')) return length - digits - 1;
  size_t more = digits == 2 && before == '-' ? count_digits(name, length - 3) : 0;
  if (more != 2 || length < 7 || name[length - 6] != '-') return length;
  bool year = length > 11 && count_digits(name, length - 6) == 4;
  return year ? length - 11 : length - 6;
}

/* "anthropic/claude-opus-4.5-20251101" and "claude-opus-4-5" give the same. */
static const char *plain_name(arena *a, const char *name) {
  const char *slash = strrchr(name, '/');
  if (slash && slash[1]) name = slash + 1;
  char *plain = (char *)text_lower(a, name, strlen(name));
  for (char *at = plain; *at; at++)
    if (*at == '.') *at = '-';
  size_t length = strlen(plain), shorter;
  if (text_ends(plain, ":latest")) length -= strlen(":latest");
  while ((shorter = without_date(plain, length)) < length) length = shorter;
  plain[length] = 0;
  return plain;
}

static bool same_model(arena *a, const char *one, const char *other) {
  const char *x = plain_name(a, one), *y = plain_name(a, other);
  size_t before_tag = strcspn(x, ":"), other_tag = strcspn(y, ":");
  bool both_tagged = x[before_tag] && y[other_tag];
  if (both_tagged || (!x[before_tag] && !y[other_tag])) return text_is(x, y);
  return before_tag == other_tag && !memcmp(x, y, before_tag); /* the tag chooses a host or a price, as ":free" does */
}

static bool is_among(arena *a, const texts *names, const char *served) {
  for (size_t i = 0; i < names->count; i++)
    if (same_model(a, names->at[i], served)) return true;
  return false;
}

/* Each word of "gemini-flash-latest" is in "gemini-3-8-flash": an alias that moves. */
static bool is_moving_alias(arena *a, const char *asked, const char *served) {
  if (!text_ends(asked, "-latest")) return false;
  const char *alias = plain_name(a, asked), *name = arena_printf(a, "-%s-", plain_name(a, served));
  for (const char *at = alias; *at; at += strcspn(at, "-"), at += *at == '-')
    if (!strstr(name, arena_printf(a, "-%s-", arena_bytes(a, at, strcspn(at, "-"))))) return false;
  return true;
}

/* Not where it is the same with a date, a tag, a maker in front. */
static bool is_other_model(arena *a, const model *asked, const char *served) {
  if (same_model(a, asked->api_name, served) || is_moving_alias(a, asked->api_name, served)) return false;
  return !same_model(a, asked->head.id, served) && !is_among(a, &asked->aliases, served);
}

/* ---- of a probe ---- */

/* A shipped one is read only where a block names it. */
static bool is_protocol(const prober *p, const char *name) {
  bool shipped = false;
  for (const shipped_file *f = shipped_files; f->name && !shipped; f++) shipped = text_is(f->protocol, name);
  return shipped || lookup_get(&p->factory->catalog->protocols.ids, name);
}

/* Of what serves a model, a protocol that a block can name. */
static const char *protocol_among(const prober *p, const texts *names) {
  for (size_t i = 0; i < names->count; i++)
    if (is_protocol(p, names->at[i])) return names->at[i];
  return NULL;
}

bool screening_refuses(prober *p, probe *t, stage at, int status, const remote_model *there) {
  roster_state state;
  reason why;
  outcome o;
  if (!entry_rules_out(p->arena, t->service, there, p->answered_ms, &state, &why)) return false;
  if (why.code == ROSTER_REASON_PROTOCOL_OTHER) why.where = protocol_among(p, &there->protocols);
  if (why.said) why.said = prober_redacted(p, why.said);
  outcome_refused(p->arena, t->service, at, status, p->answered_ms, state, &why, &o);
  prober_decide(p, t, &o);
  return true;
}

bool screening_knows_kind(const probe *t) {
  const model *m = t->service->model;
  const remote_model *there = m->discovered ? probe_listed_entry(t) : NULL;
  if (there && there->named_kind) discovery_give_kind(m, there->named_kind, "its name");
  return !m->discovered || m->kind;
}

bool screening_may_chat(const probe *t) { return !t->service->model->kind || text_is(t->service->model->kind, "chat"); }

void screening_note_answerer(prober *p, probe *t, const char *name) {
  if (name && *name && is_other_model(p->arena, t->service->model, name)) t->served = prober_shown_name(p, name);
}

/* The definitions expect it, from some day on; that day has come. */
static bool is_rerouted(const prober *p, const probe *t) {
  const model *m = t->service->model, *by = m->answered_by ? catalog_model(p->factory->catalog, m->answered_by) : NULL;
  return by && same_model(p->arena, by->api_name, t->served);
}

void screening_tell_answerer(prober *p, const probe *t, outcome *of) {
  if (!t->served) return;
  if (is_rerouted(p, t)) {
    const reason why = outcome_rerouted(p->arena, p->factory->catalog, t->service->model);
    outcome_refused(p->arena, t->service, of->stage, of->http_status, p->answered_ms, ROSTER_NOT_LISTED, &why, of);
    of->served = t->served;
  } else {
    outcome_note_served(p->arena, t->service, t->served, of);
  }
}
