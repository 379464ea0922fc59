/* secret: see secret.h. */
#include "util/secret.h"

#include "util/hash.h"
#include "util/hex.h"

#include "util/text.h"
#include "util/platform.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 8, FIRST_ROOM = 512 };

struct secret {
  secret *next;
  size_t length;
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
  free(p->at);
  *p = (secret_pieces){ 0 };
}

/* At most a quarter full: most strings have no piece in it, and a search ends at the first free place. */
static bool make_room(secret_pieces *p, size_t more) {
  secret_pieces wider = { .count = p->count, .room = p->room ? p->room : FIRST_ROOM };
  while (wider.room < (p->count + more) * 4) wider.room *= 2;
  if (wider.room == p->room) return true;
  if (!(wider.at = calloc(wider.room, sizeof *wider.at))) return false;
  for (size_t i = 0; i < p->room; i++)
    if (p->at[i]) *place_of(&wider, p->at[i]) = p->at[i];
  forget_pieces(p);
  *p = wider;
  return true;
}

static void add_pieces(secret_pieces *p, arena *a, const char *form, size_t length) {
  if (!make_room(p, length)) arena_exhaust(a);
  for (size_t i = 0; i + PIECE <= length; i++) {
    uint64_t piece = hash_word(form + i), *place = place_of(p, piece);
    p->count += *place == 0;
    *place = piece;
  }
}

/* ---- how else a secret may be written ---- */

static bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }

static size_t base64(char *out, const char *bytes, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t n = 0;
  for (size_t i = 0; i + 3 <= length; i += 3) {
    unsigned v = (unsigned)(unsigned char)bytes[i] << 16 | (unsigned)(unsigned char)bytes[i + 1] << 8 | (unsigned char)bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) out[n++] = digits[v >> shift & 63];
  }
  return n;
}

static size_t percent(char *out, const char *bytes, size_t length, const char *hex) {
  size_t n = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (is_word(bytes[i]) || c == '.' || c == '~') {
      out[n++] = bytes[i];
    } else {
      out[n++] = '%';
      out[n++] = hex[c >> 4];
      out[n++] = hex[c & 15];
    }
  }
  return n;
}

static void add_forms(secret_pieces *p, arena *a, const secret *s) {
  char *form = arena_alloc(a, s->length * 3 + 4);
  add_pieces(p, a, s->value, s->length);
  for (size_t skip = 0; skip < 3; skip++) add_pieces(p, a, form, base64(form, s->value + skip, s->length - skip));
  add_pieces(p, a, form, percent(form, s->value, s->length, HEX_UPPER));
  add_pieces(p, a, form, percent(form, s->value, s->length, HEX_LOWER));
  wipe(form, s->length * 3 + 4);
}

/* Those of the secrets that came since the last search. Of a short one only the whole gives it away. */
static const secret_pieces *pieces_of(keyring *ring, arena *a) {
  for (const secret *s = ring->first; s != ring->in_pieces; s = s->next)
    if (s->length >= PIECE) add_forms(&ring->pieces, a, s);
  ring->in_pieces = ring->first;
  return &ring->pieces;
}

/* ---- the ring ---- */

secret *keyring_add(keyring *ring, const char *value, size_t length) {
  secret *s = malloc(sizeof *s + length + 1);
  if (!s) return NULL;
  s->length = length;
  memcpy(s->value, value, length);
  s->value[length] = 0;
  s->next = ring->first;
  ring->first = s;
  return s;
}

bool keyring_has(const keyring *ring, const char *value) {
  for (const secret *s = ring->first; s; s = s->next)
    if (strcmp(s->value, value) == 0) return true;
  return false;
}

void keyring_wipe(keyring *ring) {
  for (secret *s = ring->first, *next; s; s = next) {
    next = s->next;
    wipe(s, sizeof *s + s->length + 1);
    free(s);
  }
  ring->first = NULL;
  ring->in_pieces = NULL;
  forget_pieces(&ring->pieces);
}

const char *secret_value(const secret *s) { return s->value; }

uint64_t secret_fingerprint(const keyring *ring, const secret *s) { return s ? hash_bytes(s->value, s->length, ring->salt) | 1 : 0; }

/* ---- finding them ---- */

/* A key of a few letters is removed only where it is a word: "ok" must not redact part of "token". */
static bool stands_alone(const char *text, size_t at, size_t length) {
  return (at == 0 || !is_word(text[at - 1])) && !is_word(text[at + length]);
}

static void mark_short(const char *text, size_t n, char *marks, const secret *s) {
  for (size_t i = 0; s->length && i + s->length <= n; i++)
    if (memcmp(text + i, s->value, s->length) == 0 && (s->length >= 4 || stands_alone(text, i, s->length))) memset(marks + i, 1, s->length);
}

static bool mark_all(keyring *ring, arena *a, const char *text, size_t n, char *marks) {
  const secret_pieces *pieces = pieces_of(ring, a);
  for (size_t i = 0; pieces->count && i + PIECE <= n; i++)
    if (*place_of(pieces, hash_word(text + i))) memset(marks + i, 1, PIECE);
  for (const secret *s = ring->first; s; s = s->next)
    if (s->length < PIECE) mark_short(text, n, marks, s);
  return memchr(marks, 1, n) != NULL;
}

const char *keyring_redact(keyring *ring, arena *a, const char *text) {
  size_t n = strlen(text);
  char *marks = arena_alloc(a, n + 1);
  if (!mark_all(ring, a, text, n, marks)) return text;
  strbuf clean = { .arena = a };
  for (size_t i = 0; i < n; i++) {
    if (!marks[i])
      strbuf_bytes(&clean, text + i, 1);
    else if (i == 0 || !marks[i - 1])
      strbuf_add(&clean, "[redacted]");
  }
  return strbuf_text(&clean);
}
