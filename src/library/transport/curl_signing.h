/* curl_signing: requests that libcurl signs for AWS (Signature Version 4), as far as the libcurl in use does that right. */
#ifndef TRANSPORT_CURL_SIGNING_H
#define TRANSPORT_CURL_SIGNING_H

#include "roster.h"

#include <curl/curl.h>

bool signing_is_wanted(const roster_http_request *request);
/* Whether the signature would be one that AWS accepts. */
bool signing_is_possible(const roster_http_request *request);
bool signing_set(CURL *easy, const roster_http_request *request);

#endif
