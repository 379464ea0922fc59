/* suggest: see suggest.h. */
#include "command/shared/suggest.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Insertions, deletions, replacements and swaps of neighbours that lead from a to b. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST + 1];
  for (size_t j = 0; j <= b_length; j++) rows[0][j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
    now[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      now[j] = least(before[j - 1] + (a[i - 1] != b[j - 1]), least(before[j], now[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = least(now[j], earlier[j - 2] + 1);
    }
  }
  return rows[a_length % 3][b_length];
}

const char *suggest(const char *word, const char *const *known, size_t count) {
  const char *best = NULL;
  size_t length = strlen(word), nearest = length / 3 + 1;
  if (length < 2 || length > LONGEST) return NULL;
  for (size_t i = 0; i < count; i++) {
    size_t other = strlen(known[i]);
    if (other > LONGEST) continue;
    size_t edits = strncmp(word, known[i], length) == 0 ? 1 : distance(word, length, known[i], other);
    if (edits > nearest || (best && edits == nearest)) continue;
    best = known[i];
    nearest = edits;
  }
  return best;
}
