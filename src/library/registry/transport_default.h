/* transport_default: the transport of a registry whose host hands in none. */
#ifndef ROSTER_REGISTRY_TRANSPORT_DEFAULT_H
#define ROSTER_REGISTRY_TRANSPORT_DEFAULT_H

#include <roster.h>

/* NULL, and err filled, when there is none. */
roster_transport *transport_default(roster_error *err);

#endif
