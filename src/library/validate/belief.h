/* belief: whether a host is known to tell a good key from a wrong one, so that its positive answers show something about a key. The
 * definitions speak for a host, or it has answered a request with a made-up key; what it answered is remembered. Sends nothing. */
#ifndef ROSTER_VALIDATE_BELIEF_H
#define ROSTER_VALIDATE_BELIEF_H

#include "library/validate/service.h"

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

/* Names one kind of request at one address: `what` says which request it is, the same for all models. */
uint64_t belief_of(const service *s, const auth *how, const protocol *speaks, const char *what);
belief beliefs_get(const beliefs *all, uint64_t of);
/* Where memory runs out it is not remembered, and asked again. */
void beliefs_set(beliefs *all, uint64_t of, belief is);
void beliefs_free(beliefs *all);

/* Whether the definitions say that a positive answer at this stage shows something of the key: for the base_url of a provider its blocks
 * do, but for a listing of which only the protocol says what it proves, which is about the host of the protocol's maker. */
bool belief_is_said(const service *s, stage at);
/* What a complete listing proves there, if the key's part in it is believed. */
list_proof belief_listing(const service *s);

/* A random key like the real one: of its length and classes of characters, with the beginning that this provider's keys have; nothing of
 * the real one is in it. On the ring, so that a response that repeats it is redacted too. NULL when out of memory. */
const secret *belief_made_up_key(arena *a, keyring *ring, const service *s);

#endif
