/* nearest: see nearest.h. */
#include "bindings/lua/nearest.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* How many letters must be put in, taken out, changed or swapped with their neighbour; both words have LONGEST at most. */
static size_t edits_between(const char *a, const char *b) {
  size_t a_length = strlen(a), b_length = strlen(b);
  size_t cost[LONGEST + 1][LONGEST + 1];
  for (size_t i = 0; i <= a_length; i++) cost[i][0] = i;
  for (size_t j = 0; j <= b_length; j++) cost[0][j] = j;
  for (size_t i = 1; i <= a_length; i++)
    for (size_t j = 1; j <= b_length; j++) {
      size_t changed = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      cost[i][j] = smaller(changed, 1 + smaller(cost[i - 1][j], cost[i][j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i][j] = smaller(cost[i][j], 1 + cost[i - 2][j - 2]);
    }
  return cost[a_length][b_length];
}

const char *push_nearest(lua_State *L, const char *wrong, const void *words, size_t count, size_t stride) {
  const char *best = NULL;
  size_t limit = strlen(wrong) / 3 + 2; /* a third of the letters and one more may be wrong */
  for (size_t i = 0; i < count && strlen(wrong) <= LONGEST; i++) {
    const char *word = *(const char *const *)(const void *)((const char *)words + i * stride);
    size_t edits = edits_between(wrong, word);
    if (edits >= limit || edits >= strlen(word)) continue;
    best = word;
    limit = edits;
  }
  return best ? lua_pushfstring(L, " (did you mean '%s'?)", best) : lua_pushliteral(L, "");
}
