/* clerk: the thread that works out what a host would send to a model: that takes a load of the definitions, which the loop that serves
 * everybody cannot wait for. Contacts nobody. */
#ifndef ROSTER_SERVER_CLERK_H
#define ROSTER_SERVER_CLERK_H

#include "server/errand.h"

typedef struct clerk clerk;

clerk *clerk_start(roster *registry); /* NULL when no thread could be started */

/* Suspends the connection until the request of e->id is written. */
void clerk_send(clerk *c, errand *e);

/* Ends the one under way and turns the others away, and those who come later. The registry is not used after it. */
void clerk_stop(clerk *c);
void clerk_free(clerk *c);

#endif
