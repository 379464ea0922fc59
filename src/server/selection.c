/* selection: see selection.h. A word of the query that is not known is refused: a need that is misspelt would be none. */
#include "server/selection.h"

#include "command/shared/needs.h"
#include "server/calendar.h"
#include "util/finding.h"
#include "util/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_ROOM = NEED_TEXT_ROOM };

/* What the query says; `wrong` is filled by the first word that cannot be taken. */
typedef struct query {
  const http_request *request;
  written_needs needs;
  bool picks, all;
  int64_t within; /* days; negative: any */
  roster_error wrong;
} query;

static roster_status take_switch(bool *on, const char *name, const char *value, roster_error *err) {
  const bool yes = !*value || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
  *on = yes;
  if (yes || strcmp(value, "false") == 0 || strcmp(value, "0") == 0) return ROSTER_OK;
  return fail(err, ROSTER_EINVALID, "write true or false; without a value it is true", "%s: '%.60s' is neither true nor false", name,
              value);
}

static roster_status take_days(int64_t *days, const char *name, const char *value, roster_error *err) {
  char *end;
  *days = strtol(value, &end, 10);
  if (*value >= '0' && *value <= '9' && !*end && strlen(value) <= 5) return ROSTER_OK;
  return fail(err, ROSTER_EINVALID, "write it like within=90", "%s: '%.60s' is not a number of days", name, value);
}

static roster_status refuse_word(const char *name, const char *nearest, const char *hint, roster_error *err) {
  return fail(err, ROSTER_EINVALID, hint, "the query has an unknown word '%.60s'%s%s%s", name, SUGGESTION(nearest));
}

static roster_status refuse_unknown(bool picks, const char *name, roster_error *err) {
  static const char *const of_pick[] = { "tools",     "vision",           "reasoning", "json_schema", "context", "max_output",
                                         "max_price", "max_output_price", "provider",  "family",      "proved",  "maybe",
                                         "all" };
  static const char *const of_days[] = { "within" };
  const char *nearest = picks ? suggest(name, of_pick, sizeof of_pick / sizeof *of_pick) : suggest(name, of_days, 1);
  const char *hint =
      picks ? "the query knows tools, vision, reasoning, json_schema, context, max_output, max_price, max_output_price, provider, "
              "family, proved, maybe and all"
            : "the query knows within=DAYS";
  return refuse_word(name, nearest, hint, err);
}

static bool take_parameter(void *payload, const char *name, const char *encoded) {
  query *x = payload;
  char value[VALUE_ROOM];
  if (http_request_count(x->request, name) > 1)
    fail(&x->wrong, ROSTER_EINVALID, "give each word once", "'%.60s' is given twice", name);
  else if (!percent_decode(encoded, true, value, sizeof value))
    fail(&x->wrong, ROSTER_EINVALID, "it is UTF-8 of at most 200 bytes", "the value of '%.60s' cannot be read", name);
  else if (x->picks && strcmp(name, "all") == 0)
    take_switch(&x->all, name, value, &x->wrong);
  else if (x->picks && needs_knows(name))
    needs_take(&x->needs, name, value, &x->wrong);
  else if (!x->picks && strcmp(name, "within") == 0)
    take_days(&x->within, name, value, &x->wrong);
  else
    refuse_unknown(x->picks, name, &x->wrong);
  return x->wrong.status == ROSTER_OK;
}

static bool read_query(const http_request *q, bool picks, query *x) {
  memset(x, 0, sizeof *x);
  needs_begin(&x->needs);
  x->request = q;
  x->picks = picks;
  x->within = -1;
  http_request_each_parameter(q, take_parameter, x);
  return x->wrong.status == ROSTER_OK;
}

static enum MHD_Result refuse(const http_request *q, const roster_error *err) { return response_send_error(q, MHD_HTTP_BAD_REQUEST, err); }

/* ---- all models ---- */

static bool check_word(void *payload, const char *name, const char *encoded) {
  static const char *const words[] = { "verbose", "available", "provider", "kind", "document" };
  enum { WORDS = sizeof words / sizeof *words };
  (void)encoded;
  for (size_t i = 0; i < WORDS; i++)
    if (!*name || strcmp(name, words[i]) == 0) return true;
  refuse_word(name, suggest(name, words, WORDS), "the query knows verbose, available=true, provider=ID, kind=KIND and document=NAME",
              payload);
  return false;
}

bool selection_check_models(const http_request *q, roster_error *err) {
  *err = (roster_error){ .status = ROSTER_OK };
  http_request_each_parameter(q, check_word, err);
  return err->status == ROSTER_OK;
}

bool selection_check_provider(const roster_snapshot *s, const char *id, roster_error *err) {
  suggestion near = suggest_begin(id);
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const char *known = roster_provider_id(roster_provider_at(s, i));
    if (strcmp(known, id) == 0) return true;
    suggest_offer(&near, known);
  }
  fail(err, ROSTER_EINVALID, "/api/providers lists them", "there is no provider '%.200s'%s%s%s", id, SUGGESTION(near.best));
  return false;
}

/* ---- by need ---- */

enum MHD_Result selection_get_pick(server_state *s, const http_request *q, const char *rest) {
  query x;
  roster_error err;
  (void)rest;
  if (!read_query(q, true, &x)) return refuse(q, &x.wrong);
  cached_responses *c = server_state_current(s);
  enum MHD_Result sent;
  if (roster_pick(NULL, 0, NULL, cached_snapshot(c), &x.needs.needs, &err) == ROSTER_EINVALID) {
    sent = refuse(q, &err);
  } else {
    strbuf body = { 0 };
    pick_write(&body, cached_snapshot(c), &x.needs.needs, x.all);
    sent = response_send_once(q, &body, TYPE_JSON, cached_checked(c));
  }
  cached_responses_release(c);
  return sent;
}

/* ---- by the day of retirement ---- */

typedef void days_writer(strbuf *out, const roster_snapshot *s, int64_t within_days, time_t made);

static enum MHD_Result send_days(server_state *s, const http_request *q, days_writer *print, const char *type) {
  query x;
  strbuf body = { 0 };
  if (!read_query(q, false, &x)) return refuse(q, &x.wrong);
  cached_responses *c = server_state_current(s);
  print(&body, cached_snapshot(c), x.within, cached_checked(c));
  enum MHD_Result sent = response_send_once(q, &body, type, cached_checked(c));
  cached_responses_release(c);
  return sent;
}

static void write_document(strbuf *out, const roster_snapshot *s, int64_t within_days, time_t made) {
  (void)made;
  retirements_write(out, s, within_days);
}

enum MHD_Result selection_get_retirements(server_state *s, const http_request *q, const char *rest) {
  (void)rest;
  return send_days(s, q, write_document, TYPE_JSON);
}

enum MHD_Result selection_get_calendar(server_state *s, const http_request *q, const char *rest) {
  (void)rest;
  return send_days(s, q, calendar_write, "text/calendar; charset=utf-8");
}
