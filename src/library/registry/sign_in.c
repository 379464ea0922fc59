/* sign_in: what a host asks of credential helpers while it runs: where the key of a provider is now, to run its helper, to drop its key, to
 * wait for it, to follow it. The provider is looked up in the current snapshot and its key's source in the environment of now; the state
 * itself is the helper's, so it is never as old as a snapshot. */
#include "util/trace.h"
#include "library/registry/registry.h"

#include "library/validate/factory.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* One call, with its own keyring, since a key may be read for it. */
typedef struct question {
  roster *registry;
  const roster_snapshot *snapshot;
  arena *arena;
  keyring ring;
  environment environment;
  const roster_provider *provider; /* NULL: none has a helper */
  key key;                         /* of that provider, from elsewhere than the host */
} question;

/* ---- whose key ---- */

static bool is_hosts(const roster_provider *p) { return text_is(p->source, "host"); }

/* Starts its helper if `start` allows that. */
static key key_now(question *q, const roster_provider *p, helper_start start) {
  const key_sources from = {
    .arena = q->arena, .ring = &q->ring, .environment = &q->environment, .helpers = q->registry->helpers, .start = start
  };
  return key_without_host(&from, p->provider);
}

/* The first whose key comes from the helper for all, else from one of its own. */
static const roster_provider *first_helped(question *q) {
  const result *d = q->snapshot->data;
  const roster_provider *found = NULL;
  for (size_t i = 0; i < d->provider_count; i++) {
    const roster_provider *p = &d->providers[i];
    helper_command o;
    if (!p->provider->enabled || is_hosts(p) || !key_helper(&q->environment, p->provider, &o)) continue;
    if (o.shell) return p;
    if (!found && key_now(q, p, HELPER_NEVER).from_helper) found = p;
  }
  return found;
}

static roster_status find_provider(question *q, const char *id, roster_error *err) {
  const result *d = q->snapshot->data;
  if (!id || !*id) q->provider = first_helped(q);
  for (size_t i = 0; id && *id && i < d->provider_count; i++)
    if (text_is(d->providers[i].provider->head.id, id)) q->provider = &d->providers[i];
  if (id && *id && !q->provider) return fail(err, ROSTER_EUNKNOWN, "choose one of the known providers", "no provider has the id '%s'", id);
  if (q->provider && !is_hosts(q->provider)) q->key = key_now(q, q->provider, HELPER_NEVER);
  return ROSTER_OK;
}

/* ---- one call ---- */

typedef roster_status answer(question *q, void *out, roster_error *err);

static roster_status ask_safely(question *q, const char *id, answer *then, void *out, roster_error *err) {
  jmp_buf escape;
  if (!(q->arena = arena_new()) || setjmp(escape)) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  arena_jump(q->arena, &escape);
  roster_status status = find_provider(q, id, err);
  return status == ROSTER_OK ? then(q, out, err) : status;
}

static roster_status ask(roster *r, const char *function, const char *id, answer *then, void *out, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r) return fail(err, ROSTER_EINVALID, NULL, "%s: the registry is NULL", function);
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  question q = { .registry = r, .snapshot = roster_acquire(r), .environment = registry_options_environment(&r->options) };
  q.ring.salt = r->salt;
  roster_status status = ask_safely(&q, id, then, out, err);
  keyring_wipe(&q.ring);
  arena_free(q.arena);
  roster_release(q.snapshot);
  leave(r);
  return status;
}

/* ---- the state ---- */

static void write_time(char *out, size_t room, arena *a, int64_t wall) { snprintf(out, room, "%s", wall ? time_text(a, wall) : ""); }

/* A helper may say anything, any key of this process among it. */
static const char *redact(question *q, const char *problem) {
  const result *d = q->snapshot->data;
  extras x = { 0 };
  extras_read(&x, q->arena, &q->ring, &q->environment, NULL);
  for (size_t i = 0; i < d->provider_count; i++)
    if (d->providers[i].provider->credential) key_now(q, &d->providers[i], HELPER_NEVER);
  return keyring_redact(&q->ring, q->arena, problem);
}

static void describe_helper(question *q, roster_credential_state *out) {
  const helper_status *now = &q->key.of_helper;
  out->status = now->word;
  out->interactive = now->interactive;
  out->exit_code = now->exit_code;
  out->run = now->run;
  snprintf(out->provider_id, sizeof out->provider_id, "%s", now->name);
  write_time(out->since, sizeof out->since, q->arena, now->since_ms);
  write_time(out->until, sizeof out->until, q->arena, now->until_ms);
  if (now->problem) snprintf(out->problem, sizeof out->problem, "%s", redact(q, now->problem));
}

/* The latest verdict that says whether the provider took the key: of any of its models that it took it for, else one that refused it. */
static const roster_model *telling_model(const question *q) {
  const result *d = q->snapshot->data;
  const roster_model *refused = NULL;
  for (size_t i = 0; i < d->count; i++) {
    const roster_model *m = &d->models[i];
    if (m->service->provider != q->provider->provider) continue;
    if (m->outcome.state == ROSTER_READY || m->outcome.state == ROSTER_NO_ACCESS || m->outcome.state == ROSTER_NO_QUOTA) return m;
    if (m->outcome.state == ROSTER_BAD_CREDENTIAL && !refused) refused = m;
  }
  return refused;
}

/* What the provider said of a key that is no helper's, or the host, which is not asked once more. */
static void describe_key(question *q, const key *k, roster_credential_state *out) {
  const roster_model *m = k->state == KEY_SET ? telling_model(q) : NULL;
  bool refused = m && m->outcome.state == ROSTER_BAD_CREDENTIAL;
  bool required = refused || k->state == KEY_MALFORMED || k->code == ROSTER_REASON_KEY_EXPIRED;
  out->status = required ? "required" : m ? "valid" : "pending";
  snprintf(out->provider_id, sizeof out->provider_id, "%s", q->provider->provider->head.id);
  if (required) snprintf(out->problem, sizeof out->problem, "%s", refused ? m->outcome.reason : k->problem);
  write_time(out->since, sizeof out->since, q->arena, k->since_ms);
  write_time(out->until, sizeof out->until, q->arena, required ? 0 : k->until_ms);
}

static roster_status read_state(question *q, void *into, roster_error *err) {
  (void)err;
  roster_credential_state *out = into;
  if (!q->provider) return ROSTER_OK;
  const key *k = is_hosts(q->provider) ? q->provider->key : &q->key;
  snprintf(out->source, sizeof out->source, "%s", k->source);
  if (k->from_helper)
    describe_helper(q, out);
  else if (k->state != KEY_UNSET && k->state != KEY_NONE_NEEDED)
    describe_key(q, k, out);
  return ROSTER_OK;
}

roster_status roster_read_credential_status(roster *r, const char *provider_id, roster_credential_state *out, roster_error *err) {
  if (!out || out->size == 0 || out->size > sizeof *out)
    return fail(err, ROSTER_EINVALID, "begin with roster_credential_state s = ROSTER_CREDENTIAL_STATE_INIT",
                "roster_read_credential_status: a state with its size is needed");
  roster_credential_state now = ROSTER_CREDENTIAL_STATE_INIT;
  now.status = "not_configured";
  roster_status status = ask(r, "roster_read_credential_status", provider_id, read_state, &now, err);
  now.size = out->size; /* a host of an older header has a shorter one */
  if (status == ROSTER_OK) memcpy(out, &now, now.size);
  return status;
}

/* ---- what a host does about it ---- */

static roster_status need_helper(const question *q, roster_error *err) {
  if (q->provider && q->key.from_helper) return ROSTER_OK;
  if (!q->provider)
    return fail(err, ROSTER_EINVALID, "set LLM_API_KEY_HELPER, or write secret { helper = { ... } }",
                "no provider has a credential helper");
  return fail(err, ROSTER_EINVALID, "write secret { helper = { ... } } in its block if a program is to get it",
              "the key of provider '%s' comes from no credential helper", q->provider->provider->head.id);
}

static roster_status run_helper(question *q, void *out, roster_error *err) {
  roster_status status = need_helper(q, err);
  if (status != ROSTER_OK) return status;
  if (!q->provider->provider->enabled)
    return fail(err, ROSTER_EINVALID, "remove enabled = false from its block", "provider '%s' is switched off, so its helper is not run",
                q->provider->provider->head.id);
  *(uint64_t *)out = key_now(q, q->provider, HELPER_ASKED).of_helper.run;
  return ROSTER_OK;
}

roster_status roster_helper_run(roster *r, const char *provider_id, uint64_t *run, roster_error *err) {
  uint64_t number = 0;
  roster_status status = ask(r, "roster_helper_run", provider_id, run_helper, &number, err);
  if (run) *run = number;
  return status;
}

static roster_status invalidate(question *q, void *out, roster_error *err) {
  (void)out;
  roster_status status = need_helper(q, err);
  if (status == ROSTER_OK) helpers_invalidate(q->registry->helpers, &q->key.helper);
  return status;
}

roster_status roster_helper_invalidate(roster *r, const char *provider_id, roster_error *err) {
  return ask(r, "roster_helper_invalidate", provider_id, invalidate, NULL, err);
}

static roster_status wait_for_helper(question *q, void *timeout, roster_error *err) {
  long timeout_ms = *(long *)timeout;
  roster_status status = need_helper(q, err);
  if (status != ROSTER_OK) return status;
  status = helpers_wait_for(q->registry->helpers, &q->key.helper, timeout_ms < 0 ? 0 : now_ms() + timeout_ms);
  if (status == ROSTER_EPENDING) return fail(err, status, "sign in where it asks you to", "the credential helper is still running");
  if (status == ROSTER_ECANCELLED) return fail(err, status, NULL, "the registry is being closed");
  return status == ROSTER_ENOMEM ? fail(err, status, NULL, "not enough memory") : ROSTER_OK;
}

roster_status roster_helper_wait(roster *r, const char *provider_id, long timeout_ms, roster_error *err) {
  return ask(r, "roster_helper_wait", provider_id, wait_for_helper, &timeout_ms, err);
}

/* ---- what it tells ---- */

const char *roster_helper_event_kind_name(roster_helper_event_kind kind) {
  static const char *const names[] = { "started", "line", "valid", "failed" };
  return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}

static roster_status subscribe(roster *r, const helper_listener *who, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r || (!who->on_event && !who->on_line))
    return fail(err, ROSTER_EINVALID, NULL, "roster_subscribe: a registry and a function are needed");
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  return helpers_subscribe(r->helpers, who) ? ROSTER_OK : fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
}

roster_status roster_subscribe_helpers(roster *r, void (*on_event)(void *payload, const roster_helper_event *event), void *payload,
                                       roster_error *err) {
  return subscribe(r, &(helper_listener){ .on_event = on_event, .payload = payload }, err);
}

roster_status roster_subscribe(roster *r, void (*on_line)(void *payload, const roster_helper_line *line), void *payload,
                               roster_error *err) {
  return subscribe(r, &(helper_listener){ .on_line = on_line, .payload = payload }, err);
}

void roster_unsubscribe(roster *r, void *payload) {
  if (r && refuse_fork(r, NULL) == ROSTER_OK) helpers_unsubscribe(r->helpers, payload);
}
