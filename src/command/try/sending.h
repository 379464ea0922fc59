/* sending: one POST, whose answer is handed on piece by piece. The library's transport gives complete answers only, so this one goes to
 * libcurl itself, with the same rules: no redirects, certificates verified, no proxy of the environment. */
#ifndef ROSTER_TRY_SENDING_H
#define ROSTER_TRY_SENDING_H

#include "roster.h"

typedef struct sending {
  const char *url, *body;
  const roster_service *service; /* how it travels */
  const roster_headers *headers;
  long timeout_ms;
  bool (*on_bytes)(void *payload, int status, const char *bytes, size_t count); /* false: enough */
  void *payload;
  /* What came of it. */
  int status;        /* HTTP; 0: no answer */
  long retry_after;  /* seconds; -1: not stated */
  bool stopped;      /* on_bytes had enough */
  char problem[256]; /* why there is no complete answer, in libcurl's words; "" */
} sending;

/* ROSTER_ETRANSPORT where libcurl is not there; everything else is in the struct. */
roster_status send_prompt(sending *s, roster_error *err);

#endif
