/* trace: see trace.h. */
#include "util/trace.h"

#include "util/hash.h"
#include "util/hex.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH = 2, UNSEEN = 256, OTHER, LONGEST_ENTITY = 10, LONGEST_WORDS = 15 };

typedef struct range {
  size_t from, to;
} range;

typedef struct search {
  keyring *ring;
  arena *arena; /* NULL: the first is enough */
  const char *text;
  size_t length;
  range *at;
  size_t count, room;
  range run; /* what was found last, and may go on; empty: nothing */
  bool read_further, found;
} search;

static bool join(range *last, size_t from, size_t to) {
  if (from > last->to || to < last->from) return false;
  if (from < last->from) last->from = from;
  if (to > last->to) last->to = to;
  return true;
}

/* Letters in lower case and what stands between words: how programs call things ("sk-deepseek-v3"). Writes them into `out`. */
static bool is_of_words(const search *s, char out[LONGEST_WORDS + 1]) {
  const size_t length = s->run.to - s->run.from;
  if (length > LONGEST_WORDS) return false;
  for (size_t i = 0; i < length; i++) {
    out[i] = (char)secret_fold((unsigned char)s->text[s->run.from + i]);
    if ((out[i] < 'a' || out[i] > 'z') && !strchr("-_./: ", out[i])) return false;
  }
  out[length] = 0;
  return true;
}

/* In what is read further a name may have a word that a key has too; it gives nothing of the key away that nobody knows. */
static bool is_excused(const search *s) {
  char words[LONGEST_WORDS + 1];
  if (!s->read_further || !is_of_words(s, words)) return false;
  bool part = false;
  for (const secret *one = s->ring->first; one; one = secret_next(one)) {
    if (strcmp(secret_value(one), words) == 0) return false;
    part = part || strstr(secret_value(one), words);
  }
  return part;
}

static void end_run(search *s) {
  if (s->run.to > s->run.from && !is_excused(s)) {
    s->found = true;
    if (s->arena) LIST_PUSH(s->arena, s->at, s->count, s->room, s->run);
  }
  s->run = (range){ 0, 0 };
}

static void note(search *s, size_t from, size_t to) {
  if (s->run.to > s->run.from && join(&s->run, from, to)) return;
  end_run(s);
  s->run = (range){ from, to };
}

static int by_begin(const void *a, const void *b) {
  const range *one = a, *other = b;
  return (one->from > other->from) - (one->from < other->from);
}

static void put_in_order(search *s) {
  size_t kept = 0;
  if (s->count) qsort(s->at, s->count, sizeof *s->at, by_begin);
  for (size_t i = 0; i < s->count; i++)
    if (!kept || !join(&s->at[kept - 1], s->at[i].from, s->at[i].to)) s->at[kept++] = s->at[i];
  s->count = kept;
}

static bool is_piece(const search *s, uint64_t window) {
  return secret_pieces_may_have(&s->ring->pieces, window) && secret_pieces_have(s->ring, window);
}

/* ---- what a character stands for ---- */

/* A character, and where it ends in the text. */
typedef struct letter {
  unsigned c; /* UNSEEN: nobody sees it; OTHER: no byte of a secret */
  size_t end;
} letter;

static const char *const ENTITIES[] = {
  "amp&",    "lt<",    "gt>",  "quot\"",  "apos'",   "plus+",   "sol/",  "equals=", "lowbar_", "UnderBar_", "period.", "colon:",  "semi;",
  "comma,",  "excl!",  "num#", "dollar$", "percnt%", "lpar(",   "rpar)", "ast*",    "midast*", "commat@",   "lsqb[",   "lbrack[", "rsqb]",
  "rbrack]", "bsol\\", "Hat^", "grave`",  "lcub{",   "lbrace{", "rcub}", "rbrace}", "verbar|", "vert|",     "quest?",  "hyphen-", "dash-"
};

static letter read_letter(const search *s, size_t at, int depth);

static int hex_at(const search *s, size_t *at, int depth) {
  if (*at >= s->length) return -1;
  const letter got = read_letter(s, *at, depth);
  const int digit = got.c < 128 ? hex_digit((char)got.c) : -1;
  if (digit >= 0) *at = got.end;
  return digit;
}

/* So many hexadecimal digits; false where they are fewer. */
static bool hex_number(const search *s, size_t *at, int depth, int digits, unsigned *out) {
  unsigned value = 0;
  for (int i = 0; i < digits; i++) {
    const int digit = hex_at(s, at, depth);
    if (digit < 0) return false;
    value = value << 4 | (unsigned)digit;
  }
  *out = value;
  return true;
}

static unsigned sort_of(codepoint c) {
  if (c < 0x20 || c == 0x7f || utf8_is_invisible(c)) return UNSEEN;
  return c < 256 ? c : OTHER;
}

static bool percent_at(const search *s, letter *l, int depth) {
  size_t at = l->end;
  unsigned value = 0;
  if (!hex_number(s, &at, depth, 2, &value)) return false;
  *l = (letter){ value, at };
  return true;
}

static bool escape_at(const search *s, letter *l, int depth) {
  if (l->end >= s->length) return false;
  const letter kind = read_letter(s, l->end, depth);
  size_t at = kind.end;
  unsigned value = 0;
  if (kind.c < 128 && strchr("/\"\\", (int)kind.c) && kind.c)
    *l = kind;
  else if (kind.c < 128 && strchr("nrtbf", (int)kind.c) && kind.c)
    *l = (letter){ UNSEEN, kind.end };
  else if ((kind.c == 'u' && hex_number(s, &at, depth, 4, &value)) || (kind.c == 'x' && hex_number(s, &at, depth, 2, &value)))
    *l = (letter){ sort_of(value), at };
  else
    return false;
  return true;
}

static unsigned entity_number(const char *digits) {
  const bool hex = *digits == 'x' || *digits == 'X';
  unsigned value = 0;
  for (digits += hex; *digits; digits++) {
    const int digit = hex_digit(*digits);
    if (digit < 0 || (!hex && digit > 9)) return OTHER;
    value = value * (hex ? 16 : 10) + (unsigned)digit;
  }
  return sort_of(value);
}

static unsigned entity_named(const char *name) {
  const size_t length = strlen(name);
  for (size_t i = 0; i < sizeof ENTITIES / sizeof *ENTITIES; i++)
    if (strncmp(ENTITIES[i], name, length) == 0 && ENTITIES[i][length] && !ENTITIES[i][length + 1])
      return (unsigned char)ENTITIES[i][length];
  return text_is(name, "shy") || text_starts(name, "zw") ? UNSEEN : OTHER;
}

static bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* &amp; &#38; &#x26; */
static bool entity_at(const search *s, letter *l, int depth) {
  char name[LONGEST_ENTITY + 1];
  size_t at = l->end, n = 0;
  while (at < s->length) {
    const letter got = read_letter(s, at, depth);
    at = got.end;
    if (got.c == ';') break;
    if (got.c >= 128 || !(got.c == '#' || is_alphanumeric((char)got.c)) || n == LONGEST_ENTITY) return false;
    name[n++] = (char)got.c;
  }
  name[n] = 0;
  const unsigned c = at > l->end && n ? (*name == '#' && n > 1 ? entity_number(name + 1) : entity_named(name)) : OTHER;
  if (c == OTHER) return false;
  *l = (letter){ c, at };
  return true;
}

/* No NUL need be behind the text. */
static letter wide_letter(const search *s, size_t at) {
  char bytes[5] = "";
  codepoint c;
  memcpy(bytes, s->text + at, s->length - at < 4 ? s->length - at : 4);
  const size_t n = utf8_read(bytes, &c);
  return (letter){ c == UTF8_INVALID || !utf8_is_invisible(c) ? OTHER : UNSEEN, at + n };
}

static letter plain_letter(const search *s, size_t at) {
  const unsigned char c = (unsigned char)s->text[at];
  return c < 0x80 ? (letter){ sort_of(c), at + 1 } : wide_letter(s, at);
}

static letter read_letter(const search *s, size_t at, int depth) {
  const unsigned char first = (unsigned char)s->text[at];
  if (!depth || (first != '%' && first != '\\' && first != '&')) return plain_letter(s, at);
  letter l = read_letter(s, at, depth - 1);
  if (l.c == '%')
    percent_at(s, &l, depth - 1);
  else if (l.c == '\\')
    escape_at(s, &l, depth - 1);
  else if (l.c == '&')
    entity_at(s, &l, depth - 1);
  return l;
}

/* ---- looking ---- */

/* Where a character may stand for another, or for nothing: '%', '\\', '&', and all that is not printable ASCII. Of the white space there is
 * too much for that. A bit for each byte. */
static inline bool is_special(unsigned char c) {
  static const uint64_t special[] = { (0xffffffffu & ~(1u << '\t' | 1u << '\n' | 1u << '\r')) | (uint64_t)1 << '%' | (uint64_t)1 << '&',
                                      (uint64_t)1 << ('\\' - 64) | (uint64_t)1 << (0x7f - 64), UINT64_MAX, UINT64_MAX };
  return special[c >> 6] >> (c & 63) & 1;
}

/* From a special character, with the seven before it, until a window is read that has none. Returns where that ends. */
static size_t look_behind_escapes(search *s, size_t at) {
  size_t begins[SECRET_PIECE] = { 0 }, read = 0, plain = 0;
  uint64_t window = 0;
  const size_t special = at;
  at = at < SECRET_PIECE - 1 ? 0 : at - (SECRET_PIECE - 1);
  while (at < s->length && (at <= special || plain < SECRET_PIECE - 1)) {
    const bool escape = is_special((unsigned char)s->text[at]);
    const letter l = escape ? read_letter(s, at, DEPTH) : plain_letter(s, at);
    plain = escape ? 0 : plain + 1;
    if (l.c < UNSEEN) {
      window = secret_window(window, (unsigned char)l.c);
      begins[read++ % SECRET_PIECE] = at;
      if (read >= SECRET_PIECE && is_piece(s, window)) note(s, begins[read % SECRET_PIECE], l.end);
    } else if (l.c == OTHER) {
      window = 0;
      read = 0;
    }
    at = l.end;
  }
  return at;
}

/* Eight bytes at once, the first of them lowest. */
static const uint64_t ONES = 0x0101010101010101u, HIGH = 0x8080808080808080u;
static const bool FIRST_IS_LOWEST = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

/* Whether none of them is special; false for some others, too: white space, and an apostrophe. */
static inline bool are_plain(uint64_t eight) {
  const uint64_t slash = eight ^ ONES * '\\', marks = eight ^ ONES * '\''; /* 1 and 2: & and % */
  return !((eight | (eight - ONES * 0x20) | (eight + ONES) | (slash - ONES) | (marks - ONES * 3)) & HIGH);
}

/* Of plain ones. */
static inline uint64_t fold_eight(uint64_t eight) {
  const uint64_t from_a = eight + ONES * (0x80 - 'A'), behind_z = eight + ONES * (0x80 - 'Z' - 1);
  return eight | (from_a & ~behind_z & HIGH) >> 2;
}

static inline void look_at(search *s, const secret_pieces *pieces, uint64_t window, size_t end) {
  if (secret_pieces_may_have(pieces, window) && end >= SECRET_PIECE && secret_pieces_have(s->ring, window))
    note(s, end - SECRET_PIECE, end);
}

/* Of the windows that end in eight plain ones, each has all of the four before them, or of their own first four. */
static inline bool may_end_in(const secret_pieces *pieces, uint64_t before, uint64_t next) {
  return secret_pieces_may_have_quad(pieces, (uint32_t)(before >> 32)) || secret_pieces_may_have_quad(pieces, (uint32_t)next);
}

/* While they are plain. Moves the window on; returns where they end. */
static size_t look_in_plain(search *s, const secret_pieces *pieces, uint64_t *window, size_t at) {
  uint64_t before = *window, eight;
  for (; s->length - at >= 8 && are_plain(eight = hash_word(s->text + at)); at += 8) {
    const uint64_t next = fold_eight(eight);
    if (may_end_in(pieces, before, next)) {
      for (unsigned k = 1; k < 8; k++) look_at(s, pieces, before >> 8 * k | next << (64 - 8 * k), at + k);
      look_at(s, pieces, next, at + 8);
    }
    before = next;
  }
  *window = before;
  return at;
}

/* Most of a long listing is read eight bytes at a time. */
static void look_for_pieces(search *s) {
  const secret_pieces pieces = s->ring->pieces;
  uint64_t window = 0;
  size_t behind = 0; /* so far escapes are read */
  for (size_t i = 0; i < s->length; i++) {
    if (FIRST_IS_LOWEST) i = look_in_plain(s, &pieces, &window, i);
    if (i == s->length) break;
    const unsigned char c = (unsigned char)s->text[i];
    window = secret_window(window, c);
    look_at(s, &pieces, window, i + 1);
    if (is_special(c) && i >= behind) behind = look_behind_escapes(s, i);
  }
}

static bool is_word_char(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }

static bool stands_alone(const search *s, size_t at, size_t length) {
  return (at == 0 || !is_word_char(s->text[at - 1])) && (at + length == s->length || !is_word_char(s->text[at + length]));
}

static void look_for_word(search *s, const secret *word) {
  const size_t length = secret_length(word);
  const char *from = s->text, *end = s->text + s->length, *at;
  while (length && from < end && (at = memmem(from, (size_t)(end - from), secret_value(word), length))) {
    const size_t place = (size_t)(at - s->text);
    const bool counts = !secret_stands_alone(word) || stands_alone(s, place, length);
    if (counts) note(s, place, place + length);
    from = at + (counts ? length : 1);
  }
}

static void look(search *s, trace_reading how) {
  s->read_further = how != TRACE_SHOWN;
  if (s->ring->pieces.count) look_for_pieces(s);
  for (const secret *one = s->ring->first; one && how == TRACE_SHOWN; one = secret_next(one))
    if (secret_is_word(one)) look_for_word(s, one);
  end_run(s);
}

bool trace_found(keyring *ring, const char *text, size_t length, trace_reading how) {
  search s = { .ring = ring, .text = text, .length = length };
  if (!keyring_prepare(ring)) return true;
  look(&s, how);
  return s.found;
}

bool trace_in_name(keyring *ring, const char *name) {
  return trace_found(ring, name, strlen(name), TRACE_TEXT) || (keyring_has(ring, name) && !texts_have(&ring->own, name));
}

/* ---- what is left ---- */

static size_t width_at(const search *s, size_t at) { return (unsigned char)s->text[at] < 0x80 ? 1 : wide_letter(s, at).end - at; }

/* A character of JSON's, or any other, that is left or goes as a whole. */
static size_t unit_at(const search *s, size_t at, bool quoted) {
  size_t n = width_at(s, at);
  if (quoted && s->text[at] == '\\') n = at + 1 < s->length && s->text[at + 1] == 'u' ? 6 : 2;
  return n && n <= s->length - at ? n : 1;
}

/* Outside of strings only letters can be of a secret: numbers and marks stay. */
static bool is_structure(char c) { return secret_fold((unsigned char)c) < 'a' || secret_fold((unsigned char)c) > 'z'; }

typedef struct cleaning {
  const search *s;
  strbuf out;
  size_t next; /* of the ranges */
  trace_reading how;
  bool quoted, hidden;
} cleaning;

static bool is_in_range(cleaning *c, size_t from, size_t to) {
  const search *s = c->s;
  while (c->next < s->count && s->at[c->next].to <= from) c->next++;
  return c->next < s->count && s->at[c->next].from < to;
}

static size_t clean_unit(cleaning *c, size_t at) {
  const char *text = c->s->text + at;
  const size_t n = unit_at(c->s, at, c->quoted);
  const bool json = c->how == TRACE_JSON, mark = json && *text == '"';
  const bool stays = mark || (json && !c->quoted && is_structure(*text));
  const bool hide = is_in_range(c, at, at + n) && !stays;
  if (mark) c->quoted = !c->quoted;
  if (hide && !c->hidden) strbuf_add(&c->out, "[redacted]");
  if (!hide) strbuf_bytes(&c->out, text, n);
  c->hidden = hide;
  return at + n;
}

const char *trace_redact(keyring *ring, arena *a, const char *text, size_t *length, trace_reading how) {
  search s = { .ring = ring, .arena = a, .text = text, .length = *length };
  if (!keyring_prepare(ring)) arena_exhaust(a);
  look(&s, how);
  if (!s.found) return text;
  put_in_order(&s);
  cleaning c = { .s = &s, .out = { .arena = a }, .how = how };
  for (size_t at = 0; at < s.length;) at = clean_unit(&c, at);
  *length = c.out.length;
  return strbuf_text(&c.out);
}

const char *keyring_redact(keyring *ring, arena *a, const char *text) {
  size_t length = strlen(text);
  return trace_redact(ring, a, text, &length, TRACE_SHOWN);
}
