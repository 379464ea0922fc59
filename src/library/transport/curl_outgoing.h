/* curl_outgoing: the header lines and the body of one request, checked and copied into one block that can be wiped.
 * It must never know what becomes of them. */
#ifndef TRANSPORT_CURL_OUTGOING_H
#define TRANSPORT_CURL_OUTGOING_H

#include "roster.h"

#include <curl/curl.h>

typedef struct outgoing {
  size_t bytes; /* of the whole block */
  struct curl_slist *lines;
  const char *body;
  size_t body_bytes;
  struct curl_slist nodes[];
} outgoing;

/* Whether libcurl may see this request at all: it would send a line break inside a header as it stands. */
bool outgoing_is_sound(const roster_http_request *request);

bool outgoing_is_post(const roster_http_request *request);

/* NULL when out of memory. The request must be sound. */
outgoing *outgoing_new(const roster_http_request *request);
void outgoing_free(outgoing *sent);

#endif
