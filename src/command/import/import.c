/* import: the verb `import`: a models.dev api.json, written as an overlay that roster reads. Makes no requests, and writes to
 * stdout alone. */
#include "command/import/catalogue.h"
#include "command/import/hidden.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/suggest.h"
#include "util/text_file.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_wanted(const arguments *o, const char *provider) {
  for (int i = 1; i < o->operand_count; i++)
    if (strcmp(o->operands[i], provider) == 0) return true;
  return o->operand_count < 2;
}

static const char *nearest_in_file(json_t *whole, const char *wanted) {
  const char *id, **ids = grown(NULL, json_object_size(whole) * sizeof *ids);
  json_t *provider;
  size_t count = 0;
  json_object_foreach(whole, id, provider) ids[count++] = id;
  const char *nearest = suggest(wanted, ids, count);
  free(ids);
  return nearest;
}

/* A misspelt provider must not look like one without models. */
static int check_wanted(const arguments *o, json_t *whole) {
  for (int i = 1; i < o->operand_count; i++) {
    const char *wanted = o->operands[i], *nearest;
    if (json_object_get(whole, wanted)) continue;
    nearest = nearest_in_file(whole, wanted);
    if (nearest) return usage_error(o, "%s has no provider '%s' (did you mean '%s'?)", o->operands[0], wanted, nearest);
    return usage_error(o, "%s has no provider '%s'", o->operands[0], wanted);
  }
  return EXIT_GOOD;
}

static void report_bad_row(const char *row, const char *why) {
  strbuf line = { 0 };
  utf8_add_clean(&line, row);
  strbuf_add(&line, ": ");
  utf8_add_clean(&line, why);
  notice("%s", strbuf_text(&line));
  strbuf_free(&line);
}

/* ---- writing: a block a line, so that two imports can be compared ---- */

/* The bytes that it wrote. */
static size_t write_block(const char *id, const json_t *block, bool first) {
  char *text = json_dumps(block, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
  strbuf name = { 0 };
  write_quoted(&name, id);
  int written = printf("%s\n%s:%s", first ? "" : ",", strbuf_text(&name), text ? text : "{}");
  strbuf_free(&name);
  free(text);
  return written > 0 ? (size_t)written : 0;
}

static size_t write_model(const imported_model *m, bool first) {
  char *id = catalogue_id(m);
  json_t *block = json_pack("{s:s, s:s}", "provider", m->provider->id, "api_name", m->api_name);
  json_object_update(block, m->block);
  size_t written = write_block(id, block, first);
  json_decref(block);
  free(id);
  return written;
}

/* What definitions would not read is told. */
static void write_overlay(const catalogue *c) {
  bool first = true;
  size_t bytes = strlen("{\"provider\":{\n},\n\"model\":{\n}}\n");
  fputs("{\"provider\":{", stdout);
  for (size_t i = 0; i < c->provider_count; i++) {
    if (!c->providers[i]->model_count) continue;
    bytes += write_block(c->providers[i]->id, c->providers[i]->block, first);
    first = false;
  }
  fputs("\n},\n\"model\":{", stdout);
  for (size_t i = 0; i < c->model_count; i++) bytes += write_model(&c->models[i], i == 0);
  fputs("\n}}\n", stdout);
  if (bytes > JSON_MAX_BYTES)
    notice("this exceeds the %zu MiB limit for a definitions file: name some of its providers after the file", JSON_MAX_BYTES >> 20);
}

/* ---- the verb ---- */

enum { LARGEST_CATALOGUE = 64 * 1024 * 1024 };

static json_t *read_catalogue(const arguments *o) {
  json_error_t wrong;
  roster_error err = { .status = ROSTER_EINVALID, .hint = "name the api.json of models.dev as downloaded" };
  const char *why = NULL;
  char *text = text_file_read(o->operands[0], false, LARGEST_CATALOGUE, &why);
  json_t *whole = text ? json_loads(text, JSON_REJECT_DUPLICATES, &wrong) : NULL;
  free(text);
  if (json_is_object(whole)) return whole;
  snprintf(err.file, sizeof err.file, "%s", o->operands[0]);
  err.line = whole || why || wrong.line < 0 ? 0 : wrong.line;
  snprintf(err.message, sizeof err.message, "%s", whole ? "not an object of providers" : why ? why : veil_text(o->veil, wrong.text));
  json_decref(whole);
  print_error(o, &err);
  return NULL;
}

/* "left out: cost.tiers in 3, limit.context in 1" */
static void tell_members(const char *what_of_them, const json_t *by_member) {
  strbuf what = { 0 };
  const char *member;
  json_t *times;
  json_object_foreach((json_t *)by_member, member, times) {
    strbuf_format(&what, "%s ", what.length ? "," : what_of_them);
    utf8_add_clean(&what, member);
    strbuf_format(&what, " in %lld", (long long)json_integer_value(times));
  }
  if (what.length) notice("%s", strbuf_text(&what));
  strbuf_free(&what);
}

static void tell_counts(const catalogue *c) {
  size_t fresh = 0;
  for (size_t i = 0; i < c->provider_count; i++) fresh += !c->providers[i]->known && c->providers[i]->model_count;
  strbuf counts = { 0 };
  add_count(&counts, c->model_count, "model");
  strbuf_add(&counts, ", ");
  add_count(&counts, fresh, "new provider");
  if (c->defined_count) strbuf_format(&counts, "; shipped values kept for %zu", c->defined_count);
  if (c->differing) strbuf_format(&counts, ", of which the file differs in %zu", c->differing);
  notice("%s", strbuf_text(&counts));
  strbuf_free(&counts);
}

static void tell_left(size_t left) {
  strbuf what = { 0 };
  add_count(&what, left, "model");
  if (left) notice("%s left out: the id contains a key from the environment", strbuf_text(&what));
  strbuf_free(&what);
}

static int finish(const catalogue *c) {
  if (c->model_count) write_overlay(c);
  catalogue_tell_off(c);
  tell_members("left out:", c->left_out);
  tell_members("ignored for shipped models:", c->withheld);
  tell_counts(c);
  if (c->model_count) return EXIT_GOOD;
  notice("nothing is left to import");
  return EXIT_NOT;
}

/* The same file is written the same way everywhere, but for the keys that the environment holds. */
static int open_shipped(host *h, const arguments *o) {
  static const roster_variable none[1];
  roster_options settings;
  host_settings(h, o, &settings);
  settings.environment = none;
  return host_open_with(h, o, &settings);
}

static json_t *read_hidden(const arguments *o, const host *h, size_t *left) {
  veil_excuse(o->veil, h->snapshot);
  json_t *whole = read_catalogue(o), *shown = whole ? hidden_catalogue(whole, o->veil, left) : NULL;
  json_decref(whole);
  return shown;
}

/* Against the shipped definitions alone: whatever was imported before must not change what ids the same file gets. */
int import_run(const arguments *o) {
  veil v;
  veil_open(&v);
  arguments alone = *o;
  alone.config = "";
  alone.veil = &v;
  host h = { 0 };
  size_t left = 0;
  int code = open_shipped(&h, &alone);
  json_t *whole = code ? NULL : read_hidden(&alone, &h, &left);
  if (!code) code = whole ? check_wanted(o, whole) : EXIT_BAD;
  if (!code) tell_left(left);
  catalogue c = catalogue_new(h.snapshot, report_bad_row);
  for (void *at = code ? NULL : json_object_iter(whole); at; at = json_object_iter_next(whole, at))
    if (is_wanted(o, json_object_iter_key(at))) catalogue_take(&c, json_object_iter_key(at), json_object_iter_value(at));
  if (!code) code = finish(&c);
  catalogue_free(&c);
  json_decref(whole);
  if (h.registry) host_close(&h);
  veil_close(&v);
  return code;
}
