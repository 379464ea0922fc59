/* request: what a client sent, from the first byte of its address to the last of its body. Strings that are not UTF-8 are kept
 * byte for byte as Latin-1, so that they can be logged. It knows no sockets, dialects or responses. */
#ifndef ROSTER_MOCK_REQUEST_H
#define ROSTER_MOCK_REQUEST_H

#include "util/json.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct request {
  json_t *method;     /* a string; NULL until it is known */
  json_t *path;       /* a string, as sent */
  json_t *query;      /* a string, as sent, without the question mark */
  char *plain_path;   /* percent escapes resolved, except %00 */
  json_t *parameters; /* of the query, resolved */
  json_t *headers;    /* by lower-case name; repeated ones joined by ", " */
  char *body;
  size_t body_size, body_room;
  long number; /* counts the requests of all servers together */
  long connection;
} request;

/* NULL when memory ran out, as is false below. */
request *request_new(const char *address, size_t size);
void request_free(request *req);

bool request_set_method(request *req, const char *method, size_t size);
bool request_add_header(request *req, const char *name, size_t name_size, const char *value, size_t value_size);
bool request_add_body(request *req, const char *bytes, size_t size); /* false also beyond 64 MiB */

const char *request_method(const request *req);
const char *request_header(const request *req, const char *lower_name);
const char *request_parameter(const request *req, const char *name);
const char *request_bearer(const request *req); /* the token of Authorization: Bearer, or NULL */

/* New: a JSON string of any bytes. */
json_t *request_text(const char *bytes, size_t size);

#endif
