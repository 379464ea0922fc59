/* curl_options: all that an easy handle is told before it starts: what to send, where it may go, whom to trust, when to stop.
 * It must never know an answer. */
#ifndef TRANSPORT_CURL_OPTIONS_H
#define TRANSPORT_CURL_OPTIONS_H

#include "library/transport/curl_outgoing.h"

/* The directory of hashed certificates that the system trusts, NULL when it has none. */
const char *options_system_trust(void);

/* The limits in force: within what libcurl takes, connecting never longer than the whole. */
long options_timeout_ms(const roster_http_request *request);
long options_connect_timeout_ms(const roster_http_request *request);

/* False when libcurl refused one of them: then the handle must not be used. `system_trust` is a hashed directory or NULL. */
bool options_set(CURL *easy, const roster_http_request *request, const outgoing *sent, const char *system_trust);

#endif
