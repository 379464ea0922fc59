/* kept_report: a report of roster test --json that was kept, compared with a new one: both documents are walked at once. */
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/test/checks.h"
#include "util/text_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparison {
  json_t *checks; /* of the report that is compared */
  size_t count;
} comparison;

static char *shown(const json_t *value) { return value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : copied("nothing"); }

static void add_difference(comparison *c, const char *path, const json_t *wanted, const json_t *is) {
  char *was = shown(wanted), *now = shown(is);
  json_t *says = json_sprintf("%s was %s and is %s", path, was, now);
  json_array_append_new(c->checks, json_pack("{s:s, s:s, s:o}", "check", "expected", "result", "fail", "says", says));
  c->count++;
  free(was);
  free(now);
}

static void compare(comparison *c, const char *path, const json_t *wanted, const json_t *is);

static void step(comparison *c, const char *path, const char *name, const json_t *wanted, const json_t *is) {
  strbuf below = { 0 };
  strbuf_format(&below, "%s%s%s", path, *path ? "." : "", name);
  compare(c, strbuf_text(&below), wanted, is);
  strbuf_free(&below);
}

/* A report that was kept before there were codes is compared without. */
static bool is_code(const char *name) { return strcmp(name, "reason_code") == 0 || strcmp(name, "reason_codes") == 0; }

static void compare_objects(comparison *c, const char *path, const json_t *wanted, const json_t *is) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)wanted, name, value) step(c, path, name, value, json_object_get(is, name));
  json_object_foreach((json_t *)is, name, value) if (!json_object_get(wanted, name) && !is_code(name)) step(c, path, name, NULL, value);
}

static void compare_arrays(comparison *c, const char *path, const json_t *wanted, const json_t *is) {
  size_t count = json_array_size(wanted) > json_array_size(is) ? json_array_size(wanted) : json_array_size(is);
  for (size_t i = 0; i < count; i++) {
    char index[32];
    snprintf(index, sizeof index, "%zu", i + 1);
    step(c, path, index, json_array_get(wanted, i), json_array_get(is, i));
  }
}

static void compare(comparison *c, const char *path, const json_t *wanted, const json_t *is) {
  if (json_is_object(wanted) && json_is_object(is))
    compare_objects(c, path, wanted, is);
  else if (json_is_array(wanted) && json_is_array(is))
    compare_arrays(c, path, wanted, is);
  else if (!json_equal(wanted, is))
    add_difference(c, path, wanted, is);
}

/* What is compared of a report. New. */
static json_t *essence(const json_t *document) {
  json_t *copy = json_copy((json_t *)document);
  json_object_del(copy, "defined_at");
  json_object_del(copy, "checks");
  return copy;
}

static const json_t *find(const json_t *reports, const char *id) {
  for (size_t i = 0; i < json_array_size(reports); i++) {
    const json_t *one = json_array_get(reports, i);
    const char *name = json_string_value(json_object_get(one, "id"));
    if (name && strcmp(name, id) == 0) return one;
  }
  return NULL;
}

void checks_compare(const json_t *kept, json_t *document) {
  const json_t *wanted = find(kept, json_string_value(json_object_get(document, "id")));
  comparison c = { .checks = json_object_get(document, "checks") };
  json_t *before = wanted ? essence(wanted) : NULL, *after = essence(document);
  if (wanted)
    compare(&c, "", before, after);
  else
    add_difference(&c, "the whole provider", NULL, json_object_get(document, "id"));
  if (!c.count)
    json_array_append_new(
        c.checks, json_pack("{s:s, s:s, s:s}", "check", "expected", "result", "pass", "says", "nothing differs from the kept report"));
  json_decref(before);
  json_decref(after);
}

json_t *checks_read_kept(const arguments *o, const char *file) {
  enum { LARGEST_KEPT = 64 * 1024 * 1024 };
  json_error_t problem;
  const char *why = NULL;
  char *text = text_file_read(file, false, LARGEST_KEPT, &why);
  json_t *whole = text ? json_loads(text, 0, &problem) : NULL;
  free(text);
  json_t *list = json_incref(json_object_get(whole, "providers"));
  if (why)
    usage_error(o, "%s cannot be read: %s", file, why);
  else if (!whole)
    usage_error(o, "%s, line %d: %s", file, problem.line > 0 ? problem.line : 1, problem.text);
  else if (!json_is_array(list))
    usage_error(o, "%s is not what roster test --json prints", file);
  json_decref(whole);
  if (json_is_array(list)) return list;
  json_decref(list);
  return NULL;
}
