/* outcome: see outcome.h. */
#include "library/validate/outcome.h"

#include "util/url.h"

#include <string.h>
#include <time.h>

const char *time_text(arena *a, int64_t wall) {
  time_t seconds = (time_t)(wall / 1000);
  struct tm t;
  if (!gmtime_r(&seconds, &t)) return "";
  return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

bool state_is_inconclusive(roster_state state) {
  return state == ROSTER_PENDING || state == ROSTER_RATE_LIMITED || state == ROSTER_UNREACHABLE || state == ROSTER_PROVIDER_ERROR;
}

int64_t answered_ms(const roster_http_response *r) { return r->size >= sizeof *r && r->answered_ms ? r->answered_ms : wall_ms(); }

static void set_checked(arena *a, outcome *o, int64_t answered) {
  o->checked_ms = answered;
  o->checked_at = answered ? time_text(a, answered) : "";
}

static void begin(arena *a, const char *stage, const landing *l, outcome *out) {
  bool answered = l && l->response->failure == ROSTER_HTTP_ANSWERED;
  *out = (outcome){ .decided = true, .stage = stage, .reason = "", .hint = "", .checked_at = "", .latency_ms = -1 };
  if (!l) return;
  if (l->exchange->started) set_checked(a, out, answered_ms(l->response));
  out->http_status = l->response->status;
  if (answered) out->latency_ms = l->response->elapsed_ms;
}

void outcome_ready(arena *a, const char *stage, const landing *l, outcome *out) {
  begin(a, stage, l, out);
  out->state = ROSTER_READY;
  out->usable = true;
}

/* " (401: invalid x-api-key)" */
static const char *evidence(arena *a, const outcome *o, const char *message) {
  if (!o->http_status) return *message ? arena_printf(a, ": %s", message) : "";
  return *message ? arena_printf(a, " (%d: %s)", o->http_status, message) : arena_printf(a, " (%d)", o->http_status);
}

static const char *key_words(arena *a, const service *s) {
  if (s->placeholder) return arena_printf(a, "the key that gateway '%s' adds", s->gateway->head.id);
  return s->key.hint ? s->key.variable : arena_printf(a, "the key in %s", s->key.variable);
}

static void say_bad_credential(arena *a, const service *s, const char *evidence_, outcome *o) {
  const char *title = s->provider->title;
  if (s->key.state == KEY_NONE_NEEDED) {
    o->reason = arena_printf(a, "%s wants a key%s", title, evidence_);
    o->hint = arena_printf(a, "give provider '%s' a line credential = secret \"NAME\"", s->provider->head.id);
    return;
  }
  o->reason = arena_printf(a, "%s rejected %s%s", title, key_words(a, s), evidence_);
  o->hint = s->placeholder ? arena_printf(a, "look after that key at the gateway, or set %s", s->key.variable)
            : s->key.hint  ? s->key.hint
                           : arena_printf(a, "set a valid %s", s->key.variable);
  if (s->key.foreign) o->hint = arena_printf(a, "%s: %s", o->hint, s->key.foreign);
}

static void say_unreachable(arena *a, const service *s, const landing *l, const char *message, outcome *o) {
  o->reason = arena_printf(a, "%s could not be reached at %s: %s", s->provider->title, s->origin, *message ? message : "no answer");
  switch (l->response->failure) {
  case ROSTER_HTTP_DNS: o->hint = "check the host name in base_url, and name resolution here"; break;
  case ROSTER_HTTP_TLS: o->hint = "a private authority is named with tls = { ca_file = \"...\" }"; break;
  case ROSTER_HTTP_TIMEOUT: o->hint = "try again, or allow more time with --timeout or timeout = ..."; break;
  default: o->hint = "check the network and the address, then try again"; break;
  }
}

static void say_provider_error(arena *a, const service *s, const landing *l, const reading *r, outcome *o) {
  const char *title = s->provider->title;
  int status = l->response->status;
  o->hint = "try again later";
  if (l->response->failure != ROSTER_HTTP_ANSWERED) {
    o->reason = arena_printf(a, "%s gave an answer that cannot be used: %s", title, r->message);
    o->hint = arena_printf(a, "check what serves %s", s->origin);
  } else if (status >= 300 && status < 400) {
    o->reason = arena_printf(a, "%s redirects (%d)%s%s: redirects are not followed, the key was not sent there", title, status,
                             *r->message ? " to " : "", r->message);
    o->hint = arena_printf(a, "set base_url of provider '%s' to where it moved", s->provider->head.id);
  } else if (status >= 200 && status < 300) {
    o->reason = arena_printf(a, "%s answered %d, but not in the words of %s%s%s", title, status, s->model->speaks->head.id,
                             *r->message ? ": " : "", r->message);
    o->hint = arena_printf(a, "check that %s speaks that protocol (a sign-in page or a proxy answers like this)", s->base);
  } else if (r->meaning == MEANS_MISSING) {
    o->reason = arena_printf(a, "%s does not serve %s (%d)", title, l->exchange->url, status);
    o->hint = arena_printf(a, "check base_url and protocol of provider '%s'", s->provider->head.id);
  } else {
    o->reason = arena_printf(a, "%s has a problem of its own%s", title, evidence(a, o, r->message));
  }
}

static void say_state(arena *a, const service *s, const landing *l, const reading *r, outcome *o) {
  const char *title = s->provider->title, *name = s->model->api_name, *because = evidence(a, o, r->message);
  switch (o->state) {
  case ROSTER_BAD_CREDENTIAL: say_bad_credential(a, s, because, o); break;
  case ROSTER_NO_ACCESS:
    o->reason = arena_printf(a, "%s accepts the key, but not for %s%s", title, name, because);
    o->hint = arena_printf(a, "ask %s for access to it, or use another key", title);
    break;
  case ROSTER_NO_QUOTA:
    o->reason = arena_printf(a, "%s: no credit or quota is left%s", title, because);
    o->hint = arena_printf(a, "look at the billing page of %s", title);
    break;
  case ROSTER_NOT_LISTED:
    o->reason = arena_printf(a, "%s accepts the key, but does not know %s%s", title, name, because);
    o->hint = "check api_name; a model that is gone is taken out with enabled = false";
    break;
  case ROSTER_RATE_LIMITED:
    o->reason = arena_printf(a, "%s is alive, but asked for fewer requests%s", title, because);
    o->hint = *r->retry_after ? arena_printf(a, "try again after %s", r->retry_after) : "try again later";
    break;
  case ROSTER_UNREACHABLE: say_unreachable(a, s, l, r->message, o); break;
  case ROSTER_UNPROVEN: outcome_unproven(a, s, o->stage, r->message, false, o->checked_ms, o); break;
  default: say_provider_error(a, s, l, r, o); break;
  }
}

/* Nobody is at home on this machine: then it was never there, and no outage. */
static bool is_not_there(arena *a, const service *s, const landing *l) {
  url u;
  return s->provider->loopback && !s->gateway && l->response->failure == ROSTER_HTTP_CONNECT && !url_parse(a, s->origin, &u) &&
         url_is_near(&u);
}

static void say_not_there(arena *a, const service *s, const landing *l, outcome *o) {
  begin(a, "config", l, o);
  o->state = ROSTER_DISABLED;
  o->reason = arena_printf(a, "%s was looked for on this machine, and nothing listens at %s", s->provider->title, s->origin);
  o->hint = s->provider->needs ? arena_printf(a, "start it, or say where it is: set %s", s->provider->needs) : "start it";
}

void outcome_from(arena *a, const service *s, const landing *l, const reading *r, outcome *out) {
  bool of_key = text_is(l->exchange->stage, "prove_key"); /* asked on the listing's rung */
  if (is_not_there(a, s, l)) {
    say_not_there(a, s, l, out);
    return;
  }
  begin(a, of_key ? "list" : l->exchange->stage, l, out);
  out->state = r->meaning == MEANS_STATE ? r->state : ROSTER_PROVIDER_ERROR;
  say_state(a, s, l, r, out);
}

void outcome_absent(arena *a, const service *s, size_t names, int64_t answered, outcome *out) {
  begin(a, "list", NULL, out);
  out->state = ROSTER_NOT_LISTED;
  set_checked(a, out, answered);
  out->http_status = 200;
  out->reason = arena_printf(a, "%s accepts the key, but %s is not among the %zu model%s that it lists", s->provider->title,
                             s->model->api_name, names, names == 1 ? "" : "s");
  out->hint = "check api_name; a model that is gone is taken out with enabled = false";
}

void outcome_unproven(arena *a, const service *s, const char *stage, const char *why, bool offered, int64_t answered, outcome *out) {
  begin(a, stage, NULL, out);
  out->state = ROSTER_UNPROVEN;
  out->usable = offered;
  set_checked(a, out, answered);
  out->reason = arena_printf(a, "%s offers no free way to check %s%s%s", s->provider->title, s->model->api_name, *why ? ": " : "", why);
  out->hint = "check --deep asks one small billed request; validate { unproven = \"generate\" } does so always";
}
