/* secret: see secret.h. */
#include "util/secret.h"

#include "util/hash.h"
#include "util/hex.h"
#include "util/platform.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 512, FILTER_WORDS = 65536 / 64, LONGEST_WORD = 15, SHORTEST_INSIDE = 4 };

struct secret {
  secret *next, *next_in_chain;
  uint64_t hash;
  size_t length;
  bool is_word, alone;
  char value[];
};

/* ---- the pieces ---- */

/* The place of this piece, or the free one where it would be. */
static uint64_t *place_of(const secret_pieces *p, uint64_t piece) {
  size_t at = (size_t)(piece * 0x9e3779b97f4a7c15u >> 32) & (p->room - 1);
  while (p->at[at] && p->at[at] != piece) at = (at + 1) & (p->room - 1);
  return &p->at[at];
}

static void forget_pieces(secret_pieces *p) {
  if (p->at) wipe(p->at, p->room * sizeof *p->at);
  if (p->filter) wipe(p->filter, 2 * FILTER_WORDS * sizeof *p->filter);
  free(p->at);
  free(p->filter);
  *p = (secret_pieces){ 0 };
}

static void put_quad(secret_pieces *p, uint32_t quad) {
  const uint32_t hash = quad * 0x9e3779b1u >> 16;
  p->quads[hash >> 6] |= (uint64_t)1 << (hash & 63);
}

static void put(secret_pieces *p, uint64_t piece) {
  const uint64_t hash = piece * 0x9e3779b97f4a7c15u >> 48;
  uint64_t *place = place_of(p, piece);
  p->count += *place == 0;
  *place = piece;
  p->filter[hash >> 6] |= (uint64_t)1 << (hash & 63);
  for (unsigned i = 0; i <= SECRET_PIECE - 4; i++) put_quad(p, (uint32_t)(piece >> 8 * i));
}

/* At most half full: the filter answers for most of what is not there. */
static bool make_room(secret_pieces *p, size_t more) {
  secret_pieces wider = { .room = p->room ? p->room : FIRST_ROOM };
  while (wider.room < (p->count + more) * 2) wider.room *= 2;
  if (wider.room == p->room) return true;
  wider.at = calloc(wider.room, sizeof *wider.at);
  wider.filter = calloc(2 * FILTER_WORDS, sizeof *wider.filter);
  bool good = wider.at && wider.filter;
  if (good) wider.quads = wider.filter + FILTER_WORDS;
  for (size_t i = 0; good && i < p->room; i++)
    if (p->at[i]) put(&wider, p->at[i]);
  forget_pieces(good ? p : &wider);
  if (good) *p = wider;
  return good;
}

static bool add_pieces(secret_pieces *p, const char *form, size_t length) {
  if (!make_room(p, length)) return false;
  uint64_t window = 0;
  for (size_t i = 0; i < length; i++) {
    window = secret_window(window, (unsigned char)form[i]);
    if (i + 1 >= SECRET_PIECE) put(p, window);
  }
  return true;
}

bool secret_pieces_have(const keyring *ring, uint64_t piece) {
  if (!ring->pieces.count || !piece || !*place_of(&ring->pieces, piece)) return false;
  return !ring->excused.count || !*place_of(&ring->excused, piece);
}

/* ---- how else a secret may be written ---- */

/* With the padding, as it is where the secret ends what was encoded. */
static size_t base64(char *out, const char *bytes, size_t length, const char *last_digits) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  size_t n = 0;
  for (size_t i = 0; i < length; i += 3) {
    unsigned v = 0;
    for (size_t k = 0; k < 3; k++) v = v << 8 | (i + k < length ? (unsigned char)bytes[i + k] : 0u);
    for (size_t k = 0; k < 4; k++) {
      const unsigned digit = v >> (18 - 6 * k) & 63;
      out[n++] = k > length - i ? '=' : digit < 62 ? digits[digit] : last_digits[digit - 62];
    }
  }
  return n;
}

static size_t hexadecimal(char *out, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    out[2 * i] = HEX_LOWER[(unsigned char)bytes[i] >> 4];
    out[2 * i + 1] = HEX_LOWER[(unsigned char)bytes[i] & 15];
  }
  return 2 * length;
}

/* `encoded` has room for all forms of it. */
static bool add_encoded(secret_pieces *p, const char *value, size_t length, char *encoded) {
  bool good = add_pieces(p, encoded, hexadecimal(encoded, value, length));
  for (size_t skip = 0; good && skip < 3 && skip < length; skip++) {
    const size_t n = base64(encoded, value + skip, length - skip, "+/");
    good = add_pieces(p, encoded, n);
    if (good && strcspn(encoded, "+/") < n) good = add_pieces(p, encoded, base64(encoded, value + skip, length - skip, "-_"));
  }
  return good;
}

/* One word of letters, as programs want one where no key is needed ("implicit", "ollama"), or where a value is no secret ("production"). */
static bool is_plain_word(const char *value, size_t length) {
  if (length > LONGEST_WORD) return false;
  for (size_t i = 1; i < length; i++)
    if (value[i] < 'a' || value[i] > 'z') return false;
  return length && secret_fold((unsigned char)value[0]) >= 'a' && secret_fold((unsigned char)value[0]) <= 'z';
}

static bool add_forms(secret_pieces *p, const char *value, size_t length, bool is_word) {
  const size_t room = 3 * length + 8;
  char *space = calloc(1, room + length);
  if (!space) return false;
  char *reversed = space + room;
  for (size_t i = 0; i < length; i++) reversed[i] = value[length - 1 - i];
  bool good = is_word || (add_pieces(p, value, length) && add_pieces(p, reversed, length));
  good = good && add_encoded(p, value, length, space) && add_encoded(p, reversed, length, space);
  wipe(space, room + length);
  free(space);
  return good;
}

/* A header may be a whole JSON document ('{"provider":"openai","api_key":"..."}'): of that, strings that are neither a member's name nor a
 * plain word are secret. The rest is what any answer may say. */
static bool add_strings(secret_pieces *p, const char *json) {
  for (const char *at = strchr(json, '"'); at; at = strchr(at, '"')) {
    const char *begin = ++at;
    while (*at && *at != '"') at += *at == '\\' && at[1] ? 2 : 1;
    if (!*at) break;
    const size_t length = (size_t)(at - begin), blank = strspn(++at, " \t\r\n");
    if (at[blank] == ':' || length * 2 < SECRET_PIECE || is_plain_word(begin, length)) continue;
    if (!add_forms(p, begin, length, length < SECRET_PIECE)) return false;
  }
  return true;
}

static bool is_document(const secret *s) { return *s->value == '{' && s->value[s->length - 1] == '}' && strchr(s->value, '"'); }

static bool add_secret(secret_pieces *p, const secret *s) {
  return is_document(s) ? add_strings(p, s->value) : add_forms(p, s->value, s->length, s->is_word);
}

/* ---- what gives nothing away ---- */

/* The pieces of secrets that this word has. */
static bool excuse(keyring *ring, const char *word) {
  uint64_t window = 0;
  for (size_t i = 0; word[i]; i++) {
    window = secret_window(window, (unsigned char)word[i]);
    if (i + 1 < SECRET_PIECE || !secret_pieces_may_have(&ring->pieces, window) || !secret_pieces_have(ring, window)) continue;
    if (!make_room(&ring->excused, 1)) return false;
    put(&ring->excused, window);
  }
  return true;
}

static bool has_excused(const keyring *ring, const secret *s) {
  uint64_t window = 0;
  for (size_t i = 0; ring->excused.count && i < s->length; i++) {
    window = secret_window(window, (unsigned char)s->value[i]);
    if (i + 1 >= SECRET_PIECE && *place_of(&ring->excused, window)) return true;
  }
  return false;
}

void keyring_own(keyring *ring, texts own) {
  ring->own = own;
  ring->in_pieces = NULL;
  forget_pieces(&ring->pieces);
}

bool keyring_prepare(keyring *ring) {
  if (ring->in_pieces == ring->first) return true;
  for (const secret *s = ring->first; s != ring->in_pieces; s = s->next)
    if (s->length * 2 >= SECRET_PIECE && !add_secret(&ring->pieces, s)) return false;
  for (size_t i = 0; ring->pieces.count && i < ring->own.count; i++)
    if (!excuse(ring, ring->own.at[i])) return false;
  for (secret *s = ring->first; s; s = s->next)
    if (has_excused(ring, s)) s->is_word = s->alone = true;
  ring->in_pieces = ring->first;
  return true;
}

/* ---- the ring ---- */

static secret *find(const keyring *ring, const char *value, size_t length, uint64_t hash) {
  secret *s = ring->chains[hash % SECRET_CHAINS];
  while (s && (s->hash != hash || s->length != length || memcmp(s->value, value, length) != 0)) s = s->next_in_chain;
  return s;
}

static secret *add_new(keyring *ring, const char *value, size_t length, uint64_t hash) {
  secret *s = malloc(sizeof *s + length + 1), **chain = &ring->chains[hash % SECRET_CHAINS];
  if (!s) return NULL;
  *s = (secret){ .next = ring->first, .next_in_chain = *chain, .hash = hash, .length = length };
  s->alone = length < SHORTEST_INSIDE || is_plain_word(value, length);
  s->is_word = s->alone || length < SECRET_PIECE;
  memcpy(s->value, value, length);
  s->value[length] = 0;
  *chain = ring->first = s;
  return s;
}

secret *keyring_add(keyring *ring, const char *value, size_t length) {
  const uint64_t hash = hash_bytes(value, length, 0);
  secret *known = find(ring, value, length, hash);
  return known ? known : add_new(ring, value, length, hash);
}

bool keyring_has(const keyring *ring, const char *value) {
  const size_t length = strlen(value);
  return find(ring, value, length, hash_bytes(value, length, 0)) != NULL;
}

void keyring_wipe(keyring *ring) {
  for (secret *s = ring->first, *next; s; s = next) {
    next = s->next;
    wipe(s, sizeof *s + s->length + 1);
    free(s);
  }
  ring->first = NULL;
  ring->in_pieces = NULL;
  memset(ring->chains, 0, sizeof ring->chains);
  forget_pieces(&ring->pieces);
  forget_pieces(&ring->excused);
}

const char *secret_value(const secret *s) { return s->value; }

size_t secret_length(const secret *s) { return s->length; }

const secret *secret_next(const secret *s) { return s->next; }

bool secret_is_word(const secret *s) { return s->is_word; }

bool secret_stands_alone(const secret *s) { return s->alone; }

uint64_t secret_fingerprint(const keyring *ring, const secret *s) { return s ? hash_bytes(s->value, s->length, ring->salt) | 1 : 0; }
