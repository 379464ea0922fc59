/* growth: how long a model takes among few and among many: processor time of everything that a host pays for, over registries of several
 * sizes whose models are all defined, or all discovered. A transport in this process answers from memory. Uses only roster.h.
 *
 *     growth ROUNDS [MOST_MODELS]
 *
 * prints a line for each step: defined or discovered, the step, us per model for each size, and the time per model of the largest size as
 * a multiple of that of 1,000; medians of the rounds. Each round goes through all sizes in turn, and through the small ones several times.
 * A lookup depends on what fits into the processor's caches, so the same lookups go through a perfect hash too. */
#include "perfect.h"
#include "quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  SIZES = 4,
  REFERENCE = 1, /* the size that the last is compared with */
  MOST_ROUNDS = 100,
  MOST_OF_PROVIDER = 1000, /* discovery takes no more of one listing */
  LEAST_PROVIDERS = 4,     /* of defined models */
  LEAST_MODELS = 5 * 1000, /* gone through in a round, however small the size */
  LEAST_LOOKUPS = 200 * 1000,
  MOST_IN_FLIGHT = 8, /* to one provider */
  MISSING = 3,        /* names that the second listing of the first provider leaves out */
};

static const size_t sizes[SIZES] = { 100, 1000, 10 * 1000, 50 * 1000 };

typedef enum step { LOAD, REFRESH_1, REFRESH_2, PROOFS, PERFECT, LOOKUP, UNKNOWN, DOCUMENT, DIFF, RELOAD, STEPS } step;

static const char *const step_names[STEPS] = {
  "load", "refresh_1", "refresh_2", "refresh_with_proofs", "lookup_in_a_perfect_hash", "lookup", "unknown_id", "document", "diff", "reload"
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void give_up(const char *message) {
  fprintf(stderr, "growth: %s\n", message);
  exit(1);
}

/* ---- growing text ---- */

typedef struct text {
  char *at;
  size_t length, room;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...) {
  __builtin_va_list args;
  if (t->room - t->length < 1024) t->at = no_less(realloc(t->at, t->room = t->room * 2 + 64 * 1024));
  __builtin_va_start(args, format);
  t->length += (size_t)vsnprintf(t->at + t->length, t->room - t->length, format, args);
  __builtin_va_end(args);
}

/* ---- one registry's worth of data ---- */

typedef struct request {
  uint64_t id;
  size_t provider;
  bool lists; /* else it asks for one model */
} request;

typedef struct scene {
  bool discovered;
  size_t models, providers;
  text providers_text, proving_text; /* the same with listings that prove no model */
  text *model_texts;                 /* a file for each provider */
  roster_definition *definitions;
  roster_variable *environment;
  text *listings, shorter; /* what each provider lists; the first one's second listing */
  roster_transport transport;
  bool later; /* the first provider's listing is the shorter one by now */
  request *waiting;
  size_t waiting_count;
  roster_http_response response;
  const char **ids;   /* shuffled copies */
  double took[STEPS]; /* in this round, of all models together */
} scene;

static roster_status start(void *self, const roster_http_request *q) {
  scene *s = self;
  const char *number = strstr(q->url, "//p"), *path = strstr(q->url, "/models");
  if (!number || !path || s->waiting_count == s->providers * MOST_IN_FLIGHT) return ROSTER_EINVALID;
  s->waiting[s->waiting_count++] = (request){ q->id, (size_t)strtoul(number + 3, NULL, 10), strcmp(path, "/models") == 0 };
  return ROSTER_OK;
}

static const char ONE_MODEL[] = "{\"id\":\"this-one\",\"object\":\"model\"}";

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  static const text one = { .at = (char *)ONE_MODEL, .length = sizeof ONE_MODEL - 1 };
  scene *s = self;
  (void)timeout_ms;
  *out = NULL;
  if (!s->waiting_count) return ROSTER_OK;
  const request *q = &s->waiting[--s->waiting_count];
  const text *body = !q->lists ? &one : s->later && q->provider == 0 ? &s->shorter : &s->listings[q->provider];
  s->response = (roster_http_response){ .size = sizeof s->response, .id = q->id, .message = "", .status = 200 };
  s->response.body = body->at;
  s->response.body_bytes = body->length;
  *out = &s->response;
  return ROSTER_OK;
}

static void cancel_all(void *self) { ((scene *)self)->waiting_count = 0; }

static void write_provider(text *t, size_t p, const char *proves, bool discovers) {
  add(t, "provider \"p%zu\" {\n  title       = \"Provider %zu\",\n  protocol    = \"openai-chat\",\n", p, p);
  add(t, "  base_url    = \"https://p%zu.example.test/v1\",\n  credential  = secret \"P%zu_API_KEY\",\n", p, p);
  add(t, "  list_proves = \"%s\",\n%s}\n\n", proves, discovers ? "  discover    = true,\n" : "");
}

static void write_model(text *t, size_t p, size_t m) {
  add(t, "model \"maker-%zu-flagship-%zu\" {\n  provider          = \"p%zu\",\n  api_name          = \"flagship-%zu-of-%zu\",\n", p, m, p,
      m, p);
  add(t, "  description       = \"Flagship %zu of provider %zu (balanced between speed and depth)\",\n", m, p);
  add(t, "  family            = \"flagship\",\n  tier              = \"balanced\",\n  status            = \"current\",\n");
  add(t, "  release_date      = \"2026-10-%02zu\",\n  context_window    = %zu * K,\n  max_output_tokens = 128 * K,\n", m % 28 + 1, 200 + m);
  add(t, "  price             = { input = %g, output = %zu },\n  input_modalities  = { \"text\", \"image\" },\n", (double)m / 4, m);
  add(t, "  reasoning         = true,\n  tool_call         = true,\n  aliases           = { \"flagship-%zu-%zu\" },\n", p, m);
  if (m % 5 == 0) add(t, "  formerly          = { \"old-flagship-%zu-%zu\" },\n", p, m);
  add(t, "}\n\n");
}

static void list_names(text *t, size_t p, size_t count, size_t skip) {
  add(t, "{\"object\":\"list\",\"data\":[");
  for (size_t m = skip; m < count; m++)
    add(t, "%s{\"id\":\"flagship-%zu-of-%zu\",\"object\":\"model\",\"type\":\"chat\",\"created\":1790000000,\"owned_by\":\"provider-%zu\"}",
        m > skip ? "," : "", m, p, p);
  add(t, "]}");
}

static size_t models_of(const scene *s, size_t p) { return s->models / s->providers + (p < s->models % s->providers ? 1 : 0); }

static void set_up(scene *s, bool discovered, size_t models) {
  size_t least = discovered ? 1 : LEAST_PROVIDERS;
  *s = (scene){ .discovered = discovered, .models = models, .providers = models / MOST_OF_PROVIDER };
  if (!discovered) s->providers *= LEAST_PROVIDERS;
  if (s->providers < least) s->providers = least;
  s->transport = (roster_transport){ sizeof s->transport, s, start, next, cancel_all, NULL };
  s->model_texts = no_less(calloc(s->providers, sizeof *s->model_texts));
  s->definitions = no_less(calloc(s->providers + 1, sizeof *s->definitions));
  s->environment = no_less(calloc(s->providers, sizeof *s->environment));
  s->listings = no_less(calloc(s->providers, sizeof *s->listings));
  s->waiting = no_less(calloc(s->providers * MOST_IN_FLIGHT, sizeof *s->waiting));
  list_names(&s->shorter, 0, models_of(s, 0), MISSING);
  for (size_t p = 0; p < s->providers; p++) {
    char name[64], value[64], file[64];
    sprintf(name, "P%zu_API_KEY", p);
    sprintf(value, "sk-made-up-%zu-0123456789abcdef", p * 7919);
    sprintf(file, "models-%zu.lua", p);
    s->environment[p] = (roster_variable){ no_less(strdup(name)), no_less(strdup(value)) };
    write_provider(&s->providers_text, p, "access", discovered);
    write_provider(&s->proving_text, p, "key", discovered);
    list_names(&s->listings[p], p, models_of(s, p), 0);
    for (size_t m = 0; !discovered && m < models_of(s, p); m++) write_model(&s->model_texts[p], p, m);
    s->definitions[p + 1] = (roster_definition){ no_less(strdup(file)), s->model_texts[p].at };
  }
  s->definitions[0] = (roster_definition){ "providers.lua", s->providers_text.at };
}

static void set_down(scene *s) {
  for (size_t p = 0; p < s->providers; p++) {
    free((char *)s->environment[p].name), free((char *)s->environment[p].value);
    free((char *)s->definitions[p + 1].name), free(s->model_texts[p].at), free(s->listings[p].at);
  }
  for (size_t i = 0; i < s->models; i++) free((char *)s->ids[i]);
  free(s->ids), free(s->providers_text.at), free(s->shorter.at), free(s->model_texts), free(s->definitions), free(s->environment);
  free(s->listings), free(s->waiting), free(s->proving_text.at);
}

/* ---- the steps ---- */

static roster *open_scene(scene *s, roster_level level) {
  roster_options o = ROSTER_OPTIONS_INIT;
  roster_error err = { 0 };
  roster *r = NULL;
  o.no_builtin = true;
  o.config = "";
  o.definitions = s->definitions;
  o.definition_count = s->discovered ? 1 : s->providers + 1;
  o.environment = s->environment;
  o.environment_count = s->providers;
  o.transport = &s->transport;
  o.level = level;
  o.timeout_ms = o.deadline_ms = 600 * 1000; /* on the wall: a busy machine must not end what is measured */
  if (roster_open(&r, &o, &err) != ROSTER_OK) give_up(err.message);
  return r;
}

static void shuffle_ids(scene *s, const roster_snapshot *all) {
  unsigned long long seed = 42;
  s->ids = no_less(calloc(s->models, sizeof *s->ids));
  for (size_t i = 0; i < s->models; i++) s->ids[i] = roster_model_id(roster_at(all, i));
  for (size_t i = s->models - 1; i > 0; i--) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    size_t other = (size_t)(seed >> 33) % (i + 1);
    const char *id = s->ids[i];
    s->ids[i] = s->ids[other];
    s->ids[other] = id;
  }
  for (size_t i = 0; i < s->models; i++) s->ids[i] = no_less(strdup(s->ids[i]));
}

static const void *by_roster(const void *snapshot, const char *id) { return roster_find(snapshot, id); }
static const void *by_perfect_hash(const void *nothing, const char *id) { return (void)nothing, perfect_find(id); }

/* Asks for all of them often enough; takes what it took for all of them once. */
static void time_lookups(scene *s, step at, const void *find(const void *in, const char *id), const void *in) {
  size_t rounds = LEAST_LOOKUPS / s->models, found = 0;
  if (!rounds) rounds = 1;
  for (size_t i = 0; i < s->models; i++) found += find(in, s->ids[i]) != NULL;
  double began = now();
  for (size_t k = 0; k < rounds; k++)
    for (size_t i = 0; i < s->models; i++) found += find(in, s->ids[i]) != NULL;
  s->took[at] += (now() - began) / (double)rounds;
  if (found != (rounds + 1) * s->models) give_up("an id was not found");
}

static void time_document(scene *s, const roster_snapshot *all) {
  double began = now();
  size_t length = roster_write_models_json(all, NULL, NULL, 0);
  s->took[DOCUMENT] += now() - began;
  if (length < s->models) give_up("the document is too short");
}

static void time_diff(scene *s, const roster_snapshot *before, const roster_snapshot *after) {
  double began = now();
  size_t length = roster_write_changes_json(before, after, NULL, 0);
  s->took[DIFF] += now() - began;
  if (length < 64 || roster_each_change(before, after, NULL, NULL) < MISSING) give_up("there is no difference");
}

static void refresh(scene *s, roster *r, step at) {
  roster_error err = { 0 };
  double began = now();
  if (roster_refresh(r, &err) != ROSTER_OK) give_up(err.message);
  s->took[at] += now() - began;
}

/* Each is asked for by name. */
static void time_proofs(scene *s) {
  s->definitions[0].text = s->proving_text.at;
  s->later = false;
  roster *r = open_scene(s, ROSTER_LEVEL_PROVE);
  refresh(s, r, PROOFS);
  const roster_snapshot *all = roster_acquire(r);
  if (roster_count(all) != s->models) give_up("not every model was proved");
  roster_release(all);
  roster_close(r);
  s->definitions[0].text = s->providers_text.at;
}

/* Where nobody is asked nothing is discovered, so only definitions are read again. */
static void time_reload(scene *s) {
  if (s->discovered) return;
  roster *r = open_scene(s, ROSTER_LEVEL_CREDENTIAL);
  refresh(s, r, RELOAD);
  roster_close(r);
}

/* The candidates are looked for among all names. */
static void time_unknown(scene *s, const roster_snapshot *all) {
  roster_error err;
  double began = now();
  roster_status status = roster_resolve(NULL, all, "flagshop-17-of-0", NULL, &err);
  s->took[UNKNOWN] += now() - began;
  if (status != ROSTER_EUNKNOWN || !err.candidate_count) give_up("no candidate was found");
}

/* Every spelling that roster knows, so that both tables hold the same. */
static size_t name_model(const roster_model *m, const char **names, size_t count) {
  const char *name = roster_model_id(m);
  for (size_t i = 0; name; name = roster_model_alias_at(m, i++)) names[count++] = name;
  for (size_t i = 0; (name = roster_model_formerly_at(m, i)); i++) names[count++] = name;
  return count;
}

static char *qualified(const roster_model *m) {
  char name[256];
  snprintf(name, sizeof name, "%s/%s", roster_provider_id(roster_model_provider(m)), roster_model_id(m));
  return no_less(strdup(name));
}

static void time_perfect(scene *s, const roster_snapshot *all) {
  enum { MOST_NAMES = 3 };
  const char **names = no_less(calloc(s->models * MOST_NAMES, sizeof *names));
  size_t count = 0;
  for (size_t i = 0; i < s->models; i++) {
    count = name_model(roster_at(all, i), names, count);
    if (s->discovered) names[count++] = qualified(roster_at(all, i));
  }
  perfect_publish(names, (const void *const *)names, count);
  time_lookups(s, PERFECT, by_perfect_hash, NULL);
  for (size_t i = 1; s->discovered && i < count; i += 2) free((char *)names[i]);
  free(names);
}

static void go_through(scene *s) {
  double began = now();
  roster *r = open_scene(s, ROSTER_LEVEL_LIST);
  s->took[LOAD] += now() - began;
  s->later = false;
  refresh(s, r, REFRESH_1);
  const roster_snapshot *all = roster_acquire(r);
  if (roster_count(all) != s->models) give_up("not every model is usable");
  if (!s->ids) shuffle_ids(s, all);
  s->later = true;
  refresh(s, r, REFRESH_2);
  const roster_snapshot *fewer = roster_acquire(r);
  if (roster_count(fewer) != s->models - MISSING) give_up("the second listing made no difference");
  time_document(s, all);
  time_diff(s, all, fewer);
  time_lookups(s, LOOKUP, by_roster, all);
  time_perfect(s, all);
  time_unknown(s, all);
  roster_release(fewer);
  roster_release(all);
  roster_close(r);
  time_proofs(s);
  time_reload(s);
}

/* ---- rounds ---- */

static double taken[STEPS][SIZES + 1][MOST_ROUNDS]; /* us per model; last: the last size to 1,000 */

static void run(scene *s, size_t size, int round) {
  size_t times = LEAST_MODELS / s->models;
  if (!times) times = 1;
  memset(s->took, 0, sizeof s->took);
  for (size_t i = 0; i < times; i++) go_through(s);
  for (int k = 0; k < STEPS; k++) taken[k][size][round] = s->took[k] / 1e3 / (double)(times * s->models);
}

static void print(bool discovered, int rounds, size_t last) {
  for (int k = 0; k < STEPS; k++) {
    if (discovered && k == RELOAD) continue;
    printf("%s %s", discovered ? "discovered" : "defined", step_names[k]);
    for (size_t i = 0; i <= last; i++) printf(" %.4f", median(taken[k][i], rounds));
    printf(" %.3f\n", median(taken[k][SIZES], rounds));
  }
}

static void measure(bool discovered, int rounds, size_t last) {
  static scene scenes[SIZES];
  for (size_t i = 0; i <= last; i++) set_up(&scenes[i], discovered, sizes[i]);
  for (int round = 0; round < rounds; round++) {
    for (size_t i = 0; i <= last; i++) run(&scenes[i], i, round);
    for (int k = 0; k < STEPS; k++) taken[k][SIZES][round] = taken[k][last][round] / taken[k][REFERENCE][round];
  }
  print(discovered, rounds, last);
  for (size_t i = 0; i <= last; i++) set_down(&scenes[i]);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 0;
  size_t last = SIZES - 1;
  if (rounds < 1 || rounds > MOST_ROUNDS) return 2;
  while (argc > 2 && last > 0 && sizes[last] > strtoul(argv[2], NULL, 10)) last--;
  measure(false, rounds, last);
  measure(true, rounds, last);
  return 0;
}
