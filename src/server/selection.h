/* selection: the addresses that choose among the models: by need, and by the day on which they retire; and what a choice may name. */
#ifndef ROSTER_SERVER_SELECTION_H
#define ROSTER_SERVER_SELECTION_H

#include "server/server_state.h"

/* What all models are reduced to by a query, /api/models: false, with `err` filled, where it has a word that the address does not know. */
bool selection_check_models(const http_request *q, roster_error *err);
/* False, with `err` filled, where the snapshot has no such provider. */
bool selection_check_provider(const roster_snapshot *s, const char *id, roster_error *err);

enum MHD_Result selection_get_pick(server_state *s, const http_request *q, const char *rest);
enum MHD_Result selection_get_retirements(server_state *s, const http_request *q, const char *rest);
/* The same as a calendar. */
enum MHD_Result selection_get_calendar(server_state *s, const http_request *q, const char *rest);

#endif
