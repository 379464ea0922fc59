/* credentials: the credentials of providers, live: what their states are, the requests that run a helper or drop its key, and what happens
 * to a helper as events. Whoever signs in decides whose account is used and sees what is sent to it, so the lines of a helper, with their
 * addresses and codes, go only to those who have the token. */
#ifndef ROSTER_SERVER_CREDENTIALS_H
#define ROSTER_SERVER_CREDENTIALS_H

#include "server/server_state.h"

#define SHARED_HELPER "LLM_API_KEY_HELPER" /* its id here, where the library says "" */

/* /api/credential, and /api/credential/ID with `rest` being "ID", still encoded. */
enum MHD_Result credentials_get(server_state *s, const http_request *q, const char *rest);
/* Whether `rest` is "ID/run" or "ID/invalidate". */
bool credentials_is_action(const char *rest);
/* Does it. Responds at once: 202 while a run is under way, else 200. */
enum MHD_Result credentials_act(server_state *s, const http_request *q, const char *rest);

/* Every stream of s->events follows the helpers from here on. */
void credentials_follow(server_state *s);
/* No stream does any longer: before the registry is closed, and after events_close. */
void credentials_stop(server_state *s);

/* Calls it for each helper: with its id, and its word in a state. */
bool credentials_each_helper(server_state *s, void take(void *payload, const char *id, const char *status), void *payload);

#endif
