/* belief: whether a host is known to tell a good key from a wrong one, so that its positive answers show something about a key. The
 * definitions speak for a host, or it is asked: the first answer of a kind (a listing, the key's own proof, the look-up of a model) that
 * would prove the key is followed by the same request with a made-up key, the control request. Refused: such answers count. Answered alike:
 * they prove nothing. Anything else: nobody knows this time. What a host has shown is remembered. Where all of them are answered alike, a
 * request to generate without a prompt is left: it is refused for the key, or, where the key works, for the prompt, and never billed. */
#ifndef ROSTER_VALIDATE_BELIEF_H
#define ROSTER_VALIDATE_BELIEF_H

#include "library/validate/provider_endpoint.h"

typedef struct prober prober;

typedef enum belief {
  BELIEF_OPEN,  /* nobody has asked yet */
  BELIEF_TELLS, /* it refuses a wrong key */
  BELIEF_ALIKE  /* it answers any key in the same way */
} belief;

/* What hosts have shown, for as long as a registry is open. */
typedef struct beliefs {
  struct {
    uint64_t of;
    belief is;
  } * at;
  size_t count, room;
} beliefs;

void beliefs_free(beliefs *all);

/* What a complete listing proves there, if the key's part in it is believed. */
list_proof belief_listing(const service *s);

/* ---- control requests ---- */

#define ANSWERS_ALIKE "it answers a made-up key the same way"

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
