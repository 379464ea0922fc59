/* catalogues: what the catalogues of others call the providers that are shipped. */
#ifndef ROSTER_UTIL_CATALOGUES_H
#define ROSTER_UTIL_CATALOGUES_H

#include <stddef.h>

/* The id that a provider of models.dev or catwalk has here; the same id where it is no other. */
const char *catalogue_provider(const char *theirs);
/* The other way round: the names under which a provider may be found there, its own id among them; NULL past the end. */
const char *catalogue_name(const char *ours, size_t index);

#endif
