/* screening: what a provider itself states about one of its models, applied to its probe: an entry, in the listing or in the answer to a
 * look-up, rules it out (retired, switched off, of another kind, in another protocol), or the refusal of a billed request names it; its
 * kind is settled; and another model that answered is noted. Sends nothing and reads no scripts. */
#ifndef ROSTER_VALIDATE_SCREENING_H
#define ROSTER_VALIDATE_SCREENING_H

#include "library/validate/prober.h"

/* True when the entry rules the model out, which decides. */
bool screening_refuses(prober *p, probe *t, stage at, int status, const remote_model *there);
/* Of a model that no block defines, its provider states its kind, or else its name. */
bool screening_knows_kind(const probe *t);
/* Whether it may be what roster's requests ask for. */
bool screening_may_chat(const probe *t);
/* Notes the name in an answer where it is another model's, and tells it in an outcome. */
void screening_note_answerer(prober *p, probe *t, const char *name);
void screening_tell_answerer(prober *p, const probe *t, outcome *of);
/* Whether the refusal of the smallest request is about the model and not about the request's other members. */
bool refusal_names_model(arena *a, const service *s, const exchange *asked, const classification *r);

#endif
