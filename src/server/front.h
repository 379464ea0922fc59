/* front: libmicrohttpd, and the way from a request to its answer. */
#ifndef ROSTER_SERVER_FRONT_H
#define ROSTER_SERVER_FRONT_H

#include "server/site.h"

typedef struct MHD_Daemon front;

/* NULL when it cannot be started; errno says why. */
front *front_start(site *s);
/* No further connections; those that are there go on. */
void front_close_door(front *f);
void front_stop(front *f);

#endif
