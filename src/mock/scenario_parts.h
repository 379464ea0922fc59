/* scenario_parts: the readers of a scenario's inner lists, one for each. It must never know files, sockets or dialects. */
#ifndef ROSTER_MOCK_SCENARIO_PARTS_H
#define ROSTER_MOCK_SCENARIO_PARTS_H

#include "mock/place.h"
#include "mock/scenario.h"

/* All of them take an array or NULL, and leave what they allocated in *server also when they refuse. */
bool scenario_read_words(const place *at, const json_t *list, scenario_words *out);
bool scenario_read_models(const place *at, const json_t *list, scenario_server *server);
bool scenario_read_routes(const place *at, const json_t *list, scenario_server *server);
bool scenario_read_script(const place *at, const json_t *list, scenario_server *server);

void scenario_server_clear(scenario_server *server);

#endif
