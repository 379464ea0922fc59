/* outcome: see outcome.h. */
#include "library/validate/outcome.h"

#include "util/clock.h"
#include "util/url.h"

#include <string.h>
#include <time.h>

static const char *const STAGES[] = { "", "config", "credential", "list", "prove_key", "prove", "generate", "control" };

const char *stage_name(stage s) { return STAGES[s]; }

stage stage_from_name(const char *name) {
  for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++)
    if (text_is(STAGES[i], name)) return (stage)i;
  return STAGE_NONE;
}

const char *time_text(arena *a, int64_t wall) {
  time_t seconds = (time_t)(wall / 1000);
  struct tm t;
  if (!gmtime_r(&seconds, &t)) return "";
  return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

bool state_is_inconclusive(roster_state state) {
  return state == ROSTER_PENDING || state == ROSTER_RATE_LIMITED || state == ROSTER_UNREACHABLE || state == ROSTER_PROVIDER_ERROR;
}

bool outcome_is_inconclusive(const outcome *now, const outcome *before) {
  if (state_is_inconclusive(now->state) || now->code == ROSTER_REASON_HELPER_FAILED) return true;
  if (now->state != ROSTER_UNPROVEN && now->state != ROSTER_NOT_LISTED) return false;
  unsigned where = before->stage == STAGE_LIST || before->stage == STAGE_PROVE ? 1u << before->stage : ~0u;
  return (now->unheard & where) != 0;
}

static void set_checked(arena *a, outcome *o, int64_t answered_ms) {
  o->checked_ms = answered_ms;
  o->checked_at = answered_ms ? time_text(a, answered_ms) : "";
}

static void begin(arena *a, stage at, const completed *done, outcome *out) {
  bool answered = done && done->response->failure == ROSTER_HTTP_ANSWERED;
  *out = (outcome){ .decided = true, .stage = at, .said = "", .reason = "", .hint = "", .checked_at = "", .latency_ms = -1 };
  if (!done) return;
  if (done->exchange->started) set_checked(a, out, done->at_ms);
  out->http_status = done->response->status;
  if (answered) out->latency_ms = done->response->elapsed_ms;
}

void outcome_ready(arena *a, stage at, const completed *done, outcome *out) {
  begin(a, at, done, out);
  out->state = ROSTER_READY;
  out->usable = true;
}

void outcome_held(arena *a, int64_t at_ms, int http_status, long latency_ms, outcome *out) {
  outcome_ready(a, STAGE_GENERATE, NULL, out);
  set_checked(a, out, at_ms);
  out->http_status = http_status;
  out->latency_ms = latency_ms;
}

/* ---- verdicts of a response ---- */

/* libcurl tells the refusal of a tunnel by its words alone. */
static bool is_refused_tunnel(const completed *done) {
  return done->exchange->service->proxy && strstr(done->response->message, "refused the tunnel with status 407");
}

static roster_reason failure_code(const completed *done) {
  if (!done->exchange->started) return done->response->failure == ROSTER_HTTP_TIMEOUT ? ROSTER_REASON_TIME_OVER : ROSTER_REASON_NOT_SENT;
  switch (done->response->failure) {
  case ROSTER_HTTP_DNS: return ROSTER_REASON_NAME_NOT_FOUND;
  case ROSTER_HTTP_CONNECT: return is_refused_tunnel(done) ? ROSTER_REASON_PROXY_REFUSED : ROSTER_REASON_CONNECT_FAILED;
  case ROSTER_HTTP_TLS: return ROSTER_REASON_TLS_FAILED;
  case ROSTER_HTTP_TIMEOUT: return ROSTER_REASON_TIMED_OUT;
  case ROSTER_HTTP_RESET: return ROSTER_REASON_CONNECTION_LOST;
  case ROSTER_HTTP_TRANSPORT: return ROSTER_REASON_TRANSPORT_FAILED;
  default: return ROSTER_REASON_UNREACHABLE;
  }
}

static roster_reason error_code(const completed *done, const classification *r) {
  int status = done->response->status;
  if (done->response->failure != ROSTER_HTTP_ANSWERED) return ROSTER_REASON_ANSWER_UNUSABLE;
  if (status >= 300 && status < 400) return ROSTER_REASON_REDIRECTED;
  if (status >= 200 && status < 300)
    return r->body || !done->response->body_bytes ? ROSTER_REASON_PROTOCOL_MISMATCH : ROSTER_REASON_PAGE_NOT_API;
  return r->response_class == CLASS_MISSING ? ROSTER_REASON_NOT_SERVED_HERE : ROSTER_REASON_PROVIDER_FAILED;
}

static roster_reason state_code(const service *s, const completed *done, const classification *r, roster_state state) {
  if (r->code) return r->code;
  switch (state) {
  case ROSTER_BAD_CREDENTIAL: return s->key->state == KEY_NONE_NEEDED ? ROSTER_REASON_KEY_MISSING : ROSTER_REASON_KEY_REFUSED;
  case ROSTER_NO_ACCESS: return ROSTER_REASON_NO_ACCESS;
  case ROSTER_NO_QUOTA: return ROSTER_REASON_NO_QUOTA;
  case ROSTER_NOT_LISTED: return ROSTER_REASON_MODEL_UNKNOWN;
  case ROSTER_RATE_LIMITED: return ROSTER_REASON_RATE_LIMITED;
  case ROSTER_UNREACHABLE: return failure_code(done);
  case ROSTER_UNPROVEN: return ROSTER_REASON_NO_FREE_CHECK;
  default: return error_code(done, r);
  }
}

/* Only that shows that nothing listens. A transport, the host's too, tells it from other failures of a connection by its words alone. */
static bool says_refused(const char *message) {
  static const char *const words[] = { "refused", "Refused", "REFUSED" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(message, words[i])) return true;
  return false;
}

/* Nothing listens at an address of this machine: a local server that is not running is not an outage. */
static bool is_not_there(arena *a, const service *s, const completed *done) {
  url u;
  return s->provider->loopback && !s->gateway && !s->proxy && done->response->failure == ROSTER_HTTP_CONNECT &&
         says_refused(done->response->message) && !url_parse(a, s->origin, &u) && url_is_near(&u);
}

static void make_not_there(arena *a, const service *s, const completed *done, outcome *o) {
  begin(a, STAGE_CONFIG, done, o);
  o->state = ROSTER_DISABLED;
  reason_give(a, s, &(reason){ .code = ROSTER_REASON_NOT_RUNNING }, o);
}

void outcome_from(arena *a, const service *s, const completed *done, const classification *r, const char *other_name, outcome *out) {
  bool of_key = done->exchange->stage == STAGE_PROVE_KEY; /* shown as part of the listing */
  if (is_not_there(a, s, done)) {
    make_not_there(a, s, done, out);
    return;
  }
  begin(a, of_key ? STAGE_LIST : done->exchange->stage, done, out);
  out->state = r->response_class == CLASS_STATE ? r->state : ROSTER_PROVIDER_ERROR;
  reason why = { .code = r->code ? r->code : state_code(s, done, r, out->state), .status = out->http_status, .said = r->said };
  if (why.code == ROSTER_REASON_NO_FREE_CHECK) why.what = r->said;
  if (why.code == ROSTER_REASON_PAGE_NOT_API) why.what = r->sign;
  if (why.code == ROSTER_REASON_NOT_SERVED_HERE) why.where = done->exchange->url;
  if ((why.code == ROSTER_REASON_RATE_LIMITED || why.code == ROSTER_REASON_PROVIDER_FAILED) && *r->retry_after) why.where = r->retry_after;
  if (why.code == ROSTER_REASON_MODEL_UNKNOWN) why.where = other_name;
  reason_give(a, s, &why, out);
  if (done->response->failure != ROSTER_HTTP_ANSWERED) out->said = ""; /* those are the transport's words, not a response's */
}

/* ---- verdicts of several responses ---- */

void outcome_control_failed(arena *a, const service *s, const completed *done, const classification *r, outcome *out) {
  begin(a, done->exchange->stage == STAGE_PROVE ? STAGE_PROVE : STAGE_LIST, done, out);
  bool known = r->response_class == CLASS_STATE && state_is_inconclusive(r->state);
  out->state = known ? r->state : ROSTER_PROVIDER_ERROR;
  reason_give(a, s, &(reason){ .code = ROSTER_REASON_KEY_CHECK_OPEN, .status = out->http_status, .said = r->said }, out);
  if (done->response->failure != ROSTER_HTTP_ANSWERED) out->said = "";
}

void outcome_absent(arena *a, const service *s, size_t names, const char *other_name, int64_t answered_ms, outcome *out) {
  begin(a, STAGE_LIST, NULL, out);
  out->state = ROSTER_NOT_LISTED;
  set_checked(a, out, answered_ms);
  out->http_status = 200;
  reason_give(a, s, &(reason){ .code = ROSTER_REASON_NOT_LISTED, .count = names, .where = other_name }, out);
}

void outcome_unproven(arena *a, const service *s, stage at, const shortfall *why, bool offered, int64_t answered_ms, outcome *out) {
  begin(a, at, NULL, out);
  out->state = ROSTER_UNPROVEN;
  out->usable = offered;
  set_checked(a, out, answered_ms);
  reason_give(a, s, &(reason){ .code = why->code, .what = why->text, .where = why->where, .said = why->said }, out);
}

void outcome_failed(arena *a, const service *s, stage at, const char *why, int64_t answered_ms, outcome *out) {
  begin(a, at, NULL, out);
  out->state = ROSTER_DISABLED;
  set_checked(a, out, answered_ms);
  reason_give(a, s, &(reason){ .code = ROSTER_REASON_SCRIPT_FAILED, .what = why }, out);
}

void outcome_refused(arena *a, const service *s, stage at, int status, int64_t answered_ms, roster_state state, const reason *why,
                     outcome *out) {
  begin(a, at, NULL, out);
  out->state = state;
  out->http_status = status;
  set_checked(a, out, answered_ms);
  reason_give(a, s, why, out);
}

static const char *given_id_of(const catalog *c, const char *id) {
  const model *m = catalog_model(c, id);
  return m ? model_given_id(m) : id;
}

reason outcome_rerouted(arena *a, const catalog *c, const model *m) {
  const char *instead = given_id_of(c, m->replacement ? m->replacement : m->answered_by);
  return (reason){ .code = ROSTER_REASON_SERVED_BY_OTHER,
                   .what = given_id_of(c, m->answered_by),
                   .where = m->retires,
                   .hint = arena_printf(a, "use %s", instead) };
}

void outcome_note_served(arena *a, const service *s, const char *by, outcome *out) {
  outcome told = *out;
  reason_give(a, s, &(reason){ .code = ROSTER_REASON_SERVED_BY_OTHER, .what = by }, &told);
  out->served = by;
  out->warning = told.reason;
  out->code = told.code;
  out->blame = told.blame;
}
