/* selection: the addresses that choose among the models: by need, and by the day on which they retire. */
#ifndef ROSTER_SERVER_SELECTION_H
#define ROSTER_SERVER_SELECTION_H

#include "server/server_state.h"

enum MHD_Result selection_get_pick(server_state *s, const http_request *q, const char *rest);
enum MHD_Result selection_get_retirements(server_state *s, const http_request *q, const char *rest);
/* The same as a calendar. */
enum MHD_Result selection_get_calendar(server_state *s, const http_request *q, const char *rest);

#endif
