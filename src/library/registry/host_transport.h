/* host_transport: a host's own transport, held to what roster.h asks of one. What it leaves out is filled in, what it invents is a failure
 * of that transport in words, and a response that belongs to no request under way reaches nobody. */
#ifndef ROSTER_REGISTRY_HOST_TRANSPORT_H
#define ROSTER_REGISTRY_HOST_TRANSPORT_H

#include "roster.h"

/* ROSTER_EINVALID, in words, for one that lacks a function. */
roster_status host_transport_check(const roster_transport *t, roster_error *err);

/* Returns a transport that passes requests to `host`, which has to outlive it and is not closed with it; NULL when out of memory. */
roster_transport *host_transport_new(const roster_transport *host);

#endif
