/* own_scenario: the scenario that whoever writes a protocol keeps beside it: mock servers that answer as the provider does, by the names of
 * the scenarios, and further ones, each with what roster must make of its answers. */
#ifndef ROSTER_COMMAND_TEST_OWN_SCENARIO_H
#define ROSTER_COMMAND_TEST_OWN_SCENARIO_H

#include "command/shared/arguments.h"
#include "util/json.h"

#include <stdbool.h>

typedef struct own_scenario {
  char *path;   /* of its file */
  json_t *root; /* NULL: there is none */
} own_scenario;

/* "odd.scenario.json" beside "odd.lua:18". New. */
char *own_scenario_path(const char *defined_at);

/* Reads the file of --scenario, else the one beside the definition if it is there. False and the error when it cannot be used. */
bool own_scenario_read(own_scenario *s, const arguments *o, const char *defined_at, roster_error *err);
void own_scenario_free(own_scenario *s);

/* Of this name; NULL where there is none. Borrowed, as the next. */
const json_t *own_scenario_server(const own_scenario *s, const char *name);
/* The i-th; NULL past the end. */
const json_t *own_scenario_server_at(const own_scenario *s, size_t i);

/* What its `expect` says: a set of states, a bit for each, 0 where it has none; a reason, NULL; names that the listing gives, NULL; whether
 * the smallest billed request is sent. */
unsigned own_scenario_states(const json_t *server);
const char *own_scenario_reason(const json_t *server);
const json_t *own_scenario_models(const json_t *server);
bool own_scenario_billed(const json_t *server);

#endif
