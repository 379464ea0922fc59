/* own_scenario: see own_scenario.h. The servers themselves are read by the library of mock servers; here only what is expected of them is.
 */
#include "command/test/own_scenario.h"

#include "command/shared/memory.h"
#include "util/strbuf.h"
#include "util/suggest.h"
#include "util/text_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST_SCENARIO = 16 * 1024 * 1024, STATE_ROOM = 32 };

char *own_scenario_path(const char *defined_at) {
  const char *name = strrchr(defined_at, '/'), *dot = strrchr(name ? name : defined_at, '.');
  strbuf path = { 0 };
  strbuf_bytes(&path, defined_at, dot ? (size_t)(dot - defined_at) : strcspn(defined_at, ":"));
  strbuf_add(&path, ".scenario.json");
  char *text = copied(strbuf_text(&path));
  strbuf_free(&path);
  return text;
}

__attribute__((format(printf, 3, 4))) static bool refuse(const own_scenario *s, roster_error *err, const char *format, ...) {
  va_list list;
  *err = (roster_error){ .status = ROSTER_EINVALID };
  int used = snprintf(err->message, sizeof err->message, "%s: ", s->path);
  va_start(list, format);
  if (used > 0 && (size_t)used < sizeof err->message) vsnprintf(err->message + used, sizeof err->message - (size_t)used, format, list);
  va_end(list);
  snprintf(err->hint, sizeof err->hint, "man 5 roster-scenario describes the format");
  return false;
}

/* ---- what is expected ---- */

static const json_t *expected(const json_t *server, const char *name) { return json_object_get(json_object_get(server, "expect"), name); }

/* What the library has no name for is "unknown". */
static bool is_known(const char *name) { return strcmp(name, "unknown") != 0; }

static unsigned state_bit(const char *name) {
  for (int i = 0; i < STATE_ROOM && is_known(roster_state_name((roster_state)i)); i++)
    if (name && strcmp(roster_state_name((roster_state)i), name) == 0) return 1u << i;
  return 0;
}

unsigned own_scenario_states(const json_t *server) {
  const json_t *state = expected(server, "state");
  unsigned states = state_bit(json_string_value(state));
  for (size_t i = 0; i < json_array_size(state); i++) states |= state_bit(json_string_value(json_array_get(state, i)));
  return states;
}

const char *own_scenario_reason(const json_t *server) { return json_string_value(expected(server, "reason")); }
const json_t *own_scenario_models(const json_t *server) { return expected(server, "models"); }
bool own_scenario_billed(const json_t *server) { return json_is_true(expected(server, "billed")); }

/* ---- reading ---- */

static bool check_state(const own_scenario *s, size_t at, const json_t *state, roster_error *err) {
  const char *names[STATE_ROOM], *given = json_string_value(state);
  size_t count = 0;
  if (state_bit(given)) return true;
  for (int i = 0; i < STATE_ROOM && is_known(roster_state_name((roster_state)i)); i++) names[count++] = roster_state_name((roster_state)i);
  const char *near = given ? suggest(given, names, count) : NULL;
  if (near) return refuse(s, err, "servers[%zu].expect.state: unknown state '%s' (did you mean '%s'?)", at, given, near);
  return refuse(s, err, "servers[%zu].expect.state: must be a state, such as \"bad_credential\", or a list of states", at);
}

static bool is_known_reason(const char *name) {
  for (int i = 0; name && is_known(roster_reason_name((roster_reason)i)); i++)
    if (strcmp(roster_reason_name((roster_reason)i), name) == 0) return true;
  return false;
}

static bool check_member(const own_scenario *s, size_t at, const char *name, const json_t *value, roster_error *err) {
  bool good = true;
  if (strcmp(name, "state") == 0) {
    if (!json_is_array(value)) return check_state(s, at, value, err);
    for (size_t i = 0; i < json_array_size(value) && good; i++) good = check_state(s, at, json_array_get(value, i), err);
    return good && (json_array_size(value) || check_state(s, at, NULL, err));
  }
  if (strcmp(name, "reason") == 0)
    return is_known_reason(json_string_value(value)) ||
           refuse(s, err, "servers[%zu].expect.reason: must be a reason code, such as \"key_refused\"", at);
  if (strcmp(name, "billed") == 0) return json_is_boolean(value) || refuse(s, err, "servers[%zu].expect.billed: must be true or false", at);
  if (strcmp(name, "models") != 0)
    return refuse(s, err, "servers[%zu].expect.%s: unknown key; known here: state, reason, models, billed", at, name);
  for (size_t i = 0; i < json_array_size(value); i++) good = good && json_is_string(json_array_get(value, i));
  return (good && json_is_array(value)) || refuse(s, err, "servers[%zu].expect.models: must be a list of names", at);
}

static bool check_server(const own_scenario *s, size_t at, roster_error *err) {
  const json_t *expect = json_object_get(own_scenario_server_at(s, at), "expect");
  const char *name;
  json_t *value;
  if (expect && !json_is_object(expect)) return refuse(s, err, "servers[%zu].expect: must be an object", at);
  json_object_foreach((json_t *)expect, name, value) if (!check_member(s, at, name, value, err)) return false;
  return true;
}

static bool read_file(own_scenario *s, roster_error *err) {
  json_error_t problem;
  const char *why = NULL;
  char *text = text_file_read(s->path, false, LARGEST_SCENARIO, &why);
  s->root = text ? json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem) : NULL;
  free(text);
  if (!text) return refuse(s, err, "cannot be read: %s", why);
  if (!s->root) return refuse(s, err, "line %d, column %d: %s", problem.line, problem.column, problem.text);
  if (!json_array_size(json_object_get(s->root, "servers"))) return refuse(s, err, "servers: needs at least one server");
  for (size_t i = 0; own_scenario_server_at(s, i); i++)
    if (!check_server(s, i, err)) return false;
  return true;
}

bool own_scenario_read(own_scenario *s, const arguments *o, const char *defined_at, roster_error *err) {
  *s = (own_scenario){ .path = o->scenario ? copied(o->scenario) : own_scenario_path(defined_at) };
  if (!o->scenario && access(s->path, F_OK) != 0) return true;
  return read_file(s, err);
}

void own_scenario_free(own_scenario *s) {
  free(s->path);
  json_decref(s->root);
  *s = (own_scenario){ 0 };
}

const json_t *own_scenario_server_at(const own_scenario *s, size_t i) { return json_array_get(json_object_get(s->root, "servers"), i); }

const json_t *own_scenario_server(const own_scenario *s, const char *name) {
  for (size_t i = 0; own_scenario_server_at(s, i); i++) {
    const char *other = json_string_value(json_object_get(own_scenario_server_at(s, i), "name"));
    if (other && strcmp(other, name) == 0) return own_scenario_server_at(s, i);
  }
  return NULL;
}
