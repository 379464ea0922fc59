/* exchange_json: one exchange as a line of a recording, written and read back. A request is told from others to the same address by its
 * number and by a hash of its body, which is not kept itself. Knows no transport and no secret. */
#ifndef ROSTER_RECORDING_EXCHANGE_JSON_H
#define ROSTER_RECORDING_EXCHANGE_JSON_H

#include "util/json.h"

#include <roster.h>

#define REDACTED "[redacted]" /* what replaces a secret */

typedef struct recorded {
  uint64_t asked; /* the number of the request, from 1: tells equal ones apart. 0: not given */
  const char *method, *url;
  const char *sent_hash; /* of the request's body; "" where there was none, NULL where any matches */
  bool refused;          /* it could not be sent; there is no response */
  roster_http_response response;
} recorded;

/* malloc'd, with a line end; NULL when memory ran out. */
char *exchange_json_heading(size_t *bytes);
char *exchange_json_line(arena *a, const recorded *r, size_t *bytes);

/* NULL, or what is wrong with the line. *out lives as long as the arena. */
const char *exchange_json_read_heading(const json_t *line);
const char *exchange_json_read_line(arena *a, const json_t *line, recorded *out);

/* 16 digits by which bodies of requests are compared; "" for none. The tags that a deployer adds do not count: they may differ the next
 * time. */
enum { BODY_HASH = 17 };
void exchange_body_hash(char out[BODY_HASH], const roster_http_request *q);

/* Whether a recording has this header of a response: those that roster reads, or a protocol may want to. */
bool exchange_json_keeps(const char *header);

#endif
