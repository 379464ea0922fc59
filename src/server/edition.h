/* edition: one snapshot as it is served: its documents, each made when somebody first asks for it and kept for the rest. */
#ifndef ROSTER_SERVER_EDITION_H
#define ROSTER_SERVER_EDITION_H

#include "server/reply.h"

typedef enum part { PART_MODELS, PART_AVAILABLE, PART_VERBOSE, PART_V1, PART_PROVIDERS, PART_PAGE, PART_COUNT } part;

typedef struct edition edition;

/* Takes the snapshot over. `checked` is when the providers were last asked with success; 0 when never. */
edition *edition_new(const roster_snapshot *s, time_t checked);
edition *edition_hold(edition *e);
void edition_drop(edition *e);

const roster_snapshot *edition_snapshot(const edition *e);
time_t edition_checked(const edition *e);
enum MHD_Result edition_send(edition *e, part which, const asked *a);

#endif
