/* ledger: see ledger.h. */
#include "library/validate/ledger.h"

#include "util/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t USED_FOR_MS = 7 * ONE_DAY_MS;   /* how long a model counts as in use */
static const int64_t USE_SAVED_MS = ONE_DAY_MS / 24; /* a use is written down once in that time */
static const int64_t FORGOTTEN_AFTER_MS = 30 * ONE_DAY_MS;

/* ---- what was proved ---- */

static uint64_t hash_text(uint64_t h, const char *text) { return text ? hash_bytes(text, strlen(text), h) : h; }

/* A helper may print a different string each time for the same credential. */
static uint64_t key_identity(const keyring *ring, const service *s) {
  return s->key->from_helper ? hash_text(ring->salt, s->key->source) : secret_fingerprint(ring, s->key->value);
}

static uint64_t hash_way(uint64_t h, const service *s) {
  return hash_text(hash_text(hash_text(h, s->provider->head.id), s->base), s->query);
}

static uint64_t hash_model(uint64_t h, const service *s) { return hash_text(hash_text(h, s->model->api_name), s->model->speaks->head.id); }

uint64_t service_identity(const keyring *ring, const service *s) { return hash_model(hash_way(key_identity(ring, s), s), s); }

uint32_t ledger_fold(uint64_t identity) { return (uint32_t)(identity ^ identity >> 32); }

proof ledger_proof_of(const keyring *ring, const service *s) {
  return (proof){ .of = ledger_fold(service_identity(ring, s)),
                  .account = ledger_fold(hash_way(key_identity(ring, s), s)),
                  .place = ledger_fold(hash_model(hash_way(ring->salt, s), s)) };
}

/* ---- opening ---- */

void ledger_open(ledger *l) { pthread_mutex_init(&l->lock, NULL); }

void ledger_free(ledger *l) {
  for (size_t i = 0; i < l->proof_count; i++) free(l->proofs[i].served);
  for (size_t i = 0; i < l->use_count; i++) free(l->uses[i].id);
  free(l->proofs);
  free(l->uses);
  pthread_mutex_destroy(&l->lock);
}

/* ---- proofs. Where memory runs out one is not remembered, and paid for again. ---- */

static proof *find(ledger *l, uint32_t of) { /* locked, as all that follow */
  for (size_t i = 0; i < l->proof_count; i++)
    if (l->proofs[i].of == of) return &l->proofs[i];
  return NULL;
}

static proof *add(ledger *l, uint32_t of) {
  if (l->proof_count == l->proof_room) {
    size_t room = l->proof_room * 2 + 16;
    void *wider = realloc(l->proofs, room * sizeof *l->proofs);
    if (!wider) return NULL;
    l->proofs = wider;
    l->proof_room = room;
  }
  l->proofs[l->proof_count] = (proof){ .of = of };
  return &l->proofs[l->proof_count++];
}

static void set(proof *into, const proof *from) {
  char *served = from->served ? strdup(from->served) : NULL;
  free(into->served);
  *into = *from;
  into->served = served;
}

bool ledger_find(ledger *l, arena *a, uint32_t of, proof *out) {
  pthread_mutex_lock(&l->lock);
  const proof *p = find(l, of);
  if (p) *out = *p;
  char *served = a && p && p->served ? strdup(p->served) : NULL; /* an arena that is full jumps, which would leave the lock taken */
  pthread_mutex_unlock(&l->lock);
  out->served = NULL;
  if (served) out->served = arena_text(a, served);
  free(served);
  return p != NULL;
}

void ledger_note(ledger *l, const proof *p, bool conclusive) {
  pthread_mutex_lock(&l->lock);
  proof *known = find(l, p->of);
  long failures = known ? known->failures : 0;
  bool kept = known && known->holds && !p->holds && !conclusive;
  if (!known) known = add(l, p->of);
  if (known && !kept) set(known, p);
  if (known) known->failures = p->holds ? 0 : failures + 1;
  if (known) known->failed_ms = p->holds ? 0 : p->at_ms;
  pthread_mutex_unlock(&l->lock);
}

static bool end(proof *p, int64_t now_ms) {
  bool held = p->holds;
  if (held) p->at_ms = now_ms;
  p->holds = false;
  return held;
}

bool ledger_end(ledger *l, uint32_t of, bool of_key, int64_t now_ms) {
  bool any = false;
  pthread_mutex_lock(&l->lock);
  const proof *known = find(l, of);
  uint32_t account = known ? known->account : 0;
  for (size_t i = 0; known && i < l->proof_count; i++)
    if (l->proofs[i].of == of || (of_key && l->proofs[i].account == account)) any = end(&l->proofs[i], now_ms) || any;
  pthread_mutex_unlock(&l->lock);
  return any;
}

void ledger_end_place(ledger *l, uint32_t place, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  for (size_t i = 0; i < l->proof_count; i++)
    if (l->proofs[i].place == place) end(&l->proofs[i], now_ms);
  pthread_mutex_unlock(&l->lock);
}

/* ---- the day. One by the calendar, so that people know when it is over, and two processes can add to one count. ---- */

static int64_t day_of(int64_t now_ms) { return now_ms / ONE_DAY_MS; }

int64_t ledger_since_ms(int64_t now_ms) { return day_of(now_ms) * ONE_DAY_MS; }

static int64_t distance(int64_t a, int64_t b) { return a < b ? b - a : a - b; }

static day_count *find_day(ledger *l, int64_t day) {
  for (size_t i = 0; i < l->day_count; i++)
    if (l->days[i].day == day) return &l->days[i];
  return NULL;
}

/* Where there is room for no more, the day that is farthest from `now` goes; NULL when this is the farthest. */
static day_count *add_day(ledger *l, int64_t day, int64_t now) {
  day_count *into = &l->days[0];
  for (size_t i = 1; i < l->day_count; i++)
    if (distance(l->days[i].day, now) > distance(into->day, now)) into = &l->days[i];
  if (l->day_count < LEDGER_DAYS)
    into = &l->days[l->day_count++];
  else if (distance(into->day, now) <= distance(day, now))
    return NULL;
  *into = (day_count){ .day = day };
  return into;
}

static day_count *count_of(ledger *l, int64_t day, int64_t now) {
  day_count *known = find_day(l, day);
  return known ? known : add_day(l, day, now);
}

static day_count *present(ledger *l, int64_t now_ms) { return count_of(l, day_of(now_ms), day_of(now_ms)); }

long ledger_today(ledger *l, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  long today = present(l, now_ms)->sent;
  pthread_mutex_unlock(&l->lock);
  return today;
}

static void count_sent(day_count *today) {
  today->sent++;
  today->own++;
}

bool ledger_spend(ledger *l, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  day_count *today = present(l, now_ms);
  const bool good = today->promised > 0;
  if (good) today->promised--;
  if (good) count_sent(today);
  pthread_mutex_unlock(&l->lock);
  return good;
}

bool ledger_claim(ledger *l, const bill_claim *c, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  day_count *today = present(l, now_ms);
  const bool good = !c->binds || today->sent < c->most;
  if (good) count_sent(today);
  const long room = c->most > today->sent ? c->most - today->sent : 0;
  if (good) today->promised = c->wanted < room ? c->wanted : room;
  pthread_mutex_unlock(&l->lock);
  return good;
}

void ledger_unsend(ledger *l, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  day_count *today = present(l, now_ms);
  if (today->sent > 0) today->sent--;
  if (today->own > 0) today->own--;
  pthread_mutex_unlock(&l->lock);
}

bool ledger_settle(ledger *l) {
  bool any = false;
  pthread_mutex_lock(&l->lock);
  for (size_t i = 0; i < l->day_count; i++) {
    any = any || l->days[i].promised;
    l->days[i].promised = 0;
  }
  pthread_mutex_unlock(&l->lock);
  return any;
}

/* ---- what is in use ---- */

static use *find_use(ledger *l, const char *id) {
  for (size_t i = 0; i < l->use_count; i++)
    if (strcmp(l->uses[i].id, id) == 0) return &l->uses[i];
  return NULL;
}

static use *add_use(ledger *l, const char *id) {
  if (l->use_count == l->use_room) {
    size_t room = l->use_room * 2 + 8;
    void *wider = realloc(l->uses, room * sizeof *l->uses);
    if (!wider) return NULL;
    l->uses = wider;
    l->use_room = room;
  }
  char *copy = strdup(id);
  if (!copy) return NULL;
  l->uses[l->use_count] = (use){ .id = copy };
  return &l->uses[l->use_count++];
}

bool ledger_use(ledger *l, const char *id, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  use *u = find_use(l, id);
  bool news = !u || now_ms - u->at_ms >= USE_SAVED_MS;
  if (!u) u = add_use(l, id);
  if (u && news) u->at_ms = now_ms;
  pthread_mutex_unlock(&l->lock);
  return u && news;
}

const char *ledger_used_at(ledger *l, arena *a, size_t index, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  bool there = index < l->use_count;
  bool late = there && now_ms - l->uses[index].at_ms < USED_FOR_MS;
  char *id = late ? strdup(l->uses[index].id) : NULL;
  pthread_mutex_unlock(&l->lock);
  if (!there) return NULL;
  const char *copy = id ? arena_text(a, id) : "";
  free(id);
  return copy;
}

/* ---- in the file ---- */

bool ledger_is_empty(ledger *l) {
  pthread_mutex_lock(&l->lock);
  bool empty = !l->proof_count && !l->use_count;
  for (size_t i = 0; i < l->day_count; i++) empty = empty && !l->days[i].sent && !l->days[i].saved;
  pthread_mutex_unlock(&l->lock);
  return empty;
}

static int64_t member(const json_t *of, const char *name) { return json_integer_value(json_object_get(of, name)); }

static bool is_later(const proof *p, int64_t now_ms) { return p->at_ms > now_ms || p->failed_ms > now_ms; }

/* One of a later time than now, as while the clock is set back, does not hold, and is kept for when that time comes again, until another
 * is made. */
static bool is_news(const proof *there, const proof *known, int64_t now_ms) {
  if (is_later(there, now_ms) != is_later(known, now_ms)) return is_later(known, now_ms);
  return known->at_ms < there->at_ms || known->failed_ms < there->failed_ms;
}

static void merge_proof(ledger *l, const json_t *from, int64_t now_ms) {
  const proof there = { .of = (uint32_t)member(from, "identity"),
                        .account = (uint32_t)member(from, "account"),
                        .place = (uint32_t)member(from, "place"),
                        .at_ms = member(from, "at_ms"),
                        .holds = json_is_true(json_object_get(from, "holds")),
                        .failures = (long)member(from, "failures"),
                        .failed_ms = member(from, "failed_ms"),
                        .http_status = (int)member(from, "http_status"),
                        .latency_ms = (long)member(from, "latency_ms"),
                        .served = (char *)json_string_value(json_object_get(from, "served")) };
  proof *known = find(l, there.of);
  if (known && !is_news(&there, known, now_ms)) return;
  if (!known) known = add(l, there.of);
  if (known) set(known, &there);
}

static void merge_use(ledger *l, const char *id, int64_t at_ms) {
  use *u = find_use(l, id);
  if (!u) u = add_use(l, id);
  if (u && u->at_ms < at_ms) u->at_ms = at_ms;
}

/* What is more there than this process wrote was sent by others, or promised to them; what is less they have given back. What this process
 * has sent itself stays counted, whoever wrote the file. */
static void merge_count(ledger *l, int64_t day, long there, int64_t now_ms) {
  day_count *known = there > 0 ? count_of(l, day, day_of(now_ms)) : find_day(l, day);
  if (!known || there < 0) return;
  known->sent += there - known->saved;
  known->saved = there;
  if (known->sent < known->own) known->sent = known->own;
}

static void merge_counts(ledger *l, const json_t *from, int64_t now_ms) {
  const json_t *others = json_object_get(from, "other_days");
  merge_count(l, member(from, "day"), (long)member(from, "today"), now_ms);
  for (void *at = json_object_iter((json_t *)others); at; at = json_object_iter_next((json_t *)others, at))
    merge_count(l, strtoll(json_object_iter_key(at), NULL, 10), (long)json_integer_value(json_object_iter_value(at)), now_ms);
}

void ledger_merge(ledger *l, const json_t *from, bool with_proofs, int64_t now_ms) {
  const json_t *proofs = with_proofs ? json_object_get(from, "proofs") : NULL, *uses = json_object_get(from, "in_use");
  pthread_mutex_lock(&l->lock);
  for (size_t i = 0; i < json_array_size(proofs); i++) merge_proof(l, json_array_get(proofs, i), now_ms);
  for (void *at = json_object_iter((json_t *)uses); at; at = json_object_iter_next((json_t *)uses, at))
    merge_use(l, json_object_iter_key(at), json_integer_value(json_object_iter_value(at)));
  merge_counts(l, from, now_ms);
  pthread_mutex_unlock(&l->lock);
}

static void write_proof(writer *w, const proof *p) {
  write_open(w, NULL, '{');
  write_integer(w, "identity", p->of);
  write_integer(w, "account", p->account);
  write_integer(w, "place", p->place);
  write_integer(w, "at_ms", p->at_ms);
  write_flag(w, "holds", p->holds);
  write_integer(w, "failures", p->failures);
  write_integer(w, "failed_ms", p->failed_ms);
  write_integer(w, "http_status", p->http_status);
  write_integer(w, "latency_ms", p->latency_ms);
  if (p->served) write_text(w, "served", p->served);
  write_close(w, '}');
}

static void write_counts(ledger *l, writer *w, int64_t now_ms) {
  const day_count *today = present(l, now_ms);
  for (size_t i = 0; i < l->day_count; i++) l->days[i].saved = l->days[i].sent + l->days[i].promised;
  write_integer(w, "day", today->day);
  write_integer(w, "today", today->saved);
  write_open(w, "other_days", '{');
  for (size_t i = 0; i < l->day_count; i++) {
    const day_count *c = &l->days[i];
    char day[24];
    snprintf(day, sizeof day, "%lld", (long long)c->day);
    if (c != today && c->saved) write_integer(w, day, c->saved);
  }
  write_close(w, '}');
}

void ledger_write(ledger *l, writer *w, const char *name, int64_t now_ms) {
  pthread_mutex_lock(&l->lock);
  write_open(w, name, '{');
  write_counts(l, w, now_ms);
  write_open(w, "proofs", '[');
  for (size_t i = 0; i < l->proof_count; i++)
    if (now_ms - l->proofs[i].at_ms < FORGOTTEN_AFTER_MS) write_proof(w, &l->proofs[i]);
  write_close(w, ']');
  write_open(w, "in_use", '{');
  for (size_t i = 0; i < l->use_count; i++)
    if (now_ms - l->uses[i].at_ms < USED_FOR_MS) write_integer(w, l->uses[i].id, l->uses[i].at_ms);
  write_close(w, '}');
  write_close(w, '}');
  pthread_mutex_unlock(&l->lock);
}
