/* belief: see belief.h. */
#include "library/validate/belief.h"

#include "util/hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* ---- what hosts have shown ---- */

static uint64_t hash_text(uint64_t h, const char *text) { return text ? hash_bytes(text, strlen(text), h + 1) : h; }

/* Headers may say whom a gateway asks. */
static uint64_t hash_pairs(uint64_t h, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) h = hash_text(hash_text(h, list->at[i].name), list->at[i].value);
  return h;
}

uint64_t belief_of(const service *s, const auth *how, const protocol *speaks, const char *what) {
  uint64_t h = hash_text(hash_text(hash_text(0, s->base), s->query), provider_name(s->provider));
  h = hash_text(hash_text(hash_text(h, speaks->head.id), how->header), what);
  h = hash_pairs(h + (uint64_t)how->kind, &s->provider->headers);
  return s->gateway ? hash_pairs(h, &s->gateway->headers) : h;
}

belief beliefs_get(const beliefs *all, uint64_t of) {
  for (size_t i = 0; all && i < all->count; i++)
    if (all->at[i].of == of) return all->at[i].is;
  return BELIEF_OPEN;
}

void beliefs_set(beliefs *all, uint64_t of, belief is) {
  if (!all || beliefs_get(all, of) != BELIEF_OPEN) return;
  if (all->count == all->room) {
    size_t room = all->room ? all->room * 2 : 16;
    void *wider = realloc(all->at, room * sizeof *all->at);
    if (!wider) return;
    all->at = wider;
    all->room = room;
  }
  all->at[all->count].of = of;
  all->at[all->count++].is = is;
}

void beliefs_free(beliefs *all) {
  free(all->at);
  *all = (beliefs){ 0 };
}

/* ---- what the definitions say ---- */

bool belief_is_said(const service *s, stage at) {
  list_proof by_gateway = s->gateway ? s->gateway->list_proves : 0;
  if (s->gateway) return by_gateway && by_gateway != LIST_PROVES_NAMES;
  return s->own_host && (at != STAGE_LIST || s->provider->list_proves);
}

list_proof belief_listing(const service *s) {
  list_proof own = s->provider->list_proves ? s->provider->list_proves : s->provider->speaks->list_proves;
  list_proof by_gateway = s->gateway ? s->gateway->list_proves : 0;
  if (!own) own = LIST_PROVES_NAMES;
  if (!by_gateway || (by_gateway == LIST_PROVES_ACCESS && own == LIST_PROVES_KEY)) return own;
  return by_gateway;
}

/* ---- a made-up key ---- */

enum { SHORTEST = 24, LONGEST = 4096, MOST_PREFIX = 16 };

/* How many of its first characters say whose key it is, and nothing else: one of the provider's beginnings, or what stands before an
 * early dash ("sk-"). */
static size_t prefix_length(const texts *prefixes, const char *real) {
  size_t best = 0;
  for (size_t i = 0; i < prefixes->count; i++) {
    size_t length = strlen(prefixes->at[i]);
    if (length > best && length < MOST_PREFIX && text_starts(real, prefixes->at[i]) && real[length]) best = length;
  }
  size_t dash = strcspn(real, "-_");
  return best ? best : dash < 5 && real[dash] ? dash + 1 : 0;
}

/* Another character of the same class; what joins words stays. */
static char another(char c, unsigned char random) {
  static const char *const classes[] = { "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
    const char *at = c ? strchr(classes[i], c) : NULL;
    size_t count = strlen(classes[i]);
    if (at) return classes[i][((size_t)(at - classes[i]) + 1 + random % (count - 1)) % count];
  }
  return (unsigned char)c < 0x80 && c ? c : classes[1][random % 26];
}

/* Filled with noise first, so that a short or unknown key gives a long one all the same. */
static void make_up(char *out, size_t length, const char *real, size_t kept) {
  unsigned char noise[LONGEST] = { 0 };
  size_t known = strlen(real);
  for (size_t got = 0; got < length;) {
    ssize_t n = getrandom(noise + got, length - got > 256 ? 256 : length - got, 0);
    if (n > 0) got += (size_t)n;
  }
  for (size_t i = 0; i < length; i++) out[i] = i < kept ? real[i] : i < known ? another(real[i], noise[i]) : another('a', noise[i]);
}

const secret *belief_made_up_key(arena *a, keyring *ring, const service *s) {
  const texts *prefixes = &s->provider->key_prefixes;
  const char *real = s->key.state == KEY_SET ? secret_value(s->key.value) : prefixes->count ? prefixes->at[0] : "";
  size_t length = strlen(real), kept = s->key.state == KEY_SET ? prefix_length(prefixes, real) : length;
  if (length < SHORTEST + kept) length = SHORTEST + kept;
  if (length > LONGEST) length = LONGEST;
  char *out = arena_alloc(a, length + 1);
  make_up(out, length, real, kept);
  return keyring_add(ring, out, length);
}
