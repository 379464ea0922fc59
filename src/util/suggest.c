/* suggest: see suggest.h. The distance is Damerau's with adjacent swaps, three rows at a time, of which only the band is computed in which
 * a distance below the bound can lie: most of tens of thousands of known words are given up after a few of their letters. */
#include "util/suggest.h"

#include <string.h>

enum { LONGEST = 63, SHORTEST_BEGINNING = 2 };

/* tolower and strncasecmp ask the locale, in which I and i need not be the same letter. */
static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }

static size_t least(size_t a, size_t b, size_t c) {
  size_t m = a < b ? a : b;
  return m < c ? m : c;
}

/* Row i of the band, from column `from` to `to`; what lies outside counts as `far`. Returns the least of it. */
static size_t fill_row(unsigned char rows[3][LONGEST + 2], const char *a, const char *b, size_t i, size_t from, size_t to, size_t far) {
  unsigned char *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
  size_t best = far;
  now[from - 1] = (unsigned char)(from == 1 && i < far ? i : far);
  for (size_t j = from; j <= to; j++) {
    const char x = lower(a[i - 1]), y = lower(b[j - 1]);
    size_t d = least(last[j] + 1u, now[j - 1] + 1u, last[j - 1] + (x == y ? 0u : 1u));
    if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y) d = least(d, before[j - 2] + 1u, d);
    now[j] = (unsigned char)(d < far ? d : far);
    if (d < best) best = d;
  }
  now[to + 1] = (unsigned char)far;
  return best;
}

size_t suggest_within(const char *a, const char *b, size_t far) {
  const size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
  unsigned char rows[3][LONGEST + 2];
  if (far > LONGEST + 1) far = LONGEST + 1;
  if ((n > m ? n - m : m - n) >= far) return far;
  memset(rows, (int)far, sizeof rows);
  for (size_t j = 0; j <= m && j < far; j++) rows[0][j] = (unsigned char)j;
  size_t above = 0; /* the least of the row before: a swap reaches over one row */
  for (size_t i = 1; i <= n; i++) {
    const size_t from = i >= far ? i - far + 1 : 1, to = i + far - 1 < m ? i + far - 1 : m;
    const size_t best = fill_row(rows, a, b, i, from, to, far);
    if (best >= far && above >= far && i >= far) return far;
    above = best;
  }
  return rows[n % 3][m];
}

size_t suggest_distance(const char *a, const char *b) { return suggest_within(a, b, LONGEST + 1); }

static int begins(const char *word, const char *known) {
  size_t i = 0;
  while (word[i] && lower(word[i]) == lower(known[i])) i++;
  return !word[i] && i >= SHORTEST_BEGINNING;
}

suggestion suggest_begin(const char *word) {
  const size_t length = strlen(word);
  return (suggestion){ word, NULL, (length < 6 ? 1 : length / 3) + 1 };
}

void suggest_offer(suggestion *s, const char *known) {
  size_t edits = suggest_within(s->word, known, s->limit);
  if (edits > 1 && s->limit > 1 && begins(s->word, known)) edits = 1;
  if (edits >= s->limit || edits >= strlen(known)) return;
  s->best = known;
  s->limit = edits;
}

const char *suggest(const char *word, const char *const *known, size_t count) {
  suggestion s = suggest_begin(word);
  for (size_t i = 0; i < count; i++) suggest_offer(&s, known[i]);
  return s.best;
}
