/* asked: what one request says, as far as this server listens to it. */
#ifndef ROSTER_SERVER_ASKED_H
#define ROSTER_SERVER_ASKED_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct visit;

/* Texts are borrowed from the connection; NULL where a header is not there. */
typedef struct asked {
  struct MHD_Connection *wire;
  struct visit *visit;                 /* the connection's */
  const char *method, *version, *path; /* the path as it was sent: nothing is decoded yet */
  const char *host, *origin, *if_none_match, *accept_encoding, *authorization, *last_event_id, *content_length, *transfer_encoding;
  unsigned hosts, origins, lengths; /* how often those came */
  bool odd;                         /* a header's name is none, or its value holds a control byte */
} asked;

void asked_read(asked *a, struct MHD_Connection *wire, const char *method, const char *path, const char *version);

bool asked_is(const asked *a, const char *method);
bool asked_has_body(const asked *a);
size_t asked_header_bytes(const asked *a);
bool asked_takes_gzip(const asked *a);            /* and likes it no less than plain */
bool asked_has(const asked *a, const char *etag); /* If-None-Match names it, or any */

/* A parameter of the query, decoded. False when it cannot be; *given says whether it is there at all. */
bool asked_parameter(const asked *a, const char *name, char *out, size_t size, bool *given);

#endif
