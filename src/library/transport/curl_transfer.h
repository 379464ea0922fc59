/* curl_transfer: one exchange from its request to its response. It must never know the other exchanges. */
#ifndef TRANSPORT_CURL_TRANSFER_H
#define TRANSPORT_CURL_TRANSFER_H

#include "roster.h"

#include <curl/curl.h>
#include <stdint.h>

typedef struct transfer transfer;

/* A copy of the request, ready to be driven. `system_trust` is a hashed directory or NULL.
 * Errors: ROSTER_EINVALID, ROSTER_ENOMEM. */
roster_status transfer_new(transfer **out, const roster_http_request *request, const char *system_trust);
void transfer_free(transfer *t);

CURL *transfer_handle(const transfer *t); /* borrowed; transfer_of finds the way back */
transfer *transfer_of(CURL *easy);

/* False: it must not be sent, and is to be given up at once. */
bool transfer_may_go(const transfer *t);

/* The moment when it is given up unless something comes, on process_clock_ms. */
int64_t transfer_due_ms(const transfer *t);

/* Makes the response. A transfer that is given up has the code CURLE_OPERATION_TIMEDOUT and `given_up`. */
const roster_http_response *transfer_finish(transfer *t, CURLcode code, bool given_up);

#endif
