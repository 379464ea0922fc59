/* classification: see classification.h. */
#include "library/validate/classification.h"

#include "util/worker.h"

#include "library/validate/foreign.h"
#include "library/validate/outcome.h"
#include "library/validate/phrase.h"
#include "library/validate/retry_after.h"
#include "util/trace.h"
#include "util/suggest.h"

#include <stdlib.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <string.h>

enum { MESSAGE_MOST = 200, PAGE_MOST = 8192 };

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

bool classification_says_nothing(const classification *r) {
  return r->response_class == CLASS_STATE ? state_is_inconclusive(r->state) : r->response_class != CLASS_YES;
}

static void means_state(classification *r, roster_state state) {
  r->response_class = CLASS_STATE;
  r->state = state;
}

/* The transport reuses its message for the next response, and this one may be a reason until the last proof. */
static void read_failure(const classifier *by, classification *r, const clean_answer *response) {
  bool answered_badly = response->failure == ROSTER_HTTP_MALFORMED || response->failure == ROSTER_HTTP_TOO_LARGE;
  means_state(r, answered_badly ? ROSTER_PROVIDER_ERROR : ROSTER_UNREACHABLE);
  r->said = gate_text(by->ring, by->arena, response->message, strlen(response->message), 400);
}

static bool about_the_account(const classification *r) { return r->stage == STAGE_LIST || r->stage == STAGE_PROVE_KEY; }

static void means_code(classification *r, roster_state state, roster_reason code) {
  means_state(r, state);
  r->code = code;
}

/* 2xx with anything but JSON, an HTML page say, comes from a sign-in form or a proxy. */
static void read_success(classification *r) {
  const json_t *error = json_object_get(r->body, "error");
  bool fine = (json_is_array(r->body) || json_is_object(r->body)) && (!error || json_is_null(error) || json_is_false(error));
  r->response_class = fine ? CLASS_YES : CLASS_MALFORMED;
}

/* Whether an error speaks of the model, and not just of a path like /v1/models/x. */
static bool is_about_model(arena *a, const classification *r, const model *m) {
  const char *says = json_is_api_error(r->body) && m ? json_error_message(r->body) : NULL;
  const char *lower = says ? text_lower(a, says, strlen(says)) : "";
  if (*lower && strstr(lower, text_lower(a, m->api_name, strlen(m->api_name))) && !strstr(lower, "/models")) return true;
  for (const char *at = strstr(lower, "model"); at; at = strstr(at + 1, "model"))
    if (at == lower || at[-1] != '/') return true;
  return false;
}

/* ---- whether a service says of itself that it has ended ---- */

/* For a refusal that the protocol reads as none of its own. */
static bool is_ended(const classifier *by, const classification *r, const model *m) {
  const char *lower = text_lower(by->arena, r->said, strlen(r->said));
  if (r->response.status < 400 || r->response.status == 401 || r->response.status == 429) return false;
  if (!*lower || response_is_page(&r->response)) return false;
  bool of_model = !about_the_account(r) && m &&
                  (phrase_of_model(lower) || phrase_names(lower, text_lower(by->arena, m->api_name, strlen(m->api_name))));
  return !of_model && (r->response.status == 410 || phrase_ended(lower));
}

/* Of a path, an endpoint or a model that is not there. */
static void read_absence(arena *a, classification *r, const model *m) {
  bool gone = r->response.status == 410 && *r->said && !response_is_page(&r->response); /* is_ended has ruled the service out */
  bool of_model = !about_the_account(r) && (gone || is_about_model(a, r, m));
  if (of_model)
    means_state(r, ROSTER_NOT_LISTED);
  else if (r->response.status == 410)
    means_code(r, ROSTER_PROVIDER_ERROR, ROSTER_REASON_SERVICE_ENDED);
  else
    r->response_class = CLASS_MISSING;
}

/* 401 and 403: mostly they are about the key. Where they are not, nothing is wrong with it. */
static void read_refusal(arena *a, classification *r, roster_state usual) {
  const char *lower = text_lower(a, r->said, strlen(r->said));
  if (phrase_address_refused(lower))
    means_code(r, ROSTER_NO_ACCESS, ROSTER_REASON_POLICY_REFUSED);
  else if (phrase_account_refused(lower))
    means_code(r, ROSTER_NO_ACCESS, ROSTER_REASON_ACCOUNT_REFUSED);
  else
    means_state(r, usual);
}

static void read_status(arena *a, classification *r, const model *m) {
  switch (r->response.status) {
  case 401: read_refusal(a, r, ROSTER_BAD_CREDENTIAL); break;
  case 402: means_state(r, ROSTER_NO_QUOTA); break;
  case 403: read_refusal(a, r, about_the_account(r) ? ROSTER_BAD_CREDENTIAL : ROSTER_NO_ACCESS); break;
  case 404:
  case 410: read_absence(a, r, m); break;
  case 405:
  case 501: r->response_class = CLASS_MISSING; break;
  case 429: means_state(r, ROSTER_RATE_LIMITED); break;
  case 451: means_code(r, ROSTER_NO_ACCESS, ROSTER_REASON_REGION_REFUSED); break;
  case 407:
  case 408:
  case 409:
  case 421:
  case 425:
  case 426: means_state(r, ROSTER_PROVIDER_ERROR); break;
  default:
    if (r->response.status >= 200 && r->response.status < 300)
      read_success(r);
    else if (r->response.status >= 400 && r->response.status < 500)
      r->response_class = CLASS_REJECTED;
    else
      means_state(r, ROSTER_PROVIDER_ERROR);
  }
}

/* ---- whose words ---- */

static bool is_success(const classification *r) { return r->response.status >= 200 && r->response.status < 300; }

static void means_page(classification *r) { means_code(r, ROSTER_PROVIDER_ERROR, ROSTER_REASON_PAGE_NOT_API); }

/* What takes a model away, or blames the request: only an API can know that. */
static bool needs_own_words(const classification *r) {
  if (r->response_class == CLASS_REJECTED) return true;
  if (r->response_class != CLASS_STATE) return false;
  return r->state == ROSTER_BAD_CREDENTIAL || r->state == ROSTER_NO_ACCESS || r->state == ROSTER_NO_QUOTA ||
         r->state == ROSTER_NOT_LISTED || r->code == ROSTER_REASON_SERVICE_ENDED;
}

/* A refusal in JSON that is no API's; where roster's own request is blamed, any JSON will do. */
static bool is_foreign(const classifier *by, const classification *r) {
  if (r->response.status == 401 && by->plain_refusal) return false;
  if (r->code == ROSTER_REASON_SERVICE_ENDED && *r->said && !response_is_page(&r->response)) return false; /* it may be plain text */
  return r->response_class == CLASS_REJECTED ? !r->body : !response_speaks_as_api(by->arena, &r->response);
}

/* After the status has decided. */
static void doubt(const classifier *by, classification *r) {
  if (!is_success(r) && needs_own_words(r) && is_foreign(by, r)) means_page(r);
  if (r->response.status == 407) means_code(r, ROSTER_PROVIDER_ERROR, ROSTER_REASON_PROXY_REFUSED);
  if (r->response.status == 511) means_page(r); /* of a network */
}

/* What a protocol may say more precisely than by a state. */
static const struct {
  const char *word;
  roster_state state;
  roster_reason code;
} precise[] = {
  { "account", ROSTER_NO_ACCESS, ROSTER_REASON_ACCOUNT_REFUSED },
  { "region", ROSTER_NO_ACCESS, ROSTER_REASON_REGION_REFUSED },
  { "policy", ROSTER_NO_ACCESS, ROSTER_REASON_POLICY_REFUSED },
  { "ended", ROSTER_PROVIDER_ERROR, ROSTER_REASON_SERVICE_ENDED },
  { "retired", ROSTER_NOT_LISTED, ROSTER_REASON_RETIRED },
  { "inactive", ROSTER_NOT_LISTED, ROSTER_REASON_MODEL_INACTIVE },
  { "wrong_protocol", ROSTER_NOT_LISTED, ROSTER_REASON_PROTOCOL_OTHER },
};

static bool read_precise(classification *r, const char *word) {
  for (size_t i = 0; i < sizeof precise / sizeof *precise; i++) {
    if (!text_is(precise[i].word, word)) continue;
    means_code(r, precise[i].state, precise[i].code);
    return true;
  }
  return false;
}

/* Scripts may name all states but those that are decided before a request. */
static bool read_verdict(classification *r, const char *word) {
  roster_state state;
  if (read_precise(r, word)) return true;
  if (text_is(word, "missing"))
    r->response_class = CLASS_MISSING;
  else if (text_is(word, "rejected"))
    r->response_class = CLASS_REJECTED;
  else if (text_is(word, "ready"))
    r->response_class = CLASS_YES;
  else if (state_from_name(word, &state) && state != ROSTER_DISABLED && state != ROSTER_NO_CREDENTIAL && state != ROSTER_PENDING)
    means_state(r, state);
  else
    return read_precise(r, word);
  return true;
}

static const char *unknown_word(arena *a, const char *word) {
  static const char *const words[] = { "ready",      "missing",      "rejected",    "bad_credential", "no_access", "no_quota",
                                       "not_listed", "rate_limited", "unreachable", "provider_error", "unproven" };
  const char *nearest = suggest(word, words, sizeof words / sizeof *words);
  roster_state state;
  if (state_from_name(word, &state)) return arena_printf(a, "it returned '%s', a state that no response can decide", word);
  return arena_printf(a, "it returned '%s', which is not a state%s%s%s", word, SUGGESTION(nearest));
}

/* The first word of these calls that no answer means; NULL for none. What the function raises says nothing: the answers are made up. */
static const char *odd_word(script *s, const protocol *p) {
  static const int statuses[] = { 200, 400, 401, 402, 403, 404, 429, 500, 503 };
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    classification unused = { .said = "" };
    const api_response r = { .stage = stage_name(STAGE_PROVE), .status = statuses[i], .text = "" };
    const char *word = NULL;
    if (!script_verdict(s, p, &r, NULL, &word) && word && !read_verdict(&unused, word)) return word;
  }
  return NULL;
}

void classification_rehearse(script *s, const catalog *c) {
  for (size_t i = 0; i < c->protocols.count; i++) {
    const protocol *p = c->protocols.at[i];
    const bool own = p->verdict && p->head.directory != SHIPPED_DIRECTORY && !p->inherit;
    const char *word = own ? odd_word(s, p) : NULL;
    const origin at = word ? script_place(s, p->verdict) : p->head.at;
    if (word) finding_error(c->findings, at.file ? at : p->head.at, "protocol '%s': verdict: %s", p->head.id, unknown_word(c->arena, word));
  }
}

static const char *shown(const classifier *by, const char *text, size_t length) {
  return gate_text(by->ring, by->arena, text, length, MESSAGE_MOST);
}

/* The header of a body that is compressed, which roster asks nobody for; NULL for none. */
static const char *compression(const classifier *by, const classification *r) {
  const char *encoding = r->body ? NULL : response_header(&r->response, "content-encoding");
  if (!encoding || !*encoding || text_same(encoding, "identity")) return NULL;
  return arena_printf(by->arena, COMPRESSED "%s", encoding);
}

/* Of a page its title. */
static const char *own_words(const classifier *by, const classification *r) {
  const char *text = json_error_message(r->body), *compressed = compression(by, r);
  if (!text && (r->body || r->response.length == 0)) return "";
  if (compressed) return shown(by, compressed, strlen(compressed));
  if (!text) {
    size_t most = r->response.length < PAGE_MOST ? r->response.length : PAGE_MOST;
    text = response_is_page(&r->response) ? page_title(by->arena, r->response.text, most) : r->response.text;
  }
  return text ? shown(by, text, strnlen(text, 4096)) : "";
}

static const char *redirect_words(const classifier *by, const classification *r) {
  const char *to = response_header(&r->response, "location");
  return to ? shown(by, to, strcspn(to, "?")) : "";
}

static const char *retry_words(const classifier *by, const classification *r, int64_t now_ms) {
  int64_t seconds = retry_after_seconds(&r->response, now_ms);
  return seconds ? arena_printf(by->arena, "%lld s", (long long)seconds) : "";
}

/* Gives the word of the protocol's own verdict; NULL where the status decided, or where there was none to use. */
static const char *judge(const classifier *by, const protocol *p, const model *m, classification *out) {
  const char *word = NULL, *broken = script_verdict(by->script, p, &out->response, m, &word);
  if (broken || (word && !read_verdict(out, word))) {
    out->response_class = CLASS_MALFORMED;
    out->broken = broken ? broken : unknown_word(by->arena, word);
  } else if (!word) {
    read_status(by->arena, out, m);
    doubt(by, out);
  }
  return word;
}

/* Of a body that reports a failure, in a success: as a response of the status that it names it may be a refusal. Else the host failed. */
static void read_failure_within(const classifier *by, const protocol *p, const model *m, classification *out) {
  const int own = out->response.status, status = body_refusal_status(out->body);
  classification told = *out;
  told.response.status = status;
  if (status) judge(by, p, m, &told);
  told.response.status = own;
  if (status && told.response_class == CLASS_STATE && told.state != ROSTER_PROVIDER_ERROR)
    *out = told;
  else
    means_code(out, ROSTER_PROVIDER_ERROR, ROSTER_REASON_PROVIDER_FAILED);
}

static void ask_script(const classifier *by, const protocol *p, const model *m, classification *out) {
  const char *word = judge(by, p, m, out);
  bool unread = !word || out->response_class == CLASS_MISSING || out->response_class == CLASS_REJECTED;
  if (!out->broken && unread && is_ended(by, out, m)) means_code(out, ROSTER_PROVIDER_ERROR, ROSTER_REASON_SERVICE_ENDED);
  bool failed = out->response_class == CLASS_STATE && out->state == ROSTER_PROVIDER_ERROR && !out->code;
  bool may_fail = failed || out->response_class == CLASS_YES || out->response_class == CLASS_MALFORMED;
  if (may_fail && !out->broken && is_success(out) && body_reports_failure(out->body)) read_failure_within(by, p, m, out);
}

/* Nothing that was asked for is answered so: 304 is about a copy that is kept, and roster keeps none. */
static bool is_unasked(int status) { return status < 200 || status == 304; }

/* A redirect is not followed, and what stands in front of an API does not speak for it. */
static void read_answer(const classifier *by, const protocol *p, const model *m, classification *out) {
  const char *sign = foreign_sign(by->arena, &out->response);
  bool redirected = out->response.status >= 300 && out->response.status < 400 && !is_unasked(out->response.status);
  out->said = redirected ? redirect_words(by, out) : own_words(by, out);
  out->sign = sign ? shown(by, sign, strlen(sign)) : "";
  if (sign || is_unasked(out->response.status))
    means_page(out);
  else if (redirected)
    read_status(by->arena, out, m);
  else
    ask_script(by, p, m, out);
}

/* ---- parsing ---- */

enum { LONG_BYTES = 256 * 1024 };

typedef struct parsing {
  const classifier *by;
  const clean_answer *got;
  bool starved;
  atomic_bool over;
} parsing;

/* The arena's handler leads to the thread that waits, so for as long as this one allocates it has its own. */
static void parse_beside(void *self) {
  parsing *p = self;
  jmp_buf escape;
  const char *why = NULL;
  arena_exhausted *handler = NULL;
  void *payload = NULL;
  arena_on_exhausted(p->by->arena, arena_jump_back, &escape, &handler, &payload);
  if (setjmp(escape))
    p->starved = true;
  else
    json_answer_read(p->by->arena, p->got->body, p->got->body_bytes, p->by->held, &why);
  arena_on_exhausted(p->by->arena, handler, payload, NULL, NULL);
  atomic_store(&p->over, true);
}

/* A host's transport moves only when it is called, so it is called while another thread parses. */
static void parse(const classifier *by, const clean_answer *got) {
  const char *why = NULL;
  parsing p = { by, got, false, false };
  worker beside;
  const bool listens = by->exchanges && by->exchanges->listens && got->body_bytes >= LONG_BYTES;
  if (!listens || !worker_start(&beside, parse_beside, &p)) {
    if (got->body_bytes) json_answer_read(by->arena, got->body, got->body_bytes, by->held, &why);
    return;
  }
  while (exchange_listen(by->exchanges) && !atomic_load(&p.over)) continue;
  worker_join(&beside);
  if (p.starved) arena_exhaust(by->arena);
}

/* Without a byte order mark, which parsers may ignore (RFC 8259, 8.1) and those of official SDKs do. */
static clean_answer unmarked(const clean_answer *got) {
  static const char mark[] = "\xef\xbb\xbf";
  clean_answer plain = *got;
  const size_t length = sizeof mark - 1;
  if (got->body_bytes < length || memcmp(got->body, mark, length) != 0) return plain;
  plain.body += length;
  plain.body_bytes -= length;
  return plain;
}

void classify_response(const classifier *by, const protocol *p, const model *m, const completed *done, classification *out) {
  const clean_answer plain = unmarked(done->response), *got = &plain;
  *out = (classification){ .stage = done->exchange->stage, .said = "", .sign = "", .retry_after = "" };
  if (got->failure != ROSTER_HTTP_ANSWERED) {
    read_failure(by, out, got);
    return;
  }
  parse(by, got);
  out->body = by->held->value;
  out->response = (api_response){ stage_name(done->exchange->stage),
                                  got->status,
                                  got->headers,
                                  got->header_count,
                                  got->body,
                                  got->body_bytes,
                                  out->body,
                                  by->held->rows.count ? &by->held->rows : NULL };
  out->retry_after = retry_words(by, out, done->at_ms);
  read_answer(by, p, m, out);
}
