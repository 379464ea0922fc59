/* input: see input.h. One pass over an object, member by member, against a table of its fields; an error message begins with the path of
 * keys and indices that led there. */
#include "mock/input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- paths ---- */

typedef struct message {
  char *text;
  size_t size, used;
} message;

error_path error_path_root(error_sink *sink) { return (error_path){ .sink = sink }; }

error_path error_path_key(const error_path *outer, const char *key) {
  return (error_path){ .sink = outer->sink, .outer = outer, .key = key };
}

error_path error_path_index(const error_path *outer, size_t index) {
  return (error_path){ .sink = outer->sink, .outer = outer, .index = index };
}

__attribute__((format(printf, 2, 0))) static void add_formatted(message *s, const char *format, va_list arguments) {
  if (s->used >= s->size) return;
  int wrote = vsnprintf(s->text + s->used, s->size - s->used, format, arguments);
  if (wrote > 0) s->used += (size_t)wrote;
}

__attribute__((format(printf, 2, 3))) static void add(message *s, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_formatted(s, format, arguments);
  va_end(arguments);
}

static void add_path(message *s, const error_path *at) {
  if (!at->outer) return;
  add_path(s, at->outer);
  if (!at->key)
    add(s, "[%zu]", at->index);
  else
    add(s, "%s%s", at->outer->outer ? "." : "", at->key);
}

bool error_path_refuse(const error_path *at, const char *format, ...) {
  message s = { .text = at->sink->text, .size = at->sink->size };
  add_path(&s, at);
  add(&s, at->outer ? ": " : "the scenario: ");
  va_list arguments;
  va_start(arguments, format);
  add_formatted(&s, format, arguments);
  va_end(arguments);
  return false;
}

bool error_path_out_of_memory(const error_path *at) { return error_path_refuse(at, "out of memory"); }

/* ---- closed shapes ---- */

static const char *kind_name(field_kind kind) {
  static const char *const names[] = {
    [FIELD_TEXT] = "a string",      [FIELD_BYTES] = "a string", [FIELD_WHOLE] = "a whole number", [FIELD_NUMBER] = "a number",
    [FIELD_FLAG] = "true or false", [FIELD_LIST] = "a list",    [FIELD_TABLE] = "an object",      [FIELD_ANY] = "a value",
  };
  return names[kind];
}

bool fields_text(const error_path *at, const json_t *value, const char **out) {
  if (!json_is_string(value)) return error_path_refuse(at, "must be a string");
  if (strlen(json_string_value(value)) != json_string_length(value)) return error_path_refuse(at, "must not contain a zero byte");
  *out = json_string_value(value);
  return true;
}

static bool read_whole(const error_path *at, const field *f, const json_t *value, long *out) {
  json_int_t number = json_integer_value(value);
  if (number < f->low || number > f->high) return error_path_refuse(at, "must be from %ld to %ld", f->low, f->high);
  *out = (long)number;
  return true;
}

static bool read_number(const error_path *at, const field *f, const json_t *value, double *out) {
  double number = json_number_value(value);
  if (number < (double)f->low || number > (double)f->high) return error_path_refuse(at, "must be from %ld to %ld", f->low, f->high);
  *out = number;
  return true;
}

static bool kind_fits(field_kind kind, const json_t *value) {
  switch (kind) {
  case FIELD_TEXT:
  case FIELD_BYTES: return json_is_string(value);
  case FIELD_WHOLE: return json_is_integer(value);
  case FIELD_NUMBER: return json_is_number(value);
  case FIELD_FLAG: return json_is_boolean(value);
  case FIELD_LIST: return json_is_array(value) || (json_is_object(value) && json_object_size(value) == 0);
  case FIELD_TABLE: return json_is_object(value);
  case FIELD_ANY: return true;
  }
  return false;
}

static bool read_field(const error_path *at, const field *f, json_t *value, void *into) {
  void *member = (char *)into + f->offset;
  if (!kind_fits(f->kind, value)) return error_path_refuse(at, "must be %s", kind_name(f->kind));
  switch (f->kind) {
  case FIELD_TEXT: return fields_text(at, value, member);
  case FIELD_WHOLE: return read_whole(at, f, value, member);
  case FIELD_NUMBER: return read_number(at, f, value, member);
  case FIELD_FLAG: *(bool *)member = json_is_true(value); return true;
  case FIELD_LIST: *(json_t **)member = json_is_array(value) ? value : NULL; return true;
  case FIELD_BYTES:
  case FIELD_TABLE:
  case FIELD_ANY: *(json_t **)member = value; return true;
  }
  return false;
}

static bool refuse_unknown(const error_path *at, const field *shape) {
  char known[512] = "";
  size_t used = 0;
  for (const field *f = shape; f->key && used < sizeof known; f++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", f == shape ? "" : ", ", f->key);
  return error_path_refuse(at, "unknown key; known here: %s", known);
}

static const field *find(const field *shape, const char *key) {
  for (const field *f = shape; f->key; f++)
    if (strcmp(f->key, key) == 0) return f;
  return NULL;
}

bool fields_read(const error_path *at, json_t *object, const field *shape, void *into) {
  const char *key;
  json_t *value;
  if (!json_is_object(object)) return error_path_refuse(at, "must be an object");
  json_object_foreach(object, key, value) {
    error_path here = error_path_key(at, key);
    const field *f = find(shape, key);
    if (!f) return refuse_unknown(&here, shape);
    if (!read_field(&here, f, value, into)) return false;
  }
  return true;
}

void *fields_new_list(const json_t *list, size_t size, size_t *count) {
  void *items = json_array_size(list) ? calloc(json_array_size(list), size) : NULL;
  *count = items ? json_array_size(list) : 0;
  return items;
}

bool fields_read_list(const error_path *at, const json_t *list, read_item *read, void *items, size_t size) {
  if (!items && json_array_size(list)) return error_path_out_of_memory(at);
  for (size_t i = 0; i < json_array_size(list); i++) {
    error_path here = error_path_index(at, i);
    if (!read(&here, json_array_get(list, i), (char *)items + i * size)) return false;
  }
  return true;
}
