/* lookup: many names of many lengths are all found, and nothing else is.
 *
 * Links with: build/obj/util.a
 */
#include "util/lookup.c" /* for its hash: two names that share one are made, not met */

#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES = 20 * 1000, LONGEST = 50 };

static char names[NAMES][LONGEST + 8];

static _Noreturn void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

/* Names of every length up to 50, so that every way to hash and compare is used. */
static void make_names(void) {
  for (unsigned i = 1; i < NAMES; i++) {
    char *end = names[i];
    for (unsigned k = 0; k < i % LONGEST; k++) *end++ = (char)('a' + k % 26);
    for (unsigned left = i; left; left /= 10) *end++ = (char)('0' + left % 10);
  }
}

static bool add_all(lookup *x, arena *a) {
  bool all_new = true;
  for (int i = 0; i < NAMES; i++) {
    char passing[sizeof names[i]];
    strcpy(passing, names[i]); /* overwritten in the next round, so the table must keep a copy */
    all_new = !lookup_add(x, a, passing, names[i]) && all_new;
  }
  return all_new;
}

static void all_are_found(lookup *x, arena *a) {
  int found = 0, kept = 0, strangers = 0, in_order = 0;
  for (int i = 0; i < NAMES; i++) {
    char longer[sizeof names[i] + 1];
    strcat(strcpy(longer, names[i]), "!");
    found += lookup_get(x, names[i]) == names[i];
    kept += lookup_add(x, a, names[i], x) == names[i];
    strangers += lookup_get(x, longer) != NULL;
    in_order += strcmp(x->slots[i].key, names[i]) == 0 && lookup_find(x, names[i]) == &x->slots[i];
  }
  check(found == NAMES, "every name in the table is found");
  check(kept == NAMES && x->count == NAMES, "a name that is added again keeps its first value");
  check(strangers == 0, "a longer name is a different name");
  check(in_order == NAMES, "slots are in the order in which they were added");
}

/* Names of two 8-byte words: for any first word there is a second one that gives the same hash. */
static bool make_twin(const char *name, char *twin) {
  for (char c = 'A'; c <= 'Z'; c++) {
    memset(twin, c, 8);
    const uint64_t from = 16 * 0x9e3779b97f4a7c15u;
    uint64_t second = hash_word(name + 8) ^ hash_stir(from, hash_word(name)) ^ hash_stir(from, hash_word(twin));
    memcpy(twin + 8, &second, 8);
    if (strlen(twin) == 16) return hash_of(name, 16) == hash_of(twin, 16);
  }
  return false;
}

static void twins_are_told_apart(arena *a) {
  static const char name[] = "abcdefghijklmnop";
  char twin[17] = "";
  lookup x = { 0 };
  check(make_twin(name, twin) && strcmp(name, twin) != 0, "two names with the same hash can be made");
  lookup_add(&x, a, name, names);
  check(lookup_get(&x, twin) == NULL && lookup_get(&x, name) == names, "a different name with the same hash is not found");
  check(!lookup_add(&x, a, twin, twin) && lookup_get(&x, twin) == twin && lookup_get(&x, name) == names,
        "two names with the same hash have separate values");
}

int main(void) {
  arena *a = arena_new();
  if (!a) return 1;
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  lookup x = { 0 };
  make_names();
  check(!lookup_get(&x, "a") && !lookup_find(&x, ""), "an empty table contains no name");
  check(add_all(&x, a), "names that are added for the first time have no earlier value");
  all_are_found(&x, a);
  twins_are_told_apart(a);
  arena_free(a);
  return check_close();
}
