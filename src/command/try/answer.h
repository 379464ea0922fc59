/* answer: what comes back for one prompt, piece by piece: events (text/event-stream), lines of JSON, or one document. Gives the text as it
 * comes, without control characters and without the secrets that were sent. */
#ifndef ROSTER_TRY_ANSWER_H
#define ROSTER_TRY_ANSWER_H

#include "command/try/dialect.h"
#include "util/trace.h"

typedef struct answer {
  const dialect *dialect;
  bool streams;                                     /* it was asked to */
  bool (*on_text)(void *payload, const char *text); /* false: nobody reads it any more */
  void *payload;
  keyring *ring;
  arena *arena;
  strbuf line;     /* the piece of a line, or the complete body where it comes in one */
  strbuf held;     /* text that a secret may begin in */
  strbuf text;     /* all of it */
  strbuf problem;  /* the provider's own words, ready to be shown */
  strbuf withheld; /* why there is no more of it: the word of the protocol, or what the model wrote instead */
  ending ending;
  int refusal;       /* the status that an error within a success names; 0: none */
  const char *place; /* where its text was last looked for */
  bool seen, ended, refused, closed;
  bool unread;                                                 /* nothing shows where its text is: `text` is all of it */
  int64_t input, output, cache_read, cache_write, more_output; /* -1: not stated */
} answer;

void answer_begin(answer *a, const dialect *d, keyring *ring, arena *memory);
/* The next bytes of a body with this status. False when it is not worth going on. */
bool answer_take(answer *a, int status, const char *bytes, size_t count);
/* After the last byte. */
void answer_end(answer *a, int status);
void answer_free(answer *a);

#endif
