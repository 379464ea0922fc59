/* troupe: what the verb needs to know of a stand-in beyond its public face. */
#ifndef ROSTER_STANDIN_TROUPE_H
#define ROSTER_STANDIN_TROUPE_H

#include "standin/standin.h"

unsigned standin_port(const standin *s, size_t i);
double standin_lifetime(const standin *s); /* seconds */

#endif
