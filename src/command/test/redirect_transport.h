/* redirect_transport: a transport that takes every request to a mock server on this machine, over real HTTP, and keeps what was to be sent;
 * and the map of where a mock server has what a provider has elsewhere. */
#ifndef ROSTER_COMMAND_TEST_REDIRECT_TRANSPORT_H
#define ROSTER_COMMAND_TEST_REDIRECT_TRANSPORT_H

#include "command/test/harness.h"

#include <stdbool.h>

/* How one protocol is mapped to the dialect of a mock server. */
typedef struct dialect_map {
  const char *protocol, *dialect;
  const char *before, *behind; /* what a chat address ends in: before, a model's name where `named`, behind */
  const char *home;            /* what comes before that at the mock server */
  const char *listing;         /* where the mock server lists; NULL: it does not */
  bool named, paged;
} dialect_map;

const dialect_map *dialect_map_for(const char *protocol); /* NULL: no mock server speaks it */

/* What comes before the protocol's own part of a chat address, the host left out. New; NULL when the address does not end that way. */
char *dialect_map_base(const dialect_map *map, const char *url);

/* One protocol of a provider: its own, or that of a model. */
typedef struct dialect_binding {
  const dialect_map *map;
  char *base; /* as of dialect_map_base */
} dialect_binding;

typedef struct redirect_transport {
  roster_transport transport; /* to be handed to a registry */
  roster_transport *inner;    /* libcurl's */
  const harness *harness;
  const dialect_binding *bindings;
  size_t binding_count; /* 0: the mock server has the provider's own paths, or treats all alike */
  const char *to;       /* the address of the mock server */
  const char *refusing; /* of the one that takes no key: requests with a key that roster made up go there; NULL: to the same */
  const json_t *plain;  /* headers that definitions spell out, as an object */
  json_t *sent;         /* an array of { method, url, headers, body, timeout, signed, control }, secrets as $NAME */
  bool leaked;          /* a made-up value was where it must not be: in an address or a body */
} redirect_transport;

/* False and the error when libcurl is not available. */
bool redirect_transport_begin(redirect_transport *t, const harness *h, roster_error *err);
void redirect_transport_end(redirect_transport *t);
/* Redirects to this address from now on, with nothing sent yet. */
void redirect_transport_to(redirect_transport *t, const char *address);

#endif
