/* foreign: see foreign.h. */
#include "library/validate/foreign.h"

#include "util/text.h"

#include <stdlib.h>
#include <string.h>

const char *response_header(const api_response *r, const char *name) {
  for (size_t i = 0; i < r->header_count; i++)
    if (text_same(r->headers[i].name, name)) return r->headers[i].value;
  return NULL;
}

/* ---- headers ---- */

/* Bot challenges of Cloudflare and of AWS WAF. */
static const char *const challenges[] = { "cf-mitigated", "x-amzn-waf-action", "x-datadome", "x-vercel-mitigated", NULL };

/* Schemes by which a proxy or a staging site wants a person to sign in. No API that roster speaks to has its keys in one of them; OpenAI
 * names Basic all the same, beside an error of its own. */
static bool wants_a_person(arena *a, const char *authenticate) {
  static const char *const schemes[] = { "basic", "digest", "negotiate", "ntlm", NULL };
  const char *lower = text_lower(a, authenticate, strlen(authenticate));
  for (const char *const *scheme = schemes; *scheme; scheme++)
    if (text_starts(lower, *scheme)) return true;
  return false;
}

const char *foreign_sign(arena *a, const api_response *r) {
  for (const char *const *name = challenges; *name; name++) {
    const char *value = response_header(r, *name);
    if (value) return arena_printf(a, "%s: %s", *name, value);
  }
  const char *wanted = r->status == 401 ? response_header(r, "www-authenticate") : NULL;
  if (!wanted || !wants_a_person(a, wanted) || json_is_api_error(r->body)) return NULL;
  return arena_printf(a, "www-authenticate: %s", wanted);
}

/* ---- errors ---- */

static bool is_one_of(const char *word, const char *const *words) {
  for (; word && *words; words++)
    if (text_same(word, *words)) return true;
  return false;
}

static const char *const failures[] = { "error", "fail", "failed", "failure", NULL };

static bool holds_one(const char *lower, const char *const *words) {
  for (; *words; words++)
    if (strstr(lower, *words)) return true;
  return false;
}

/* No more than the status itself says, as gateways and filters write it. AWS's API Gateway says "Missing Authentication Token" of a path
 * that it does not know. */
static bool is_bare_phrase(const char *lower) {
  static const char *const phrases[] = { "unauthorized",
                                         "forbidden",
                                         "access denied",
                                         "access forbidden",
                                         "permission denied",
                                         "not authorized",
                                         "missing authentication token",
                                         NULL };
  size_t length = strlen(lower);
  while (length && strchr(".! ", lower[length - 1])) length--;
  for (const char *const *phrase = phrases; *phrase; phrase++) {
    size_t i = 0;
    while (i < length && (lower[i] == '_' ? ' ' : lower[i]) == (*phrase)[i]) i++;
    if (i == length && !(*phrase)[i]) return true;
  }
  return false;
}

/* A code, a type or an id, as APIs give their errors; the status once more is none. */
static bool has_own_code(const json_t *error, int status) {
  static const char *const names[] = { "code", "type", "object", "id", "request_id", "error_code", "status", "reason", NULL };
  for (const char *const *name = names; *name; name++) {
    const json_t *value = json_object_get(error, *name);
    if (json_is_integer(value) && json_integer_value(value) != status) return true;
    const char *word = json_string_value(value);
    bool told = word && *word && !is_one_of(word, failures);
    if (told && (!text_is(*name, "status") || strspn(word, "0123456789") < strlen(word))) return true;
  }
  return false;
}

static bool is_of_a_filter(const json_t *body, const char *lower) {
  static const char *const words[] = { "waf",        "firewall", "captcha",     "challenge",    "bot ",
                                       "blocked by", "ray id",   "was blocked", "been blocked", NULL };
  bool named = json_object_get(body, "cloudflare_error") || json_object_get(body, "ray_id");
  bool framework = json_object_get(body, "timestamp") && json_object_get(body, "path"); /* Spring's */
  return named || framework || holds_one(lower, words);
}

/* Filters and frameworks write {"error": "..."} and {"message": "..."} too: what is said there decides. */
static bool speaks_in_words(arena *a, const api_response *r, const json_t *body, const char *text, bool is_error) {
  static const char *const of_apis[] = { "key",   "token",   "credential", "authent", "authorization", "bearer", "account", "balance",
                                         "quota", "billing", "payment",    "credit",  "organi",        "region", "model",   NULL };
  const char *lower = text_lower(a, text, strlen(text));
  if (is_of_a_filter(body, lower)) return false;
  if (has_own_code(body, r->status)) return true;
  if (is_bare_phrase(lower)) return is_error && r->status == 401 && text_starts(lower, "unauthorized");
  return is_error || holds_one(lower, of_apis);
}

/* {"error": { ... }}: with a code of its own it is an API's, whatever it says. */
static bool speaks_as_object(arena *a, const api_response *r, const json_t *error) {
  if (json_is_array(error)) return json_array_size(error) > 0;
  const char *says = json_string_value(json_object_get(error, "message"));
  return json_object_size(error) && (!says || has_own_code(error, r->status) || speaks_in_words(a, r, error, says, true));
}

static bool has_content(const json_t *value) { return json_object_size(value) > 0 || json_array_size(value) > 0; }

bool response_speaks_as_api(arena *a, const api_response *r) {
  static const char *const holders[] = { "error", "detail", "errors", NULL };
  const json_t *body = json_is_array(r->body) ? json_array_get(r->body, 0) : r->body;
  for (const char *const *name = holders; *name; name++) {
    const json_t *held = json_object_get(body, *name);
    if (has_content(held)) return speaks_as_object(a, r, held);
    if (json_is_string(held) && *json_string_value(held)) return speaks_in_words(a, r, body, json_string_value(held), true);
  }
  const char *flat = json_error_message(body);
  return flat && speaks_in_words(a, r, body, flat, false);
}

/* ---- successes ---- */

static bool is_no(const json_t *value) {
  return json_is_false(value) || (json_is_integer(value) && !json_integer_value(value)) ||
         is_one_of(json_string_value(value), (const char *const[]){ "false", "no", NULL });
}

static bool is_failure(const json_t *value) {
  return is_one_of(json_string_value(value), failures) || (json_is_integer(value) && json_integer_value(value) >= 400);
}

/* 500, "500" and -1, but not 0, "0" or 200. */
static bool is_failing_code(const json_t *code) {
  const char *word = json_string_value(code);
  bool digits = word && *word && strlen(word) < 9 && strspn(word, "-0123456789") == strlen(word);
  long long number = json_is_integer(code) ? (long long)json_integer_value(code) : digits ? atoll(word) : 0;
  return number != 0 && number / 100 != 2;
}

/* {"code": 500, "msg": "busy"}: a code alone may be anything. */
static bool holds_failure(const json_t *body, const char *name, const json_t *value) {
  static const char *const flags[] = { "success", "ok", "succeeded", "successful", "issuccess", "is_success", NULL };
  static const char *const states[] = { "status", "state", "result", "type", "object", NULL };
  static const char *const codes[] = { "status_code", "statuscode", "http_status", "error_code", "errorcode", "errcode", "errno", NULL };
  bool told = json_is_string(json_object_get(body, "msg")) || json_is_string(json_object_get(body, "message"));
  if (is_one_of(name, flags)) return is_no(value);
  if (is_one_of(name, states)) return is_failure(value) || (text_same(name, "status") && json_is_false(value));
  if (is_one_of(name, (const char *const[]){ "error", "errors", NULL }))
    return has_content(value) || (json_is_string(value) && *json_string_value(value));
  return (is_one_of(name, codes) || (told && text_same(name, "code"))) && is_failing_code(value);
}

/* Some say it one level down. */
bool body_reports_failure(const json_t *body) {
  static const char *const envelopes[] = { "meta", "status", "result", "response", "header", NULL };
  const char *name, *inner;
  json_t *value, *held;
  json_object_foreach((json_t *)body, name, value) {
    if (holds_failure(body, name, value)) return true;
    if (!is_one_of(name, envelopes)) continue;
    json_object_foreach(value, inner, held) if (holds_failure(value, inner, held)) return true;
  }
  return false;
}

/* 401 and "401" of the members that hold codes; 0 for another one. */
static int refusing_code(const json_t *object) {
  static const char *const names[] = { "code", "status", "status_code", "statusCode", "http_status", "error_code", NULL };
  static const int refusals[] = { 401, 402, 403, 404, 429 };
  for (const char *const *name = names; *name; name++) {
    const json_t *code = json_object_get(object, *name);
    const char *word = json_string_value(code);
    const long long number = json_is_integer(code) ? (long long)json_integer_value(code) : word && strlen(word) == 3 ? atoll(word) : 0;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
      if (number == refusals[i]) return refusals[i];
  }
  return 0;
}

int body_refusal_status(const json_t *body) {
  static const char *const holders[] = { "error", "meta", "status", "result", "response", "header", NULL };
  int status = body_reports_failure(body) ? refusing_code(body) : 0;
  for (const char *const *name = holders; *name && !status && body_reports_failure(body); name++)
    status = refusing_code(json_object_get(body, *name));
  return status;
}

/* ---- pages ---- */

bool response_is_page(const api_response *r) {
  size_t at = 0;
  while (at < r->length && strchr(" \t\r\n", r->text[at]) && r->text[at]) at++;
  return !r->body && at < r->length && r->text[at] == '<';
}

const char *page_title(arena *a, const char *text, size_t bytes) {
  const char *lower = text_lower(a, text, bytes), *tag = strstr(lower, "<title");
  if (!tag) tag = strstr(lower, "<h1");
  const char *from = tag ? strchr(tag, '>') : NULL, *to = from ? strchr(from, '<') : NULL;
  return to ? arena_bytes(a, text + (from + 1 - lower), (size_t)(to - from - 1)) : NULL;
}
