/* retry_after: see retry_after.h. */
#include "library/validate/retry_after.h"

#include "util/text.h"
#include "library/validate/foreign.h"

#include <stdio.h>
#include <string.h>

enum { MOST_SECONDS = 999999 };

/* Seconds of a time that may have a fraction. */
static int64_t round_up(double seconds) {
  int64_t whole = seconds > 0 && seconds <= MOST_SECONDS ? (int64_t)seconds : 0;
  return whole + (seconds > (double)whole && seconds <= MOST_SECONDS);
}

/* Moves *at past a number such as 30 or 7.66; false where none begins there. strtod would depend on the locale. */
static bool take_number(const char **at, double *out) {
  const char *s = *at;
  double value = 0, unit = 1;
  for (; *s >= '0' && *s <= '9' && value < 1e15; s++) value = value * 10 + (*s - '0');
  if (s == *at || (*s >= '0' && *s <= '9')) return false;
  if (*s == '.')
    for (s++; *s >= '0' && *s <= '9'; s++) value += (unit /= 10) * (*s - '0');
  *at = s;
  *out = value;
  return true;
}

/* ---- the forms ---- */

static int64_t plain(const char *text, double per_second) {
  double number;
  return take_number(&text, &number) && !*text ? round_up(number / per_second) : 0;
}

/* "6m0s", "7.66s", "12ms", "1h2m", as Go writes durations. */
static int64_t duration(const char *text) {
  static const struct {
    const char *name;
    double seconds;
  } units[] = { { "ms", 0.001 }, { "us", 1e-6 }, { "ns", 1e-9 }, { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };
  double all = 0, number;
  while (*text) {
    size_t i = 0, count = sizeof units / sizeof *units;
    if (!take_number(&text, &number)) return 0;
    while (i < count && !text_starts(text, units[i].name)) i++;
    if (i == count) return 0;
    all += number * units[i].seconds;
    text += strlen(units[i].name);
  }
  return round_up(all);
}

/* Days from 1970 to a day of the Gregorian calendar. */
static int64_t days_until(int year, int month, int day) {
  int64_t y = month > 2 ? year : year - 1, era = y / 400, of_era = y - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t seconds_left(const int when[6], int64_t now_ms) {
  bool sound = when[0] >= 1970 && when[0] < 10000 && when[1] >= 1 && when[1] <= 12 && when[2] >= 1 && when[2] <= 31;
  for (int i = 3; i < 6; i++) sound = sound && when[i] >= 0 && when[i] <= 60;
  if (!sound) return 0;
  int64_t at = ((days_until(when[0], when[1], when[2]) * 24 + when[3]) * 60 + when[4]) * 60 + when[5];
  return round_up((double)at - (double)now_ms / 1000);
}

static bool scan_date(const char *text, int form, int when[6], char month[4]) {
  int end = 0;
  switch (form) {
  case 0: sscanf(text, " %2d %3s %4d %2d:%2d:%2d GMT%n", &when[2], month, &when[0], &when[3], &when[4], &when[5], &end); break;
  case 1: sscanf(text, " %2d-%3s-%2d %2d:%2d:%2d GMT%n", &when[2], month, &when[0], &when[3], &when[4], &when[5], &end); break;
  default: sscanf(text, " %3s %2d %2d:%2d:%2d %4d%n", month, &when[2], &when[3], &when[4], &when[5], &when[0], &end);
  }
  if (end && form == 1) when[0] += 2000; /* it is about to come */
  return end > 0;
}

/* "Fri, 27 Nov 2026 10:00:00 GMT", and the forms that HTTP once had: "Friday, 27-Nov-26 10:00:00 GMT", "Fri Nov 27 10:00:00 2026". */
static int64_t http_date(const char *text, int64_t now_ms) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const char *day = strchr(text, ',');
  day = day ? day + 1 : text + strcspn(text, " ");
  for (int form = 0; form < 3; form++) {
    char month[4] = "";
    int when[6] = { 0 };
    if (!scan_date(day, form, when, month)) continue;
    const char *found = strlen(month) == 3 ? strstr(months, month) : NULL;
    if (!found || (found - months) % 3) return 0;
    when[1] = (int)(found - months) / 3 + 1;
    return seconds_left(when, now_ms);
  }
  return 0;
}

/* "2026-11-27T10:00:00Z" */
static int64_t time_stamp(const char *text, int64_t now_ms) {
  int when[6], end = 0;
  if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &when[0], &when[1], &when[2], &when[3], &when[4], &when[5], &end) < 6 || !end) return 0;
  return text_ends(text, "Z") || text_ends(text, "+00:00") ? seconds_left(when, now_ms) : 0;
}

/* A number is seconds from now, or of the clock, or milliseconds of the clock: OpenRouter's. */
int64_t retry_after_reset(const char *text, int64_t now_ms) {
  double number;
  const char *rest = text;
  bool is_number = take_number(&rest, &number) && !*rest;
  if (is_number && number > 1e11) return round_up((number - (double)now_ms) / 1000);
  if (is_number && number > 1e9) return round_up(number - (double)now_ms / 1000);
  if (is_number) return round_up(number);
  int64_t seconds = duration(text);
  return seconds ? seconds : time_stamp(text, now_ms);
}

static int64_t retry_after(const char *text, int64_t now_ms) {
  int64_t seconds = plain(text, 1);
  return seconds ? seconds : http_date(text, now_ms);
}

/* ---- where they stand ---- */

/* RateLimit: "default";r=0;t=30, or as it was drafted before: limit=10, remaining=0, reset=30 */
static int64_t structured(const char *text) {
  static const char *const forms[][2] = { { "r=0", "t=" }, { "remaining=0", "reset=" } };
  for (size_t i = 0; text && i < sizeof forms / sizeof *forms; i++) {
    const char *left = strstr(text, forms[i][0]), *at = left ? strstr(left, forms[i][1]) : NULL;
    double number = 0;
    if (at && (at += strlen(forms[i][1])) && take_number(&at, &number)) return round_up(number);
  }
  return 0;
}

/* Of several limits, the one that is used up; where that is not said, none. */
static int64_t used_up(const api_response *r, int64_t now_ms) {
  int64_t most = 0;
  for (size_t i = 0; i < r->header_count; i++) {
    const char *name = r->headers[i].name, *at = strstr(name, "ratelimit-");
    const char *kind = at ? strstr(at, "reset") : NULL;
    if (!kind) continue;
    int64_t seconds = retry_after_reset(r->headers[i].value, now_ms);
    char left[80];
    snprintf(left, sizeof left, "%.*sremaining%s", (int)(kind - name < 60 ? kind - name : 60), name, strlen(kind) < 20 ? kind + 5 : "");
    const char *remaining = response_header(r, left);
    if ((!remaining || text_is(remaining, "0")) && seconds > most) most = seconds;
  }
  return most;
}

/* Google's RetryInfo: { "retryDelay": "34.5s" }. */
static int64_t in_details(const json_t *body) {
  const json_t *error = json_object_get(json_is_array(body) ? json_array_get(body, 0) : body, "error");
  const json_t *details = json_object_get(error, "details");
  for (size_t i = 0; i < json_array_size(details); i++) {
    const char *delay = json_string_value(json_object_get(json_array_get(details, i), "retryDelay"));
    if (delay) return duration(delay);
  }
  return 0;
}

int64_t retry_after_seconds(const api_response *r, int64_t now_ms) {
  static const char *const in_milliseconds[] = { "retry-after-ms", "x-ms-retry-after-ms", NULL };
  for (const char *const *name = in_milliseconds; *name; name++) {
    const char *value = response_header(r, *name);
    if (value && plain(value, 1000)) return plain(value, 1000);
  }
  const char *value = response_header(r, "retry-after");
  int64_t seconds = value ? retry_after(value, now_ms) : 0;
  if (!seconds) seconds = in_details(r->body);
  if (!seconds) seconds = structured(response_header(r, "ratelimit"));
  return seconds ? seconds : used_up(r, now_ms);
}
