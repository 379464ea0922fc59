/* plain_lua: fuzzes files that are nothing but blocks of literals: what is read without Lua is what Lua reads of them, with the same
 * findings at the same places and the same origins. A line of Lua at the end of the text leaves all of it to Lua.
 *
 * Runs: 20000
 */
#include "fuzz.h"

#include "library/definitions/state.h"

enum { MOST_TOLD = 150 }; /* of more findings, a file has the first that come, and the fields of a Lua table have no order */

typedef struct told {
  char *at[MOST_TOLD];
  size_t count;
} told;

static void on_finding(void *payload, const roster_finding *f) {
  told *all = payload;
  if (all->count < MOST_TOLD && asprintf(&all->at[all->count], "%s:%d:%d-%d: %d %s\n%s\n%s", f->file, f->line, f->column, f->length,
                                         (int)f->severity, f->message, f->source ? f->source : "", f->fix ? f->fix : "") >= 0)
    all->count++;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static char *all_of(roster *r) {
  roster_models_choice stories = ROSTER_MODELS_CHOICE_INIT;
  stories.stories = true;
  const roster_snapshot *s = roster_acquire(r);
  const size_t models = roster_write_models_json(s, &stories, NULL, 0), providers = roster_write_providers_json(s, NULL, 0);
  char *text = malloc(models + providers + 1);
  MUST(text != NULL);
  roster_write_models_json(s, &stories, text, models + 1);
  roster_write_providers_json(s, text + models, providers + 1);
  roster_release(s);
  return text;
}

/* NULL where the definitions have errors. */
static char *load(const char *text, told *all) {
  roster_definition d;
  roster_options o = fuzz_options(&d, "fuzz.lua", text);
  roster *r = NULL;
  *all = (told){ .count = 0 };
  o.on_finding = on_finding;
  o.payload = all;
  const roster_status status = roster_open(&r, &o, NULL);
  MUST(status == ROSTER_OK || status == ROSTER_EDEFINITIONS);
  char *made = r ? all_of(r) : NULL;
  roster_close(r);
  qsort(all->at, all->count, sizeof *all->at, by_text);
  return made;
}

static void compare(const told *a, const told *b) {
  if (a->count == MOST_TOLD || b->count == MOST_TOLD) return;
  MUST(a->count == b->count);
  for (size_t i = 0; i < a->count; i++) MUST(strcmp(a->at[i], b->at[i]) == 0);
}

static void forget(told *all) {
  for (size_t i = 0; i < all->count; i++) free(all->at[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *forced = NULL;
  told plainly, by_lua;
  size_t models;
  if (plain_is(text, strlen(text), &models)) {
    MUST(asprintf(&forced, "%s\nlocal _ = 1", text) >= 0);
    MUST(!plain_is(forced, strlen(forced), &models));
    char *one = load(text, &plainly), *other = load(forced, &by_lua);
    compare(&plainly, &by_lua);
    MUST((one != NULL) == (other != NULL));
    MUST(!one || strcmp(one, other) == 0);
    free(one);
    free(other);
    forget(&plainly);
    forget(&by_lua);
  }
  free(forced);
  free(text);
  return 0;
}
