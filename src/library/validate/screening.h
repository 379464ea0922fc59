/* screening: applies to a probe what its provider states about the model: an entry that rules it out decides, its kind is settled, and
 * another model that answered is noted. suitability.h judges; this is where the prober asks it. */
#ifndef ROSTER_VALIDATE_SCREENING_H
#define ROSTER_VALIDATE_SCREENING_H

#include "library/validate/prober.h"
#include "library/validate/suitability.h"

/* True when the entry rules the model out, which decides. */
bool screening_refuses(prober *p, probe *t, stage at, int status, const remote_model *there);
/* Of a model that no block defines, its provider states its kind, or else its name. */
bool screening_knows_kind(const probe *t);
/* Whether it may be what roster's requests ask for. */
bool screening_may_chat(const probe *t);
/* Notes the name in an answer where it is another model's, and tells it in an outcome. */
void screening_note_answerer(prober *p, probe *t, const char *name);
void screening_tell_answerer(prober *p, const probe *t, outcome *of);

#endif
