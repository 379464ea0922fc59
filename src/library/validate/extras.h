/* extras: what the environment adds to every request, whatever the definitions say: headers, request tags, and how the key is sent. All
 * values are treated as secrets. */
#ifndef ROSTER_VALIDATE_EXTRAS_H
#define ROSTER_VALIDATE_EXTRAS_H

#include "util/environment.h"
#include "util/finding.h"
#include "util/secret.h"
#include "library/definitions/script.h"

typedef struct extras {
  roster_header *headers; /* the values are on the ring */
  size_t header_count, header_room;
  const char *tags; /* a JSON object; NULL for none */
  bool bearer;      /* the key of a helper is sent as Authorization: Bearer */
} extras;

/* Reads LLM_CUSTOM_HEADERS ("Name: value" lines, ended by a line break or by a backslash and an n), LLM_REQUEST_TAGS ("key=value",
 * separated by commas) and LLM_AUTH_HEADER ("bearer"). What cannot be used is left out, with a warning that does not show the value; f may
 * be NULL. */
void extras_read(extras *out, arena *a, keyring *ring, const environment *e, findings *f);
/* Adds the tags to the body of a request, if there are any and it is an object. */
void extras_tag(const extras *x, arena *a, api_request *q);

#endif
