/* status: see status.h. It depends on the client, which may refresh or not, and on the clock, so it is written anew for each request. */
#include "server/status.h"

#include "server/counters.h"
#include "server/http_server.h"
#include "util/finding.h"
#include "util/writer.h"

#include <stdlib.h>

static void write_definitions(writer *w, const server_state *s, const roster_snapshot *now) {
  const roster_finding *error = roster_definitions_finding(now);
  if (!error) {
    write_text_or_null(w, "definitions_error", NULL);
    return;
  }
  write_open(w, "definitions_error", '{');
  finding_write(w, error);
  write_moment(w, "since", history_broken_since(s->history));
  write_close(w, '}');
}

/* The first model that is in the provider's state has the provider's reason. */
static void write_provider(writer *w, const server_state *s, const roster_provider *p, const tally *t) {
  write_open(w, NULL, '{');
  write_text(w, "id", roster_provider_id(p));
  write_text(w, "title", roster_provider_title(p));
  const roster_state state = history_write_provider(s->history, w, roster_provider_id(p));
  const roster_model *example = state == ROSTER_READY ? NULL : t->first[state];
  write_flag(w, "configured", roster_provider_enabled(p) && roster_provider_credential_set(p));
  write_integer(w, "ready", (int64_t)roster_provider_ready(p));
  write_integer(w, "defined", (int64_t)roster_provider_defined(p));
  write_text_or_null(w, "reason_code", example ? roster_reason_name(roster_model_reason_code(example)) : NULL);
  write_text_or_null(w, "reason", example ? roster_model_reason(example) : NULL);
  write_text_or_null(w, "hint", example ? roster_model_hint(example) : roster_provider_hint(p));
  write_close(w, '}');
}

/* A refresh may come up to a tenth of the interval sooner or later. */
static time_t next_refresh(const server_state *s, time_t refreshed) {
  return s->settings.every_ms && refreshed ? refreshed + s->settings.every_ms / 1000 : 0;
}

static void write_status(writer *w, const server_state *s, const http_request *q, const cached_responses *c) {
  const roster_snapshot *now = cached_snapshot(c);
  const time_t refreshed = (time_t)s->refreshed;
  write_open(w, NULL, '{');
  write_moment(w, "now", time(NULL));
  write_integer(w, "generation", (int64_t)roster_generation(now));
  write_moment(w, "started_at", s->started);
  write_moment(w, "checked_at", cached_checked(c));
  write_moment(w, "refreshed_at", refreshed);
  write_moment(w, "next_at", next_refresh(s, refreshed));
  write_number_or_null(w, "interval_seconds", s->settings.every_ms > 0, (double)s->settings.every_ms / 1000);
  write_text(w, "refresh", access_refresh_word(s, q));
  write_definitions(w, s, now);
  tally *tallies = tally_providers(now);
  if (!tallies) strbuf_fail(&w->text);
  write_open(w, "providers", '[');
  for (size_t i = 0; tallies && i < roster_provider_count(now); i++) write_provider(w, s, roster_provider_at(now, i), &tallies[i]);
  free(tallies);
  write_close(w, ']');
  write_close(w, '}');
}

enum MHD_Result status_get(server_state *s, const http_request *q, const char *rest) {
  writer w = { 0 };
  (void)rest;
  cached_responses *c = server_state_current(s);
  pthread_mutex_lock(&s->lock);
  write_status(&w, s, q, c);
  pthread_mutex_unlock(&s->lock);
  cached_responses_release(c);
  return response_send_status(q, MHD_HTTP_OK, &w.text, TYPE_JSON, NULL);
}
