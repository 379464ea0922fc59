/* suggest: "did you mean", the same for keys of definitions, model ids, verbs and options. Upper and lower case count as equal. */
#ifndef ROSTER_UTIL_SUGGEST_H
#define ROSTER_UTIL_SUGGEST_H

#include <stddef.h>

/* The known word that a misspelt one was probably meant to be: at most a third of its letters differ, or one of a short word, or it is the
 * beginning of that word. NULL when none is near enough. */
const char *suggest(const char *word, const char *const *known, size_t count);
/* Three arguments for "%s%s%s" at the end of a message: " (did you mean 'NEAREST'?)", or nothing where it is NULL. */
#define SUGGESTION(nearest) (nearest) ? " (did you mean '" : "", (nearest) ? (nearest) : "", (nearest) ? "'?)" : ""
/* The same, one known word after the other: `best` in the end. */
typedef struct suggestion {
  const char *word, *best;
  size_t limit; /* fewer edits than these make a better one */
} suggestion;

suggestion suggest_begin(const char *word);
void suggest_offer(suggestion *s, const char *known);
/* How many edits (insert, delete, replace, swap neighbours) lead from a to b; both are cut at 63 bytes. */
size_t suggest_distance(const char *a, const char *b);
/* The same where it is below `far`, else `far`: found sooner. */
size_t suggest_within(const char *a, const char *b, size_t far);

#endif
