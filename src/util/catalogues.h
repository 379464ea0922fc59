/* catalogues: what the catalogues of others call the providers that are shipped. */
#ifndef ROSTER_UTIL_CATALOGUES_H
#define ROSTER_UTIL_CATALOGUES_H

/* The id that a provider of models.dev or catwalk has here; the same id where it is no other. */
const char *catalogue_provider(const char *theirs);

#endif
