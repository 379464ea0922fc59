/* foreign_keys: what people who come from other programs call the protocols. */
#ifndef ROSTER_DEFINITIONS_FOREIGN_KEYS_H
#define ROSTER_DEFINITIONS_FOREIGN_KEYS_H

#include "library/definitions/catalog.h"

/* The protocol that was probably meant by a word that is none; NULL: nobody knows. */
const char *protocol_meant(catalog *c, const char *word);
/* The same for a provider and a model, whose ids may have been written as one. */
const char *provider_meant(catalog *c, const char *word);
const char *model_meant(catalog *c, const char *word);

#endif
