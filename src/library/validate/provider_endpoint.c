/* provider_endpoint: see provider_endpoint.h. */
#include "library/validate/provider_endpoint.h"

#include "library/validate/heard.h"
#include "util/text.h"

#include <string.h>

static bool has_address_of(const provider_endpoint *e, const service *s) {
  return e->service->provider == s->provider && text_is(e->service->base, s->base);
}

/* Most models are reached where the one before them was, so that one is tried before the table. */
provider_endpoint *endpoints_get(provider_endpoints *all, const service *s) {
  provider_endpoint **latest = &all->latest[s->provider->position];
  if (*latest && has_address_of(*latest, s)) return *latest;
  const char *address = arena_printf(all->arena, "%s %s", s->provider->head.id, s->base);
  if (!(*latest = lookup_get(&all->by_address, address))) {
    provider_endpoint *e = *latest = arena_alloc(all->arena, sizeof *e);
    e->service = s;
    e->limits = LIMITS_INIT;
    LIST_PUSH(all->arena, all->at, all->count, all->room, e);
    lookup_add(&all->by_address, all->arena, address, e);
  }
  return *latest;
}

void endpoint_add(provider_endpoint *e, arena *a, probe *t) {
  t->endpoint = e;
  LIST_PUSH(a, e->probes, e->probe_count, e->probe_room, t);
}

void endpoints_divide_origins(provider_endpoints *all, long timeout_ms) {
  int *counts = arena_array(all->arena, all->count, sizeof *counts);
  lookup by_origin = { 0 };
  for (size_t i = 0; i < all->count; i++) {
    int *earlier = lookup_add(&by_origin, all->arena, all->at[i]->service->origin, &counts[i]);
    ++*(earlier ? earlier : &counts[i]);
  }
  for (size_t i = 0; i < all->count; i++) {
    provider_endpoint *e = all->at[i];
    const int sharing = *(int *)lookup_get(&by_origin, e->service->origin);
    const int most = sharing == 1 ? MULTIPLEXED_PER_ORIGIN : IN_FLIGHT_PER_ORIGIN / sharing;
    e->rate_slot = (rate_slot){ .most_ms = timeout_ms ? timeout_ms : e->service->timeout_ms, .most = most > 0 ? most : 1 };
  }
}

/* ---- its listing ---- */

enum { MOST_WILDCARDS = 1000 };

/* With too many names that have a "*" any model may exist. */
bool endpoint_take_name(provider_endpoint *e, arena *a, const char *name, void *entry) {
  if (!strchr(name, '*')) return !lookup_add(&e->listed, a, name, entry);
  if (e->wildcards.count == MOST_WILDCARDS) name = "*";
  if (e->wildcards.count <= MOST_WILDCARDS) LIST_PUSH(a, e->wildcards.at, e->wildcards.count, e->wildcards.room, name);
  return false;
}

void endpoint_take_entry(provider_endpoint *e, arena *a, remote_model *one) {
  if (endpoint_take_name(e, a, one->name, one)) LIST_PUSH(a, e->entries, e->entry_count, e->entry_room, one);
}

bool probe_is_listed(const probe *t) { return lookup_get(&t->endpoint->listed, t->service->model->api_name) != NULL; }

bool probe_may_be_listed(const probe *t) {
  for (size_t i = 0; i < t->endpoint->wildcards.count; i++)
    if (text_glob(t->service->model->api_name, t->endpoint->wildcards.at[i])) return true;
  return false;
}

/* ---- the name that may be meant: all that are missing are sought in one pass over the listing ---- */

enum { LONGEST_NAME = 256, ENDINGS = 1024, MOST_COMPARED = 1000 * 1000 };

static char folded(char c) { return c == '.' ? '-' : (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }

/* A number that names share which end alike: by it nearly all of a long listing are passed over. */
static unsigned ending_of(const char *name, size_t length) {
  const unsigned last = length ? (unsigned char)folded(name[length - 1]) : 0;
  return (last * 32 + (length > 1 ? (unsigned char)folded(name[length - 2]) : 0)) % ENDINGS;
}

/* In lower case, with "-" for each "."; false for a name that is too long, or that a block could not quote as it is. */
static bool fold(const char *name, char out[LONGEST_NAME]) {
  size_t i = 0;
  for (; name[i] && i < LONGEST_NAME - 1; i++) {
    if (name[i] == '"' || name[i] == '\\') return false;
    out[i] = folded(name[i]);
  }
  out[i] = '\0';
  return !name[i];
}

static const char *last_word(const char *name) {
  const char *slash = strrchr(name, '/');
  return slash ? slash + 1 : name;
}

static bool is_end_of(const char *name, const char *longer) {
  size_t length = strlen(name), all = strlen(longer);
  return all > length && longer[all - length - 1] == '/' && text_same(longer + all - length, name);
}

/* How alike two names are whose last words are the same when folded; 0: makers differ. */
static int likeness(const char *wanted, const char *wanted_folded, const char *listed, const char *listed_folded) {
  if (text_same(wanted, listed)) return 4;
  if (text_is(wanted_folded, listed_folded)) return 3;
  if (is_end_of(wanted, listed) || is_end_of(listed, wanted)) return 2;
  return is_end_of(wanted_folded, listed_folded) || is_end_of(listed_folded, wanted_folded);
}

static void weigh_name(near_name *n, int rank, const char *name) {
  if (rank < n->rank || !rank) return;
  *n = (near_name){ name, rank, rank == n->rank, n->next };
}

static void seek_nearest(provider_endpoint *e, arena *a) {
  lookup wanted = { 0 }; /* by last words: the latest of the models that are missing */
  bool ends[ENDINGS] = { false };
  char name[LONGEST_NAME], own[LONGEST_NAME];
  size_t compared = 0; /* thousands of models may share a last word with thousands of names */
  for (size_t i = 0; i < e->probe_count; i++) {
    probe *t = e->probes[i];
    if (probe_is_listed(t) || !fold(t->service->model->api_name, name)) continue;
    ends[ending_of(name, strlen(name))] = true;
    t->nearest = arena_alloc(a, sizeof *t->nearest);
    *t->nearest = (near_name){ 0 };
    probe *other = lookup_add(&wanted, a, last_word(name), t);
    if (!other) continue;
    t->nearest->next = other->nearest->next;
    other->nearest->next = t;
  }
  for (size_t i = 0; i < e->listed.count; i++) {
    const lookup_slot *listed = &e->listed.slots[i];
    if (!ends[ending_of(listed->key, listed->length)] || !fold(listed->key, name) || lookup_get(&e->defined, listed->key)) continue;
    for (probe *t = lookup_get(&wanted, last_word(name)); t && compared < MOST_COMPARED; t = t->nearest->next, compared++) {
      const char *api_name = t->service->model->api_name;
      if (fold(api_name, own)) weigh_name(t->nearest, likeness(api_name, own, listed->key, name), listed->key);
    }
  }
}

const char *probe_nearest(probe *t, arena *a) {
  provider_endpoint *e = t->endpoint;
  if (!e->complete || !e->listed.count || probe_is_listed(t)) return NULL;
  if (!e->nearest_sought) seek_nearest(e, a);
  e->nearest_sought = true;
  return !t->nearest || t->nearest->several ? NULL : t->nearest->name;
}

const remote_model *probe_listed_entry(const probe *t) {
  const void *entry = lookup_get(&t->endpoint->listed, t->service->model->api_name);
  return entry != t->endpoint ? entry : NULL;
}

/* What the listing has on a model that a block defines; NULL for nothing. */
static const remote_model *block_entry(const probe *t) {
  const provider_endpoint *e = t->endpoint;
  const char *name = t->service->model->api_name;
  const void *entry = e && lookup_get(&e->defined, name) ? lookup_get(&e->listed, name) : NULL;
  return entry != e ? entry : NULL;
}

bool probe_heard(const probe *t, remote_model *out) {
  const remote_model *entry = block_entry(t);
  *out = (remote_model)REMOTE_MODEL_INIT;
  if (entry) *out = *entry;
  if (t->said) heard_merge(out, t->said);
  return entry || t->said;
}
