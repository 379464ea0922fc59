/* control: keeps positive answers from being believed at a host that gives them to any key. The first answer of a kind (a listing, the
 * key's own proof, the look-up of a model) that would prove the key, at a host for which the definitions do not speak, is followed by the
 * same request with a made-up key. Refused: such answers count. Answered alike: they prove nothing. Anything else: nobody knows this time.
 * Where all of them are answered alike, a request to generate without a prompt is left: it is refused for the key, or, where the key works,
 * for the prompt, and never billed. */
#ifndef ROSTER_VALIDATE_CONTROL_H
#define ROSTER_VALIDATE_CONTROL_H

#include "library/validate/prober.h"

#define ANSWERS_ALIKE "it answers a made-up key in the same way"

/* What this positive answer shows of the key. BELIEF_OPEN: a control request is under way, and control_answered goes on where `t`, if it is
 * not NULL, waits with others. */
belief control_of(prober *p, provider_endpoint *e, probe *t, const exchange *passed);
/* The response to a control request, or to a request without a prompt. `done` is of another where this one is not sent any more. */
void control_answered(prober *p, const exchange *x, const completed *done, const classification *r);

/* What came of a request, in a word, for the evidence. */
const char *control_outcome(const exchange *x, const completed *done, const classification *r);

/* Settles a look-up that passed and of which it is known now what it shows. */
void control_settle(prober *p, probe *t, belief is);
/* Asks without a prompt where all but the key is shown, and goes on with the model in the end. False where nothing is to be gained. */
bool control_ask_unprompted(prober *p, probe *t);

#endif
