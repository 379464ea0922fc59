/* headers: what goes along with one request of a service. The one place where a secret becomes a header. */
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
  bool with_model; /* the model's own headers go along */
  bool asking;     /* roster's own request: it says what it takes */
  bool with_body;  /* and what it sends */
} headers_from;

/* False when out of memory. Borrows from all of these; a header that is said twice goes out once, as said last. */
bool headers_collect(headers *h, const headers_from *from);
void headers_wipe(headers *h);

#endif
