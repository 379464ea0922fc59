/* pick: the verb that prints the id of the best usable model that meets some needs, or why there is none. */
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <stdlib.h>

static void write_document(const roster_snapshot *s, const roster_needs *needs, bool all) {
  size_t length = roster_write_pick_json(s, needs, all, NULL, 0);
  char *text = grown(NULL, length + 1);
  roster_write_pick_json(s, needs, all, text, length + 1);
  document_write_text(text);
  free(text);
}

static void write_ids(const roster_snapshot *s, const roster_needs *needs, size_t count) {
  const roster_model **models = grown(NULL, count * sizeof *models);
  roster_pick(models, count, NULL, s, needs, NULL);
  for (size_t i = 0; i < count; i++) puts(roster_model_id(models[i]));
  free(models);
}

/* Nothing is asserted that was not asked. */
static void tell_unasked(const roster_snapshot *s, const roster_needs *needs) {
  const roster_model *best = NULL;
  if (roster_pick(&best, 1, NULL, s, needs, NULL) == ROSTER_OK && !roster_model_configured(best) && !roster_model_usable(best))
    notice("no key is set: this is the best defined model");
}

static int answer(const host *h, const arguments *o) {
  roster_needs needs = o->needs.needs;
  roster_pick_counts counts = { .size = sizeof counts };
  roster_error err;
  const bool all = arguments_have(o, OPTION_ALL);
  needs.unasked = arguments_have(o, OPTION_OFFLINE);
  const roster_status status = roster_pick(NULL, 0, &counts, h->snapshot, &needs, &err);
  if (arguments_have(o, OPTION_JSON))
    write_document(h->snapshot, &needs, all);
  else if (status == ROSTER_OK)
    write_ids(h->snapshot, &needs, all ? counts.count : 1);
  if (status != ROSTER_OK) print_message(&err);
  if (needs.unasked) tell_unasked(h->snapshot, &needs);
  return status == ROSTER_OK ? EXIT_GOOD : EXIT_NOT;
}

/* Before anybody is asked. */
static int check_needs(const host *h, const arguments *o) {
  roster_error err;
  return roster_pick(NULL, 0, NULL, h->snapshot, &o->needs.needs, &err) == ROSTER_EINVALID ? print_error(o, &err) : EXIT_GOOD;
}

int pick_run(const arguments *o) {
  host h;
  int code = host_open(&h, o);
  if (!code) code = check_needs(&h, o);
  if (!code && !arguments_have(o, OPTION_OFFLINE)) code = host_ask(&h);
  if (!code) {
    host_warn(&h);
    code = answer(&h, o);
  }
  host_close(&h);
  return code;
}
