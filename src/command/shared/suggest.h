/* suggest: the known word that a misspelt one was meant to be. */
#ifndef ROSTER_SHARED_SUGGEST_H
#define ROSTER_SHARED_SUGGEST_H

#include <stddef.h>

/* The nearest known word, NULL when none is near enough. */
const char *suggest(const char *word, const char *const *known, size_t count);

#endif
