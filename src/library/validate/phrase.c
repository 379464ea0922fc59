/* phrase: see phrase.h. */
#include "library/validate/phrase.h"

#include "util/text.h"

#include <string.h>

/* The length of the word of a list that `at` begins with; 0 for none. */
static size_t begins_with_any(const char *at, const char *const *words) {
  for (; *words; words++)
    if (text_starts(at, *words)) return strlen(*words);
  return 0;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/* "this API has been retired", "the service was shut down": nothing stands between subject and verb, so a key or a version of an API is not
 * meant. */
static bool says_of(const char *lower, const char *const *subjects, const char *const *ends) {
  static const char *const joins[] = { "has been ", "have been ", "was ", "is being ", "is ", NULL };
  for (const char *at = lower; *at; at++) {
    size_t subject = at == lower || !is_letter(at[-1]) ? begins_with_any(at, subjects) : 0;
    size_t join = subject ? begins_with_any(at + subject, joins) : 0;
    if (join && begins_with_any(at + subject + join, ends)) return true;
  }
  return false;
}

bool phrase_ended(const char *lower) {
  static const char *const subjects[] = { "api ", "service ", "platform ", "product ", NULL };
  static const char *const ends[] = { "retired",    "discontinued", "shut down",           "sunset",     "decommissioned",
                                      "terminated", "turned off",   "no longer available", "at its end", NULL };
  static const char *const whole[] = { "has ended", "has reached end of life", "has reached its end", "no longer exists", NULL };
  for (const char *at = lower; *at; at++) {
    size_t subject = at == lower || !is_letter(at[-1]) ? begins_with_any(at, subjects) : 0;
    if (subject && begins_with_any(at + subject, whole)) return true;
  }
  return says_of(lower, subjects, ends);
}

bool phrase_account_refused(const char *lower) {
  static const char *const subjects[] = { "account ", "organization ", "organisation ", "workspace ", "team ", NULL };
  static const char *const ends[] = { "disabled", "deactivated", "suspended", "terminated", "blocked",
                                      "banned",   "locked",      "closed",    "on hold",    NULL };
  return says_of(lower, subjects, ends);
}

static bool has_one(const char *lower, const char *const *words) {
  for (; *words; words++)
    if (strstr(lower, *words)) return true;
  return false;
}

bool phrase_no_key(const char *lower) {
  static const char *const other[] = { "valid", "incorrect", "wrong", "expired", NULL };
  static const char *const absent[] = { "no api key",
                                        "no api-key",
                                        "provide an api key",
                                        "provide your api key",
                                        "missing api",
                                        "api key is missing",
                                        "api key missing",
                                        "api key is required",
                                        "api key required",
                                        "missing bearer",
                                        "missing token",
                                        "missing auth",
                                        "missing credential",
                                        "missing x-api-key",
                                        "no auth",
                                        "no cookie auth",
                                        "no credential",
                                        "no token",
                                        "no bearer",
                                        "key not provided",
                                        "header is required",
                                        "header is missing",
                                        "header required",
                                        NULL };
  return has_one(lower, absent) && !has_one(lower, other);
}

/* "the model", but neither "GitHub Models" nor "the Model Inference API". */
bool phrase_of_model(const char *lower) {
  static const char *const products[] = { " api",     " inference", " hosting", " service", " garden",
                                          " catalog", " gateway",   " hub",     " router",  NULL };
  for (const char *at = strstr(lower, "model"); at; at = strstr(at + 1, "model")) {
    const char *after = at + strlen("model");
    bool word = !is_letter(*after) && (at == lower || (at[-1] != '/' && !is_letter(at[-1])));
    if (word && !begins_with_any(after, products)) return true;
  }
  return false;
}

/* Neither as a part of another word nor of a path. */
bool phrase_names(const char *says, const char *name) {
  for (const char *at = strstr(says, name); at && *name; at = strstr(at + 1, name))
    if ((at == says || (at[-1] != '/' && !is_letter(at[-1]))) && !is_letter(at[strlen(name)])) return true;
  return false;
}

bool phrase_address_refused(const char *lower) {
  static const char *const verbs[] = { "whitelist",      "allowlist",     "allow list", "not allowed",
                                       "not authorized", "not permitted", "restrict",   NULL };
  return has_one(lower, verbs) && phrase_names(lower, "ip");
}
