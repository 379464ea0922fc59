/* suggest: see suggest.h. The distance is Damerau's with adjacent swaps, three rows at a time. */
#include "util/suggest.h"

#include <string.h>

enum { LONGEST = 63, SHORTEST_BEGINNING = 2 };

/* tolower and strncasecmp ask the locale, in which I and i need not be the same letter. */
static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }

static size_t least(size_t a, size_t b, size_t c) {
  size_t m = a < b ? a : b;
  return m < c ? m : c;
}

size_t suggest_distance(const char *a, const char *b) {
  const size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
  unsigned char rows[3][LONGEST + 1];
  for (size_t j = 0; j <= m; j++) rows[0][j] = (unsigned char)j;
  for (size_t i = 1; i <= n; i++) {
    unsigned char *now = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
    now[0] = (unsigned char)i;
    for (size_t j = 1; j <= m; j++) {
      const char x = lower(a[i - 1]), y = lower(b[j - 1]);
      now[j] = (unsigned char)least(last[j] + 1u, now[j - 1] + 1u, last[j - 1] + (x == y ? 0u : 1u));
      if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y) now[j] = (unsigned char)least(now[j], before[j - 2] + 1u, now[j]);
    }
  }
  return rows[n % 3][m];
}

static int begins(const char *word, const char *known) {
  size_t i = 0;
  while (word[i] && lower(word[i]) == lower(known[i])) i++;
  return !word[i] && i >= SHORTEST_BEGINNING;
}

const char *suggest(const char *word, const char *const *known, size_t count) {
  const char *best = NULL;
  size_t limit = (strlen(word) < 6 ? 1 : strlen(word) / 3) + 1;
  for (size_t i = 0; i < count; i++) {
    size_t edits = suggest_distance(word, known[i]);
    if (edits > 1 && begins(word, known[i])) edits = 1;
    if (edits >= limit || edits >= strlen(known[i])) continue;
    best = known[i];
    limit = edits;
  }
  return best;
}
