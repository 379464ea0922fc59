/* credentials: see credentials.h. A state is asked of the registry for each request, for it is never as old as a snapshot. Each stream has
 * a subscription of its own, so that it begins with what the current or last run told and misses nothing that follows; streams end, and
 * their subscriptions with them, under the lock under which the registry is taken away. */
#include "server/credentials.h"

#include "command/shared/memory.h"
#include "server/response.h"
#include "util/finding.h"
#include "util/text.h"
#include "util/writer.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { ID_ROOM = MOST_ID_BYTES + 1 };

/* NULL once the server ends; to be let go in any case. */
static roster *hold_registry(server_state *s) {
  pthread_mutex_lock(&s->publishing);
  return s->registry;
}

static void let_go(server_state *s) { pthread_mutex_unlock(&s->publishing); }

static const char *shown_id(const char *provider_id) { return *provider_id ? provider_id : SHARED_HELPER; }

/* ---- states ---- */

static bool is_helpers(const roster_credential_state *now) {
  return text_is(now->source, "$" SHARED_HELPER) || text_starts(now->source, "helper ");
}

/* One state, and the ids of the providers that share it. */
typedef struct entry {
  roster_credential_state now;
  texts providers;
} entry;

typedef struct entries {
  arena *arena;
  entry *at;
  size_t count, room;
} entries;

static void write_state(writer *w, const roster_credential_state *now, const char *id) {
  write_text(w, "id", id);
  write_text(w, "provider_id", now->provider_id);
  write_text(w, "status", now->status);
  write_flag(w, "helper", is_helpers(now));
  write_flag(w, "interactive", now->interactive);
  write_text_or_null(w, "source", now->source);
  write_integer(w, "run", (int64_t)now->run);
  write_number_or_null(w, "exit_code", now->exit_code >= 0, now->exit_code);
  write_text_or_null(w, "since", now->since);
  write_text_or_null(w, "until", now->until);
  write_text_or_null(w, "problem", now->problem);
}

static void write_entry(writer *w, const entry *e) {
  write_open(w, NULL, '{');
  write_state(w, &e->now, shown_id(e->now.provider_id));
  write_open(w, "providers", '[');
  for (size_t i = 0; i < e->providers.count; i++) write_text(w, NULL, e->providers.at[i]);
  write_close(w, ']');
  write_close(w, '}');
}

static void add(entries *list, const roster_credential_state *now, const char *provider_id) {
  size_t i = 0;
  while (i < list->count && !(is_helpers(now) && text_is(list->at[i].now.provider_id, now->provider_id))) i++;
  if (i == list->count) LIST_PUSH(list->arena, list->at, list->count, list->room, ((entry){ .now = *now }));
  texts *of = &list->at[i].providers;
  LIST_PUSH(list->arena, of->at, of->count, of->room, arena_text(list->arena, provider_id));
}

static bool added(entries *list, const roster_credential_state *now, const char *provider_id) {
  jmp_buf back;
  if (setjmp(back)) return false;
  arena_on_exhausted(list->arena, arena_jump_back, &back, NULL, NULL);
  add(list, now, provider_id);
  return true;
}

/* Of every provider that has a credential or could have one, a helper that several share once. Without memory `arena` is NULL. */
static entries read_all(server_state *s) {
  entries all = { .arena = arena_new() };
  cached_responses *c = server_state_current(s);
  const roster_snapshot *snapshot = cached_snapshot(c);
  roster *r = hold_registry(s);
  for (size_t i = 0; r && all.arena && i < roster_provider_count(snapshot); i++) {
    const roster_provider *p = roster_provider_at(snapshot, i);
    roster_credential_state now = ROSTER_CREDENTIAL_STATE_INIT;
    if (!roster_provider_enabled(p) || roster_read_credential_status(r, roster_provider_id(p), &now, NULL) != ROSTER_OK) continue;
    if (text_is(now.status, "not_configured") || added(&all, &now, roster_provider_id(p))) continue;
    arena_free(all.arena);
    all = (entries){ 0 };
  }
  let_go(s);
  cached_responses_release(c);
  return all;
}

bool credentials_each_helper(server_state *s, void take(void *payload, const char *id, const char *status), void *payload) {
  entries all = read_all(s);
  const bool whole = all.arena != NULL;
  for (size_t i = 0; i < all.count; i++)
    if (is_helpers(&all.at[i].now)) take(payload, shown_id(all.at[i].now.provider_id), all.at[i].now.status);
  arena_free(all.arena);
  return whole;
}

static enum MHD_Result send_all(server_state *s, const http_request *q) {
  entries all = read_all(s);
  if (!all.arena) return response_send_exhausted(q);
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "credentials", '[');
  for (size_t i = 0; i < all.count; i++) write_entry(&w, &all.at[i]);
  write_close(&w, ']');
  write_close(&w, '}');
  arena_free(all.arena);
  return response_send_status(q, MHD_HTTP_OK, &w.text, TYPE_JSON, NULL);
}

/* What the library calls it; the shared helper is there only while its variable is. */
static roster_status find(roster *r, const char *id, const char **library_id, roster_credential_state *now, roster_error *err) {
  if (!r) return fail(err, ROSTER_ECANCELLED, "ask the next one", "the server is ending");
  *library_id = text_is(id, SHARED_HELPER) ? "" : id;
  roster_status status = roster_read_credential_status(r, *library_id, now, err);
  if (status != ROSTER_OK || **library_id || text_is(now->source, "$" SHARED_HELPER)) return status;
  return fail(err, ROSTER_EUNKNOWN, "set it, or name a provider", "no provider uses " SHARED_HELPER);
}

static enum MHD_Result send_state(const http_request *q, roster_status status, const char *id, const roster_credential_state *now,
                                  const roster_error *err) {
  writer w = { 0 };
  if (status != ROSTER_OK) return response_send_error(q, response_status_for(status), err);
  write_open(&w, NULL, '{');
  write_state(&w, now, id);
  write_close(&w, '}');
  const bool begun = text_is(q->method, "POST") && text_is(now->status, "running");
  return response_send_status(q, begun ? MHD_HTTP_ACCEPTED : MHD_HTTP_OK, &w.text, TYPE_JSON, NULL);
}

static enum MHD_Result refuse_id(const http_request *q) {
  return response_send_problem(q, MHD_HTTP_BAD_REQUEST, "invalid", "a part of the address cannot be read",
                               "name a provider, or " SHARED_HELPER);
}

enum MHD_Result credentials_get(server_state *s, const http_request *q, const char *rest) {
  char id[ID_ROOM];
  const char *library_id;
  roster_credential_state now = ROSTER_CREDENTIAL_STATE_INIT;
  roster_error err;
  if (!*rest) return send_all(s, q);
  if (!percent_decode(rest, false, id, sizeof id)) return refuse_id(q);
  roster_status status = find(hold_registry(s), id, &library_id, &now, &err);
  let_go(s);
  return send_state(q, status, id, &now, &err);
}

/* ---- what is asked of a helper ---- */

typedef struct action {
  const char *name;
  size_t id_length; /* of `rest` before it */
} action;

static bool read_action(const char *rest, action *out) {
  static const char *const names[] = { "run", "invalidate" };
  const char *slash = strrchr(rest, '/');
  for (size_t i = 0; slash && i < sizeof names / sizeof *names; i++) {
    if (!text_is(slash + 1, names[i])) continue;
    *out = (action){ names[i], (size_t)(slash - rest) };
    return true;
  }
  return false;
}

bool credentials_is_action(const char *rest) {
  action unused;
  return read_action(rest, &unused);
}

static roster_status act(roster *r, const char *name, const char *id, roster_credential_state *now, roster_error *err) {
  const char *library_id = id;
  roster_status status = find(r, id, &library_id, now, err);
  if (status != ROSTER_OK) return status;
  status = text_is(name, "run") ? roster_helper_run(r, library_id, NULL, err) : roster_helper_invalidate(r, library_id, err);
  return status == ROSTER_OK ? roster_read_credential_status(r, library_id, now, err) : status;
}

enum MHD_Result credentials_act(server_state *s, const http_request *q, const char *rest) {
  char part[3 * ID_ROOM], id[ID_ROOM];
  action wanted;
  roster_credential_state now = ROSTER_CREDENTIAL_STATE_INIT;
  roster_error err;
  if (!read_action(rest, &wanted) || wanted.id_length >= sizeof part) return refuse_id(q);
  memcpy(part, rest, wanted.id_length);
  part[wanted.id_length] = '\0';
  if (!*part || !percent_decode(part, false, id, sizeof id)) return refuse_id(q);
  roster_status status = act(hold_registry(s), wanted.name, id, &now, &err);
  let_go(s);
  return send_state(q, status, id, &now, &err);
}

/* ---- what happens to it ---- */

static void on_event(void *payload, const roster_helper_event *e) {
  listener *l = payload;
  writer w = { 0 };
  if (e->kind == ROSTER_HELPER_LINE && !listener_is_trusted(l)) return;
  write_open(&w, NULL, '{');
  write_text(&w, "kind", roster_helper_event_kind_name(e->kind));
  write_text(&w, "id", shown_id(e->provider_id));
  write_text(&w, "provider_id", e->provider_id);
  write_integer(&w, "run", (int64_t)e->run);
  write_flag(&w, "old", e->old);
  write_flag(&w, "error", e->error);
  write_text(&w, "text", e->text);
  write_number_or_null(&w, "exit_code", e->exit_code >= 0, e->exit_code);
  write_close(&w, '}');
  listener_send(l, "helper", write_end(&w, NULL));
  strbuf_free(&w.text);
}

static void on_joined(void *payload, listener *l) {
  roster *r = hold_registry(payload);
  if (r) roster_subscribe_helpers(r, on_event, l, NULL);
  let_go(payload);
}

static void on_left(void *payload, listener *l) {
  roster *r = hold_registry(payload);
  if (r) roster_unsubscribe(r, l);
  let_go(payload);
}

void credentials_follow(server_state *s) { events_follow(s->events, on_joined, on_left, s); }

/* While the lock is held no listener passes on_left, so none of them is freed; and no new ones come. */
void credentials_stop(server_state *s) {
  listener *all[MOST_LISTENERS];
  roster *r = hold_registry(s);
  size_t count = events_listeners(s->events, all);
  for (size_t i = 0; r && i < count; i++) roster_unsubscribe(r, all[i]);
  let_go(s);
}
