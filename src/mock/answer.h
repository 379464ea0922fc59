/* answer: what a stand-in sends back, before any socket is touched. It must never know who asked or why. */
#ifndef ROSTER_MOCK_ANSWER_H
#define ROSTER_MOCK_ANSWER_H

#include "util/json.h"
#include <stddef.h>

typedef struct answer {
  unsigned status;
  const char *type; /* content-type; NULL: none */
  const char *body; /* borrowed, or the same as owned */
  size_t size;
  char *owned;
  const char *id_header; /* the name under which the dialect sends the request id; NULL: not at all */
  char id[48];
} answer;

/* Steals the document; a NULL one, as json_pack gives when memory is out, becomes a 500. */
void answer_json(answer *out, unsigned status, const char *type, json_t *document);
void answer_text(answer *out, unsigned status, const char *text); /* text is borrowed */
void answer_not_found(answer *out);                               /* as a router answers that has no such path */
void answer_clear(answer *out);

#endif
