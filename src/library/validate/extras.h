/* extras: what a deployer's environment adds to every request, whatever the definitions say: headers, request tags, and the way the key
 * goes. The values count as secrets. */
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
  bool bearer;      /* every key goes as Authorization: Bearer */
} extras;

/* Reads LLM_CUSTOM_HEADERS ("Name: value", one a line), LLM_REQUEST_TAGS ("key=value", by comma) and LLM_AUTH_HEADER ("bearer"). What
 * cannot be used is left out, with a warning that names no value; f may be NULL. */
void extras_read(extras *out, arena *a, keyring *ring, const environment *e, findings *f);
/* Puts the tags into the body of a request, where there are any and it is an object. */
void extras_tag(const extras *x, arena *a, api_request *q);

#endif
