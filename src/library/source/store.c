/* store: see store.h. */
#include "library/source/store.h"

#include "util/hash.h"
#include "util/private_file.h"
#include "util/url.h"
#include "util/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { VERSION = 1, LARGEST_STORE = 64 * 1024 * 1024, LONGEST_FILE_NAME = 150 };

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

static const char *digest_of(arena *a, const char *text, size_t length) {
  return arena_printf(a, "%016llx", (unsigned long long)hash_bytes(text, length, VERSION));
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

static const char *parse(arena *a, const char *text, size_t length, const fact_source *s, source_record *out) {
  const char *line_end = memchr(text, '\n', length), *why = NULL;
  const size_t head_length = line_end ? (size_t)(line_end - text) : length;
  json_t *head = json_read(a, text, head_length, &why, NULL);
  const char *rows = line_end ? line_end + 1 : NULL;
  const size_t rows_length = rows ? length - head_length - 1 : 0;
  if (head && json_integer_value(json_object_get(head, "roster_source")) != VERSION) why = "it is no store of this version";
  if (!why && is_same(head, s)) {
    take_head(a, head, out);
    bool whole = rows && text_is(json_string_value(json_object_get(head, "digest")), digest_of(a, rows, rows_length));
    if (out->fetched_ms && !whole) why = "it is damaged";
    if (out->fetched_ms && whole) out->rows = json_read(a, rows, rows_length, &why, NULL);
  }
  json_decref(head);
  if (why) source_record_free(out);
  return why;
}

bool source_record_read(arena *a, const char *file, const fact_source *s, source_record *out, const char **why) {
  size_t length = 0;
  *out = (source_record){ .etag = "", .day = "", .expires = "", .problem = "" };
  *why = NULL;
  char *text = private_file_read(file, LARGEST_STORE, &length, why);
  if (text) *why = parse(a, text, length, s, out);
  free(text);
  if (*why) *out = (source_record){ .etag = "", .day = "", .expires = "", .problem = "" };
  return !*why;
}

void source_record_free(source_record *r) {
  json_decref(r->held);
  json_decref(r->rows);
  r->held = r->rows = NULL;
}

/* ---- writing ---- */

static void write_head(writer *w, const fact_source *s, const source_record *r, const char *digest) {
  char *list = r->held ? json_dumps(r->held, JSON_COMPACT) : NULL;
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

bool source_record_write(arena *a, const char *file, const fact_source *s, const source_record *r) {
  char *rows = r->rows ? json_dumps(r->rows, JSON_COMPACT) : NULL;
  size_t bytes = 0;
  writer w = { 0 };
  write_head(&w, s, r, rows ? digest_of(a, rows, strlen(rows)) : "");
  char *head = write_end(&w, &bytes);
  size_t length = bytes + (rows ? strlen(rows) : 0) + 2;
  char *text = head && (rows || !r->rows) ? malloc(length) : NULL;
  if (text) length = (size_t)snprintf(text, length, "%s\n%s", head, rows ? rows : "");
  if (rows && strlen(rows) > JSON_MAX_BYTES) errno = EFBIG; /* it could not be read again */
  bool good = text && !(rows && strlen(rows) > JSON_MAX_BYTES) && make_folder(file) && private_file_replace(file, text, length);
  int why = text ? errno : ENOMEM;
  free(head);
  free(rows);
  free(text);
  errno = why;
  return good;
}
