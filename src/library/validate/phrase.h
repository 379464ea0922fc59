/* phrase: what a sentence of a provider says, where it has no code for it. Each takes the sentence in lower case. */
#ifndef ROSTER_VALIDATE_PHRASE_H
#define ROSTER_VALIDATE_PHRASE_H

#include <stdbool.h>

/* That the service itself has ended: "this API has been retired". */
bool phrase_ended(const char *lower);
/* That an account or an organization is refused: "Your organization has been disabled." */
bool phrase_account_refused(const char *lower);
/* That an address is: "Your IP address is not whitelisted". */
bool phrase_address_refused(const char *lower);
/* That a request came without a key. "Invalid or missing" may be either, and "a valid key is required" is about the key that came. */
bool phrase_no_key(const char *lower);
/* Of a 410, which is about all that was there: that it speaks of a model. */
bool phrase_of_model(const char *lower);
/* That it has this name, which is in lower case too, as a word. */
bool phrase_names(const char *lower, const char *name);

#endif
