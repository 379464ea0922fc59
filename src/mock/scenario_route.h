/* scenario_route: one route of a scenario's server, read with its defaults filled in: which requests it fits, and what it answers. */
#ifndef ROSTER_MOCK_SCENARIO_ROUTE_H
#define ROSTER_MOCK_SCENARIO_ROUTE_H

#include "mock/input.h"
#include "mock/scenario.h"

enum { LONGEST_WAIT_MS = 600 * 1000, MOST_REQUESTS = 1000000000 };

/* Reads the object into a scenario_route. */
bool scenario_route_read(const error_path *at, json_t *value, void *into);
void scenario_route_free(scenario_route *route);

#endif
