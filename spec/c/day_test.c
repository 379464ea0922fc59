/* day: a registry that lives across a day on which prices change. The clock on the wall is the test's own: the program's clock_gettime
 * stands before the one of the C library, for the library too, which is linked into it. */
#include "canned.h"
#include "check.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/types.h>

static _Atomic int64_t ahead_ms; /* of the real clock */

int clock_gettime(clockid_t clock, struct timespec *t) {
  if (syscall(SYS_clock_gettime, clock, t)) return -1;
  if (clock == CLOCK_REALTIME) t->tv_sec += (time_t)(atomic_load(&ahead_ms) / 1000);
  return 0;
}

/* Some seconds before the end of the 30th of November 2026, by the test's clock. */
static void set_clock(int seconds) {
  const int64_t midnight = 1796083200;
  atomic_store(&ahead_ms, (midnight - seconds - (int64_t)time(NULL)) * 1000);
}

static const char PRICED[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", price = { input = 2, above = { [1000] = { input = 3 } },\n"
    "  from = { [\"2026-12-01\"] = { input = 4 }, [\"2026-12-02\"] = { input = 5 } } } }\n";

static const char REROUTED[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", retires = \"2026-12-01\", answered_by = \"beta\" }\n"
    "model \"beta\" { provider = \"acme\", api_name = \"beta-1\" }\n";

static double input_price(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  double price = roster_model_price(roster_known(s, "alpha"), ROSTER_PRICE_INPUT);
  roster_release(s);
  return price;
}

static double cost_now(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  roster_usage u = ROSTER_USAGE_INIT;
  roster_cost c = ROSTER_COST_INIT;
  u.input_tokens = 1000;
  roster_model_cost(&c, roster_known(s, "alpha"), &u, NULL, NULL);
  roster_release(s);
  return c.usd;
}

static bool near(double a, double b) { return a - b < 1e-9 && b - a < 1e-9; }

static roster *open_on(canned *c, const char *definitions) {
  static roster_definition given;
  canned_init(c);
  roster_options o = canned_options(c, &given, definitions);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  return r;
}

static bool costs_four(void *r) { return near(input_price(r), 4); }

static void a_live_registry_tells_of_the_new_day(void) {
  canned c;
  set_clock(3600);
  roster *r = open_on(&c, PRICED);
  const roster_snapshot *before = roster_acquire(r);
  check(r && near(input_price(r), 2) && strcmp(roster_snapshot_day(before), "2026-11-30") == 0, "a snapshot tells the prices of its day");
  set_clock(1);
  check(roster_refresh_every(r, 24L * 3600 * 1000, NULL) == ROSTER_OK && check_eventually(costs_four, r),
        "a registry that refreshes once a day makes a new snapshot when a day begins on which a price changes");
  check(near(roster_model_price(roster_known(before, "alpha"), ROSTER_PRICE_INPUT), 2), "the snapshot of the day before stays as it is");
  roster_release(before);
  roster_close(r);
}

static void a_snapshot_that_is_kept_computes_by_the_clock(void) {
  canned c;
  set_clock(3600);
  roster *r = open_on(&c, PRICED);
  check(near(cost_now(r), 0.002), "a cost is that of the day before while that lasts");
  set_clock(-3600);
  check(near(cost_now(r), 0.004) && near(input_price(r), 2),
        "a registry that nobody refreshes computes by the clock, and tells of its day");
  set_clock(-25 * 3600);
  check(near(cost_now(r), 0.005), "a cost is that of the last day that has come");
  roster_refresh(r, NULL);
  check(near(input_price(r), 5), "a refresh brings the prices of the day");
  roster_close(r);
}

static bool is_answered_by_another(void *r) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  bool is = !roster_model_usable(m) && roster_model_reason_code(m) == ROSTER_REASON_SERVED_BY_OTHER;
  roster_release(s);
  return is;
}

static bool is_usable(void *r) {
  const roster_snapshot *s = roster_acquire(r);
  bool is = roster_find(s, "alpha") != NULL;
  roster_release(s);
  return is;
}

static void a_name_is_another_models_from_its_day_on(void) {
  canned c;
  set_clock(3600);
  roster *r = open_on(&c, REROUTED);
  check(r && roster_refresh(r, NULL) == ROSTER_OK && is_usable(r), "a model is offered until the day from which another answers its name");
  set_clock(1);
  check(roster_refresh_every(r, 24L * 3600 * 1000, NULL) == ROSTER_OK && check_eventually(is_answered_by_another, r),
        "a registry that refreshes once a day takes it back when that day begins");
  roster_close(r);
}

int main(void) {
  a_name_is_another_models_from_its_day_on();
  a_live_registry_tells_of_the_new_day();
  a_snapshot_that_is_kept_computes_by_the_clock();
  return check_close();
}
