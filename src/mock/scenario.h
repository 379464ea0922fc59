/* scenario: what a test wants its mock providers to do, as plain C records. Everything is borrowed from the scenario and never changes
 * after it was read. It knows neither sockets nor dialects. */
#ifndef ROSTER_MOCK_SCENARIO_H
#define ROSTER_MOCK_SCENARIO_H

#include "util/json.h"

#include <stdbool.h>
#include <stddef.h>

enum { LONGEST_LIFETIME = 24 * 3600 }; /* seconds */

typedef enum {
  PROTOCOL_NONE,
  PROTOCOL_ANTHROPIC,
  PROTOCOL_OPENAI,
  PROTOCOL_GEMINI,
  PROTOCOL_COHERE,
  PROTOCOL_BEDROCK,
  PROTOCOL_OLLAMA,
  PROTOCOL_RAW
} scenario_protocol;

typedef enum { ENDPOINT_NONE, ENDPOINT_LIST, ENDPOINT_GET, ENDPOINT_COUNT, ENDPOINT_GENERATE } scenario_endpoint;

typedef struct scenario_words {
  const char **at;
  size_t count;
} scenario_words;

typedef struct scenario_model {
  const char *id;
  const char *display_name; /* NULL: the scenario has none */
  long context_window;      /* 0: the scenario has none */
  bool listed;              /* false: known to the single GET and to use, absent from the listing */
  bool usable;              /* false: listed and known to the single GET, 404 on counting and generating */
  bool chat;                /* false: not a chat model */
  bool no_access;
  scenario_words aliases;
} scenario_model;

typedef struct scenario_header {
  const char *name, *value;
} scenario_header;

typedef struct scenario_route {
  const char *method; /* NULL: any */
  const char *path;
  size_t path_size;      /* without the trailing star */
  bool prefix;           /* the path ended in a star */
  scenario_header *when; /* headers that the request must have, by lower-case name */
  size_t when_count;
  scenario_header *query; /* parameters that it must have; value NULL: must not have */
  size_t query_count;
  const char *holds; /* what its body must contain; NULL: anything */
  long after;
  long times; /* -1: forever */
  long status;
  scenario_header *headers;
  size_t header_count;
  const char *body;
  size_t body_size;
  const char *body_type; /* NULL: one of its headers gives it, or there is no body */
  char *written_body;    /* owner of body when it was JSON */
  long delay_ms;         /* -1: as slow as the server */
  bool hang, close;
} scenario_route;

typedef enum {
  STEP_SEND,
  STEP_SEND_BENEATH, /* TLS */
  STEP_SLEEP,
  STEP_READ, /* another request on this connection */
  STEP_ALERT,
  STEP_HALF_CLOSE, /* ends its own half, and waits for the client */
  STEP_HANG,
  STEP_RESET,
  STEP_CUT /* closes as the end of a script does, but without ending TLS first */
} scenario_step_kind;

typedef struct scenario_step {
  scenario_step_kind kind;
  const char *bytes;
  size_t size;
  long repeat;
  long number; /* of milliseconds, or of an alert */
  char *owned; /* the bytes, where they are written in hexadecimal digits; NULL: they are the text itself */
} scenario_step;

typedef struct scenario_tls {
  const char *cert, *key, *client_ca; /* files; client_ca may be NULL, cert is NULL where the server does without TLS */
  const char *versions;               /* of a raw server, as GnuTLS writes them; NULL: what it speaks by itself */
} scenario_tls;

typedef struct scenario_server {
  const char *name;
  scenario_protocol protocol;
  const char *prefix; /* "" or "/..." without a slash at its end */
  bool any_key;
  scenario_words keys;
  scenario_model *models;
  size_t model_count;
  long page_size;                  /* 0: as many as asked for; OpenAI has no pages */
  bool public_list, public_lookup; /* without a key, or with any */
  const char *injects;             /* the key that is looked at in place of the client's, as behind a gateway; NULL: the client's */
  json_t *account;                 /* the response of all other paths to a good key; NULL: there are none */
  bool serves[ENDPOINT_GENERATE + 1];
  long floor; /* 0: the dialect's own */
  long delay_ms;
  long port; /* 0: any that is free */
  scenario_tls tls;
  scenario_route *routes;
  size_t route_count;
  scenario_step *script; /* of a raw server, as the next three are */
  size_t step_count;
  bool greets;                    /* runs its script without waiting for a request */
  bool full;                      /* its queue is full, and it accepts nothing */
  bool six;                       /* listens at [::1] */
  struct scenario_server *mounts; /* other dialects on the same port, each below its own prefix: a gateway */
  size_t mount_count;
} scenario_server;

typedef struct scenario {
  json_t *root;
  double lifetime; /* seconds */
  const char *log; /* NULL: none */
  scenario_server *servers;
  size_t server_count;
} scenario;

/* NULL and a message with the path of the mistake on failure. */
scenario *scenario_read(const char *json, char *error, size_t error_size);
void scenario_free(scenario *s);

/* By id or alias; NULL when there is no such model. */
const scenario_model *scenario_find(const scenario_server *server, const char *id);

#endif
