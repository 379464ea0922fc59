/* prefix_tree: of many texts that begin alike, the longest is found that another one begins with, as by comparing with each.
 *
 * Links with: build/obj/util.a
 */
#include "util/prefix_tree.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS = 400, ASKED = 4000, LONGEST = 12 };

static char texts[TEXTS][LONGEST + 1];

static _Noreturn void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static unsigned next_random(void) {
  static unsigned seed = 1;
  seed = seed * 1103515245u + 12345u;
  return seed >> 16;
}

/* Of two letters, so that most begin like others. */
static void make_up(char *out) {
  const unsigned length = next_random() % (LONGEST + 1);
  for (unsigned i = 0; i < length; i++) out[i] = (char)('a' + next_random() % 2);
  out[length] = 0;
}

/* The first of the longest; "" is none. */
static const char *by_comparing(const char *asked) {
  const char *best = NULL;
  size_t most = 0;
  for (int i = 0; i < TEXTS; i++) {
    const size_t length = strlen(texts[i]);
    if (length > most && strncmp(asked, texts[i], length) == 0) best = texts[i], most = length;
  }
  return best;
}

static void the_longest_is_found(const prefix_tree *t) {
  int right = 0, some = 0;
  size_t found;
  for (int i = 0; i < ASKED; i++) {
    char asked[LONGEST + 1];
    make_up(asked);
    const char *wanted = by_comparing(asked);
    right += prefix_tree_longest(t, asked, strlen(asked), &found) == wanted && found == (wanted ? strlen(wanted) : 0);
    some += wanted != NULL;
  }
  check(right == ASKED && some > ASKED / 2, "the first of the longest texts is found that another begins with");
  check(!prefix_tree_longest(t, "c", 1, &found) && found == 0, "of a text that begins like none, none is found");
  check(!prefix_tree_longest(t, "", 0, &found) && found == 0, "an empty text begins with none");
}

int main(void) {
  arena *a = arena_new();
  prefix_tree t = { NULL };
  size_t found;
  if (!a) return 1;
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  check(!prefix_tree_longest(&t, "a", 1, &found), "among no texts none is found");
  for (int i = 0; i < TEXTS; i++) {
    make_up(texts[i]);
    prefix_tree_add(&t, a, texts[i], strlen(texts[i]), texts[i]);
  }
  the_longest_is_found(&t);
  arena_free(a);
  return check_close();
}
