/* service: one model as it can be asked: where its requests go, what is sent with them, and its outcome. The factory makes it. */
#ifndef ROSTER_VALIDATE_SERVICE_H
#define ROSTER_VALIDATE_SERVICE_H

#include "library/definitions/catalog.h"
#include "library/definitions/script.h"
#include "library/validate/credential.h"

/* A stage of validation, in the order of the ladder. Only scripts, getters, documents and the cache use its name. */
typedef enum stage {
  STAGE_NONE,
  STAGE_CONFIG,
  STAGE_CREDENTIAL,
  STAGE_LIST,
  STAGE_PROVE_KEY,
  STAGE_PROVE,
  STAGE_GENERATE,
  STAGE_CONTROL /* only of a request: another one once more, with a made-up key */
} stage;

/* What is known of one model, and from where. */
typedef struct outcome {
  bool decided;
  bool usable; /* ready, or offered unproven */
  roster_state state;
  stage stage; /* where it was decided; never STAGE_PROVE_KEY, which counts as the listing */
  int http_status;
  roster_reason code;        /* why, as data; reason.h makes the sentence and the hint of it */
  roster_blame blame;        /* whose fault that is */
  const char *said;          /* the response's own words, redacted; "" for none */
  const char *served;        /* the model that the response named, where it is another one; NULL: the same, or it named none */
  const char *warning;       /* the sentence about that; NULL for none */
  const char *reason, *hint; /* "" when ready */
  const char *checked_at;    /* "" when no request was made */
  unsigned unheard;          /* bits 1 << stage: nothing that was asked there got an answer about the model */
  long latency_ms;           /* -1 when no response came */
  int64_t checked_ms;        /* the wall clock at that time */
} outcome;

/* The proxy that the environment names for an address. */
typedef struct ambient_proxy {
  const char *variable; /* "HTTPS_PROXY"; NULL: none is meant for that address */
  const char *value;    /* as it is written behind `proxy =`: a setting, or an address without its user */
} ambient_proxy;

typedef struct service {
  const model *model;
  const provider *provider;
  const gateway *gateway; /* NULL: direct */
  const char *rule;
  const char *origin; /* "https://api.example.com" */
  const char *base;   /* origin and path, without the protocol's prefix; "" when there is none */
  const char *query;  /* of every request */
  const char *url;    /* where a host sends its requests */
  const key *key;
  const char *source;      /* the key's, or the gateway that adds it */
  const char *placeholder; /* sent as the key; NULL for none */
  const tls *tls;
  const char *proxy;
  ambient_proxy ambient; /* one that the environment names, and that is not used; none where a host's own client asks, which may use it */
  unproven_choice unproven; /* 0: as the `validate` block says */
  int64_t timeout_ms;
  bool listing;    /* no model, but the listing of its provider */
  bool overridden; /* reached at the address of a provider's override */
  bool as_is;      /* all of the override is the address of a request */
  bool own_host;   /* reached at the base_url of its provider */
  bool tagged;     /* behind a gateway or an override: request tags go into the body */
  bool bearer;     /* the key is sent as Authorization: Bearer, whatever the definitions say */
  bool by_host;    /* the host's own HTTP client asks */
  outcome outcome; /* decided at once where no request is needed */
} service;

#endif
