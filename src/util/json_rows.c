/* json_rows: see json_rows.h.
 *
 * One look at the text finds the first long list of objects in the body. Each of its rows is checked as strictly as Jansson would, or more
 * so: a key with an escape, a number that may be out of range or an object with very many members is left to Jansson, which then reads the
 * text as a whole, and so is any mistake, for which it has the words. The rest of the text, with one row in it, Jansson reads anyway. So
 * what this accepts, Jansson accepts; nothing here makes a value. */
#include "util/json_rows.h"

#include "util/hash.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_ROWS = 8, DEEPEST_ROW = 32, MOST_KEYS = 400, MOST_DIGITS = 18, MOST_EXPONENT = 2 };

static const bool FIRST_IS_LOWEST = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__; /* of the bytes of a word */

typedef struct row_key {
  const char *at;
  uint32_t length, hash;
} row_key;

typedef struct scan {
  const char *at, *end;
  size_t depth, key_count;
  uint64_t met[KEY_WORDS]; /* as json_rows has it, also of what is within rows */
  row_key keys[MOST_KEYS]; /* of the objects that are open */
} scan;

/* ---- what Jansson would accept ---- */

static inline void skip_blanks(scan *s) {
  while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')) s->at++;
}

static inline bool take(scan *s, char c) {
  if (s->at == s->end || *s->at != c) return false;
  s->at++;
  return true;
}

static int hex_of(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; }

/* The four digits behind "\u"; -1 for none. */
static int unit_at(const scan *s, const char *at) {
  int unit = 0;
  if (s->end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    const int digit = hex_of(at[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/* Behind the backslash: no NUL, and no half of a pair. */
static bool take_escape(scan *s) {
  if (s->at == s->end) return false;
  const char c = *s->at++;
  if (c != 'u') return c != 0 && strchr("\"\\/bfnrt", c);
  const int unit = unit_at(s, s->at);
  if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return false;
  s->at += 4;
  if (unit < 0xd800 || unit > 0xdfff) return true;
  if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u') return false;
  const int second = unit_at(s, s->at + 2);
  s->at += 6;
  return second >= 0xdc00 && second <= 0xdfff;
}

static bool take_character(scan *s) {
  const unsigned char first = (unsigned char)*s->at;
  const size_t due = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if ((size_t)(s->end - s->at) < due || utf8_length(s->at) != due) return false;
  s->at += due;
  return true;
}

/* Of eight bytes, a bit at each that is not ASCII, is below a blank, a quote or a backslash, and at some behind the first of those. */
static inline uint64_t unusual_ones(const char *at) {
  const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u, eight = hash_word(at);
  const uint64_t quote = eight ^ ones * '"', slash = eight ^ ones * '\\';
  return (eight | (eight - ones * 0x20) | (quote - ones) | (slash - ones)) & high;
}

static inline bool is_ordinary(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

static inline void skip_ordinary(scan *s) {
  uint64_t unusual = 0;
  while (FIRST_IS_LOWEST && s->end - s->at >= 8 && !(unusual = unusual_ones(s->at))) s->at += 8;
  if (unusual) s->at += __builtin_ctzll(unusual) / 8;
  while (s->at < s->end && is_ordinary((unsigned char)*s->at)) s->at++;
}

/* Behind its quote, to behind the other. */
static bool take_string(scan *s, bool with_escapes) {
  for (skip_ordinary(s); s->at < s->end; skip_ordinary(s)) {
    const unsigned char c = (unsigned char)*s->at;
    if (c == '"') {
      s->at++;
      return true;
    } else if (c == '\\') {
      s->at++;
      if (!with_escapes || !take_escape(s)) return false;
    } else if (c < 0x20 || !take_character(s)) {
      return false;
    }
  }
  return false;
}

static size_t take_digits(scan *s) {
  const char *from = s->at;
  while (s->at < s->end && *s->at >= '0' && *s->at <= '9') s->at++;
  return (size_t)(s->at - from);
}

/* Only what is in range by its length. */
static bool take_number(scan *s) {
  take(s, '-');
  const bool zero = s->at < s->end && *s->at == '0';
  size_t digits = take_digits(s);
  if (!digits || digits > MOST_DIGITS || (zero && digits > 1)) return false;
  if (take(s, '.') && (!(digits = take_digits(s)) || digits > MOST_DIGITS)) return false;
  if (!take(s, 'e') && !take(s, 'E')) return true;
  if (!take(s, '+')) take(s, '-');
  digits = take_digits(s);
  return digits && digits <= MOST_EXPONENT;
}

static bool take_word(scan *s, const char *word, size_t length) {
  if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0) return false;
  s->at += length;
  return true;
}

/* By other bits of the hash than add_key goes by. */
static uint64_t *word_of_key(uint64_t met[KEY_WORDS], uint32_t hash, uint64_t *bit) {
  *bit = (uint64_t)1 << (hash >> 8 & 63);
  return &met[(hash >> 16) % KEY_WORDS];
}

/* Among the keys of its object, which begin at `first`; *seen has a bit for each of them. */
static bool add_key(scan *s, size_t first, uint64_t *seen, const char *at, size_t length) {
  const uint32_t hash = (uint32_t)hash_bytes(at, length, 0);
  const uint64_t bit = (uint64_t)1 << (hash & 63);
  for (size_t i = first; *seen & bit && i < s->key_count; i++) {
    const row_key *k = &s->keys[i];
    if (k->hash == hash && k->length == length && memcmp(k->at, at, length) == 0) return false;
  }
  if (s->key_count == MOST_KEYS) return false;
  uint64_t met;
  *word_of_key(s->met, hash, &met) |= met;
  *seen |= bit;
  s->keys[s->key_count++] = (row_key){ at, (uint32_t)length, hash };
  return true;
}

static bool take_value(scan *s);

/* One member with its value. */
static bool take_member(scan *s, size_t first, uint64_t *seen) {
  skip_blanks(s);
  const char *key = s->at + 1;
  if (!take(s, '"') || !take_string(s, false) || !add_key(s, first, seen, key, (size_t)(s->at - 1 - key))) return false;
  skip_blanks(s);
  return take(s, ':') && take_value(s);
}

/* Behind the brace or bracket. */
static bool take_items(scan *s, char close) {
  const size_t first = s->key_count;
  uint64_t seen = 0;
  skip_blanks(s);
  if (take(s, close)) return true;
  if (++s->depth > DEEPEST_ROW) return false;
  do {
    if (close == '}' ? !take_member(s, first, &seen) : !take_value(s)) return false;
    skip_blanks(s);
  } while (take(s, ','));
  s->depth--;
  s->key_count = first;
  return take(s, close);
}

static bool take_value(scan *s) {
  skip_blanks(s);
  if (s->at == s->end) return false;
  switch (*s->at) {
  case '{': return s->at++, take_items(s, '}');
  case '[': return s->at++, take_items(s, ']');
  case '"': return s->at++, take_string(s, true);
  case 't': return take_word(s, "true", 4);
  case 'f': return take_word(s, "false", 5);
  case 'n': return take_word(s, "null", 4);
  default: return take_number(s);
  }
}

/* ---- where the rows are ---- */

/* From its quote to behind the other. */
static const char *end_of_string(const char *at) {
  while (*++at != '"')
    if (*at == '\\') at++;
  return at + 1;
}

/* What Jansson will look at: to behind it, wherever that may be. */
static bool pass_value(scan *s) {
  size_t depth = 0;
  do {
    skip_blanks(s);
    if (s->at == s->end) return false;
    const char c = *s->at++;
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && depth-- == 0) return false;
    if (c == '"' && !take_string(s, true)) return false;
  } while (depth);
  while (s->at < s->end && *s->at != ',' && *s->at != '}' && *s->at != ']') s->at++; /* of a number or a word the rest */
  return true;
}

static bool add_row(json_rows *rows, size_t *room, uint32_t at) {
  if (rows->count + 1 >= *room) {
    *room = *room ? *room * 2 : 64;
    uint32_t *grown = realloc(rows->at, *room * sizeof *grown);
    if (!grown) return false;
    rows->at = grown;
  }
  rows->at[rows->count++] = at;
  return true;
}

/* At its bracket, to behind the other. False where it is no list of objects that this accepts. */
static bool take_rows(scan *s, json_rows *rows) {
  size_t room = 0;
  s->at++;
  do {
    skip_blanks(s);
    if (s->at == s->end || *s->at != '{' || !add_row(rows, &room, (uint32_t)(s->at - rows->text)) || !take_value(s)) return false;
    skip_blanks(s);
  } while (take(s, ','));
  rows->at[rows->count] = (uint32_t)(s->at - rows->text);
  memcpy(rows->met, s->met, sizeof rows->met);
  return take(s, ']');
}

static bool is_list_of_objects(const scan *s) {
  scan ahead = { .at = s->at, .end = s->end };
  if (!take(&ahead, '[')) return false;
  skip_blanks(&ahead);
  return ahead.at < ahead.end && *ahead.at == '{';
}

static bool find_in_body(scan *s, json_rows *rows) {
  do {
    skip_blanks(s);
    const char *key = s->at + 1;
    if (!take(s, '"') || !take_string(s, false)) return false;
    rows->member = key;
    rows->member_length = (size_t)(s->at - 1 - key);
    skip_blanks(s);
    if (!take(s, ':')) return false;
    skip_blanks(s);
    if (is_list_of_objects(s)) return take_rows(s, rows);
    if (!pass_value(s)) return false;
  } while (take(s, ','));
  return false;
}

static bool find_rows(const char *text, size_t length, json_rows *rows) {
  scan s = { .at = text, .end = text + length };
  *rows = (json_rows){ .text = text };
  skip_blanks(&s);
  const bool found = is_list_of_objects(&s) ? take_rows(&s, rows) : take(&s, '{') && find_in_body(&s, rows);
  if (found && rows->count >= LEAST_ROWS) return true;
  free(rows->at);
  *rows = (json_rows){ 0 };
  return false;
}

/* ---- where the blocks are ---- */

static int by_hash(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Names that may be the same, which is for Jansson to tell, count as the same. */
static bool has_twice(const json_rows *rows) {
  uint64_t *hashes = malloc(rows->count * sizeof *hashes);
  bool twice = !hashes;
  for (size_t i = 0; hashes && i < rows->count; i++) {
    const char *name = rows->text + rows->at[i];
    hashes[i] = hash_bytes(name, (size_t)(end_of_string(name) - name), 0);
  }
  if (hashes) qsort(hashes, rows->count, sizeof *hashes, by_hash);
  for (size_t i = 1; hashes && i < rows->count; i++) twice = twice || hashes[i] == hashes[i - 1];
  free(hashes);
  return twice;
}

static bool take_block(scan *s) {
  if (!take(s, '"') || !take_string(s, false)) return false;
  skip_blanks(s);
  if (!take(s, ':')) return false;
  skip_blanks(s);
  return s->at < s->end && *s->at == '{' && take_value(s);
}

/* At its brace, to behind the other. */
static bool take_blocks(scan *s, json_rows *rows) {
  size_t room = 0;
  s->at++;
  do {
    skip_blanks(s);
    if (!add_row(rows, &room, (uint32_t)(s->at - rows->text)) || !take_block(s)) return false;
    skip_blanks(s);
  } while (take(s, ','));
  rows->at[rows->count] = (uint32_t)(s->at - rows->text);
  memcpy(rows->met, s->met, sizeof rows->met);
  return take(s, '}') && !has_twice(rows);
}

static bool find_blocks(const char *text, size_t length, const char *member, json_rows *rows) {
  scan s = { .at = text, .end = text + length };
  *rows = (json_rows){ .text = text };
  skip_blanks(&s);
  bool found = false;
  if (take(&s, '{')) do {
      skip_blanks(&s);
      const char *key = s.at + 1;
      if (!take(&s, '"') || !take_string(&s, false)) break;
      rows->member = key;
      rows->member_length = (size_t)(s.at - 1 - key);
      skip_blanks(&s);
      if (!take(&s, ':')) break;
      skip_blanks(&s);
      const bool here =
          s.at < s.end && *s.at == '{' && strlen(member) == rows->member_length && memcmp(key, member, rows->member_length) == 0;
      if (here) found = take_blocks(&s, rows);
      if (here || !pass_value(&s)) break;
    } while (take(&s, ','));
  if (found && rows->count >= LEAST_ROWS) return true;
  free(rows->at);
  *rows = (json_rows){ 0 };
  return false;
}

/* ---- the answer ---- */

/* The text with the first row alone. */
static json_t *read_rest(arena *a, const char *text, size_t length, const json_rows *rows) {
  size_t row = 0;
  const char *unused;
  const size_t head = (size_t)(json_row(rows, 0, &row) - text) + row, tail = rows->at[rows->count];
  char *rest = arena_alloc(a, head + length - tail);
  memcpy(rest, text, head);
  memcpy(rest + head, text + tail, length - tail);
  return json_read(a, rest, head + length - tail, &unused, NULL);
}

bool json_answer_read(arena *a, const char *text, size_t length, json_answer *out, const char **why) {
  *out = (json_answer){ 0 };
  if (length <= JSON_MAX_BYTES && find_rows(text, length, &out->rows)) out->value = read_rest(a, text, length, &out->rows);
  if (out->value) return true;
  json_answer_drop(out);
  out->value = json_read(a, text, length, why, NULL);
  return out->value != NULL;
}

bool json_blocks_read(arena *a, const char *text, size_t length, const char *member, json_answer *out, const char **why, int *line) {
  *out = (json_answer){ 0 };
  if (length <= JSON_MAX_BYTES && find_blocks(text, length, member, &out->rows)) out->value = read_rest(a, text, length, &out->rows);
  if (out->value) return true;
  json_answer_drop(out);
  out->value = json_read(a, text, length, why, line);
  return out->value != NULL;
}

void json_answer_drop(json_answer *x) {
  json_decref(x->value);
  free(x->rows.at);
  *x = (json_answer){ 0 };
}

/* ---- the rows ---- */

const char *json_row(const json_rows *rows, size_t i, size_t *length) {
  const char *from = rows->text + rows->at[i], *to = rows->text + rows->at[i + 1];
  while (to[-1] != '}') to--;
  *length = (size_t)(to - from);
  return from;
}

static bool ends_value(char c) { return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

const char *json_past_value(const char *at) {
  size_t depth = 0;
  if (*at != '"' && *at != '{' && *at != '[') {
    while (!ends_value(*at)) at++;
    return at;
  }
  do {
    if (*at == '{' || *at == '[') depth++;
    if (*at == '}' || *at == ']') depth--;
    at = *at == '"' ? end_of_string(at) : at + 1;
  } while (depth);
  return at;
}

const char *json_past_separators(const char *at) {
  while (*at == ' ' || *at == ',' || *at == ':' || *at == '\n' || *at == '\t' || *at == '\r') at++;
  return at;
}

const char *json_row_member(const char *row, const char *name, size_t name_length, size_t *length) {
  for (const char *at = json_past_separators(row + 1); *at == '"'; at = json_past_separators(at)) {
    const char *key = at + 1, *end = end_of_string(at), *value = json_past_separators(end);
    at = json_past_value(value);
    *length = (size_t)(at - value);
    if ((size_t)(end - 1 - key) == name_length && memcmp(key, name, name_length) == 0) return value;
  }
  return NULL;
}

const char *json_plain_text(const char *value, size_t length, size_t *inside) {
  if (!value || *value != '"' || memchr(value, '\\', length)) return NULL;
  *inside = length - 2;
  return value + 1;
}

bool json_is_plain_object(const char *text, size_t length) {
  scan s = { .at = text, .end = text + length };
  return length && length <= JSON_MAX_BYTES && *text == '{' && take_value(&s) && s.at == s.end;
}

bool json_rows_may_have(const json_rows *rows, const char *name, size_t length) {
  uint64_t bit;
  return *word_of_key((uint64_t *)rows->met, (uint32_t)hash_bytes(name, length, 0), &bit) & bit;
}

const json_rows *json_rows_of(const json_rows *rows, const char *name) {
  if (!rows->count || !name != !rows->member) return NULL;
  const bool same = !name || (strlen(name) == rows->member_length && memcmp(name, rows->member, rows->member_length) == 0);
  return same ? rows : NULL;
}
