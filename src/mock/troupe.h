/* troupe: what the verb needs to know of a stand-in beyond its public face. */
#ifndef ROSTER_MOCK_TROUPE_H
#define ROSTER_MOCK_TROUPE_H

#include "mock/standin.h"

unsigned standin_port(const standin *s, size_t i);
double standin_lifetime(const standin *s); /* seconds */

#endif
