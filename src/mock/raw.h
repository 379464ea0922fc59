/* raw: plain sockets that read one request and play a script of bytes and pauses, for answers that no HTTP library would produce.
 * It must never know HTTP beyond where a request ends. */
#ifndef ROSTER_MOCK_RAW_H
#define ROSTER_MOCK_RAW_H

#include "mock/journal.h"
#include "mock/place.h"
#include "mock/scenario.h"
#include "mock/stage.h"

typedef struct raw raw;

/* Borrows all of its arguments until raw_stop. NULL after a refusal at the place. */
raw *raw_start(const place *at, const scenario_server *plan, stage *shared, journal *log);
unsigned raw_port(const raw *r);
void raw_stop(raw *r); /* after stage_stop */

#endif
