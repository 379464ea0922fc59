/* visits: the connections that are open, what each asks, and how long it may take: libmicrohttpd's own limit begins anew with every byte.
 */
#ifndef ROSTER_SERVER_VISITS_H
#define ROSTER_SERVER_VISITS_H

#include "server/asked.h"

enum { HEADER_MS = 5 * 1000, ANSWER_MS = 60 * 1000, MOST_CONNECTIONS = 512 };

typedef struct visits visits;
typedef struct visit visit;

asked *visit_asked(visit *one); /* the request under way; the caller fills it */

visits *visits_new(void);
void visits_free(visits *v);

visit *visit_begin(visits *v, int fd); /* NULL when out of memory */
void visit_end(visits *v, visit *one);

void visit_waits(visit *one);      /* for a header: at first, and after each answer */
void visit_answers(visit *one);    /* a body is on its way out */
void visit_waits_long(visit *one); /* waits for the end of an errand, however long that takes */
void visit_listens(visit *one);    /* stays for as long as it likes, and gets no last answer */

/* Hangs up on those whose time is over. */
void visits_sweep(visits *v);
size_t visits_answering(visits *v);
size_t visits_count(visits *v);

#endif
