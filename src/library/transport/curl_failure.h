/* curl_failure: what libcurl's result codes mean to roster, and the words for them.
 * It must never put an address, a header or a body into a sentence: they can hold secrets. Host names are fine. */
#ifndef TRANSPORT_CURL_FAILURE_H
#define TRANSPORT_CURL_FAILURE_H

#include "roster.h"

#include <curl/curl.h>

/* Why roster itself ended an exchange. */
typedef enum failure_cause {
  CAUSE_CURL = 0,
  CAUSE_BODY,
  CAUSE_HEAD,
  CAUSE_MEMORY,
  CAUSE_STALL,
  CAUSE_DEADLINE,
  CAUSE_UNSIGNED
} failure_cause;

typedef struct failure_evidence {
  CURL *easy;
  CURLcode code;
  failure_cause cause;
  const char *detail; /* libcurl's error buffer */
  bool by_proxy;
  long timeout_ms;
  long connect_timeout_ms;
  size_t max_body_bytes;
} failure_evidence;

enum { STALL_MS = 10000, MOST_HEAD_BYTES = 256 * 1024 };

roster_http_failure failure_of(const failure_evidence *e);

/* Writes why, without a full stop and free of control bytes; "" for ROSTER_HTTP_ANSWERED. */
void failure_words(char *out, size_t size, roster_http_failure failure, const failure_evidence *e);

#endif
