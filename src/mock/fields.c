/* fields: one closed shape at a time. */
#include "mock/fields.h"

#include <stdio.h>
#include <string.h>

static const char *kind_name(field_kind kind) {
  static const char *const names[] = {
    [FIELD_TEXT] = "a string",      [FIELD_BYTES] = "a string", [FIELD_WHOLE] = "a whole number", [FIELD_NUMBER] = "a number",
    [FIELD_FLAG] = "true or false", [FIELD_LIST] = "a list",    [FIELD_TABLE] = "an object",      [FIELD_ANY] = "a value",
  };
  return names[kind];
}

bool fields_text(const place *at, const json_t *value, const char **out) {
  if (!json_is_string(value)) return place_refuse(at, "must be a string");
  if (strlen(json_string_value(value)) != json_string_length(value)) return place_refuse(at, "must not hold a zero byte");
  *out = json_string_value(value);
  return true;
}

static bool read_whole(const place *at, const field *f, const json_t *value, long *out) {
  json_int_t number = json_integer_value(value);
  if (number < f->low || number > f->high) return place_refuse(at, "must be from %ld to %ld", f->low, f->high);
  *out = (long)number;
  return true;
}

static bool read_number(const place *at, const field *f, const json_t *value, double *out) {
  double number = json_number_value(value);
  if (number < (double)f->low || number > (double)f->high) return place_refuse(at, "must be from %ld to %ld", f->low, f->high);
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

static bool read_field(const place *at, const field *f, json_t *value, void *into) {
  void *member = (char *)into + f->offset;
  if (!kind_fits(f->kind, value)) return place_refuse(at, "must be %s", kind_name(f->kind));
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

static bool refuse_unknown(const place *at, const field *shape) {
  char known[512] = "";
  size_t used = 0;
  for (const field *f = shape; f->key && used < sizeof known; f++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", f == shape ? "" : ", ", f->key);
  return place_refuse(at, "unknown key; known here: %s", known);
}

static const field *find(const field *shape, const char *key) {
  for (const field *f = shape; f->key; f++)
    if (strcmp(f->key, key) == 0) return f;
  return NULL;
}

bool fields_read(const place *at, json_t *object, const field *shape, void *into) {
  const char *key;
  json_t *value;
  if (!json_is_object(object)) return place_refuse(at, "must be an object");
  json_object_foreach(object, key, value) {
    place here = place_key(at, key);
    const field *f = find(shape, key);
    if (!f) return refuse_unknown(&here, shape);
    if (!read_field(&here, f, value, into)) return false;
  }
  return true;
}
