/* registry_options: see registry_options.h. */
#include "library/registry/registry_options.h"

#include "library/registry/host_transport.h"
#include "util/platform.h"
#include "util/text.h"

#include <setjmp.h>
#include <string.h>

/* A host compiled against an older header gives a shorter struct: the fields that it does not know keep their defaults. */
static roster_status take_known(roster_options *into, const roster_options *from, roster_error *err) {
  const roster_options defaults = ROSTER_OPTIONS_INIT;
  *into = defaults;
  if (!from) return ROSTER_OK;
  bool whole = from->size >= sizeof from->size + sizeof from->config && from->size % _Alignof(roster_options) == 0;
  if (!whole || from->size > sizeof *into)
    return fail(err, ROSTER_EINVALID, "begin with roster_options o = ROSTER_OPTIONS_INIT",
                "options: size is %zu, this library knows up to %zu", from->size, sizeof *into);
  memcpy(into, from, from->size);
  into->size = sizeof *into;
  return ROSTER_OK;
}

static roster_status refuse_null(roster_error *err, const char *list, size_t index, const char *member) {
  return fail(err, ROSTER_EINVALID, NULL, "options: %s[%zu]%s is NULL", list, index, member);
}

static roster_status check_lists(const roster_options *o, roster_error *err) {
  const char *list = o->definition_count && !o->definitions         ? "definitions"
                     : o->environment_count && !o->environment      ? "environment"
                     : o->host_protocol_count && !o->host_protocols ? "host_protocols"
                                                                    : NULL;
  if (list) return fail(err, ROSTER_EINVALID, NULL, "options: %s is NULL, and its count is not 0", list);
  for (size_t i = 0; i < o->definition_count; i++) {
    if (!o->definitions[i].name) return refuse_null(err, "definitions", i, ".name");
    if (!o->definitions[i].text) return refuse_null(err, "definitions", i, ".text");
  }
  for (size_t i = 0; i < o->environment_count; i++)
    if (!o->environment[i].name) return refuse_null(err, "environment", i, ".name");
  for (size_t i = 0; i < o->host_protocol_count; i++)
    if (!o->host_protocols[i]) return refuse_null(err, "host_protocols", i, "");
  return ROSTER_OK;
}

enum { MOST_TRANSPORT_THREADS = 16 }; /* as the transport has room for */

static roster_status check(const roster_options *o, roster_error *err) {
  if (o->level < ROSTER_LEVEL_DEFAULT || o->level > ROSTER_LEVEL_GENERATE)
    return fail(err, ROSTER_EINVALID, NULL, "options: level %d is not a roster_level", (int)o->level);
  if (o->timeout_ms < 0 || o->deadline_ms < 0 || o->helper_wait_ms < 0)
    return fail(err, ROSTER_EINVALID, NULL, "options: timeout_ms, deadline_ms or helper_wait_ms is negative");
  if (o->transport_threads > MOST_TRANSPORT_THREADS)
    return fail(err, ROSTER_EINVALID, "set it to 16 or less, or to 0 for one thread per processor, up to 4",
                "options: transport_threads is %zu, and the transport has at most %d", o->transport_threads, MOST_TRANSPORT_THREADS);
  roster_status status = o->transport ? host_transport_check(o->transport, err) : ROSTER_OK;
  return status == ROSTER_OK ? check_lists(o, err) : status;
}

static void copy_lists(arena *a, roster_options *o) {
  roster_definition *definitions = arena_array(a, o->definition_count, sizeof *definitions);
  for (size_t i = 0; i < o->definition_count; i++)
    definitions[i] = (roster_definition){ arena_text(a, o->definitions[i].name), arena_text(a, o->definitions[i].text) };
  roster_variable *variables = arena_array(a, o->environment_count, sizeof *variables);
  for (size_t i = 0; i < o->environment_count; i++)
    variables[i] = (roster_variable){ arena_text(a, o->environment[i].name), arena_text(a, o->environment[i].value) };
  const char **protocols = arena_array(a, o->host_protocol_count, sizeof *protocols);
  for (size_t i = 0; i < o->host_protocol_count; i++) protocols[i] = arena_text(a, o->host_protocols[i]);
  o->definitions = definitions;
  if (o->environment) o->environment = variables;
  if (o->host_protocols) o->host_protocols = protocols;
  o->config = arena_text(a, o->config);
  o->cache_file = arena_text(a, o->cache_file);
  o->ids = o->ids && *o->ids ? arena_text(a, o->ids) : NULL;
  o->document = o->document && *o->document ? arena_text(a, o->document) : NULL;
}

roster_status registry_options_copy(registry_options *out, const roster_options *from, roster_error *err) {
  static _Atomic uint64_t copies;
  *out = (registry_options){ .number = ++copies };
  roster_status status = take_known(&out->given, from, err);
  if (status == ROSTER_OK) status = check(&out->given, err);
  if (status != ROSTER_OK) return status;
  out->arena = arena_new();
  jmp_buf escape;
  if (!out->arena || setjmp(escape)) {
    arena_free(out->arena);
    out->arena = NULL;
    return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  }
  arena_jump(out->arena, &escape);
  copy_lists(out->arena, &out->given);
  return ROSTER_OK;
}

/* The environment that a host gives may hold keys: their copies are wiped. */
void registry_options_free(registry_options *o) {
  if (!o->arena) return;
  for (size_t i = 0; i < o->given.environment_count; i++) {
    char *value = (char *)o->given.environment[i].value;
    if (value) wipe(value, strlen(value));
  }
  arena_free(o->arena);
  o->arena = NULL;
}

environment registry_options_environment(const registry_options *o) {
  return (
      environment){ o->given.environment, o->given.environment_count, o->given.enable_mock, o->given.on_variable, o->given.payload, NULL };
}
