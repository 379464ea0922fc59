/* credential: see credential.h. */
#include "library/validate/credential.h"

#include "util/clock.h"
#include "util/text.h"

#include <string.h>

/* ---- the host's ---- */

static void take_headers(const key_sources *from, const roster_credential *said, key *k) {
  roster_header *list = arena_array(from->arena, said->header_count, sizeof *list);
  for (size_t i = 0; i < said->header_count; i++) {
    const roster_header *h = &said->headers[i];
    if (!h->name || !h->value || !text_is_token(h->name) || text_has_control(h->value, strlen(h->value))) continue;
    const secret *kept = keyring_add(from->ring, h->value, strlen(h->value));
    if (!kept) arena_exhaust(from->arena);
    list[k->header_count++] = (roster_header){ arena_text(from->arena, h->name), secret_value(kept) };
  }
  k->headers = list;
}

static const char HOST[] = "the host's credential";

/* False: it leaves the provider to the other sources. */
static bool ask_host(const key_sources *from, const provider *p, key *out) {
  roster_credential said = { .size = sizeof said };
  roster_status status = from->host(from->payload, p->head.id, &said);
  if (status == ROSTER_EUNKNOWN) return false;
  bool given = status == ROSTER_OK && said.value && *said.value, over = said.expires_at_ms && said.expires_at_ms <= wall_ms();
  if (given && over) {
    *out = key_unset("host", HOST, ROSTER_REASON_KEY_EXPIRED, "the host's credential has expired");
    out->state = KEY_PENDING;
  } else if (given) {
    *out = key_take(from->arena, from->ring, "host", HOST, said.value, strlen(said.value));
    take_headers(from, &said, out);
    out->until_ms = said.expires_at_ms;
  } else if (status == ROSTER_EPENDING) {
    *out = key_unset("host", HOST, ROSTER_REASON_KEY_PENDING, "the host does not have its credential yet");
    out->state = KEY_PENDING;
  } else {
    *out = key_unset("host", HOST, ROSTER_REASON_KEY_UNSET, "the host has no credential for it");
  }
  out->only = true;
  out->hint = "this key comes from the program that roster is part of: sign in there";
  return true;
}

/* ---- helpers ---- */

static int64_t positive(const char *digits) {
  int64_t value = 0;
  for (; digits && *digits >= '0' && *digits <= '9' && value < INT32_MAX; digits++) value = value * 10 + (*digits - '0');
  return digits && !*digits ? value : 0;
}

static bool helper_for_all(const environment *e, const provider *p, helper_order *out) {
  const char *line = p->credential && p->common_helper ? environment_get(e, "LLM_API_KEY_HELPER") : NULL;
  if (!line) return false;
  *out = (helper_order){ .shell = line, .ttl_ms = positive(environment_get(e, "LLM_API_KEY_HELPER_TTL_MS")), .name = "" };
  return true;
}

static bool helper_of(const provider *p, const credential *c, helper_order *out) {
  if (!c || !c->helper.count) return false;
  *out = (helper_order){ .arguments = c->helper, .ttl_ms = c->ttl, .timeout_ms = c->timeout, .name = p->head.id };
  return true;
}

/* The first that its credentials name. */
static bool helper_of_its_own(const provider *p, helper_order *out) {
  for (const credential *c = p->credential; c; c = c->next)
    if (helper_of(p, c, out)) return true;
  return false;
}

bool key_helper(const environment *e, const provider *p, helper_order *out) {
  return helper_for_all(e, p, out) || helper_of_its_own(p, out);
}

static void take_state(key *k, const helper_answer *got) {
  switch (got->state) {
  case HELPER_VALID: k->state = KEY_SET, k->since_ms = wall_ms() - got->age_ms, k->until_ms = wall_ms() + got->left_ms; break;
  case HELPER_FAILED: k->state = KEY_UNSET, k->code = ROSTER_REASON_HELPER_FAILED, k->problem = got->problem; break;
  case HELPER_REQUIRED: k->code = ROSTER_REASON_KEY_REFUSED, k->problem = got->problem; break;
  case HELPER_RUNNING:
    k->code = ROSTER_REASON_HELPER_RUNNING, k->problem = "the credential helper is running";
    k->hint = "sign in where it asks for that; another refresh follows";
    break;
  default: k->code = ROSTER_REASON_KEY_PENDING, k->problem = "the credential helper has not run yet", k->hint = "a refresh runs it"; break;
  }
}

static key ask_helper(const key_sources *from, const helper_order *o) {
  const char *source = o->shell ? "$LLM_API_KEY_HELPER" : arena_printf(from->arena, "helper %s", o->arguments.at[0]);
  key k = {
    .state = KEY_PENDING, .source = source, .variable = "the credential helper's key", .only = true, .from_helper = true, .helper = *o
  };
  helper_answer got = { .state = HELPER_IDLE };
  if (from->helpers) got = helpers_get(from->helpers, o, from->start, from->arena, from->ring);
  if (got.state == HELPER_RUNNING && from->wait_until_ms) {
    helpers_wait(from->helpers, from->wait_until_ms);
    got = helpers_get(from->helpers, o, HELPER_NEVER, from->arena, from->ring);
  }
  k.value = got.value;
  k.hint = o->shell ? "run the credential helper by hand to see what it says, then refresh"
                    : arena_printf(from->arena, "run %s by hand to see what it says, then refresh", o->arguments.at[0]);
  take_state(&k, &got);
  return k;
}

void keys_ask_host(const key_sources *from, const catalog *c, key *out) {
  for (size_t i = 0; from->host && i < c->providers.count; i++)
    if (!ask_host(from, c->providers.at[i], &out[i])) out[i] = (key){ 0 };
}

static bool host_spoke(const key *k) { return k->source != NULL; }

/* Unless a credential before it is there. */
static void start_own(const key_sources *from, const provider *p) {
  for (const credential *c = p->enabled ? p->credential : NULL; c; c = c->next) {
    helper_order o;
    if ((c->env || c->file) && key_find(from->arena, from->ring, from->environment, c).state != KEY_UNSET) return;
    if (!helper_of(p, c, &o)) continue;
    helpers_get(from->helpers, &o, from->start, from->arena, from->ring);
    return;
  }
}

void keys_start_helpers(const key_sources *from, const catalog *c, const key *said) {
  helper_order o;
  if (!from->helpers || from->start == HELPER_NEVER) return;
  for (size_t i = 0; i < c->providers.count; i++)
    if (c->providers.at[i]->enabled && !host_spoke(&said[i]) && helper_for_all(from->environment, c->providers.at[i], &o)) {
      helpers_get(from->helpers, &o, from->start, from->arena, from->ring);
      return;
    }
  for (size_t i = 0; i < c->providers.count; i++)
    if (!host_spoke(&said[i])) start_own(from, c->providers.at[i]);
}

static key key_of(const key_sources *from, const provider *p, const credential *c) {
  helper_order o;
  key found = key_unset("", "", ROSTER_REASON_KEY_UNSET, "");
  if (!c || c->env || c->file) found = key_find(from->arena, from->ring, from->environment, c);
  if (found.state == KEY_UNSET && !found.amiss && helper_of(p, c, &o)) found = ask_helper(from, &o);
  if (c && c->label) found.source = arena_printf(from->arena, "%s (%s)", found.source, c->label);
  return found;
}

/* The first that is set, of however many. */
static key first_key(const key_sources *from, const provider *p) {
  key found = key_of(from, p, p->credential);
  for (const credential *c = p->credential ? p->credential->next : NULL; c && found.state == KEY_UNSET && !found.only && !found.amiss;
       c = c->next) {
    key other = key_of(from, p, c);
    if (other.state != KEY_UNSET || other.only || other.amiss) return other;
    found.problem = arena_printf(from->arena, "%s, and %s", found.problem, other.problem);
  }
  return found;
}

key key_without_host(const key_sources *from, const provider *p) {
  helper_order o;
  if (helper_for_all(from->environment, p, &o)) return ask_helper(from, &o);
  key found = first_key(from, p);
  bool nobody = found.state == KEY_UNSET && !found.only && !found.amiss;
  return nobody && p->key_optional ? key_find(from->arena, from->ring, from->environment, NULL) : found;
}

key key_for(const key_sources *from, const provider *p) {
  key found;
  return from->host && ask_host(from, p, &found) ? found : key_without_host(from, p);
}
