/* prefix_tree: texts among which the longest is found that another text begins with, however many they are: a tree in which those that
 * begin alike share a way. In an arena. */
#ifndef ROSTER_UTIL_PREFIX_TREE_H
#define ROSTER_UTIL_PREFIX_TREE_H

#include "util/arena.h"

#include <stddef.h>

typedef struct prefix_tree {
  struct prefix_node *first; /* NULL: there are none */
} prefix_tree;

/* The text is not copied. It keeps the first value; a text without characters is left out. */
void prefix_tree_add(prefix_tree *p, arena *a, const char *text, size_t length, void *value);
/* The value of the longest one that the text begins with, and its length; NULL and 0 when there is none. */
void *prefix_tree_longest(const prefix_tree *p, const char *text, size_t length, size_t *found);

#endif
