/* ledger: what was billed stays known while the clock of this machine is set wrong for a while.
 *
 * Links with: build/obj/library/validate/ledger.o build/obj/util.a
 */
#include "check.h"

#include "library/validate/ledger.h"
#include "util/writer.h"

static const int64_t NOON = 20000 * ONE_DAY_MS + ONE_DAY_MS / 2;
static const int64_t DAYS = ONE_DAY_MS;

/* What the ledger would have in the file. */
static json_t *written(ledger *l, int64_t now_ms) {
  writer w = { 0 };
  size_t bytes = 0;
  int line = 0;
  const char *wrong = NULL;
  write_open(&w, NULL, '{');
  ledger_write(l, &w, "billed", now_ms);
  write_close(&w, '}');
  char *text = write_end(&w, &bytes);
  arena *a = arena_new();
  json_t *whole = json_read(a, text, bytes, &wrong, &line);
  json_t *billed = json_deep_copy(json_object_get(whole, "billed"));
  json_decref(whole);
  arena_free(a);
  free(text);
  return billed;
}

/* Another process starts with what this one wrote, at that time. */
static void pass_on(ledger *from, ledger *to, int64_t now_ms) {
  json_t *billed = written(from, now_ms);
  ledger_open(to);
  ledger_merge(to, billed, true, now_ms);
  json_decref(billed);
  ledger_free(from);
}

static void note(ledger *l, uint32_t of, int64_t at_ms, bool holds) {
  ledger_note(l, &(proof){ .of = of, .at_ms = at_ms, .holds = holds, .http_status = 200 }, true);
}

static int64_t time_of(ledger *l, uint32_t of) {
  proof p = { 0 };
  return ledger_find(l, NULL, of, &p) && p.holds ? p.at_ms : -1;
}

static void send_some(ledger *l, int count, int64_t now_ms) {
  for (int i = 0; i < count; i++) ledger_claim(l, &(bill_claim){ .most = 50, .binds = true }, now_ms);
}

/* Each with a restart at each turn of the clock (true), and within one process. */
static void counts_return(bool restarts, int64_t away, const char *sentence) {
  ledger at[3] = { 0 };
  ledger_open(&at[0]);
  ledger *l = &at[0];
  send_some(l, 2, NOON);
  if (restarts) pass_on(&at[0], l = &at[1], NOON + away);
  const long before = ledger_today(l, NOON + away);
  send_some(l, 3, NOON + away);
  if (restarts) pass_on(&at[1], l = &at[2], NOON);
  check(before == 0 && ledger_today(l, NOON) == 2 && ledger_today(l, NOON + away) == 3, sentence);
  ledger_free(l);
}

static void only_near_days_are_kept(void) {
  ledger l = { 0 };
  ledger_open(&l);
  send_some(&l, 5, NOON + 4000 * DAYS);
  for (int day = 0; day < 20; day++) send_some(&l, day + 1, NOON + day * DAYS);
  check(ledger_today(&l, NOON + 19 * DAYS) == 20 && ledger_today(&l, NOON + 17 * DAYS) == 18,
        "the days next to the present one have counts");
  json_t *billed = written(&l, NOON + 19 * DAYS);
  check(json_object_size(json_object_get(billed, "other_days")) == LEDGER_DAYS - 1, "the file has a few days, and those are the nearest");
  check(ledger_today(&l, NOON + 4000 * DAYS) == 0, "a day that is far away is forgotten");
  json_decref(billed);
  ledger_free(&l);
}

static void proofs_return(void) {
  ledger one = { 0 }, two = { 0 };
  ledger_open(&one);
  note(&one, 1, NOON, true);
  note(&one, 2, NOON, true);
  pass_on(&one, &two, NOON - 2 * DAYS);
  check(time_of(&two, 1) == NOON, "a proof of a later time than now is kept while the clock is set back");
  note(&two, 2, NOON - 2 * DAYS, true);
  ledger file = { 0 };
  ledger_open(&file);
  note(&file, 2, NOON, true);
  json_t *billed = written(&file, NOON);
  ledger_merge(&two, billed, true, NOON - 2 * DAYS);
  check(time_of(&two, 2) == NOON - 2 * DAYS, "one that is made now replaces it, whatever the file has");
  json_decref(billed);
  ledger_free(&file);
  ledger three = { 0 };
  pass_on(&two, &three, NOON + 1);
  check(time_of(&three, 1) == NOON && time_of(&three, 2) == NOON - 2 * DAYS, "both are there when the clock is right again");
  ledger_free(&three);
}

static void a_proof_of_now_is_taken_over(void) {
  ledger one = { 0 }, two = { 0 };
  ledger_open(&one);
  ledger_open(&two);
  note(&one, 1, NOON, true);
  note(&two, 1, NOON - 2 * DAYS, true);
  json_t *billed = written(&two, NOON - 2 * DAYS);
  ledger_merge(&one, billed, true, NOON - 2 * DAYS);
  check(time_of(&one, 1) == NOON - 2 * DAYS, "one that another process has made since is taken over");
  json_decref(billed);
  ledger_free(&one);
  ledger_free(&two);
}

static void take_over(ledger *from, ledger *to) {
  json_t *billed = written(from, NOON);
  ledger_merge(to, billed, true, NOON);
  json_decref(billed);
}

static void what_is_promised_is_given_back(void) {
  ledger one = { 0 }, two = { 0 };
  ledger_open(&one);
  ledger_open(&two);
  check(ledger_claim(&one, &(bill_claim){ .most = 6, .wanted = 9, .binds = true }, NOON) && ledger_today(&one, NOON) == 1,
        "what is promised is not sent yet");
  take_over(&one, &two);
  check(!ledger_claim(&two, &(bill_claim){ .most = 6, .binds = true }, NOON), "what one process is promised is spent for the other");
  check(ledger_claim(&two, &(bill_claim){ .most = 6, .binds = false }, NOON), "what the budget does not bind is counted all the same");
  check(ledger_spend(&one, NOON) && ledger_today(&one, NOON) == 2, "it is there for the one");
  take_over(&two, &one);
  ledger_settle(&one);
  check(!ledger_spend(&one, NOON), "and not for ever");
  take_over(&one, &two);
  check(ledger_today(&one, NOON) == 3 && ledger_today(&two, NOON) == 3, "what was not needed is given back to all");
  ledger_free(&one);
  ledger_free(&two);
}

static void what_one_has_sent_stays_counted(void) {
  ledger one = { 0 }, other = { 0 };
  ledger_open(&one);
  ledger_open(&other);
  send_some(&one, 3, NOON);
  take_over(&one, &other);
  send_some(&other, 1, NOON);
  json_decref(written(&one, NOON));
  ledger fresh = { 0 };
  ledger_open(&fresh);
  take_over(&fresh, &one);
  take_over(&fresh, &other);
  check(ledger_today(&one, NOON) == 3 && ledger_today(&other, NOON) == 1,
        "what a process has sent itself stays counted if somebody else begins the file anew");
  ledger_free(&one);
  ledger_free(&other);
  ledger_free(&fresh);
}

int main(void) {
  counts_return(false, -2 * DAYS, "a day's count is there again after the clock was set back for a while");
  counts_return(true, -2 * DAYS, "also over restarts");
  counts_return(false, 30 * DAYS, "a day's count is there again after the clock was ahead for a while");
  counts_return(true, 30 * DAYS, "also over restarts, after it was ahead");
  only_near_days_are_kept();
  proofs_return();
  a_proof_of_now_is_taken_over();
  what_is_promised_is_given_back();
  what_one_has_sent_stays_counted();
  return check_close();
}
