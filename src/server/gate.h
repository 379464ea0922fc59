/* gate: who may ask at all. What is refused is answered here. */
#ifndef ROSTER_SERVER_GATE_H
#define ROSTER_SERVER_GATE_H

#include "server/reply.h"
#include "server/site.h"

enum { MOST_HEADER_BYTES = 8 * 1024, MOST_PATH_BYTES = 1024, MOST_BODY_BYTES = 4 * 1024 };

/* Every request: its size, its form, and the name it was addressed to (a page elsewhere that lets its name lead here is refused). */
bool gate_admits(const site *s, const asked *a, enum MHD_Result *answer);
/* What changes something: where the page comes from that asks, and the token. */
bool gate_trusts(const site *s, const asked *a, enum MHD_Result *answer);

#endif
