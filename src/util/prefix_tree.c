/* prefix_tree: see prefix_tree.h. */
#include "util/prefix_tree.h"

#include <string.h>

/* The end of a way: what its text adds to that of the node above. Of the nodes below one, no two begin alike. */
typedef struct prefix_node {
  const char *text;
  size_t length;
  void *value; /* NULL: no text ends here */
  struct prefix_node *below, *next;
} prefix_node;

static prefix_node **find(prefix_node **at, char begin) {
  while (*at && *(*at)->text != begin) at = &(*at)->next;
  return at;
}

static size_t shared(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t n = 0;
  while (n < a_length && n < b_length && a[n] == b[n]) n++;
  return n;
}

/* In two, after this many characters; the lower part keeps the value. */
static void divide(prefix_node *n, arena *a, size_t length) {
  prefix_node *lower = arena_alloc(a, sizeof *lower);
  *lower = (prefix_node){ .text = n->text + length, .length = n->length - length, .value = n->value, .below = n->below };
  n->length = length;
  n->value = NULL;
  n->below = lower;
}

void prefix_tree_add(prefix_tree *p, arena *a, const char *text, size_t length, void *value) {
  prefix_node *n = NULL;
  for (prefix_node **at = &p->first; length > 0; at = &n->below) {
    at = find(at, *text);
    if (!*at) {
      *at = arena_alloc(a, sizeof **at);
      **at = (prefix_node){ .text = text, .length = length };
    }
    n = *at;
    const size_t same = shared(n->text, n->length, text, length);
    if (same < n->length) divide(n, a, same);
    text += same;
    length -= same;
  }
  if (n && !n->value) n->value = value;
}

void *prefix_tree_longest(const prefix_tree *p, const char *text, size_t length, size_t *found) {
  const char *begin = text;
  void *best = NULL;
  *found = 0;
  for (prefix_node *n = p->first; length > 0; n = n->below) {
    n = *find(&n, *text);
    if (!n || n->length > length || memcmp(n->text, text, n->length) != 0) break;
    text += n->length;
    length -= n->length;
    if (n->value) best = n->value, *found = (size_t)(text - begin);
  }
  return best;
}
