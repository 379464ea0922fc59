/* filter: which models a list has, as the options --provider, --state, --kind, --tools and the like choose them: of all models, ready or
 * not. */
#ifndef ROSTER_COMMAND_FILTER_H
#define ROSTER_COMMAND_FILTER_H

#include "command/shared/arguments.h"

typedef struct filter {
  const arguments *given; /* NULL: everything is let through */
} filter;

/* The options that make one, beside --kind. */
#define OPTIONS_FILTER (OPTIONS_NEEDS | OPTION_STATE)

/* Whether each name in it is one that there is. Returns 0, or the exit code after printing what exists. `asked`: the listings are read,
 * which may have families that no block has. */
int filter_check(const arguments *o, const roster_snapshot *s, bool asked);
bool filter_given(const filter *f);
bool filter_lets(const filter *f, const roster_model *m);

/* Whether it takes images. */
roster_tri reads_images(const roster_model *m);

/* Whether a list of words has one: "a,b" has "a". */
bool list_has(const char *list, const char *word);

#endif
