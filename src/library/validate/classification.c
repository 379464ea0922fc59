/* classification: see classification.h. */
#include "library/validate/classification.h"

#include "library/validate/outcome.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MOST = 200 };

static const char *const STATES[] = {
  [ROSTER_READY] = "ready",
  [ROSTER_DISABLED] = "disabled",
  [ROSTER_NO_CREDENTIAL] = "no_credential",
  [ROSTER_BAD_CREDENTIAL] = "bad_credential",
  [ROSTER_NO_ACCESS] = "no_access",
  [ROSTER_NO_QUOTA] = "no_quota",
  [ROSTER_NOT_LISTED] = "not_listed",
  [ROSTER_PENDING] = "pending",
  [ROSTER_RATE_LIMITED] = "rate_limited",
  [ROSTER_UNREACHABLE] = "unreachable",
  [ROSTER_PROVIDER_ERROR] = "provider_error",
  [ROSTER_UNPROVEN] = "unproven",
};

const char *roster_state_name(roster_state state) {
  size_t at = (size_t)state;
  return at < sizeof STATES / sizeof *STATES ? STATES[at] : "unknown";
}

bool state_from_name(const char *name, roster_state *out) {
  for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
    if (!text_is(STATES[i], name)) continue;
    *out = (roster_state)i;
    return true;
  }
  return false;
}

const char *classification_name(const classification *r) {
  switch (r->response_class) {
  case CLASS_YES: return "ready";
  case CLASS_MISSING: return "missing";
  case CLASS_REJECTED: return "rejected";
  case CLASS_MALFORMED: return "malformed";
  default: return roster_state_name(r->state);
  }
}

static const char *header(const api_response *from, const char *name) {
  for (size_t i = 0; i < from->header_count; i++)
    if (text_same(from->headers[i].name, name)) return from->headers[i].value;
  return NULL;
}

static void means_state(classification *r, roster_state state) {
  r->response_class = CLASS_STATE;
  r->state = state;
}

/* The transport reuses its message for the next response, and this one may be a reason until the last proof. */
static void read_failure(const classifier *by, classification *r, const roster_http_response *response) {
  bool answered_badly = response->failure == ROSTER_HTTP_MALFORMED || response->failure == ROSTER_HTTP_TOO_LARGE;
  means_state(r, answered_badly ? ROSTER_PROVIDER_ERROR : ROSTER_UNREACHABLE);
  r->said = arena_text(by->arena, response->message);
}

static bool about_the_account(const classification *r) { return r->stage == STAGE_LIST || r->stage == STAGE_PROVE_KEY; }

/* 2xx with anything but JSON, an HTML page say, comes from a sign-in form or a proxy. */
static void read_success(classification *r) {
  const json_t *error = json_object_get(r->body, "error");
  bool fine = (json_is_array(r->body) || json_is_object(r->body)) && (!error || json_is_null(error) || json_is_false(error));
  r->response_class = fine ? CLASS_YES : CLASS_MALFORMED;
}

static void read_status(classification *r) {
  int status = r->response.status;
  if (status >= 200 && status < 300) {
    read_success(r);
  } else if (status == 401) {
    means_state(r, ROSTER_BAD_CREDENTIAL);
  } else if (status == 402) {
    means_state(r, ROSTER_NO_QUOTA);
  } else if (status == 403) {
    means_state(r, about_the_account(r) ? ROSTER_BAD_CREDENTIAL : ROSTER_NO_ACCESS);
  } else if (status == 404) {
    if (json_is_api_error(r->body) && !about_the_account(r))
      means_state(r, ROSTER_NOT_LISTED);
    else
      r->response_class = CLASS_MISSING;
  } else if (status == 405 || status == 501) {
    r->response_class = CLASS_MISSING;
  } else if (status == 429) {
    means_state(r, ROSTER_RATE_LIMITED);
  } else if (status >= 400 && status < 500 && status != 408 && status != 409 && status != 425) {
    r->response_class = CLASS_REJECTED;
  } else {
    means_state(r, ROSTER_PROVIDER_ERROR);
  }
}

/* Scripts may name all states but those that are decided before a request. */
static bool read_verdict(classification *r, const char *word) {
  roster_state state;
  if (text_is(word, "missing"))
    r->response_class = CLASS_MISSING;
  else if (text_is(word, "rejected"))
    r->response_class = CLASS_REJECTED;
  else if (text_is(word, "ready"))
    r->response_class = CLASS_YES;
  else if (state_from_name(word, &state) && state != ROSTER_DISABLED && state != ROSTER_NO_CREDENTIAL && state != ROSTER_PENDING)
    means_state(r, state);
  else
    return false;
  return true;
}

static const char *own_words(const classifier *by, const classification *r) {
  const char *text = json_error_message(r->body);
  if (!text && (r->body || r->response.length == 0 || r->response.text[0] == '<')) return "";
  if (!text) text = r->response.text;
  return keyring_redact(by->ring, by->arena, text_clean(by->arena, text, strnlen(text, 4096), MESSAGE_MOST));
}

static const char *redirect_words(const classifier *by, const classification *r) {
  const char *to = header(&r->response, "location");
  return to ? keyring_redact(by->ring, by->arena, text_clean(by->arena, to, strcspn(to, "?"), MESSAGE_MOST)) : "";
}

static const char *retry_words(const classifier *by, const classification *r) {
  const char *after = header(&r->response, "retry-after");
  bool plain = after && *after && strspn(after, "0123456789") == strlen(after) && strlen(after) < 7;
  return plain ? arena_printf(by->arena, "%s s", after) : "";
}

void classify_response(const classifier *by, const protocol *p, const model *m, const completed *done, classification *out) {
  const roster_http_response *got = done->response;
  *out = (classification){ .stage = done->exchange->stage, .said = "", .retry_after = "" };
  if (got->failure != ROSTER_HTTP_ANSWERED) {
    read_failure(by, out, got);
    return;
  }
  const char *why = NULL, *word = NULL;
  out->body = got->body_bytes ? json_read(by->arena, got->body, got->body_bytes, &why, NULL) : NULL;
  *by->held = out->body;
  out->response = (api_response){
    stage_name(done->exchange->stage), got->status, got->headers, got->header_count, got->body, got->body_bytes, out->body
  };
  bool redirected = got->status >= 300 && got->status < 400;
  out->said = redirected ? redirect_words(by, out) : own_words(by, out);
  out->retry_after = retry_words(by, out);
  const char *broken = redirected ? NULL : script_verdict(by->script, p, &out->response, m, &word);
  if (broken || (word && !read_verdict(out, word))) {
    out->response_class = CLASS_MALFORMED;
    const char *message =
        broken ? broken : arena_printf(by->arena, "protocol '%s' gave the verdict '%s', which is no state", p->head.id, word);
    out->said = keyring_redact(by->ring, by->arena, message); /* a script may repeat the response */
  } else if (!word) {
    read_status(out);
  }
}
