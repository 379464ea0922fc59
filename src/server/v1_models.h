/* v1_models: the usable models as clients of OpenAI's and of Anthropic's API list them: the fields of both, which do not contradict each
 * other, and Anthropic's pages for those who ask for them. */
#ifndef ROSTER_SERVER_V1_MODELS_H
#define ROSTER_SERVER_V1_MODELS_H

#include "roster.h"
#include "util/strbuf.h"

enum { MOST_V1_MODELS = 1000 }; /* in a page that was asked for by its size */

/* Which part of the list. */
typedef struct v1_page {
  size_t limit;                     /* 0: all */
  const char *after_id, *before_id; /* NULL: from the beginning; at most one of them */
} v1_page;

void v1_model_write(strbuf *out, const roster_model *m);
/* False when no model has the id of the page's cursor. */
bool v1_models_write(strbuf *out, const roster_snapshot *s, const v1_page *page);
/* Whether a client of a provider is told of it: it can be used, and it chats. */
bool v1_has(const roster_model *m);

#endif
