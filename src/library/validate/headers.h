/* headers: the header lines of one request to a service, from the provider, the gateway, the model, the environment and the key; a later
 * one replaces an earlier one of the same name. The only place where a secret becomes a header. */
#ifndef ROSTER_VALIDATE_HEADERS_H
#define ROSTER_VALIDATE_HEADERS_H

#include "library/validate/extras.h"
#include "library/validate/service.h"

enum { MOST_HEADERS = 64 };

typedef struct headers {
  roster_header at[MOST_HEADERS];
  size_t count;
  char *auth; /* holds a key: wiped after use */
} headers;

typedef struct headers_from {
  arena *arena;
  keyring *ring;
  const environment *environment;
  const extras *extras;
  const service *service;
  const key *key;
  auth auth;
  bool with_model;  /* with the model's own headers */
  bool own_request; /* roster's own request, not a host's: adds `accept` */
  bool with_body;   /* adds `content-type` */
} headers_from;

/* False when out of memory. The result borrows from all parts of `from`. */
bool headers_collect(headers *h, const headers_from *from);
void headers_wipe(headers *h);

#endif
