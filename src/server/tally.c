/* tally: see tally.h. */
#include "server/tally.h"

#include "command/shared/memory.h"

/* Models of one provider mostly follow each other, so the position of the last one is a good guess. */
static size_t position_of(const roster_snapshot *s, const roster_provider *p, size_t guess) {
  if (roster_provider_at(s, guess) == p) return guess;
  size_t i = 0, count = roster_provider_count(s);
  while (i < count && roster_provider_at(s, i) != p) i++;
  return i;
}

/* Also where all of its models are still to be discovered. */
static bool is_configured(const roster_provider *p) { return roster_provider_enabled(p) && roster_provider_credential_set(p); }

tally *tally_providers(const roster_snapshot *s) {
  size_t count = roster_provider_count(s), position = 0;
  tally *tallies = grown(NULL, count * sizeof *tallies);
  for (size_t i = 0; i < count; i++) tallies[i] = (tally){ .latency_ms = -1, .configured = is_configured(roster_provider_at(s, i)) };
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    position = position_of(s, roster_model_provider(m), position);
    if (position == count) continue;
    tally *t = &tallies[position];
    t->in_state[roster_model_state(m)]++;
    t->stale += roster_model_usable(m) && roster_model_stale(m);
    t->configured = t->configured || roster_model_configured(m);
    if (roster_model_latency_ms(m) > t->latency_ms) t->latency_ms = roster_model_latency_ms(m);
  }
  return tallies;
}
