/* writer: see writer.h. */
#include "util/writer.h"

#include "util/utf8.h"

#include "util/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void write_reserve(writer *w, size_t bytes) {
  if (bytes > w->text.length) strbuf_reserve(&w->text, bytes - w->text.length);
}

static inline bool has_room(strbuf *b, size_t length) { return b->length + length < b->room || strbuf_reserve(b, length); }

/* strbuf_bytes without the NUL behind each piece. */
static inline void put(strbuf *b, const char *bytes, size_t length) {
  if (!has_room(b, length)) return;
  memcpy(b->at + b->length, bytes, length);
  b->length += length;
}

static void put_escape(strbuf *b, unsigned char c) {
  char escape[8];
  if (c >= 0x80)
    put(b, "\xef\xbf\xbd", 3); /* U+FFFD */
  else if (c == '"' || c == '\\')
    put(b, (char[]){ '\\', (char)c }, 2);
  else if (c == '\n')
    put(b, "\\n", 2);
  else
    put(b, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
}

/* Whether one of eight bytes needs an escape: above 0x7e, below 0x20, a quote or a backslash. It may err in bytes above such a byte. */
static bool has_special(const char *s) {
  const uint64_t each = 0x0101010101010101u;
  uint64_t x;
  memcpy(&x, s, sizeof x);
  return ((x | (x + each) | (x - each * 0x20) | ((x ^ each * '"') - each) | ((x ^ each * '\\') - each)) & each * 0x80) != 0;
}

static bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

static size_t plain_length(const char *text, size_t length) {
  size_t at = 0;
  while (at + 8 <= length && !has_special(text + at)) at += 8;
  while (at < length && is_plain((unsigned char)text[at])) at++;
  return at;
}

static void put_rest(strbuf *b, const char *text) {
  const unsigned char *s = (const unsigned char *)text, *plain = s;
  for (;;) {
    while (is_plain(*s)) s++;
    size_t n = *s >= 0x80 ? utf8_length((const char *)s) : 0;
    s += n;
    if (n) continue;
    if (!*s) break;
    put(b, (const char *)plain, (size_t)(s - plain));
    put_escape(b, *s++);
    plain = s;
  }
  put(b, (const char *)plain, (size_t)(s - plain));
}

static void put_special(strbuf *b, const char *text, size_t plain) {
  put(b, "\"", 1);
  put(b, text, plain);
  put_rest(b, text + plain);
  put(b, "\"", 1);
}

/* The string in quotes. */
static void put_text(strbuf *b, const char *text) {
  size_t length = strlen(text), plain = plain_length(text, length);
  if (plain < length) {
    put_special(b, text, plain);
  } else if (has_room(b, length + 2)) {
    char *at = b->at + b->length;
    at[0] = '"';
    memcpy(at + 1, text, length);
    at[length + 1] = '"';
    b->length += length + 2;
  }
}

static void begin(writer *w, const char *name) {
  if (w->behind) put(&w->text, ",", 1);
  w->behind = true;
  if (!name) return;
  put_text(&w->text, name);
  put(&w->text, ":", 1);
}

void write_open(writer *w, const char *name, char bracket) {
  begin(w, name);
  put(&w->text, &bracket, 1);
  w->behind = false;
}

void write_close(writer *w, char bracket) {
  put(&w->text, &bracket, 1);
  w->behind = true;
}

void write_text(writer *w, const char *name, const char *text) {
  begin(w, name);
  put_text(&w->text, text ? text : "");
}

void write_raw(writer *w, const char *name, const char *json, size_t length) {
  begin(w, name);
  put(&w->text, json, length);
}

static void write_words(writer *w, const char *name, const char *words) { write_raw(w, name, words, strlen(words)); }

void write_text_or_null(writer *w, const char *name, const char *text) {
  if (text && *text)
    write_text(w, name, text);
  else
    write_words(w, name, "null");
}

void write_integer(writer *w, const char *name, int64_t value) {
  char digits[24], *at = digits + sizeof digits;
  uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  *--at = 0;
  do *--at = (char)('0' + left % 10);
  while (left /= 10);
  if (value < 0) *--at = '-';
  write_words(w, name, at);
}

void write_count_or_null(writer *w, const char *name, int64_t value) {
  if (value > 0)
    write_integer(w, name, value);
  else
    write_words(w, name, "null");
}

/* A number with at most six digits before the point and six after it, as prices are; false for any other. */
static bool write_short(writer *w, const char *name, double value) {
  enum { MILLION = 1000 * 1000 };
  if (!(value >= 0 && value < MILLION)) return false;
  uint32_t whole = (uint32_t)value, parts = (uint32_t)((value - whole) * MILLION + 0.5);
  if (parts >= MILLION || ((double)whole * MILLION + parts) / MILLION != value) return false;
  char digits[16], *at = digits + sizeof digits;
  int places = parts ? 6 : 0;
  *--at = 0;
  for (; places && parts % 10 == 0; parts /= 10) places--;
  const bool fraction = places;
  for (; places; places--, parts /= 10) *--at = (char)('0' + parts % 10);
  if (fraction) *--at = '.';
  do *--at = (char)('0' + whole % 10);
  while (whole /= 10);
  write_words(w, name, at);
  return true;
}

/* A host may have set a locale that writes 0,25: the point is restored. */
static void write_digits(writer *w, const char *name, char *digits) {
  const char *point = localeconv()->decimal_point;
  char *at = *point && strcmp(point, ".") != 0 ? strstr(digits, point) : NULL;
  if (at) {
    *at = '.';
    memmove(at + 1, at + strlen(point), strlen(at + strlen(point)) + 1);
  }
  write_words(w, name, digits);
}

void write_number_or_null(writer *w, const char *name, bool known, double value) {
  char digits[40];
  if (!known || !isfinite(value)) {
    write_words(w, name, "null");
    return;
  }
  if (write_short(w, name, value)) return;
  snprintf(digits, sizeof digits, "%.12g", value);
  write_digits(w, name, digits);
}

void write_real(writer *w, const char *name, double value) {
  char digits[40];
  int precision = 15;
  do snprintf(digits, sizeof digits, "%.*g", precision, value);
  while (strtod(digits, NULL) != value && precision++ < 17);
  write_digits(w, name, digits);
}

void write_flag(writer *w, const char *name, bool value) { write_words(w, name, value ? "true" : "false"); }

void write_flag_or_null(writer *w, const char *name, bool known, bool value) {
  if (known)
    write_flag(w, name, value);
  else
    write_text_or_null(w, name, NULL);
}

void write_quoted(strbuf *out, const char *text) {
  put_text(out, text);
  strbuf_add(out, ""); /* the NUL behind it */
}

char *write_end(writer *w, size_t *bytes) {
  if (has_room(&w->text, 0)) w->text.at[w->text.length] = '\0';
  if (bytes) *bytes = w->text.failed ? 0 : w->text.length;
  if (!w->text.failed) return w->text.at;
  strbuf_free(&w->text);
  return NULL;
}
