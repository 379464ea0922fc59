/* billing: see billing.h. */
#include "library/validate/billing.h"

#include "library/definitions/needs.h"
#include "library/validate/discovery.h"
#include "library/validate/prober.h"
#include "library/validate/screening.h"

#include <string.h>

/* How long a failed request keeps the clock from sending the next: doubled with each failure. */
static const int64_t FIRST_PAUSE_MS = (int64_t)15 * 60 * 1000, LONGEST_PAUSE_MS = (int64_t)8 * 3600 * 1000;

/* ---- who is asked ---- */

static const bill_rank RANKS[] = { 0, BILL_NAMED, BILL_DEFAULT, BILL_IN_USE, BILL_RECOMMENDED };

/* The first rank of a name stays, so the foremost are added first. */
static void add_rank(prober *p, const char *id, bill_rank rank) {
  const model *m = catalog_model(p->factory->catalog, id);
  lookup_add(&p->billing.ranks, p->arena, m ? m->head.id : id, (void *)&RANKS[rank]);
}

/* A list's first model of each provider: what a host gets that stays with one provider. */
static void add_first_choices(prober *p, const texts *ids) {
  const catalog *c = p->factory->catalog;
  bool *seen = arena_array(p->arena, c->providers.count, sizeof *seen);
  memset(seen, 0, c->providers.count * sizeof *seen);
  for (size_t i = 0; i < ids->count; i++) {
    const model *m = catalog_model(c, ids->at[i]);
    if (!m || seen[m->of->position]) continue;
    seen[m->of->position] = true;
    add_rank(p, ids->at[i], BILL_RECOMMENDED);
  }
}

static const model *priced_today(const prober *p, const model *m) {
  char day[11];
  day_write(wall_ms(), day);
  const price *holds = price_settle(p->arena, m->price, day);
  if (holds == m->price) return m;
  model *out = arena_alloc(p->arena, sizeof *out);
  *out = *m;
  out->price = (price *)holds;
  return out;
}

/* Without a list, the best model of each provider that meets the needs. */
static void add_best(prober *p, const entity *of, const need_set *n) {
  const catalog *c = p->factory->catalog;
  if (!of->at.file || of->refused || !needs_given(n)) return;
  const model **best = arena_array(p->arena, c->providers.count, sizeof *best);
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i]->enabled ? priced_today(p, c->models.at[i]) : NULL;
    const model_facts facts = m ? needs_facts(m) : (model_facts){ .of = NULL };
    if (!m || !m->of->enabled || !needs_of_tier(n, m) || needs_unmet(n, &facts) != NEEDS_MET) continue;
    const model **b = &best[m->of->position];
    if (!*b || needs_compare(m, *b) < 0) *b = m;
  }
  for (size_t i = 0; i < c->providers.count; i++)
    if (best[i]) add_rank(p, best[i]->head.id, BILL_RECOMMENDED);
}

/* Needs behind a list are for when it has run dry, and are not paid for. */
static void add_choices(prober *p, const entity *of, const texts *ids, const need_set *n) {
  if (ids->count)
    add_first_choices(p, ids);
  else
    add_best(p, of, n);
}

void billing_begin(prober *p) {
  billing *b = &p->billing;
  const catalog *c = p->factory->catalog;
  const char *used;
  for (size_t i = 0; i < b->name_count; i++)
    if (text_is(b->names[i], "*"))
      b->all = true;
    else
      add_rank(p, b->names[i], BILL_NAMED);
  if (c->fallback.wanted) add_rank(p, c->fallback.wanted, BILL_DEFAULT);
  for (size_t i = 0; (used = ledger_used_at(b->ledger, p->arena, i, wall_ms())); i++)
    if (*used) add_rank(p, used, BILL_IN_USE);
  add_choices(p, &c->fallback.head, &c->fallback.models, &c->fallback.needs);
  for (size_t i = 0; i < c->roles.count; i++) add_choices(p, &c->roles.at[i]->head, &c->roles.at[i]->models, &c->roles.at[i]->needs);
}

/* A discovered model may become known by its plain name. */
static bill_rank rank_of(const prober *p, const probe *t) {
  const model *m = t->service->model;
  const bill_rank *rank = lookup_get(&p->billing.ranks, m->head.id);
  if (!rank && m->discovered) rank = lookup_get(&p->billing.ranks, m->api_name);
  if (rank) return *rank;
  return m->recommended ? BILL_RECOMMENDED : p->billing.all && !t->snapshot ? BILL_ALL : BILL_NOBODY;
}

bool billing_reaches(const prober *p, const probe *t) {
  unproven_choice chosen = t->service->unproven ? t->service->unproven : p->factory->catalog->policy.unproven;
  return p->level == ROSTER_LEVEL_GENERATE || (p->level == ROSTER_LEVEL_PROVE && chosen == UNPROVEN_GENERATE);
}

/* ---- proofs that hold ---- */

/* Who names a model, or all of them, and wants the highest level, wants to know how it is now. */
static bool is_wanted_anew(const prober *p, bill_rank rank) {
  return p->level == ROSTER_LEVEL_GENERATE && (rank == BILL_NAMED || p->billing.all);
}

/* What is known of it; *holds becomes whether that is as good as an answer. */
static bool recall(const prober *p, const probe *t, arena *a, proof *known, bool *holds) {
  uint32_t of = ledger_proof_of(p->factory->sources->ring, t->service).of;
  bool found = ledger_find(p->billing.ledger, a, of, known);
  int64_t age = found ? wall_ms() - known->at_ms : -1;
  *holds = found && known->holds && age >= 0 && age < p->factory->catalog->policy.billed_holds && !is_wanted_anew(p, rank_of(p, t));
  return found;
}

static void decide_by(prober *p, probe *t, const proof *known) {
  outcome o;
  discovery_give_kind(t->service->model, "chat", "tried");
  outcome_held(p->arena, known->at_ms, known->http_status, known->latency_ms, &o);
  if (known->served) t->served = known->served;
  screening_tell_answerer(p, t, &o);
  prober_decide(p, t, &o);
}

/* ---- the budget ---- */

static long left(const prober *p) { return (long)p->factory->catalog->policy.billed_per_day - ledger_today(p->billing.ledger, wall_ms()); }

static probe *probe_at(const prober *p, size_t i) {
  size_t defined = p->factory->catalog->models.count;
  return i < defined ? &p->probes[i] : p->found[i - defined];
}

/* How many of a better rank may still need a request. */
static long count_ahead(const prober *p, bill_rank rank) {
  size_t count = p->factory->catalog->models.count + p->found_count;
  long ahead = 0;
  for (size_t i = 0; i < count; i++) {
    const probe *t = probe_at(p, i);
    proof known;
    bool holds = false;
    if (t->service->outcome.decided || t->billed || rank_of(p, t) >= rank || !billing_reaches(p, t) || !screening_may_chat(t)) continue;
    recall(p, t, NULL, &known, &holds);
    ahead += !holds;
  }
  return ahead;
}

/* Written down before it is sent: a host that dies and comes back must not send it again and again. False where the budget binds it and is
 * spent, perhaps by another process. */
static bool count_one(prober *p, bool binds) {
  billing *b = &p->billing;
  if (ledger_spend(b->ledger, wall_ms())) return true;
  const bill_claim c = { (long)p->factory->catalog->policy.billed_per_day, count_ahead(p, BILL_NOBODY), binds };
  return b->claim ? b->claim(b->payload, &c) : ledger_claim(b->ledger, &c, wall_ms());
}

/* ---- sending ---- */

static const shortfall no_request = { .code = ROSTER_REASON_PROOF_MISSING, .text = "its protocol has no minimal request" };

/* What was shown for free stands. */
static void go_without(prober *p, probe *t, const shortfall *why) {
  if (t->proved && screening_knows_kind(t))
    prober_decide(p, t, &t->best);
  else
    prober_leave_unproven(p, t, why == &no_request ? STAGE_GENERATE : STAGE_PROVE, why);
}

static void refuse_for_budget(prober *p, probe *t) {
  long most = (long)p->factory->catalog->policy.billed_per_day;
  const char *next_day = time_text(p->arena, ledger_since_ms(wall_ms()) + ONE_DAY_MS);
  shortfall why = { .code = ROSTER_REASON_BILLED_BUDGET_SPENT, .text = "validate { billed_per_day = 0 } allows none" };
  if (most > 0) why.text = arena_printf(p->arena, "today's %ld billed requests are spent", most), why.where = next_day;
  go_without(p, t, &why);
}

/* By another process, as is known since the request was counted; then it is decided. */
static bool is_paid_for(prober *p, probe *t) {
  proof known;
  bool holds = false;
  recall(p, t, p->arena, &known, &holds);
  if (!holds) return false;
  billing_unsent(p);
  decide_by(p, t, &known);
  return true;
}

static void send(prober *p, probe *t, bool binds) {
  const protocol *speaks = t->service->model->speaks;
  api_request q = { 0 };
  const script_ref ref = model_generate(t->service->model);
  const provider *of = t->service->provider->generate ? t->service->provider : NULL;
  const char *wrong = ref ? script_request(p->script, ref, t->service->model, &q) : NULL;
  if (wrong) {
    prober_fail_one(p, t, STAGE_GENERATE, &(culprit){ "generate", of ? "provider" : "protocol", of ? &of->head : &speaks->head, ref },
                    wrong);
  } else if (!q.path) {
    go_without(p, t, &no_request);
  } else {
    t->billed = true; /* it is not ahead of itself */
    const bool counted = count_one(p, binds);
    t->billed = counted && !is_paid_for(p, t);
    if (!counted) refuse_for_budget(p, t);
    if (t->billed) prober_queue(p, t->endpoint, t, STAGE_GENERATE, speaks, &q);
  }
}

/* The same thing under another id, whose request is under way; NULL for none. */
static probe *twin_of(const prober *p, const probe *t) {
  size_t count = p->factory->catalog->models.count + p->found_count;
  for (size_t i = 0; i < count; i++) {
    probe *other = probe_at(p, i);
    const service *a = other->service, *b = t->service;
    if (other != t && other->billed && other->endpoint == t->endpoint && text_is(a->model->api_name, b->model->api_name) &&
        a->model->speaks == b->model->speaks)
      return other;
  }
  return NULL;
}

static void wait(prober *p, probe *t) { LIST_PUSH(p->arena, p->billing.waiting, p->billing.count, p->billing.room, t); }

/* ---- whether ---- */

static int64_t pause_after(long failures) {
  int64_t pause = FIRST_PAUSE_MS;
  for (long i = 1; i < failures && pause < LONGEST_PAUSE_MS; i++) pause *= 2;
  return pause < LONGEST_PAUSE_MS ? pause : LONGEST_PAUSE_MS;
}

/* A failure of a later time than now is of a clock that was set otherwise. */
static bool is_paused(const prober *p, const proof *known) {
  const int64_t since = wall_ms() - known->failed_ms;
  return p->billing.by_clock && known->failures && since >= 0 && since < pause_after(known->failures);
}

/* Its last request has failed a short time ago: what was said then is said again. */
static void decide_as_before(prober *p, probe *t, const proof *known) {
  const outcome *before = p->failed_before ? p->failed_before(p->payload, t->service) : NULL;
  if (before) {
    prober_decide(p, t, before);
    return;
  }
  const char *next = time_text(p->arena, known->failed_ms + pause_after(known->failures));
  const char *what = arena_printf(p->arena, "the last billed request, at %s, proved nothing; the next is sent after %s",
                                  time_text(p->arena, known->failed_ms), next);
  go_without(p, t, &(shortfall){ .code = ROSTER_REASON_NOT_BILLED, .text = what });
}

#define WHOM "billed requests are sent only for models that are recommended, in use or checked by name"

static void ask_within_budget(prober *p, probe *t, bill_rank rank) {
  long most = left(p);
  if (most <= 0)
    refuse_for_budget(p, t);
  else if (count_ahead(p, rank) >= most)
    wait(p, t);
  else
    send(p, t, true);
}

void billing_generate(prober *p, probe *t) {
  proof known = { 0 };
  bool holds = false;
  bill_rank rank = rank_of(p, t);
  recall(p, t, p->arena, &known, &holds);
  t->unrefuted = known.holds;
  probe *twin = holds ? NULL : twin_of(p, t);
  if (holds)
    decide_by(p, t, &known);
  else if (!model_generate(t->service->model))
    go_without(p, t, &no_request);
  else if (twin && !twin->service->outcome.decided)
    wait(p, t);
  else if (twin)
    prober_decide(p, t, &twin->service->outcome);
  else if (rank == BILL_NAMED)
    send(p, t, false);
  else if (rank == BILL_NOBODY)
    go_without(p, t, &(shortfall){ .code = ROSTER_REASON_NOT_BILLED, .text = WHOM });
  else if (is_paused(p, &known))
    decide_as_before(p, t, &known);
  else
    ask_within_budget(p, t, rank);
}

void billing_resume(prober *p, bool last) {
  billing *b = &p->billing;
  probe **before = b->waiting;
  size_t count = b->count;
  uint64_t queued = p->exchanges.queued;
  b->waiting = NULL;
  b->count = b->room = 0;
  for (size_t i = 0; i < count; i++) billing_generate(p, before[i]);
  bool stuck = last && b->count == count && queued == p->exchanges.queued;
  for (size_t i = 0; stuck && i < count; i++) refuse_for_budget(p, b->waiting[i]);
  if (stuck) b->count = 0;
}

/* ---- what came of it ---- */

static bool is_no(roster_state state) {
  return state == ROSTER_BAD_CREDENTIAL || state == ROSTER_NO_ACCESS || state == ROSTER_NO_QUOTA || state == ROSTER_NOT_LISTED;
}

void billing_unsent(prober *p) { ledger_unsend(p->billing.ledger, wall_ms()); }

void billing_note(prober *p, const probe *t, const completed *done) {
  ledger *l = p->billing.ledger;
  const outcome *is = &t->service->outcome;
  if (!done->exchange->started) {
    billing_unsent(p);
    return;
  }
  proof shown = ledger_proof_of(p->factory->sources->ring, t->service);
  shown.at_ms = done->at_ms;
  shown.holds = is->state == ROSTER_READY && is->stage == STAGE_GENERATE;
  shown.http_status = done->response->status;
  shown.latency_ms = is->latency_ms;
  shown.served = (char *)is->served;
  ledger_note(l, &shown, is_no(is->state));
  if (is->state == ROSTER_BAD_CREDENTIAL) ledger_end(l, shown.of, true, done->at_ms);
}

void billing_end(prober *p) {
  size_t count = p->factory->catalog->models.count + p->found_count;
  for (size_t i = 0; i < count; i++) {
    const service *s = probe_at(p, i)->service;
    bool keyless = s->outcome.state == ROSTER_NO_CREDENTIAL && s->outcome.code != ROSTER_REASON_HELPER_FAILED;
    if (!keyless && !is_no(s->outcome.state)) continue;
    const proof it = ledger_proof_of(p->factory->sources->ring, s);
    if (keyless)
      ledger_end_place(p->billing.ledger, it.place, wall_ms());
    else
      ledger_end(p->billing.ledger, it.of, false, wall_ms());
  }
}
