/* options: see options.h. */
#include "library/registry/options.h"

#include "util/text.h"

#include <setjmp.h>
#include <string.h>

static void out_of_memory(void *payload) { longjmp(*(jmp_buf *)payload, 1); }

/* A host compiled against an older header gives a shorter struct: what it does not know stays zero. */
static roster_status take_known(roster_options *into, const roster_options *said, roster_error *err) {
  const roster_options defaults = ROSTER_OPTIONS_INIT;
  *into = defaults;
  if (!said) return ROSTER_OK;
  if (said->size == 0 || said->size > sizeof *into)
    return fail(err, ROSTER_EINVALID, "begin with roster_options o = ROSTER_OPTIONS_INIT",
                "options: size is %zu, this library knows up to %zu", said->size, sizeof *into);
  memcpy(into, said, said->size);
  into->size = sizeof *into;
  return ROSTER_OK;
}

static roster_status check(const roster_options *o, roster_error *err) {
  if (o->level < ROSTER_LEVEL_DEFAULT || o->level > ROSTER_LEVEL_GENERATE)
    return fail(err, ROSTER_EINVALID, NULL, "options: level %d is none of roster_level", (int)o->level);
  if (o->timeout_ms < 0 || o->deadline_ms < 0 || o->helper_wait_ms < 0)
    return fail(err, ROSTER_EINVALID, NULL, "options: timeout_ms, deadline_ms and helper_wait_ms are not negative");
  if (o->transport && (!o->transport->start || !o->transport->next || !o->transport->cancel_all))
    return fail(err, ROSTER_EINVALID, NULL, "options: a transport has start, next and cancel_all");
  bool missing = (o->definition_count && !o->definitions) || (o->environment_count && !o->environment) ||
                 (o->host_protocol_count && !o->host_protocols);
  return missing ? fail(err, ROSTER_EINVALID, NULL, "options: a list with a count is NULL") : ROSTER_OK;
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
}

roster_status options_copy(options *out, const roster_options *said, roster_error *err) {
  *out = (options){ 0 };
  roster_status status = take_known(&out->said, said, err);
  if (status == ROSTER_OK) status = check(&out->said, err);
  if (status != ROSTER_OK) return status;
  out->arena = arena_new();
  jmp_buf escape;
  if (!out->arena || setjmp(escape)) {
    arena_free(out->arena);
    out->arena = NULL;
    return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  }
  arena_on_exhausted(out->arena, out_of_memory, &escape, NULL, NULL);
  copy_lists(out->arena, &out->said);
  return ROSTER_OK;
}

/* A host's environment may hold keys: they are wiped with it. */
void options_free(options *o) {
  if (!o->arena) return;
  for (size_t i = 0; i < o->said.environment_count; i++) {
    char *value = (char *)o->said.environment[i].value;
    if (value) explicit_bzero(value, strlen(value));
  }
  arena_free(o->arena);
  o->arena = NULL;
}

environment options_environment(const options *o) {
  return (environment){ o->said.environment, o->said.environment_count, o->said.enable_mock, o->said.on_variable, o->said.payload };
}
