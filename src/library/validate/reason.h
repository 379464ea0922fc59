/* reason: why a model cannot be used. A verdict has a reason code and who is to blame; this is the only place where they become a sentence
 * and a hint. Each code has a row with two templates; reason.c describes them. */
#ifndef ROSTER_VALIDATE_REASON_H
#define ROSTER_VALIDATE_REASON_H

#include "library/validate/service.h"

typedef struct reason {
  roster_reason code;
  int status;             /* of the response; 0: none came */
  const char *said;       /* the response's own words, redacted; NULL for none */
  const char *what;       /* for {what} in the sentence; its meaning depends on the code: see reason.c */
  const char *where;      /* likewise */
  const char *variable;   /* the one that the address comes from; NULL: none */
  size_t count;           /* likewise */
  const char *hint;       /* what the source of the key advises; NULL: the usual */
  const gateway *gateway; /* the gateway in question, if it is not the service's; NULL: the service's */
} reason;

/* As `said`, of a body that is compressed; its encoding follows. */
#define COMPRESSED "content-encoding: "

/* As `what`, of a model in a listing that proves nothing. */
#define ONLY_LISTED "it is listed, but that does not show that the key may use it"

/* Fills in the code, the blame, the words and the hint of a verdict on this service. */
void reason_give(arena *a, const service *s, const reason *why, outcome *out);

#endif
