/* http_request: one request as libmicrohttpd parsed it: the headers that this server reads, and its query. The only file of the server
 * that includes microhttpd.h. */
#ifndef ROSTER_SERVER_HTTP_REQUEST_H
#define ROSTER_SERVER_HTTP_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

enum { MOST_ID_BYTES = 200 };

struct connection;

/* Strings are borrowed from libmicrohttpd's connection; NULL for an absent header. */
typedef struct http_request {
  struct MHD_Connection *handle;
  struct connection *connection;
  const char *method, *version, *path; /* the path as it was sent: nothing is decoded yet */
  const char *host, *origin, *if_none_match, *accept_encoding, *authorization, *last_event_id, *content_length, *transfer_encoding;
  unsigned hosts, origins, lengths, authorizations, codings; /* how often these headers came; codings: Transfer-Encoding */
  bool malformed;                                            /* a header's name is not a token, or its value holds a control byte */
} http_request;

void http_request_read(http_request *q, struct MHD_Connection *handle, const char *method, const char *path, const char *version);

bool http_request_is(const http_request *q, const char *method);
bool http_request_has_body(const http_request *q);
size_t http_request_header_bytes(const http_request *q);
bool http_request_prefers_gzip(const http_request *q);              /* accepts it, with no less weight than identity */
bool http_request_matches(const http_request *q, const char *etag); /* If-None-Match names it, or any */

/* A parameter of the query, decoded. False when it cannot be decoded, or is there twice; *given: it is present. */
size_t http_request_count(const http_request *q, const char *name); /* how often the query has this parameter */
bool http_request_parameter(const http_request *q, const char *name, char *out, size_t size, bool *given);

/* Each parameter of the query in its order, its value still encoded and "" where there is none, until `take` returns false. */
void http_request_each_parameter(const http_request *q, bool (*take)(void *payload, const char *name, const char *encoded), void *payload);

/* Decodes a part of an address. False when it does not fit, is not UTF-8, holds a control byte, or a % without two digits. */
bool percent_decode(const char *text, bool plus_is_blank, char *out, size_t size);

#endif
