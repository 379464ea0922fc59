/* references: names in blocks that lead where nobody can mean. */
#ifndef ROSTER_DEFINITIONS_REFERENCES_H
#define ROSTER_DEFINITIONS_REFERENCES_H

#include "library/definitions/catalog.h"

/* For a catalog that is finished; each is a finding. */
void references_check(catalog *c);

/* The error for a block that its directory has already. */
void references_twice(catalog *c, const char *verb, const entity *known, const entity *block);
/* The error that the block lacks the field that each new one needs: its id may be a misspelt one of a block that it was to amend. */
void references_missing(catalog *c, const char *verb, const entity *e, const char *name);

/* In provider_address.c: a base_url that is missing, or that sends in the clear. */
void provider_address_check(catalog *c, const provider *p);

#endif
