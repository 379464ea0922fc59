/* disagreement: see disagreement.h. */
#include "library/registry/disagreement.h"

#include "library/definitions/schema.h"

#include <math.h>

static void add(arena *a, texts *list, const char *sentence) { LIST_PUSH(a, list->at, list->count, list->room, sentence); }

/* What nobody says on one side is no disagreement. */
static void compare_count(arena *a, texts *list, const char *name, int64_t here, int64_t there) {
  if (!here || !there || here == there) return;
  add(a, list, arena_printf(a, "%s is %lld here and %lld in the listing", name, (long long)here, (long long)there));
}

static void compare_price(arena *a, texts *list, const price *here, const remote_model *there) {
  static const char *const names[REMOTE_PRICES] = { "input", "output", "cache_read", "cache_write" };
  const double prices[REMOTE_PRICES] = { here->input, here->output, here->cache_read, here->cache_write };
  for (int i = 0; i < REMOTE_PRICES; i++) {
    bool both = (here->head.given & (uint64_t)1 << i) && (there->priced & 1u << i);
    if (both && fabs(prices[i] - there->price[i]) > 1e-9)
      add(a, list, arena_printf(a, "price.%s is %.10g here and %.10g in the listing", names[i], prices[i], there->price[i]));
  }
}

#define COMPARE_COUNT(name) compare_count(a, &list, #name, m->name, there->name);
#define COMPARE_FLAG(name)  /* that a listing says no is seldom meant */
#define COMPARE_TRI(name)

#define COMPARE(use, type, name, listed, ...) ONLY_LISTED_##listed(COMPARE_##type(name))

texts disagreements(arena *a, const model *m, const remote_model *there) {
  texts list = { 0 };
  MODEL_FIELDS(COMPARE)
  if (m->price) compare_price(a, &list, m->price, there);
  return list;
}
