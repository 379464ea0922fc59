/* routes: which of a server's own answers comes before its dialect, and how often it already has. It must never know dialects. */
#ifndef ROSTER_MOCK_ROUTES_H
#define ROSTER_MOCK_ROUTES_H

#include "mock/answer.h"
#include "mock/request.h"
#include "mock/scenario.h"

typedef struct routes routes;

routes *routes_new(const scenario_server *server); /* NULL when memory is out */
void routes_free(routes *r);

/* Any thread. Counts the request at the routes that it reaches; NULL when none applies. */
const scenario_route *routes_match(routes *r, const request *ask);

void routes_answer(const scenario_route *route, answer *out);

#endif
