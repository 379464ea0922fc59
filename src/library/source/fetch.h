/* fetch: gets a document of a source through the transport of the registry, so that whatever a host's own transport, the source's proxy and
 * its TLS words say holds here too. One GET at a time, no redirect, no key, no compression, bounded in bytes and time. */
#ifndef ROSTER_SOURCE_FETCH_H
#define ROSTER_SOURCE_FETCH_H

#include "library/definitions/catalog.h"
#include "util/gate.h"
#include "util/models_dev.h"

#include <roster.h>
#include <stdatomic.h>

typedef struct fetcher {
  arena *arena;
  keyring *ring; /* what no source may repeat */
  const roster_transport *transport;
  const atomic_bool *cancelled; /* NULL: never */
  const char *ca_file, *ca_dir; /* certificate authorities that the environment names */
  models_dev_fields *field_at;  /* the fields of models, for what is read */
} fetcher;

typedef struct fetched {
  const char *problem; /* NULL: there is an answer */
  int status;
  const char *body; /* with a NUL behind it */
  size_t bytes;
  const char *etag, *modified, *encoding, *location; /* "" where there is none */
} fetched;

/* `suffix` goes behind the path of the source's address: "", ".minisig". `etag` "": unconditional. */
fetched fetch(const fetcher *f, const fact_source *s, const char *suffix, const char *etag, size_t most);

#endif
