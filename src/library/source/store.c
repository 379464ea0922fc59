/* store: see store.h. */
#include "library/source/store.h"

#include "util/descriptor.h"
#include "util/hash.h"
#include "util/private_file.h"
#include "util/url.h"
#include "util/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { VERSION = 2, LARGEST_STORE = 64 * 1024 * 1024, LONGEST_FILE_NAME = 150 };

/* ---- where ---- */

const char *source_folder(arena *a, const char *cache_file, const environment *e) {
  const char *cache = environment_get(e, "XDG_CACHE_HOME"), *home = environment_get(e, "HOME");
  const char *slash = cache_file ? strrchr(cache_file, '/') : NULL;
  if (cache_file) return slash ? arena_bytes(a, cache_file, slash == cache_file ? 1 : (size_t)(slash - cache_file)) : ".";
  if (cache && *cache == '/') return arena_printf(a, "%s/roster", cache);
  return home && *home == '/' ? arena_printf(a, "%s/.cache/roster", home) : NULL;
}

const char *source_file(arena *a, const char *folder, const fact_source *s) {
  const char *name = url_segment_encode(a, s->head.id);
  if (strlen(name) > LONGEST_FILE_NAME)
    name = arena_printf(a, "%.*s-%016llx", LONGEST_FILE_NAME, name, (unsigned long long)hash_bytes(name, strlen(name), 0));
  return arena_printf(a, "%s/source-%s.json", folder, name);
}

/* ---- reading ---- */

static const char *text_at(arena *a, const json_t *head, const char *name) {
  const char *text = json_string_value(json_object_get(head, name));
  return text ? arena_text(a, text) : "";
}

static bool is_same(const json_t *head, const fact_source *s) {
  return text_is(json_string_value(json_object_get(head, "url")), s->url) &&
         text_is(json_string_value(json_object_get(head, "format")), s->format) &&
         text_is(json_string_value(json_object_get(head, "key")), s->key ? s->key : "");
}

typedef char digest_text[17];

static const char *digest_of(digest_text into, const char *text, size_t length) {
  snprintf(into, sizeof(digest_text), "%016llx", (unsigned long long)hash_bytes(text, length, VERSION));
  return into;
}

static void take_head(arena *a, const json_t *head, source_record *out) {
  out->etag = text_at(a, head, "etag");
  out->day = text_at(a, head, "day");
  out->expires = text_at(a, head, "expires");
  out->problem = text_at(a, head, "problem");
  out->fetched_ms = json_integer_value(json_object_get(head, "fetched_ms"));
  out->checked_ms = json_integer_value(json_object_get(head, "checked_ms"));
  out->tried_ms = json_integer_value(json_object_get(head, "tried_ms"));
  out->version = json_integer_value(json_object_get(head, "version"));
  out->signed_s = json_integer_value(json_object_get(head, "signed_s"));
  out->count = (size_t)json_integer_value(json_object_get(head, "count"));
  out->held = json_incref(json_object_get(head, "held"));
}

/* Behind so many tabs of the line; NULL where there are fewer. */
static const char *column(const char *line, const char *end, int number) {
  for (; line && number > 0; number--) {
    const char *tab = memchr(line, '\t', (size_t)(end - line));
    line = tab ? tab + 1 : NULL;
  }
  return line;
}

static const char *read_line(arena *a, const char *line, const char *end, json_t *into) {
  const char *name = column(line, end, 1), *fields = column(line, end, 3), *why = NULL;
  if (!fields) return "one of its lines is not a row";
  const char *of = arena_bytes(a, line, (size_t)(name - line) - 1);
  const char *named = arena_bytes(a, name, (size_t)(column(line, end, 2) - name) - 1);
  json_t *row = json_read(a, fields, (size_t)(end - fields), &why, NULL), *models = json_object_get(into, of);
  if (!row) return why;
  if (!models) json_object_set_new(into, of, models = json_object());
  if (json_object_set_new(models, named, row) != 0) arena_exhaust(a);
  return NULL;
}

static const char *read_lines(arena *a, source_record *out) {
  const char *why = NULL, *stop = out->lines + out->length;
  out->rows = json_object();
  for (const char *line = out->lines, *end; !why && line < stop; line = end + 1) {
    end = memchr(line, '\n', (size_t)(stop - line));
    if (!end) return "its last line is incomplete";
    why = read_line(a, line, end, out->rows);
  }
  return why;
}

/* Takes over the text. */
static const char *parse(arena *a, char *text, size_t length, const fact_source *s, bool whole, source_record *out) {
  const char *line_end = memchr(text, '\n', length), *why = NULL;
  const size_t head_length = line_end ? (size_t)(line_end - text) : length;
  out->text = text;
  json_t *head = out->head = json_read(a, text, head_length, &why, NULL);
  text[length] = 0;
  if (head && json_integer_value(json_object_get(head, "roster_source")) != VERSION) why = "it was not written by this version";
  if (!why && is_same(head, s)) {
    take_head(a, head, out);
    out->lines = line_end ? line_end + 1 : "";
    out->length = line_end ? length - head_length - 1 : 0;
    digest_text kept;
    bool intact = text_is(json_string_value(json_object_get(head, "digest")), digest_of(kept, out->lines, out->length));
    if (out->fetched_ms && !intact) why = "it is damaged";
    if (out->fetched_ms && intact && whole) why = read_lines(a, out);
  }
  json_decref(head);
  out->head = NULL;
  if (!out->fetched_ms) out->lines = NULL;
  return why;
}

bool source_record_read(arena *a, const char *file, const fact_source *s, bool whole, source_record *out, const char **why) {
  size_t length = 0;
  *out = (source_record){ .etag = "", .day = "", .expires = "", .problem = "" };
  *why = NULL;
  char *text = private_file_read(file, LARGEST_STORE, &length, why);
  const int failed = !text && descriptor_may_succeed(errno) ? errno : 0;
  if (failed == ENOMEM) arena_exhaust(a);
  if (text) *why = parse(a, text, length, s, whole, out);
  if (*why) source_record_free(out);
  if (*why) *out = (source_record){ .etag = "", .day = "", .expires = "", .problem = "", .failed = failed };
  return !*why;
}

void source_record_free(source_record *r) {
  json_decref(r->head);
  json_decref(r->held);
  json_decref(r->rows);
  free(r->text);
  r->head = r->held = r->rows = NULL;
  r->text = NULL;
  r->lines = NULL;
}

/* ---- writing ---- */

static void write_head(writer *w, const fact_source *s, const source_record *r, const char *digest) {
  char *list = r->held ? json_dumps(r->held, JSON_COMPACT) : NULL;
  w->text.failed = w->text.failed || (r->held && !list);
  write_open(w, NULL, '{');
  write_integer(w, "roster_source", VERSION);
  write_text(w, "id", s->head.id);
  write_text(w, "url", s->url);
  write_text(w, "format", s->format);
  write_text(w, "key", s->key);
  write_text(w, "etag", r->etag);
  write_text(w, "day", r->day);
  write_text(w, "expires", r->expires);
  write_text(w, "problem", r->problem);
  write_integer(w, "fetched_ms", r->fetched_ms);
  write_integer(w, "checked_ms", r->checked_ms);
  write_integer(w, "tried_ms", r->tried_ms);
  write_integer(w, "version", r->version);
  write_integer(w, "signed_s", r->signed_s);
  write_integer(w, "count", (int64_t)r->count);
  write_text(w, "digest", digest);
  if (list) write_raw(w, "held", list, strlen(list));
  write_close(w, '}');
  free(list);
}

static bool make_folder(const char *file) {
  char *path = strdup(file);
  bool good = path;
  for (char *slash = path ? strchr(path + 1, '/') : NULL; good && slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    good = mkdir(path, 0700) == 0 || errno == EEXIST;
    *slash = '/';
  }
  free(path);
  return good;
}

typedef struct row {
  const char *of, *name;
  const json_t *fields;
} row;

static int by_place(const void *a, const void *b) {
  const row *one = a, *other = b;
  const int order = strcmp(one->of, other->of);
  return order ? order : strcmp(one->name, other->name);
}

static row *sorted_rows(arena *a, const json_t *rows, size_t *count) {
  row *list = NULL;
  size_t room = 0;
  *count = 0;
  for (void *at = json_object_iter((json_t *)rows); at; at = json_object_iter_next((json_t *)rows, at)) {
    json_t *models = json_object_iter_value(at);
    for (void *of = json_object_iter(models); of; of = json_object_iter_next(models, of)) {
      const row one = { json_object_iter_key(at), json_object_iter_key(of), json_object_iter_value(of) };
      LIST_PUSH(a, list, *count, room, one);
    }
  }
  if (*count) qsort(list, *count, sizeof *list, by_place);
  return list;
}

static void add_rows(arena *a, strbuf *out, const json_t *rows) {
  size_t count;
  const row *list = sorted_rows(a, rows, &count);
  for (size_t i = 0; i < count; i++) {
    const char *id = json_string_value(json_object_get(list[i].fields, "id"));
    char *fields = json_dumps(list[i].fields, JSON_COMPACT);
    strbuf_format(out, "%s\t%s\t%s\t", list[i].of, list[i].name, id ? id : "");
    if (fields) strbuf_add(out, fields);
    out->failed = out->failed || !fields;
    strbuf_add(out, "\n");
    free(fields);
  }
}

bool source_record_write(arena *a, const char *file, const fact_source *s, const source_record *r) {
  strbuf lines = { 0 }, text = { 0 };
  size_t bytes = 0;
  writer w = { 0 };
  digest_text kept;
  add_rows(a, &lines, r->rows);
  write_head(&w, s, r, digest_of(kept, strbuf_text(&lines), lines.length));
  char *head = write_end(&w, &bytes);
  if (head) strbuf_bytes(&text, head, bytes);
  strbuf_add(&text, "\n");
  strbuf_bytes(&text, strbuf_text(&lines), lines.length);
  const bool made = head && !lines.failed && !text.failed;
  bool good = made && make_folder(file) && private_file_replace(file, strbuf_text(&text), text.length);
  int why = made ? errno : ENOMEM;
  free(head);
  strbuf_free(&lines);
  strbuf_free(&text);
  errno = why;
  return good;
}
