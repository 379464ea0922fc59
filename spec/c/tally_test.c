/* tally: what a snapshot says of each provider is counted right where the models of many providers take turns, and without going through
 * all providers for each model.
 *
 * Links with: build/obj/util.a
 */
#include "roster.h"

static unsigned long asked; /* for a provider by its position */

static const roster_provider *counted_provider_at(const roster_snapshot *s, size_t i) {
  asked++;
  return roster_provider_at(s, i);
}

#define roster_provider_at counted_provider_at
#include "server/counters.c"
#undef roster_provider_at

#include "check.h"

enum { PROVIDERS = 300, MODELS = 3000, LINE = 200 };

/* What counters.c writes is nothing here. */
void expose_family(strbuf *out, const char *name, const char *type, const char *help) { (void)out, (void)name, (void)type, (void)help; }
void expose_count(strbuf *out, const char *name, labels of, uint64_t value) { (void)out, (void)name, (void)of, (void)value; }
void expose_histogram(strbuf *out, const char *name, labels of, const histogram *h) { (void)out, (void)name, (void)of, (void)h; }
void histogram_add(histogram *h, int64_t ms) { (void)h, (void)ms; }
arena *command_arena(void) { return arena_new(); }
void *grown(void *at, size_t size) { return realloc(at, size); }

static char *definitions(void) {
  char *text = malloc((PROVIDERS + MODELS) * LINE), *at = text;
  for (int p = 0; p < PROVIDERS; p++)
    at += sprintf(at,
                  "provider \"p%d\" { protocol = \"openai-chat\", base_url = \"https://p%d.example.test\", credential = secret \"P%d\" }\n",
                  p, p, p);
  for (int m = 0; m < MODELS; m++) at += sprintf(at, "model \"m%d\" { provider = \"p%d\", api_name = \"m%d\" }\n", m, m % PROVIDERS, m);
  return text;
}

static bool each_has_its_share(const roster_snapshot *s, const tally *t) {
  bool right = roster_provider_count(s) == PROVIDERS && roster_known_count(s) == MODELS;
  for (size_t i = 0; right && i < PROVIDERS; i++) right = t[i].in_state[ROSTER_NO_CREDENTIAL] == MODELS / PROVIDERS;
  return right;
}

static bool each_has_its_first(const roster_snapshot *s, const tally *t) {
  bool right = true;
  for (size_t i = 0; right && i < PROVIDERS; i++) {
    const roster_model *first = NULL;
    for (size_t k = 0; !first && k < MODELS; k++)
      if (roster_model_provider(roster_known_at(s, k)) == roster_provider_at(s, i)) first = roster_known_at(s, k);
    right = t[i].first[ROSTER_NO_CREDENTIAL] == first && !t[i].first[ROSTER_READY];
  }
  return right;
}

int main(void) {
  char *text = definitions();
  const roster_definition d = { "many.lua", text };
  roster_options o = ROSTER_OPTIONS_INIT;
  o.no_builtin = true;
  o.config = "";
  o.definitions = &d;
  o.definition_count = 1;
  o.level = ROSTER_LEVEL_CREDENTIAL;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) return 1;
  const roster_snapshot *s = roster_acquire(r);
  tally *t = tally_providers(s);
  check(t && each_has_its_share(s, t), "each provider's models are counted by their states");
  check(t && each_has_its_first(s, t), "the first of each state is the first in the order of the models");
  check(asked <= 2 * PROVIDERS, "no provider is looked for by going through all of them");
  free(t);
  roster_release(s);
  roster_close(r);
  free(text);
  return check_close();
}
