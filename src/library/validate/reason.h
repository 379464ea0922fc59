/* reason: why a model cannot be used, as data, and the one place where that becomes a sentence and a hint. */
#ifndef ROSTER_VALIDATE_REASON_H
#define ROSTER_VALIDATE_REASON_H

#include "library/validate/service.h"

typedef struct reason {
  roster_reason code;
  int status;             /* of the response; 0: none came */
  const char *said;       /* the response's own words, redacted; NULL for none */
  const char *what;       /* what the sentence is about, where the service does not know it: see the table in reason.c */
  const char *where;      /* likewise */
  size_t count;           /* likewise */
  const char *hint;       /* what the source of the key advises; NULL: the usual */
  const gateway *gateway; /* the one in question, where the service is not led through it; NULL: the service's */
} reason;

/* Fills in the code, the blame, the words and the hint of a verdict on this service. */
void reason_give(arena *a, const service *s, const reason *why, outcome *out);

#endif
