/* json: see json.h.
 *
 * Jansson keeps the token that it reads in a buffer which grows with the longest one so far, and goes on when that fails: a name would lack
 * a byte, or the process would end. So the first token that it gets is one of roster's own, as long as the longest of the document: a first
 * member or item, which is removed again. Behind it the buffer is large enough; where it could not grow, the reading ends before the quote.
 * Everything else that runs out of memory gives no value, and errno tells why. */
#include "util/json.h"

#include "util/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- one look at the text: Jansson bounds its own recursion at 2048, and a caller on a small stack wants less ---- */

typedef struct measure {
  size_t depth, longest; /* of all tokens */
} measure;

static bool ends_token(char c) {
  static const bool ends[256] = { [' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true, [','] = true,
                                  [':'] = true, ['['] = true,  [']'] = true,  ['{'] = true,  ['}'] = true };
  return ends[(unsigned char)c];
}

static measure measure_text(const char *text, size_t length) {
  measure m = { 0 };
  size_t depth = 0, begin = 0; /* of a token */
  bool quoted = false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (quoted) {
      if (c == '\\') i++;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (ends_token(c)) {
      if (i - begin > m.longest) m.longest = i - begin;
      begin = i + 1;
      if ((c == '[' || c == '{') && ++depth > m.depth) m.depth = depth;
      if ((c == ']' || c == '}') && depth > 0) depth--;
    }
  }
  if (begin < length && length - begin > m.longest) m.longest = length - begin;
  return m;
}

/* ---- what Jansson is given ---- */

enum { PIECES = 6, CLOSING_QUOTE = 3, FILLER = 0x7f, SHORTEST = 16 };

typedef struct piece {
  const char *at; /* NULL: FILLER */
  size_t length;
} piece;

typedef struct feed {
  piece pieces[PIECES];
  size_t next, filler;
  bool object, list, starved;
} feed;

static size_t give(void *into, size_t room, void *payload) {
  feed *f = payload;
  while (f->next < PIECES && !f->pieces[f->next].length) f->next++;
  if (f->next == PIECES) return 0;
  if (f->next <= CLOSING_QUOTE && errno == ENOMEM) f->starved = true;
  if (f->starved) return (size_t)-1;
  piece *p = &f->pieces[f->next];
  size_t n = p->length < room ? p->length : room;
  if (p->at) {
    memcpy(into, p->at, n);
    p->at += n;
  } else {
    memset(into, FILLER, n);
  }
  p->length -= n;
  return n;
}

/* Neither a power of two nor just below one: the buffer, which doubles, does not grow at the quote behind it. */
static size_t filler_length(size_t longest) {
  size_t power = SHORTEST;
  while (power < longest + SHORTEST) power *= 2;
  return power + power / 2;
}

static size_t blanks(const char *text, size_t length) {
  size_t n = 0;
  while (n < length && (text[n] == ' ' || text[n] == '\t' || text[n] == '\r' || text[n] == '\n')) n++;
  return n;
}

/* What is neither an object nor a list is put into a list. */
static feed feed_of(const char *text, size_t length, size_t longest) {
  size_t head = blanks(text, length);
  if (head == length) return (feed){ .pieces = { { text, length } } };
  bool object = text[head] == '{', list = text[head] == '[', bare = !object && !list;
  if (!bare) head++;
  size_t first = head + blanks(text + head, length - head);
  bool empty = !bare && first < length && text[first] == (object ? '}' : ']');
  const char *opening = bare ? "[\"" : "\"", *closing = object ? "\":0," : "\",";
  return (feed){ .pieces = { { text, head },
                             { opening, strlen(opening) },
                             { NULL, filler_length(longest) },
                             { closing, strlen(closing) - empty },
                             { text + head, length - head },
                             { "]", bare } },
                 .filler = filler_length(longest),
                 .object = object,
                 .list = list };
}

/* ---- reading ---- */

static bool is_filler(const feed *f, const char *text) { return text && *text == FILLER && strlen(text) == f->filler; }

/* The value without what was put before it; NULL where that is not whole, or where it is no single value. Takes the reference. */
static json_t *without_filler(feed *f, json_t *value, json_error_t *error) {
  const char *name = f->object ? json_object_iter_key(json_object_iter(value)) : json_string_value(json_array_get(value, 0));
  f->starved = !is_filler(f, name);
  if (!f->starved && f->object) json_object_del(value, name);
  if (!f->starved && !f->object) json_array_remove(value, 0);
  if (!f->starved && (f->object || f->list)) return value;
  json_t *only = !f->starved && json_array_size(value) == 1 ? json_incref(json_array_get(value, 0)) : NULL;
  if (!f->starved && !only) snprintf(error->text, sizeof error->text, "end of file expected");
  json_decref(value);
  return only;
}

static json_t *read_once(const char *text, size_t length, size_t longest, json_error_t *error, bool *starved) {
  feed f = feed_of(text, length, longest);
  errno = 0;
  json_t *value = json_load_callback(give, &f, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
  if (!value) f.starved = f.starved || errno == ENOMEM || !*error->text;
  if (value) value = without_filler(&f, value, error);
  *starved = f.starved;
  return value;
}

/* Tried twice, since an allocator may have looked for memory in vain before it found some, and errno tells of that too. */
static json_t *read_value(arena *a, const char *text, size_t length, size_t longest, json_error_t *error) {
  bool starved;
  json_t *value = read_once(text, length, longest, error, &starved);
  if (starved) value = read_once(text, length, longest, error, &starved);
  if (starved) arena_exhaust(a);
  return value;
}

json_t *json_read(arena *a, const char *text, size_t length, const char **why, int *line) {
  if (line) *line = 0;
  if (length > JSON_MAX_BYTES) {
    *why = "is larger than 8 MiB";
    return NULL;
  }
  measure m = measure_text(text, length);
  if (m.depth > JSON_MAX_DEPTH) {
    *why = "is nested deeper than 64 levels";
    return NULL;
  }
  json_error_t error;
  json_t *value = read_value(a, text, length, m.longest, &error);
  if (value) return value;
  if (line) *line = error.line > 0 ? error.line : 0;
  *why = arena_printf(a, "is not valid JSON: %s", text_clean(a, error.text, strnlen(error.text, sizeof error.text), 120));
  return NULL;
}

json_t *json_read_own(arena *a, const char *text, size_t length) {
  json_error_t error;
  return read_value(a, text, length, measure_text(text, length).longest, &error);
}

static const char *text_member(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text && *text ? text : NULL;
}

static const char *first_of(const json_t *object, const char *const *keys) {
  for (; *keys; keys++)
    if (text_member(object, *keys)) return text_member(object, *keys);
  return NULL;
}

static const char *describe(const json_t *value) {
  static const char *const keys[] = { "message", "msg", "error", "status_msg", "detail", "title", "type", "code", "status", NULL };
  if (json_is_string(value)) return *json_string_value(value) ? json_string_value(value) : NULL;
  if (json_is_array(value)) return json_array_size(value) ? describe(json_array_get(value, 0)) : NULL;
  return json_is_object(value) ? first_of(value, keys) : NULL;
}

const char *json_error_message(const json_t *body) {
  static const char *const holders[] = { "error", "detail", "errors", "base_resp", NULL };
  static const char *const envelopes[] = { "fault", "meta", "status", "result", "response", "header", NULL };
  static const char *const flat[] = { "message",           "detail", "title",  "msg",         "error_message", "error_msg",
                                      "error_description", "errmsg", "errMsg", "faultstring", "Message",       NULL };
  if (json_is_array(body)) return json_array_size(body) ? json_error_message(json_array_get(body, 0)) : NULL;
  for (const char *const *key = holders; *key; key++) {
    const json_t *inner = json_object_get(body, *key);
    if (json_is_object(inner) && json_is_object(json_object_get(inner, "error"))) inner = json_object_get(inner, "error");
    if (describe(inner)) return describe(inner);
  }
  const char *said = json_is_object(body) ? first_of(body, flat) : NULL;
  for (const char *const *key = envelopes; *key && !said; key++) said = first_of(json_object_get(body, *key), flat);
  return said;
}

bool json_is_api_error(const json_t *body) {
  const json_t *error = json_object_get(json_is_array(body) ? json_array_get(body, 0) : body, "error");
  return json_is_object(error) && describe(error);
}
