/* answers: see answers.h. */
#include "server/answers.h"

#include "command/shared/memory.h"

#include "server/documents.h"
#include "server/metrics.h"
#include "server/percent.h"

#include <inttypes.h>
#include <string.h>

enum { ID_ROOM = MOST_ID_BYTES + 1, WORD_ROOM = 16 };

static enum MHD_Result refuse_parameter(const asked *a, const char *hint) {
  return reply_send_problem(a, MHD_HTTP_BAD_REQUEST, "invalid", "a part of the address cannot be read", hint);
}

static enum MHD_Result send_part(site *s, const asked *a, part which) {
  edition *e = site_edition(s);
  enum MHD_Result sent = edition_send(e, which, a);
  edition_drop(e);
  return sent;
}

enum MHD_Result answer_v1_list(site *s, const asked *a, const char *rest) { return (void)rest, send_part(s, a, PART_V1); }
enum MHD_Result answer_providers(site *s, const asked *a, const char *rest) { return (void)rest, send_part(s, a, PART_PROVIDERS); }
enum MHD_Result answer_page(site *s, const asked *a, const char *rest) { return (void)rest, send_part(s, a, PART_PAGE); }

/* ---- /api/models ---- */

/* "?verbose", "?verbose=true"; false for what is neither yes nor no. */
static bool read_switch(const asked *a, const char *name, bool *on) {
  char value[WORD_ROOM];
  bool given;
  if (!asked_parameter(a, name, value, sizeof value, &given)) return false;
  bool yes = !*value || strcmp(value, "true") == 0 || strcmp(value, "1") == 0, no = strcmp(value, "false") == 0 || strcmp(value, "0") == 0;
  *on = given && yes;
  return !given || yes || no;
}

enum MHD_Result answer_models(site *s, const asked *a, const char *rest) {
  char provider[ID_ROOM];
  bool of_one;
  choice c = { 0 };
  (void)rest;
  if (!read_switch(a, "verbose", &c.verbose) || !read_switch(a, "available", &c.available) ||
      !asked_parameter(a, "provider", provider, sizeof provider, &of_one))
    return refuse_parameter(a, "the query knows verbose, available=true and provider=ID");
  if (!of_one && !(c.verbose && c.available)) return send_part(s, a, c.verbose ? PART_VERBOSE : c.available ? PART_AVAILABLE : PART_MODELS);
  strbuf text = { 0 };
  edition *e = site_edition(s);
  if (of_one) c.provider = provider;
  document_chosen(&text, edition_snapshot(e), &c);
  enum MHD_Result sent = reply_send_once(a, &text, TYPE_JSON, edition_checked(e));
  edition_drop(e);
  return sent;
}

/* ---- one model ---- */

typedef void model_writer(strbuf *p, const roster_snapshot *s, const roster_model *m, const char *id);

static void write_entry(strbuf *p, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)id;
  document_entry(p, s, m);
}

static void write_story(strbuf *p, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)id;
  document_story(p, s, roster_model_id(m));
}

static void write_resolution(strbuf *p, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)m;
  document_resolution(p, s, id);
}

static void write_v1(strbuf *p, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)s, (void)id;
  document_v1_model(p, m);
}

static enum MHD_Result send_model(site *s, const asked *a, const char *id, bool usable, model_writer *writer) {
  edition *e = site_edition(s);
  const roster_model *m = NULL;
  roster_error err;
  const roster_snapshot *now = edition_snapshot(e);
  roster_status status = usable ? roster_require(&m, now, id, &err) : roster_resolve(&m, now, id, NULL, &err);
  /* To a client of a provider, a model that cannot be used is not there. */
  unsigned code = usable && status == ROSTER_ENOTREADY ? MHD_HTTP_NOT_FOUND : status_of(status);
  enum MHD_Result sent;
  if (status == ROSTER_OK) {
    strbuf text = { 0 };
    writer(&text, now, m, id);
    sent = reply_send_once(a, &text, TYPE_JSON, edition_checked(e));
  } else {
    sent = reply_send_error(a, code, &err, NULL);
  }
  edition_drop(e);
  return sent;
}

static bool read_id(const char *rest, char id[ID_ROOM]) { return percent_decode(rest, false, id, ID_ROOM) && *id; }

static enum MHD_Result refuse_id(const asked *a) { return refuse_parameter(a, "an id has 1 to 200 bytes of UTF-8"); }

static enum MHD_Result about(site *s, const asked *a, const char *rest, bool usable, model_writer *writer) {
  char id[ID_ROOM];
  return read_id(rest, id) ? send_model(s, a, id, usable, writer) : refuse_id(a);
}

enum MHD_Result answer_model(site *s, const asked *a, const char *rest) { return about(s, a, rest, false, write_entry); }
enum MHD_Result answer_explain(site *s, const asked *a, const char *rest) { return about(s, a, rest, false, write_story); }
enum MHD_Result answer_v1_model(site *s, const asked *a, const char *rest) { return about(s, a, rest, true, write_v1); }

enum MHD_Result answer_request(site *s, const asked *a, const char *rest, errand **out) {
  char id[ID_ROOM];
  if (!read_id(rest, id)) return refuse_id(a);
  edition *e = site_edition(s);
  const roster_model *m = NULL;
  roster_error err;
  enum MHD_Result sent = MHD_YES;
  roster_status status = roster_resolve(&m, edition_snapshot(e), id, NULL, &err);
  if (status == ROSTER_OK) {
    *out = errand_new(a->wire);
    (*out)->id = copied(roster_model_id(m));
  } else {
    sent = reply_send_error(a, status_of(status), &err, NULL);
  }
  edition_drop(e);
  return sent;
}

enum MHD_Result answer_resolve(site *s, const asked *a, const char *rest) {
  char id[ID_ROOM];
  bool given;
  (void)rest;
  if (!asked_parameter(a, "id", id, sizeof id, &given) || !*id) return refuse_parameter(a, "name the id: /api/resolve?id=ID");
  return send_model(s, a, id, false, write_resolution);
}

/* ---- how it goes ---- */

enum MHD_Result answer_history(site *s, const asked *a, const char *rest) {
  strbuf text = { 0 };
  (void)rest;
  pthread_mutex_lock(&s->lock);
  history_write(s->history, &text);
  pthread_mutex_unlock(&s->lock);
  return reply_send_once(a, &text, TYPE_JSON, 0);
}

enum MHD_Result answer_events(site *s, const asked *a, const char *rest) {
  static const char *const headers[] = { MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream", NULL };
  char generation[32];
  bool given;
  strbuf hello = { 0 };
  (void)rest;
  if (asked_is(a, "HEAD")) return reply_send_status(a, MHD_HTTP_OK, &hello, NULL, headers);
  if (!asked_parameter(a, "generation", generation, sizeof generation, &given))
    return refuse_parameter(a, "generation is the number of an answer");
  site_greet(s, a->last_event_id ? a->last_event_id : given ? generation : NULL, &hello);
  return events_join(s->events, a, &hello);
}

enum MHD_Result answer_health(site *s, const asked *a, const char *rest) {
  strbuf text = { 0 };
  (void)s, (void)rest;
  strbuf_add(&text, "{\"status\":\"ok\"}");
  return reply_send_status(a, MHD_HTTP_OK, &text, TYPE_JSON, NULL);
}

enum MHD_Result answer_ready(site *s, const asked *a, const char *rest) {
  strbuf text = { 0 };
  edition *e = site_edition(s);
  const roster_snapshot *now = edition_snapshot(e);
  bool ready = edition_checked(e) != 0;
  (void)rest;
  strbuf_format(&text, "{\"ready\":%s,\"generation\":%" PRIu64 ",\"models\":%zu,\"age_seconds\":", ready ? "true" : "false",
                roster_generation(now), roster_count(now));
  if (ready)
    strbuf_format(&text, "%lld}", (long long)(time(NULL) - edition_checked(e)));
  else
    strbuf_add(&text, "null}");
  edition_drop(e);
  return reply_send_status(a, ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, &text, TYPE_JSON, NULL);
}

enum MHD_Result answer_metrics(site *s, const asked *a, const char *rest) {
  strbuf text = { 0 };
  (void)rest;
  metrics_write(&text, s);
  return reply_send_status(a, MHD_HTTP_OK, &text, "text/plain; version=0.0.4; charset=utf-8", NULL);
}
