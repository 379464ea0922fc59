/* secret: see secret.h. */
#include "util/secret.h"

#include "util/hash.h"
#include "util/hex.h"

#include "util/text.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 8, SIEVE_BITS = 12 };

struct secret {
  secret *next;
  size_t length;
  char value[];
};

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
    explicit_bzero(s, sizeof *s + s->length + 1);
    free(s);
  }
  ring->first = NULL;
}

const char *secret_value(const secret *s) { return s->value; }

uint64_t secret_fingerprint(const keyring *ring, const secret *s) { return s ? hash_bytes(s->value, s->length, ring->salt) | 1 : 0; }

static bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }

/* A key of a few letters is removed only where it is a word: "ok" must not redact part of "token". */
static bool stands_alone(const char *text, size_t at, size_t length) {
  return (at == 0 || !is_word(text[at - 1])) && !is_word(text[at + length]);
}

static void mark_at(const char *text, size_t i, char *marks, const char *form, size_t length, size_t piece) {
  for (size_t j = 0; j + piece <= length; j++)
    if (memcmp(text + i, form + j, piece) == 0 && (length >= 4 || stands_alone(text, i, length))) memset(marks + i, 1, piece);
}

/* The bit of the sieve that a piece sets. */
static unsigned bit_of(const char *piece) {
  uint64_t v;
  memcpy(&v, piece, PIECE);
  return (unsigned)(v * 0x9e3779b97f4a7c15u >> (64 - SIEVE_BITS));
}

/* A listing is long and holds no key: the sieve skips it with one look at each position. */
static void mark_pieces(const char *text, size_t n, char *marks, const char *form, size_t length) {
  bool sieve[1 << SIEVE_BITS] = { false };
  for (size_t j = 0; j + PIECE <= length; j++) sieve[bit_of(form + j)] = true;
  for (size_t i = 0; i + PIECE <= n; i++)
    if (sieve[bit_of(text + i)]) mark_at(text, i, marks, form, length, PIECE);
}

static void mark(const char *text, size_t n, char *marks, const char *form, size_t length) {
  if (length >= PIECE) {
    mark_pieces(text, n, marks, form, length);
    return;
  }
  for (size_t i = 0; length && i + length <= n; i++) mark_at(text, i, marks, form, length, length);
}

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

static bool mark_all(const keyring *ring, arena *a, const char *text, size_t n, char *marks) {
  for (const secret *s = ring->first; s; s = s->next) {
    mark(text, n, marks, s->value, s->length);
    if (s->length < PIECE) continue;
    char *form = arena_alloc(a, s->length * 3 + 4);
    for (size_t skip = 0; skip < 3; skip++) mark(text, n, marks, form, base64(form, s->value + skip, s->length - skip));
    mark(text, n, marks, form, percent(form, s->value, s->length, HEX_UPPER));
    mark(text, n, marks, form, percent(form, s->value, s->length, HEX_LOWER));
    explicit_bzero(form, s->length * 3 + 4);
  }
  return memchr(marks, 1, n) != NULL;
}

const char *keyring_redact(const keyring *ring, arena *a, const char *text) {
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
