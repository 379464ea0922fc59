/* refresher: the thread that asks the providers when somebody says so, and those who wait for what comes of it. */
#ifndef ROSTER_SERVER_REFRESHER_H
#define ROSTER_SERVER_REFRESHER_H

#include "server/errand.h"
#include "server/site.h"

refresher *refresher_start(site *s);

/* Suspends the connection until e->status is set. */
void refresher_send(refresher *r, errand *e);
/* Nobody waits; the service manager is told when it is over. */
void refresher_reload(refresher *r);
/* Only at the start: nobody waits, nobody is told. */
void refresher_begin(refresher *r);

/* Lets a refresh that is under way end if it does so soon, closes the registry, and answers all who wait. Later errands are turned
 * away. */
void refresher_stop(refresher *r);
void refresher_free(refresher *r);

#endif
