/* status: how the server and the providers are, for a person who looks at the page. */
#ifndef ROSTER_SERVER_STATUS_H
#define ROSTER_SERVER_STATUS_H

#include "server/server_state.h"

/* /api/status. */
enum MHD_Result status_get(server_state *s, const http_request *q, const char *rest);

#endif
