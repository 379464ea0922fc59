/* routes: which address leads to which answer. */
#ifndef ROSTER_SERVER_ROUTES_H
#define ROSTER_SERVER_ROUTES_H

#include "server/errand.h"
#include "server/site.h"

/* Answers, or sets *out to an errand that has to wait for the end of the request. */
enum MHD_Result routes_answer(site *s, const asked *a, errand **out);

/* The page's files and the like: made at the start, freed at the end. False when out of memory. */
bool routes_open(void);
void routes_close(void);

#endif
