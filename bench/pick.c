/* pick: the cost of one roster_pick on a held snapshot: the best model that meets five needs, the same where the counts are wanted too,
 * needs that nothing meets, and the ranking of all models. Uses only roster.h.
 *
 *     pick CONFIG_DIRECTORY
 *
 * prints a line for each: name, models, microseconds of this thread (the median of all rounds). */
#include "quiet.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 31 };

static const roster_snapshot *held;
static const roster_model **out;

static double one_us(size_t room, bool counted, const roster_needs *needs) {
  double times[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    roster_error err;
    roster_pick_counts counts = { .size = sizeof counts };
    const double begun = own_ns();
    const roster_status status = roster_pick(out, room, counted ? &counts : NULL, held, needs, &err);
    times[i] = (own_ns() - begun) / 1000;
    if (status != ROSTER_OK && status != ROSTER_ENONE) exit(1);
    if (counted && room == 0 && counts.count) exit(1); /* it was to meet nothing */
  }
  return median(times, ROUNDS);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  roster *r = quiet_open(argv[1]);
  held = roster_acquire(r);
  const size_t all = roster_count(held);
  out = no_less(calloc(all, sizeof *out));
  roster_needs some = ROSTER_NEEDS_INIT, none = ROSTER_NEEDS_INIT;
  some.context_tokens = 1000, some.max_output_tokens = 1, some.max_price = 1e6, some.max_output_price = 1e6, some.maybe = true;
  some.tools = some.reasoning = true;
  none.family = "no model is of this family";
  printf("the_best %zu %.1f\n", all, one_us(1, false, &some));
  printf("the_best,_and_all_counted %zu %.1f\n", all, one_us(1, true, &some));
  printf("none,_and_all_counted %zu %.1f\n", all, one_us(0, true, &none));
  printf("all_ranked %zu %.1f\n", all, one_us(all, true, &some));
  roster_release(held);
  roster_close(r);
  return 0;
}
