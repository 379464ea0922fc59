/* headers: the header lines of one request to a service, from the provider, the gateway, the model, the environment and the key; a later
 * one replaces an earlier one of the same name. The only place where a secret becomes a header. The same lines without any secret, for
 * people and for hosts that send requests themselves, are collected by the same rules. */
#ifndef ROSTER_VALIDATE_HEADERS_H
#define ROSTER_VALIDATE_HEADERS_H

#include "library/validate/extras.h"
#include "library/validate/service.h"

enum { MOST_HEADERS = 64 };

typedef struct headers {
  roster_header at[MOST_HEADERS];
  size_t count;
  char *auth;         /* holds a key: wiped after use */
  const key *missing; /* a secret that is set and cannot be had; NULL */
} headers;

/* A header by where its value comes from. */
typedef struct shown_header {
  const char *name;
  const char *value;    /* NULL: a secret, which the next three name */
  const char *scheme;   /* "Bearer ", or "" */
  const char *variable; /* or a path; NULL: no variable holds it by itself */
  bool is_key;          /* the provider's key: see service_key_place */
} shown_header;

typedef struct shown_headers {
  shown_header at[MOST_HEADERS];
  size_t count;
} shown_headers;

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

/* A secret that is not set is left out. False where one is set and cannot be had, since a host that lacks it would blame the key; and when
 * out of memory. The result borrows from all parts of `from`. */
bool headers_collect(headers *h, const headers_from *from);
void headers_wipe(headers *h);

/* What headers_collect would give to a host, without secrets. Looks nothing up: it goes by what this load found. */
void headers_show(shown_headers *h, const service *s, const extras *x, bool with_body);

/* Where a host puts the key of a service, and where it finds it. */
typedef struct key_place {
  roster_auth in;
  const char *header, *scheme;  /* NULL and "" unless `in` is ROSTER_AUTH_HEADER */
  const char *variable;         /* that holds the key; NULL: it comes from elsewhere */
  const char *file_variable;    /* that holds the path of a file with it; NULL */
  const char *file;             /* its path; NULL */
  const helper_command *helper; /* that prints it; NULL */
  auth signature;               /* what a signature is for; only where `in` is ROSTER_AUTH_AWS_SIGV4 */
} key_place;

key_place service_key_place(const service *s);

#endif
