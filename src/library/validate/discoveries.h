/* discoveries: puts the models that were discovered on the plan while it runs, and into the catalog when it is over. */
#ifndef ROSTER_VALIDATE_DISCOVERIES_H
#define ROSTER_VALIDATE_DISCOVERIES_H

#include "library/validate/plan.h"

/* What a complete listing has and nobody defined becomes a target of its endpoint. */
void discoveries_take(plan *p, endpoint *e);
/* Where the listing could not be read: what an earlier one had. */
void discoveries_recall(plan *p, endpoint *e);
/* Gives those that are usable, and those that were and may be again, their ids and their places behind the models of the blocks. */
void discoveries_adopt(plan *p);

#endif
