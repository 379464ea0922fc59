/* timeline: the latest changes of state, for people who ask what happened and when. */
#ifndef ROSTER_SERVER_TIMELINE_H
#define ROSTER_SERVER_TIMELINE_H

#include "roster.h"
#include "util/strbuf.h"
#include "util/writer.h"

#include <time.h>

/* /api/changes. */
enum { MOST_CHANGES = 100, MOST_NAMED = 8 };

typedef struct timeline timeline;

timeline *timeline_new(void);
void timeline_free(timeline *t);

/* A snapshot: begin, then one call for each model whose state is another one, then end. Models that changed together (the same provider,
 * both states and the reason) become one change, which names the first MOST_NAMED of them. */
void timeline_begin(timeline *t, time_t now);
void timeline_add_model(timeline *t, const roster_model *m, const char *from);                     /* NULL: it is new */
void timeline_add_removed(timeline *t, const char *id, const char *provider_id, const char *from); /* no longer defined */
void timeline_add_default(timeline *t, const char *id);                                            /* "": there is none */
void timeline_add_definitions(timeline *t, const char *message);                                   /* NULL: they can be read */
void timeline_end(timeline *t);

/* {"changes":[{"at","kind","provider_id","from","to","count","ids":[...],"reason_code","reason","hint"}...]}, the latest first. */
void timeline_write(const timeline *t, strbuf *out);

/* RFC 3339, UTC; null for 0. */
void write_moment(writer *w, const char *name, time_t when);

#endif
