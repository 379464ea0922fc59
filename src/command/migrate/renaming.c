/* renaming: see renaming.h. */
#include "command/migrate/renaming.h"

#include "command/shared/memory.h"
#include "util/writer.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- ids inside JSON ---- */

/* What an id becomes; NULL where it stays. */
typedef const char *(*json_ids_rule)(void *payload, const char *id, size_t length);

/* A string between its quotes, escapes as they are written. */
typedef struct span {
  const char *at;
  size_t length;
} span;

static span string_at(const char *quote, const char *end) {
  const char *c = quote + 1;
  while (c < end && *c != '"') c += *c == '\\' && c + 1 < end ? 2 : 1;
  return (span){ quote + 1, (size_t)(c - quote - 1) };
}

static const char *behind(span s, const char *end) { return s.at + s.length < end ? s.at + s.length + 1 : end; }

static const char *skip_blanks(const char *c, const char *end) {
  while (c < end && memchr(" \t\r\n", *c, 4)) c++;
  return c;
}

static unsigned unit_at(const char *hex) {
  char digits[5] = { hex[0], hex[1], hex[2], hex[3], 0 };
  return (unsigned)strtoul(digits, NULL, 16);
}

static void add_character(strbuf *out, unsigned c) {
  if (c < 0x80)
    strbuf_bytes(out, (char[]){ (char)c }, 1);
  else if (c < 0x800)
    strbuf_bytes(out, (char[]){ (char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f)) }, 2);
  else if (c < 0x10000)
    strbuf_bytes(out, (char[]){ (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f)) }, 3);
  else
    strbuf_bytes(
        out, (char[]){ (char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3f)), (char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f)) },
        4);
}

/* Adds what the escape at `c` stands for, and returns what is behind it; JSON that is not valid gives something, too. */
static const char *unescape(const char *c, const char *end, strbuf *out) {
  static const char letters[] = "bfnrt", means[] = "\b\f\n\r\t";
  if (end - c < 2) return end;
  const char *letter = strchr(letters, c[1]);
  if (c[1] != 'u' || end - c < 6) {
    strbuf_bytes(out, letter && *letter ? &means[letter - letters] : &c[1], 1);
    return c + 2;
  }
  unsigned high = unit_at(c + 2), low = end - c >= 12 && c[6] == '\\' && c[7] == 'u' ? unit_at(c + 8) : 0;
  bool pair = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
  add_character(out, pair ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : high);
  return c + (pair ? 12 : 6);
}

/* The string as it is meant: many programs write "/" and what is not ASCII as escapes. Borrowed from the text, or from `room`. */
static span meant(span s, strbuf *room) {
  const char *c = s.at, *end = s.at + s.length, *escape;
  if (!s.length || !memchr(s.at, '\\', s.length)) return s;
  room->length = 0;
  for (; c < end && (escape = memchr(c, '\\', (size_t)(end - c))); c = unescape(escape, end, room))
    strbuf_bytes(room, c, (size_t)(escape - c));
  strbuf_bytes(room, c, (size_t)(end - c));
  return (span){ strbuf_text(room), room->length };
}

static bool names_a_model(span name) {
  for (size_t i = 0; i + 5 <= name.length; i++)
    if (strncasecmp(name.at + i, "model", 5) == 0) return true;
  return false;
}

/* Reads JSON that is known to be valid and appends it to `out`, ids replaced; `out` may be NULL. Returns how many were. */
static size_t json_ids_rename(const char *text, size_t length, json_ids_rule rule, void *payload, strbuf *out) {
  const char *end = text + length, *kept = text; /* up to here it is in `out` */
  size_t renamed = 0;
  strbuf room = { 0 };
  for (const char *quote = memchr(text, '"', length), *after; quote; quote = memchr(after, '"', (size_t)(end - after))) {
    span name = string_at(quote, end);
    after = behind(name, end);
    const char *value = skip_blanks(after, end);
    if (value == end || *value != ':' || !names_a_model(meant(name, &room))) continue;
    value = skip_blanks(value + 1, end);
    if (value == end || *value != '"') continue;
    span written = string_at(value, end), id = meant(written, &room);
    after = behind(written, end);
    const char *to = rule(payload, id.at, id.length);
    if (!to) continue;
    renamed++;
    if (out) strbuf_bytes(out, kept, (size_t)(value - kept)), write_quoted(out, to);
    kept = after;
  }
  if (out) strbuf_bytes(out, kept, (size_t)(end - kept));
  strbuf_free(&room);
  return renamed;
}

/* ---- the renames of a connection ---- */

typedef struct pair {
  char *from, *to;
  size_t length;      /* of `from` */
  int64_t used, last; /* last: the value that used it last, so that none counts twice */
  size_t next;        /* in its chain: one more than its place; 0: none */
} pair;

enum { CHAINS = 256 };

struct renaming {
  pair *pairs;
  size_t count;
  size_t chains[CHAINS]; /* the first of each */
  int64_t values;
  bool counting;
};

static void drop(void *given) {
  renaming *r = given;
  for (size_t i = 0; i < r->count; i++) {
    free(r->pairs[i].from);
    free(r->pairs[i].to);
  }
  free(r->pairs);
  free(r);
}

/* Ids differ in their length and in how they end. */
static size_t *chain_of(renaming *r, const char *id, size_t length) {
  size_t sum = length;
  for (size_t i = length < 6 ? 0 : length - 6; i < length; i++) sum = sum * 31 + (unsigned char)id[i];
  return &r->chains[sum % CHAINS];
}

static const char *renamed(void *given, const char *id, size_t length) {
  renaming *r = given;
  for (size_t i = *chain_of(r, id, length); i; i = r->pairs[i - 1].next) {
    pair *p = &r->pairs[i - 1];
    if (p->length != length || memcmp(p->from, id, length) != 0) continue;
    if (r->counting && p->last != r->values) p->last = r->values, p->used++;
    return p->to;
  }
  return NULL;
}

/* ---- what SQL calls ---- */

/* Where a function of SQL goes on when memory runs out in it: a connection cannot be closed from there. What it had is lost. One thread at
 * a time is in such a function. Not thread-local: the library is loaded late, and then the first use of such a variable allocates. */
static jmp_buf *within;
static pthread_t within_thread;

void renaming_give_up(void) {
  if (within && pthread_equal(within_thread, pthread_self())) longjmp(*within, 1);
}

static void guarded(sqlite3_context *context, sqlite3_value *value, void (*function)(sqlite3_context *, sqlite3_value *)) {
  const char *(*const last)(void) = memory_last_words;
  jmp_buf here;
  within_thread = pthread_self();
  within = &here;
  if (setjmp(here) == 0) {
    function(context, value);
  } else {
    memory_last_words = last;
    sqlite3_result_error_nomem(context);
  }
  within = NULL;
}

/* A text with a NUL in it is left alone: json_valid looks only at what is before it. */
static renaming *begin(sqlite3_context *context, sqlite3_value *value, const char **text, size_t *length, bool counting) {
  renaming *r = sqlite3_user_data(context);
  *text = (const char *)sqlite3_value_text(value);
  *length = *text ? (size_t)sqlite3_value_bytes(value) : 0;
  if (*text && memchr(*text, 0, *length)) *text = NULL;
  r->counting = counting;
  r->values += counting;
  return r;
}

static void rename_id(sqlite3_context *context, int count, sqlite3_value **values) {
  const char *text;
  size_t length;
  (void)count;
  renaming *r = begin(context, values[0], &text, &length, true);
  const char *to = text ? renamed(r, text, length) : NULL;
  if (to)
    sqlite3_result_text(context, to, -1, SQLITE_STATIC); /* the connection holds it */
  else
    sqlite3_result_error(context, "an id that is not to be renamed", -1);
}

/* What the value becomes; NULL: it stays. False when memory ran out. */
static bool find(sqlite3_context *context, sqlite3_value *value, const char **to) {
  const char *text;
  size_t length;
  *to = NULL;
  if (sqlite3_value_type(value) != SQLITE_TEXT) return true;
  renaming *r = begin(context, value, &text, &length, false);
  if (text)
    *to = renamed(r, text, length);
  else if (!sqlite3_value_text(value))
    return sqlite3_result_error_nomem(context), false;
  return true;
}

/* Which are to be renamed: a search in a list costs SQLite more than the rest of a row. */
static void is_renamed(sqlite3_context *context, int count, sqlite3_value **values) {
  const char *to;
  (void)count;
  if (find(context, values[0], &to)) sqlite3_result_int(context, to != NULL);
}

/* And what is not stays as it is. */
static void renamed_id(sqlite3_context *context, int count, sqlite3_value **values) {
  const char *to;
  (void)count;
  if (!find(context, values[0], &to)) return;
  if (to)
    sqlite3_result_text(context, to, -1, SQLITE_STATIC);
  else
    sqlite3_result_value(context, values[0]);
}

static void rename_json(sqlite3_context *context, sqlite3_value *value) {
  const char *text;
  size_t length;
  strbuf out = { 0 };
  renaming *r = begin(context, value, &text, &length, true);
  if (text) json_ids_rename(text, length, renamed, r, &out);
  if (text)
    sqlite3_result_text64(context, strbuf_text(&out), out.length, SQLITE_TRANSIENT, SQLITE_UTF8);
  else
    sqlite3_result_value(context, value);
  strbuf_free(&out);
}

static void json_renames(sqlite3_context *context, sqlite3_value *value) {
  const char *text;
  size_t length;
  renaming *r = begin(context, value, &text, &length, false);
  sqlite3_result_int64(context, text ? (sqlite3_int64)json_ids_rename(text, length, renamed, r, NULL) : 0);
}

static void guarded_rename_json(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  guarded(context, values[0], rename_json);
}

static void guarded_json_renames(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  guarded(context, values[0], json_renames);
}

static bool create(database *d, const char *name, renaming *r, void (*function)(sqlite3_context *, int, sqlite3_value **)) {
  return sqlite3_create_function_v2(d->handle, name, 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, r, function, NULL, NULL, NULL) == SQLITE_OK;
}

bool renaming_install(database *d) {
  renaming *r = memset(grown(NULL, sizeof *r), 0, sizeof *r);
  if (sqlite3_create_function_v2(d->handle, "roster_rename", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, r, rename_id, NULL, NULL, drop) ==
          SQLITE_OK &&
      create(d, "roster_renamed", r, renamed_id) && create(d, "roster_is_renamed", r, is_renamed) &&
      create(d, "roster_rename_json", r, guarded_rename_json) && create(d, "roster_json_renames", r, guarded_json_renames)) {
    d->renaming = r;
    return true;
  }
  return database_fail(d, ROSTER_ENOMEM, NULL, "not enough memory");
}

/* ---- what it renames ---- */

void renaming_add(renaming *r, const char *from, const char *to) {
  r->pairs = grown(r->pairs, (r->count + 1) * sizeof *r->pairs);
  pair *p = &r->pairs[r->count]; /* counted as soon as it can be freed: memory may run out in between */
  *p = (pair){ .length = strlen(from) };
  r->count++;
  p->from = copied(from);
  p->to = copied(to);
  size_t *chain = chain_of(r, p->from, p->length);
  while (*chain) chain = &r->pairs[*chain - 1].next; /* behind those that were added before */
  *chain = r->count;
}

bool renaming_install_all(database *d, const renames *s) {
  if (!renaming_install(d)) return false;
  for (size_t i = 0; i < s->count; i++) renaming_add(d->renaming, s->at[i].from, s->at[i].to);
  return true;
}

int64_t renaming_used(const renaming *r, size_t i) { return r->pairs[i].used; }

int64_t renaming_values(const renaming *r) { return r->values; }

void renaming_reset(renaming *r) {
  for (size_t i = 0; i < r->count; i++) r->pairs[i].used = 0;
}
