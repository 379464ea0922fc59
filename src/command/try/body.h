/* body: the request of a prompt, made out of the smallest request that roster itself would send to the model, so that whatever a protocol,
 * a provider or a gateway adds is in it. */
#ifndef ROSTER_TRY_BODY_H
#define ROSTER_TRY_BODY_H

#include "command/try/dialect.h"
#include "roster.h"

typedef struct prompt {
  const char *text, *system; /* system: NULL for none */
  int64_t max_tokens;
  bool stream;
  /* What of it found no place. */
  bool lost_text, lost_system, lost_limit;
} prompt;

/* The body as JSON, malloc'd; NULL where the request cannot carry the prompt or its instructions. */
char *prompt_body(const char *request_json, const dialect *d, prompt *p);

#endif
