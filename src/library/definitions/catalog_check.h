/* catalog_check: what only the whole catalog shows to be wrong: names that lead to no model or provider, addresses that variables hold,
 * keys that stand in it. */
#ifndef ROSTER_DEFINITIONS_CATALOG_CHECK_H
#define ROSTER_DEFINITIONS_CATALOG_CHECK_H

#include "library/definitions/catalog.h"

/* For a finished catalog. Each mistake becomes a finding. */
void catalog_check(catalog *c);

/* The id in a list of the catalog that is nearest to this word, for a finding; NULL for none. */
const char *catalog_nearest(const catalog *c, void *const *at, size_t count, const char *word);
#define NEAREST(c, list, word) catalog_nearest((c), (void *const *)(c)->list.at, (c)->list.count, (word))

#endif
