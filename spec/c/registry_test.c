/* registry: what a host in C relies on: publishing, keeping known-good models, bad reloads, threads, forks, small stacks, errors. */
#include "canned.h"
#include "check.h"

#include <locale.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static void opening_sends_no_requests(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_error err;
  check(roster_open(&r, &o, &err) == ROSTER_OK, "roster_open reads definitions that are given as a string");
  const roster_snapshot *s = roster_acquire(r);
  check(c.sent == 0 && roster_generation(s) == 0, "roster_open sends no requests and publishes generation 0");
  check(roster_count(s) == 0 && roster_known_count(s) == 2, "all models are known and none is usable before the first refresh");
  check(roster_model_state(roster_known(s, "alpha")) == ROSTER_UNPROVEN, "a model with a key is unproven before the first refresh");
  check(roster_find(s, "alpha") == NULL && roster_default(s) == NULL, "roster_find and roster_default return only usable models");
  roster_release(s);
  roster_close(r);
}

static void a_required_model_is_usable_or_an_error(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  char text[1024];
  snprintf(text, sizeof text, "%sretired \"old\" { replacement = \"beta\" }\n", CANNED_DEFINITIONS);
  roster_options o = canned_options(&c, &d, text);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  const roster_model *m = NULL;
  roster_error err;
  const roster_snapshot *s = roster_acquire(r);
  check(roster_require(&m, s, "alpha-0", &err) == ROSTER_ENOTREADY && !m &&
            strstr(err.message, "'alpha' is not ready (unproven): not checked yet") && *err.hint && strcmp(err.candidates[0], "alpha") == 0,
        "roster_require of a model that is not ready is an error with that model's reason");
  check(roster_require(&m, s, "old", &err) == ROSTER_ERETIRED && roster_require(&m, s, "alpa", &err) == ROSTER_EUNKNOWN &&
            strcmp(roster_status_name(ROSTER_ENOTREADY), "not_ready") == 0,
        "roster_require has different errors for a retired and an unknown id");
  roster_release(s);
  roster_refresh(r, NULL);
  s = roster_acquire(r);
  check(roster_require(&m, s, "alpha-0", NULL) == ROSTER_OK && m == roster_find(s, "alpha"), "roster_require returns a usable model");
  roster_release(s);
  roster_close(r);
}

static void a_long_id_has_no_candidates(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_error err;
  roster_open(&r, &o, NULL);
  const roster_snapshot *s = roster_acquire(r);
  static char id[8 * 1024 * 1024];
  memset(id, 'a', sizeof id - 1);
  check(roster_resolve(NULL, s, id, NULL, &err) == ROSTER_EUNKNOWN && err.candidate_count == 0,
        "an id of several megabytes is unknown and has no candidates");
  roster_release(s);
  roster_close(r);
}

static void renames_are_data(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  char text[1024];
  snprintf(text, sizeof text, "%smodel \"gamma\" { provider = \"acme\", formerly = { \"g1\", \"g2\" }, former_windows = { g2 = 8 * K } }\n",
           CANNED_DEFINITIONS);
  roster_options o = canned_options(&c, &d, text);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_rename *first = roster_rename_at(s, 0), *last = roster_rename_at(s, 2);
  check(roster_rename_count(s) == 3 && !roster_rename_at(s, 3) && roster_rename_count(NULL) == 0, "every former id is a rename");
  check(strcmp(first->from, "alpha-0") == 0 && strcmp(first->to, "alpha") == 0 && strcmp(first->defined_at, "acme.lua:3") == 0 &&
            first->context_window == 200000 && first->assumed_window == 0,
        "a rename has the old id, the new id, its place in the definitions and the context window");
  check(strcmp(last->from, "g2") == 0 && strcmp(last->to, "gamma") == 0 && last->assumed_window == 8000,
        "a rename has the context window that hosts assumed for the old id");
  roster_release(s);
  roster_close(r);
}

static void ids_are_the_hosts(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  char text[1024];
  snprintf(text, sizeof text, "%sids \"mine\" { a = \"alpha\", [\"a-small\"] = { model = \"alpha\", context_window = 9 * K } }\n",
           CANNED_DEFINITIONS);
  roster_options o = canned_options(&c, &d, text);
  roster *r = NULL;
  roster_error err;
  o.ids = "mien";
  check(roster_open(&r, &o, &err) == ROSTER_EINVALID && strstr(err.message, "did you mean 'mine'?"),
        "an unknown name of ids is refused at the opening with the nearest one");
  o.ids = "mine";
  roster_open(&r, &o, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *small = roster_known(s, "a-small"), *first = roster_known(s, "alpha");
  check(strcmp(roster_model_id(small), "a-small") == 0 && strcmp(roster_model_canonical_id(small), "alpha") == 0 &&
            roster_model_context_window(small) == 9000,
        "a spelling is an id with a window of its own, and the canonical id stays known");
  check(strcmp(roster_model_id(first), "a") == 0 && !roster_model_canonical_id(NULL), "a canonical id leads to the first spelling");
  roster_release(s);
  roster_close(r);
}

static void parts_of_the_document_are_documents(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  size_t bytes = 0;
  const char *all = roster_snapshot_json(s, &bytes);
  char one[4096], some[16384];
  check(roster_write_model_json(s, "alpha-0", one, sizeof one) > 100 && *one == '{' && strstr(all, one),
        "roster_write_model_json writes the same entry as the document of all models");
  check(roster_write_model_json(s, "nope", one, sizeof one) > 0 && strncmp(one, "{\"error\":", 9) == 0,
        "roster_write_model_json writes an error document for an unknown id");
  check(roster_write_models_json(s, NULL, some, sizeof some) == bytes && strcmp(some, all) == 0,
        "roster_write_models_json without a choice writes the complete document");
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  choice.provider_id = "nobody";
  roster_write_models_json(s, &choice, some, sizeof some);
  check(strncmp(some, "{\"models\":[],", 13) == 0 && strstr(some, "\"unavailable\":[],"),
        "the document for a provider without models has two empty lists");
  choice.provider_id = "acme";
  choice.stories = true;
  roster_write_models_json(s, &choice, some, sizeof some);
  roster_write_explain_json(s, "beta", one, sizeof one);
  check(strstr(some, one) != NULL, "the document with stories contains the explanation of each model");
  check(roster_write_models_json(NULL, NULL, some, sizeof some) == 0 && !*some,
        "roster_write_models_json writes nothing without a snapshot");
  roster_release(s);
  roster_close(r);
}

static const roster_field *field_named(const char *name) {
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (strcmp(f->name, name) == 0) return f;
  return NULL;
}

static void every_field_has_a_row(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  const roster_field *window = field_named("context_window"), *formerly = field_named("formerly"), *wire = field_named("api_name");
  check(window && window->type == ROSTER_FIELD_COUNT && strcmp(window->unit, "tokens") == 0 && window->fact &&
            roster_model_field_count(m, window) == roster_model_context_window(m) && !field_named("headers") && !field_named("enabled"),
        "a field that documents show has a type, a unit and a value");
  check(roster_model_field_flag(m, field_named("recommended")) == ROSTER_NO && roster_model_field_flag(m, window) == ROSTER_UNKNOWN &&
            roster_model_field_count(m, wire) == 0 && strcmp(roster_model_field_text(m, wire), "alpha-1") == 0 && !wire->fact &&
            strcmp(roster_model_field_text(m, field_named("family")), "") == 0,
        "reading a field as another type gives an unknown or empty value");
  check(strcmp(roster_model_field_item(m, formerly, 0), "alpha-0") == 0 && !roster_model_field_item(m, formerly, 1) &&
            !roster_model_field_item(m, wire, 0) && !roster_model_field_text(NULL, wire) && !roster_model_field_text(m, NULL),
        "the items of a list field are read one after another");
  check(roster_model_tool_call(m) == ROSTER_YES && roster_model_reasoning(m) == ROSTER_UNKNOWN &&
            roster_model_temperature(m) == ROSTER_NO && roster_model_structured_output(NULL) == ROSTER_UNKNOWN,
        "what nobody said of a model is unknown, and neither yes nor no");
  check(roster_model_reasoning_budget_min(m) == 0 && roster_model_reasoning_budget_max(m) == 9 &&
            roster_model_reasoning_budget_max(roster_known(s, "beta")) == -1 && roster_model_reasoning_budget_min(NULL) == -1 &&
            roster_model_field_known(m, field_named("reasoning_budget")) && !roster_model_tag_at(m, 0) &&
            strcmp(roster_model_interleaved_field(m), "") == 0,
        "a budget of reasoning may begin at 0, and is -1 where it is unknown");
  const roster_provider *acme = roster_provider_at(s, 0);
  check(!roster_provider_tag_at(acme, 0) && !roster_provider_tag_at(NULL, 0) && strcmp(roster_provider_extra(acme), "{}") == 0 &&
            !roster_provider_extra(NULL),
        "a provider without words of the deployer's own has none");
  check(!roster_model_field_known(m, field_named("reasoning")) && roster_model_field_known(m, field_named("temperature")) &&
            !roster_model_field_known(m, field_named("input_modalities")) &&
            roster_model_field_known(m, field_named("output_modalities")) && !roster_model_output_modality_at(m, 0) &&
            roster_model_field_known(m, field_named("aliases")) && !roster_model_field_known(m, field_named("family")) &&
            !roster_model_field_known(m, field_named("price")) && roster_model_field_known(m, wire) &&
            roster_model_field_known(m, window) && !roster_model_field_known(NULL, window),
        "a field that nobody gave is not known, and a list that was given empty is");
  bool all = true;
  for (size_t i = 0; roster_field_at(i); i++)
    all = all && roster_field_at(i)->index == i && strcmp(roster_origin_field_at(i), roster_field_at(i)->name) == 0 &&
          *roster_field_at(i)->doc;
  check(all, "each field has an origin and a description");
  roster_release(s);
  roster_close(r);
}

static void the_directory_can_be_disabled(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster_variable elsewhere[] = { { "ROSTER_CONFIG", "/nonexistent" }, { "ACME_API_KEY", "k" } };
  roster *r = NULL;
  o.environment = elsewhere;
  o.environment_count = 2;
  check(roster_open(&r, &o, NULL) == ROSTER_EDEFINITIONS && !r, "a configured directory that does not exist is an error");
  o.config = "";
  check(roster_open(&r, &o, NULL) == ROSTER_OK, "config = \"\" reads no directory, whatever the environment names");
  roster_close(r);
}

static void note_variable(void *payload, const char *name, bool secret) {
  char *all = payload;
  sprintf(all + strlen(all), "%s%s ", name, secret ? "!" : "");
}

static void variables_are_reported(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(
      &c, &d,
      "provider \"acme\" { protocol = \"openai-chat\", base_url = setting(\"ACME_URL\", \"https://a.test\"),\n"
      "  credential = { secret \"ACME_A\", secret \"ACME_B\" }, key_prefixes = { \"ac-\", \"ak-\" }, seen = \"2026-11-27\" }\n"
      "provider \"gone\" { protocol = \"openai-chat\", base_url = \"https://b.test\", retired = \"2026-07-30\",\n"
      "  replacement = \"acme\" }\n"
      "provider \"lost\" { protocol = \"openai-chat\", base_url = \"https://c.test\", retired = true }\n");
  char heard[256] = "";
  o.no_builtin = true;
  o.on_variable = note_variable;
  o.payload = heard;
  roster *r = NULL;
  check(roster_open(&r, &o, NULL) == ROSTER_OK && strcmp(heard, "ACME_URL ACME_A! ACME_B! ") == 0,
        "on_variable receives the variables that definitions name, and whether they are secrets");
  const roster_snapshot *s = roster_acquire(r);
  const roster_provider *p = roster_provider_at(s, 0);
  check(strcmp(roster_provider_defined_at(p), "acme.lua:1") == 0 && strcmp(roster_provider_key_prefix_at(p, 1), "ak-") == 0 &&
            !roster_provider_key_prefix_at(p, 2) && !roster_provider_key_prefix_at(NULL, 0) && !roster_provider_defined_at(NULL),
        "a provider has its place in the definitions and the prefixes of its keys");
  const roster_provider *gone = roster_provider_at(s, 1), *lost = roster_provider_at(s, 2);
  check(strcmp(roster_provider_seen(p), "2026-11-27") == 0 && !*roster_provider_retired(p) && !*roster_provider_replacement(p) &&
            !roster_provider_ended(p) && roster_provider_enabled(p),
        "a provider has the day on which it was last seen");
  check(!*roster_provider_seen(gone) && strcmp(roster_provider_retired(gone), "2026-07-30") == 0 && roster_provider_ended(gone) &&
            !roster_provider_enabled(gone) && strcmp(roster_provider_replacement(gone), "acme") == 0 &&
            strcmp(roster_provider_retired(lost), "true") == 0 && roster_provider_ended(lost),
        "one that has ended has the day of that, or true, and what replaces it, and is not enabled");
  check(!roster_provider_seen(NULL) && !roster_provider_retired(NULL) && !roster_provider_replacement(NULL) && !roster_provider_ended(NULL),
        "no provider has none of this");
  roster_release(s);
  roster_close(r);
}

static void a_refresh_publishes(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  const roster_snapshot *before = roster_acquire(r);
  check(roster_refresh(r, NULL) == ROSTER_OK && c.sent == 1, "a refresh requests one listing");
  const roster_snapshot *s = roster_acquire(r);
  check(roster_generation(s) == 1 && roster_count(s) == 2, "a refresh publishes the next generation");
  check(roster_find(s, "alpha") && roster_find(s, "alpha") == roster_find(s, "alpha-0"), "a former id leads to the same model");
  check(roster_find(s, "b") == roster_known(s, "beta"), "an alias leads to the same model");
  check(strcmp(roster_model_id(roster_default(s)), "alpha") == 0, "the default is the first ready model of its list");
  check(roster_count(before) == 0 && roster_generation(before) == 0, "a snapshot never changes");
  size_t bytes = 0;
  check(strlen(roster_snapshot_json(s, &bytes)) == bytes && bytes > 100, "the document's size is returned with the document");
  roster_release(before);
  roster_close(r);
  check(roster_model_context_window(roster_find(s, "alpha")) == 200000, "a snapshot outlives its registry");
  roster_release(s);
}

static void no_document_is_made(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *with = NULL, *without = NULL;
  size_t bytes = 1, length = 0;
  roster_open(&with, &o, NULL);
  o.no_document = true;
  roster_open(&without, &o, NULL);
  const roster_snapshot *s = roster_acquire(with), *bare = roster_acquire(without);
  check(!roster_snapshot_json(bare, &bytes) && bytes == 0, "with no_document a snapshot holds no document");
  const char *made = roster_snapshot_json(s, &length);
  char *written = calloc(1, length + 1);
  check(roster_write_models_json(bare, NULL, written, length + 1) == length && strcmp(written, made) == 0,
        "with no_document the same document is still written");
  free(written);
  roster_release(bare);
  roster_release(s);
  check(roster_refresh(without, NULL) == ROSTER_OK, "with no_document a refresh succeeds");
  bare = roster_acquire(without);
  check(roster_count(bare) == 2 && !roster_snapshot_json(bare, NULL), "with no_document the snapshot of a refresh holds none either");
  roster_release(bare);
  roster_close(with);
  roster_close(without);
}

static void refresh_with(canned *c, roster *r, int status, roster_http_failure failure) {
  c->status = status;
  c->failure = failure;
  c->body = status == 200 ? CANNED_LIST : "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}";
  roster_refresh(r, NULL);
}

static bool usable(roster *r, const char *id, bool *stale) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_find(s, id);
  if (stale) *stale = roster_model_stale(m);
  bool found = m != NULL;
  roster_release(s);
  return found;
}

static void outages_keep_what_was_proved(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  bool stale = false;
  roster_open(&r, &o, NULL);
  refresh_with(&c, r, 429, ROSTER_HTTP_ANSWERED);
  check(!usable(r, "alpha", NULL), "a 429 at the first refresh makes no model usable");
  refresh_with(&c, r, 200, ROSTER_HTTP_ANSWERED);
  check(usable(r, "alpha", &stale) && !stale, "a model that was just proved is not stale");
  refresh_with(&c, r, 429, ROSTER_HTTP_ANSWERED);
  check(usable(r, "alpha", &stale) && stale, "a 429 keeps a known-good model, marked stale");
  refresh_with(&c, r, 503, ROSTER_HTTP_ANSWERED);
  check(usable(r, "alpha", &stale) && stale, "a 503 keeps a known-good model, marked stale");
  refresh_with(&c, r, 0, ROSTER_HTTP_CONNECT);
  check(usable(r, "alpha", &stale) && stale, "an unreachable provider keeps a known-good model, marked stale");
  refresh_with(&c, r, 200, ROSTER_HTTP_ANSWERED);
  check(usable(r, "alpha", &stale) && !stale, "a successful refresh makes a stale model fresh again");
  refresh_with(&c, r, 401, ROSTER_HTTP_ANSWERED);
  check(!usable(r, "alpha", NULL), "a 401 removes a known-good model at once");
  refresh_with(&c, r, 200, ROSTER_HTTP_ANSWERED);
  refresh_with(&c, r, 402, ROSTER_HTTP_ANSWERED);
  check(!usable(r, "alpha", NULL), "a 402 removes a known-good model at once");
  refresh_with(&c, r, 200, ROSTER_HTTP_ANSWERED);
  refresh_with(&c, r, 403, ROSTER_HTTP_ANSWERED);
  check(!usable(r, "alpha", NULL), "a 403 removes a known-good model at once");
  refresh_with(&c, r, 200, ROSTER_HTTP_ANSWERED);
  c.status = 404; /* the listing is not there, and the model is not known */
  c.body = "{\"error\":{\"message\":\"no such model\",\"type\":\"t\",\"code\":\"model_not_found\"}}";
  roster_refresh(r, NULL);
  check(!usable(r, "alpha", NULL), "a 404 with the protocol's error code removes a known-good model at once");
  roster_close(r);
}

static char directory[CHECK_FOLDER];

static void write_definitions(const char *text) {
  char path[CHECK_PATH];
  snprintf(path, sizeof path, "%s/acme.lua", directory);
  FILE *f = fopen(path, "w");
  if (!f) return;
  fputs(text, f);
  fclose(f);
}

static roster *open_directory(canned *c) {
  roster_definition unused;
  roster_options o = canned_options(c, &unused, "");
  o.definitions = NULL;
  o.definition_count = 0;
  o.config = directory;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  return r;
}

static void a_bad_reload_keeps_the_models(void) {
  canned c;
  canned_init(&c);
  write_definitions(CANNED_DEFINITIONS);
  roster *r = open_directory(&c);
  roster_refresh(r, NULL);
  write_definitions("provider \"acme\" { protocol = \"openai-chat\", bse_url = 1 }");
  roster_error err;
  check(roster_refresh(r, &err) == ROSTER_EDEFINITIONS && err.line == 1, "a bad edit makes the refresh an error with the line");
  check(strstr(err.message, "did you mean 'base_url'?") != NULL, "the error about a bad edit suggests the nearest word");
  const roster_snapshot *s = roster_acquire(r);
  int line = 0;
  check(roster_count(s) == 2 && roster_definitions_error(s, NULL, &line) && line == 1,
        "the old models stay after a bad edit, with the error in the snapshot");
  check(strstr(roster_snapshot_json(s, NULL), "\"definitions_error\":{\"file\":") != NULL,
        "the document contains the error about a bad edit");
  const roster_finding *f = roster_definitions_finding(s);
  check(f && f->severity == ROSTER_ERROR && f->line == 1 && f->column == 45 && f->length == 7 && strcmp(f->message, err.message) == 0 &&
            strcmp(f->source, "provider \"acme\" { protocol = \"openai-chat\", bse_url = 1 }") == 0 &&
            strcmp(f->fix, "provider \"acme\" { protocol = \"openai-chat\", base_url = 1 }") == 0,
        "the snapshot after a bad edit has the line, the place in it, and what to write instead");
  roster_release(s);
  write_definitions(CANNED_DEFINITIONS);
  check(roster_refresh(r, NULL) == ROSTER_OK, "a repaired file is read again");
  s = roster_acquire(r);
  check(roster_definitions_error(s, NULL, NULL) == NULL && !roster_definitions_finding(s) && roster_generation(s) > 1,
        "the error is gone after a bad edit is repaired");
  roster_release(s);
  roster_close(r);
}

static void an_edit_forgets_what_was_proved(void) {
  canned c;
  canned_init(&c);
  write_definitions(CANNED_DEFINITIONS);
  roster *r = open_directory(&c);
  roster_refresh(r, NULL);
  char changed[1024];
  snprintf(changed, sizeof changed, "%s", CANNED_DEFINITIONS);
  memcpy(strstr(changed, "beta-1"), "beta-2", 6);
  write_definitions(changed);
  refresh_with(&c, r, 503, ROSTER_HTTP_ANSWERED);
  check(usable(r, "alpha", NULL), "an outage keeps a model whose definition is the one that was proved");
  check(!usable(r, "beta", NULL), "an outage does not keep a model whose api_name was edited");
  roster_close(r);
}

/* ---- threads ---- */

enum { READERS = 8, REFRESHES = 1000, READS = 100 * 1000 };

static atomic_bool over;
static atomic_int torn;

static void *read_on(void *argument) {
  roster *r = argument;
  uint64_t last = 0;
  for (long reads = 0; reads < READS || !atomic_load(&over); reads++) {
    const roster_snapshot *s = roster_acquire(r);
    uint64_t generation = roster_generation(s);
    if (generation < last || roster_known_count(s) != 2 || (generation > 0 && !roster_find(s, "alpha-0"))) atomic_fetch_add(&torn, 1);
    last = generation;
    roster_release(s);
    if (reads >= READS) usleep(200); /* leaves the two cores to the other threads */
  }
  return NULL;
}

static void readers_see_complete_snapshots(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  pthread_t threads[READERS];
  for (int i = 0; i < READERS; i++) pthread_create(&threads[i], NULL, read_on, r);
  for (int i = 0; i < REFRESHES; i++) roster_refresh(r, NULL);
  atomic_store(&over, true);
  for (int i = 0; i < READERS; i++) pthread_join(threads[i], NULL);
  check(atomic_load(&torn) == 0,
        "8 threads with 100,000 reads each during 1,000 refreshes see only complete snapshots whose generations never decrease");
  roster_close(r);
}

static void *refresh_once(void *argument) { return (void *)(intptr_t)roster_refresh(argument, NULL); }

static void overlapping_refreshes_share(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  pthread_t threads[READERS];
  intptr_t failures = 0;
  for (int i = 0; i < READERS; i++) pthread_create(&threads[i], NULL, refresh_once, r);
  for (int i = 0; i < READERS; i++) {
    void *status = NULL;
    pthread_join(threads[i], &status);
    failures += status != (void *)(intptr_t)ROSTER_OK;
  }
  check(failures == 0 && c.sent <= READERS, "overlapping refreshes all succeed and share their requests");
  roster_close(r);
}

static void a_small_stack_is_enough(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  pthread_attr_t how;
  pthread_t thread;
  void *status = (void *)1;
  pthread_attr_init(&how);
  pthread_attr_setstacksize(&how, 128 * 1024);
  pthread_create(&thread, &how, refresh_once, r);
  pthread_join(thread, &status);
  pthread_attr_destroy(&how);
  check(status == (void *)(intptr_t)ROSTER_OK, "a refresh works from a thread with 128 KiB of stack");
  roster_close(r);
}

static void a_fork_may_read_but_not_refresh(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  pid_t child = fork();
  if (child == 0) _exit(roster_refresh(r, NULL) == ROSTER_EFORKED && roster_find(s, "alpha") ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  check(status == 0, "snapshots stay readable in a fork, and a refresh there returns ROSTER_EFORKED");
  roster_release(s);
  roster_close(r);
}

static void the_locale_does_not_matter(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  char priced[2048];
  snprintf(priced, sizeof priced, "%smodel \"gamma\" { provider = \"acme\", price = { input = 0.25, output = 1.5 } }\n",
           CANNED_DEFINITIONS);
  roster_options o = canned_options(&c, &d, priced);
  const char *foreign = setlocale(LC_ALL, "de_DE.UTF-8") ? "a German locale" : "the only locale here";
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  const roster_snapshot *s = roster_acquire(r);
  printf("# under %s\n", foreign);
  check(strstr(roster_snapshot_json(s, NULL), "\"input\":0.25") != NULL, "prices are written with a decimal point whatever the locale");
  roster_release(s);
  roster_close(r);
  setlocale(LC_ALL, "C");
}

static void wrong_calls_are_errors(void) {
  roster_error err;
  roster *r = NULL;
  check(roster_open(NULL, NULL, &err) == ROSTER_EINVALID && err.message[0],
        "roster_open without a result pointer is an error with a message");
  roster_options o = ROSTER_OPTIONS_INIT;
  o.size = 100000;
  check(roster_open(&r, &o, &err) == ROSTER_EINVALID && r == NULL, "options of a newer header are rejected");
  canned c;
  roster_definition d;
  canned_init(&c);
  o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.transport_threads = 17;
  check(roster_open(&r, &o, &err) == ROSTER_EINVALID && r == NULL && strstr(err.message, "transport_threads is 17") &&
            strstr(err.hint, "16 or less"),
        "more threads than the transport has are rejected, with the limit");
  o.transport_threads = 16;
  check(roster_open(&r, &o, &err) == ROSTER_OK, "as many threads as it has are accepted");
  roster_close(r);
  r = NULL;
  check(roster_refresh(NULL, &err) == ROSTER_EINVALID, "roster_refresh without a registry is an error");
  roster_close(NULL);
  roster_release(NULL);
  check(roster_acquire(NULL) == NULL && roster_count(NULL) == 0 && roster_find(NULL, "a") == NULL && roster_model_id(NULL) == NULL,
        "the other functions return NULL or 0 for NULL");
}

typedef struct heard {
  int times;
  uint64_t generation;
} heard;

static void hear(void *payload, const roster_snapshot *s) {
  heard *h = payload;
  h->times++;
  h->generation = roster_generation(s);
}

#ifdef ROSTER_PORTABLE
enum { TWO_ANNOUNCEMENTS = 1 }; /* a pipe keeps only that there was one */
#else
enum { TWO_ANNOUNCEMENTS = 2 };
#endif

static bool readable(int fd) {
  struct pollfd p = { .fd = fd, .events = POLLIN };
  return poll(&p, 1, 0) == 1;
}

static void a_new_snapshot_is_announced(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  heard h = { 0, 0 };
  o.on_published = hear;
  o.payload = &h;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  int fd = roster_event_fd(r);
  uint64_t count = 0;
  check(fd >= 0 && roster_event_fd(r) == fd && (fcntl(fd, F_GETFD) & FD_CLOEXEC),
        "roster_event_fd always returns the same descriptor, which is close-on-exec");
  check(!readable(fd) && h.times == 0, "nothing is announced before the first refresh");
  roster_refresh(r, NULL);
  roster_refresh(r, NULL);
  check(readable(fd) && h.times == 2 && h.generation == 2, "each refresh makes the descriptor readable and calls on_published");
  check(read(fd, &count, sizeof count) == sizeof count && count == TWO_ANNOUNCEMENTS && !readable(fd),
        "reading the descriptor clears the announcements");
  roster_close(r);
  check(fcntl(fd, F_GETFD) == -1, "closing the registry closes the descriptor");
  check(roster_event_fd(NULL) == -1, "roster_event_fd returns -1 without a registry");
}

typedef struct statistics {
  int exchanges, refreshes;
  bool good;
  roster_status last;
} statistics;

static void count_exchange(void *payload, const roster_exchange *x) {
  statistics *t = payload;
  t->exchanges++;
  t->good = strcmp(x->provider_id, "acme") == 0 && *x->gateway_id == '\0' && strcmp(x->stage, "list") == 0 &&
            strcmp(x->outcome, "bad_credential") == 0 && x->http_status == 401 && x->elapsed_ms >= 0;
}

static void count_refresh(void *payload, roster_status status, long elapsed_ms) {
  statistics *t = payload;
  t->refreshes++;
  t->last = status;
  if (elapsed_ms < 0) t->good = false;
}

static void a_host_can_count(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  statistics t = { 0 };
  o.on_exchange = count_exchange;
  o.on_refreshed = count_refresh;
  o.payload = &t;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  check(t.exchanges == 0 && t.refreshes == 0, "opening a registry is neither an exchange nor a refresh");
  refresh_with(&c, r, 401, ROSTER_HTTP_ANSWERED);
  check(t.exchanges == 1 && t.good, "on_exchange is given provider, stage, outcome, status and time of each request that was sent");
  check(t.refreshes == 1 && t.last == ROSTER_OK, "on_refreshed is called at the end of a refresh with its status");
  roster_close(r);
}

static const roster_snapshot *answer_to(const char *text, int status) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, text);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  refresh_with(&c, r, status, ROSTER_HTTP_ANSWERED);
  const roster_snapshot *s = roster_acquire(r);
  roster_close(r);
  return s;
}

static void a_required_role_has_a_model_or_an_error(const roster_snapshot *s) {
  const roster_model *m = NULL;
  roster_error err;
  check(roster_require_role(&m, s, "cheap", &err) == ROSTER_OK && m == roster_find(s, "small"),
        "roster_require_role returns the role's model");
  check(roster_require_role(&m, s, "chaep", &err) == ROSTER_EUNKNOWN && !m &&
            strcmp(err.message, "no role has the id 'chaep' (did you mean 'cheap'?)") == 0,
        "roster_require_role of an unknown role is an error that names the near one");
  check(roster_require_role(&m, s, "remote", &err) == ROSTER_ENONE && !m &&
            strcmp(err.message, "no model has the role 'remote': 'far' is no_credential") == 0 && strstr(err.hint, "UNSET_API_KEY"),
        "roster_require_role of a role without a usable model says what each of its list is, and what to do about the first");
  check(roster_require_role(&m, s, "long", &err) == ROSTER_ENONE && strstr(err.message, "'far' is no_credential, and none of the ") &&
            strstr(err.message, " usable models meets its needs"),
        "roster_require_role of a role with needs says that no usable model meets them");
  check(roster_require_role(NULL, s, "cheap", &err) == ROSTER_EINVALID && roster_require_role(&m, s, NULL, NULL) == ROSTER_EINVALID,
        "roster_require_role without a result pointer or a role is an error");
}

static void roles_stay_with_a_provider(void) {
  static const char text[] = "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://a.example.test\",\n"
                             "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
                             "provider \"other\" { title = \"Other\", protocol = \"openai-chat\", base_url = \"https://b.example.test\",\n"
                             "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
                             "provider \"third\" { title = \"Third\", protocol = \"openai-chat\", base_url = \"https://c.example.test\",\n"
                             "  credential = secret \"UNSET_API_KEY\" }\n"
                             "model \"large\" { provider = \"other\", api_name = \"alpha-1\" }\n"
                             "model \"small\" { provider = \"acme\", api_name = \"beta-1\" }\n"
                             "model \"little\" { provider = \"other\", api_name = \"beta-1\" }\n"
                             "model \"far\" { provider = \"third\" }\n"
                             "model \"fast\" { provider = \"acme\", api_name = \"alpha-1\", tier = \"fast\", recommended = true }\n"
                             "model \"near\" { provider = \"other\", api_name = \"alpha-1\", tier = \"fast\" }\n"
                             "role \"titles\" { tier = \"fast\", \"small\" }\n"
                             "role \"cheap\" { \"far\", \"small\", \"little\" }\n"
                             "role \"remote\" { \"far\" }\n"
                             "role \"long\" { \"far\", require = { context = 900000 } }\n";
  const roster_snapshot *s = answer_to(text, 200);
  check(roster_role(s, "cheap") == roster_find(s, "small"), "roster_role returns the first usable model of the role");
  check(roster_role_beside(s, "cheap", roster_known(s, "large")) == roster_find(s, "little"),
        "roster_role_beside returns a model of the same provider");
  check(roster_role_beside(s, "cheap", roster_known(s, "far")) == NULL,
        "roster_role_beside returns NULL if that provider has no usable model");
  check(roster_role_beside(s, "titles", roster_known(s, "large")) == roster_find(s, "near"),
        "roster_role_beside returns a model of the role's tier if that provider has none of its list");
  check(!roster_role_beside(s, "flagship", roster_known(s, "large")) && !roster_role_beside(s, "cheap", NULL),
        "roster_role_beside returns NULL for an unknown role or without a model");
  check(roster_role_count(s) == 4 && strcmp(roster_role_at(s, 0), "titles") == 0 && strcmp(roster_role_at(s, 3), "long") == 0 &&
            !roster_role_at(s, 4),
        "roster_role_at lists the roles in the order of their blocks");
  a_required_role_has_a_model_or_an_error(s);
  roster_release(s);
}

/* Whether the result is a valid one, is the same the second time, and resolves to itself. */
static bool resolves_soundly(const roster_snapshot *s, const char *id) {
  const roster_model *m = NULL, *again = NULL, *self = NULL;
  const char *via = "", *via_again = "", *exact = "";
  roster_error err, err_again;
  roster_status status = roster_resolve(&m, s, id, &via, &err);
  if (roster_resolve(&again, s, id, &via_again, &err_again) != status || again != m) return false;
  if (status != ROSTER_OK)
    return m == NULL && (status == ROSTER_EUNKNOWN || status == ROSTER_EAMBIGUOUS || status == ROSTER_ERETIRED) && *err.message &&
           strcmp(err.message, err_again.message) == 0;
  return strcmp(via, via_again) == 0 && roster_resolve(&self, s, roster_model_id(m), &exact, NULL) == ROSTER_OK && self == m &&
         strcmp(exact, "exact") == 0;
}

/* Whether this is the id, an alias or a former id of the model. */
static bool spelled_by(const roster_model *m, const char *id) {
  if (strcmp(roster_model_id(m), id) == 0) return true;
  for (size_t i = 0; roster_model_alias_at(m, i); i++)
    if (strcmp(roster_model_alias_at(m, i), id) == 0) return true;
  for (size_t i = 0; roster_model_formerly_at(m, i); i++)
    if (strcmp(roster_model_formerly_at(m, i), id) == 0) return true;
  return false;
}

/* One byte replaced, dropped or doubled, or its case changed. */
static void garble(char *out, size_t size, const char *id, uint32_t *seed) {
  size_t n = strlen(id), at;
  snprintf(out, size, "%s", id);
  *seed = *seed * 1664525u + 1013904223u;
  at = (*seed >> 8) % n;
  switch ((*seed >> 4) % 4) {
  case 0: out[at] = (char)(1 + (*seed >> 16) % 255); break;
  case 1: memmove(out + at, out + at + 1, n - at); break;
  case 2: memmove(out + at + 1, out + at, n - at + 1); break;
  default: out[at] = (char)(out[at] ^ 0x20); break;
  }
}

static void resolving_is_total_and_idempotent(void) {
  roster_options o = ROSTER_OPTIONS_INIT;
  roster_variable nothing[] = { { "HOME", "/nonexistent" } };
  o.environment = nothing;
  o.environment_count = 1;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  const roster_snapshot *s = roster_acquire(r);
  uint32_t seed = 1;
  size_t unsound = 0, silent = 0, spellings = 0;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i), *to = NULL;
    const char *id = roster_model_id(m);
    unsound += !resolves_soundly(s, id);
    for (size_t k = 0; roster_model_formerly_at(m, k); k++, spellings++) {
      const char *former = roster_model_formerly_at(m, k);
      unsound += !resolves_soundly(s, former);
      silent += roster_resolve(&to, s, former, NULL, NULL) != ROSTER_OK || to != m;
    }
    for (int turn = 0; turn < 21; turn++) {
      char other[256];
      garble(other, sizeof other, id, &seed);
      unsound += !resolves_soundly(s, other);
      if (roster_resolve(&to, s, other, NULL, NULL) == ROSTER_OK) silent += !spelled_by(to, other);
    }
  }
  printf("# %zu models, %zu former ids\n", roster_known_count(s), spellings);
  check(roster_known_count(s) > 30 && spellings > 0 && unsound == 0,
        "roster_resolve is total, deterministic and idempotent for the shipped ids and thousands of others");
  check(silent == 0, "no id resolves to a model that does not have it as id, alias or former id");
  roster_release(s);
  roster_close(r);
}

static bool changes_are(const roster_snapshot *before, const roster_snapshot *after, const char *expected) {
  char document[1024];
  size_t length = roster_write_changes_json(before, after, document, sizeof document);
  if (length == strlen(expected) && strcmp(document, expected) == 0) return true;
  printf("# %s\n", document);
  return false;
}

static void snapshots_have_differences(void) {
  static const char edited[] =
      "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
      "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
      "model \"beta\"  { provider = \"acme\", api_name = \"beta-1\", context_window = 120 * K, recommended = true, aliases = { \"b\" } }\n"
      "model \"gamma\" { provider = \"acme\", api_name = \"alpha-1\", formerly = { \"alpha\" } }\n";
  const roster_snapshot *one = answer_to(CANNED_DEFINITIONS, 200), *same = answer_to(CANNED_DEFINITIONS, 200);
  const roster_snapshot *other = answer_to(edited, 200), *refused = answer_to(CANNED_DEFINITIONS, 401);
  check(changes_are(one, same,
                    "{\"added\":[],\"removed\":[],\"changed\":[],\"default\":{\"from\":\"alpha\",\"to\":\"alpha\",\"changed\":false}}"),
        "two snapshots of the same definitions do not differ");
  check(changes_are(one, other,
                    "{\"added\":[\"gamma\"],\"removed\":[{\"id\":\"alpha\",\"state\":null,\"reason\":\"it is no longer defined\"}],"
                    "\"changed\":[{\"id\":\"beta\",\"fields\":[\"context_window\",\"recommended\"]}],"
                    "\"default\":{\"from\":\"alpha\",\"to\":\"beta\",\"changed\":true}}"),
        "the changes of an edit list added, removed and changed models and the default, and a renamed model is added and removed");
  char document[1024];
  roster_write_changes_json(one, refused, document, sizeof document);
  check(strstr(document, "{\"id\":\"alpha\",\"state\":\"bad_credential\",\"reason\":\"Acme rejected") != NULL,
        "a removed model has its state and reason in the changes");
  check(changes_are(
            NULL, one,
            "{\"added\":[\"alpha\",\"beta\"],\"removed\":[],\"changed\":[],\"default\":{\"from\":\"\",\"to\":\"alpha\",\"changed\":true}}"),
        "all models are added in the changes against no snapshot");
  roster_release(one);
  roster_release(same);
  roster_release(other);
  roster_release(refused);
}

static void count_source(void *payload, const roster_source *source) { *(int *)payload += source->read; }

static void requests_may_be_kept(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  char definitions[2048];
  snprintf(definitions, sizeof definitions, "%smodel \"nowhere\" { provider = \"acme\", enabled = false }\n", CANNED_DEFINITIONS);
  roster_options o = canned_options(&c, &d, definitions);
  int read = 0;
  o.payload = &read;
  o.on_source = count_source;
  roster *plain = NULL, *keeping = NULL;
  char *loaded = NULL, *kept = NULL, *none = NULL;
  const char *borrowed = "x";
  roster_error err;
  roster_open(&plain, &o, NULL);
  int each = read;
  check(roster_curl_command(&loaded, plain, "alpha-0", NULL) == ROSTER_OK && read == 2 * each,
        "without keep_requests a request costs one load");
  const roster_snapshot *s = roster_acquire(plain);
  check(roster_snapshot_curl_command(&borrowed, s, "alpha", &err) == ROSTER_EINVALID && !borrowed && strstr(err.hint, "keep_requests"),
        "a snapshot without requests names the option");
  roster_release(s);
  o.keep_requests = o.discover_all = true;
  c.body = "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"wild-1\",\"type\":\"chat\"}]}";
  roster_open(&keeping, &o, NULL);
  roster_refresh(keeping, NULL);
  read = 0;
  check(roster_curl_command(&kept, keeping, "alpha-0", NULL) == ROSTER_OK && read == 0 && loaded && kept && strcmp(loaded, kept) == 0,
        "with keep_requests a request costs no load and is the same");
  s = roster_acquire(keeping);
  check(roster_snapshot_curl_command(&borrowed, s, "wild-1", NULL) == ROSTER_OK && strstr(borrowed, "\"model\":\"wild-1\""),
        "a discovered model has a request as well");
  check(roster_snapshot_curl_command(&borrowed, s, "nobody", &err) == ROSTER_EUNKNOWN && !borrowed, "an unknown id has no request");
  check(roster_snapshot_curl_command(&borrowed, s, "nowhere", &err) == ROSTER_EINVALID && strstr(err.message, "has no address"),
        "the request of a model without an address is an error that says so");
  check(roster_curl_command(NULL, keeping, "alpha", &err) == ROSTER_EINVALID &&
            roster_curl_command(&none, NULL, "alpha", &err) == ROSTER_EINVALID && !none,
        "roster_curl_command with NULL arguments is an error");
  roster_release(s);
  roster_string_free(kept);
  roster_string_free(loaded);
  roster_string_free(NULL);
  roster_close(plain);
  roster_close(keeping);
}

/* ---- a long answer ---- */

typedef struct listener {
  canned *canned;
  bool reading; /* an answer was given, and has not been read */
  int calls;    /* of next, meanwhile */
} listener;

static roster_status listening_next(void *self, long timeout_ms, const roster_http_response **out) {
  listener *l = self;
  l->calls += l->reading;
  const roster_status status = canned_next(l->canned, timeout_ms, out);
  l->reading = l->reading || *out;
  return status;
}

static roster_status listening_start(void *self, const roster_http_request *q) { return canned_start(((listener *)self)->canned, q); }
static void listening_cancel(void *self) { canned_cancel(((listener *)self)->canned); }

static void has_read(void *payload, const roster_exchange *unused) {
  (void)unused;
  ((listener *)payload)->reading = false;
}

/* A listing of half a megabyte, and a second provider whose answer could come while it is parsed. */
static void a_long_answer_holds_up_nobody(void) {
  static const char TWO[] = "provider 'acme' { protocol = 'openai-chat', base_url = 'https://a.example.test', list_proves = 'access',\n"
                            "  credential = secret 'ACME_API_KEY' }\n"
                            "provider 'other' { protocol = 'openai-chat', base_url = 'https://b.example.test', list_proves = 'access',\n"
                            "  credential = secret 'ACME_API_KEY' }\n"
                            "model 'alpha' { provider = 'acme', api_name = 'alpha-1' }\n"
                            "model 'beta' { provider = 'other', api_name = 'beta-1' }\n";
  enum { ROWS = 16 * 1024 };
  char *body = malloc(ROWS * 40 + 100);
  size_t at = (size_t)sprintf(body, "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"beta-1\"}");
  for (int i = 0; i < ROWS; i++) at += (size_t)sprintf(body + at, ",{\"id\":\"one-of-many-%06d\"}", i);
  strcpy(body + at, "]}");
  canned c;
  roster_definition definition;
  canned_init(&c);
  c.body = body;
  listener l = { .canned = &c };
  const roster_transport transport = { sizeof transport, &l, listening_start, listening_next, listening_cancel, NULL };
  roster_options o = canned_options(&c, &definition, TWO);
  o.transport = &transport;
  o.on_exchange = has_read;
  o.payload = &l;
  roster *r = NULL;
  check(roster_open(&r, &o, NULL) == ROSTER_OK && roster_refresh(r, NULL) == ROSTER_OK, "a refresh with two long listings succeeds");
  const roster_snapshot *s = roster_acquire(r);
  check(roster_find(s, "alpha") && roster_find(s, "beta"), "what came while another answer was parsed is read, too");
  check(l.calls > 0, "the host's transport is called while a long answer is parsed");
  roster_release(s);
  roster_close(r);
  free(body);
}

/* ---- time for a connection ---- */

static void asks_with(const char *timeout, canned *c) {
  char text[256];
  snprintf(text, sizeof text,
           "provider 'acme' { protocol = 'openai-chat', base_url = 'https://a.example.test', credential = secret 'ACME_API_KEY'%s }\n"
           "model 'alpha' { provider = 'acme' }\n",
           timeout);
  roster_definition definition;
  canned_init(c);
  const roster_options o = canned_options(c, &definition, text);
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) == ROSTER_OK) roster_refresh(r, NULL);
  roster_close(r);
}

static void more_time_is_also_for_the_connection(void) {
  canned c;
  asks_with(", timeout = 40", &c);
  check(c.timeout_ms > 20000 && c.connect_timeout_ms == c.timeout_ms / 2, "half of a long limit may go into the connection");
  asks_with(", timeout = 6", &c);
  check(c.connect_timeout_ms <= 5000 && c.connect_timeout_ms > c.timeout_ms / 2, "of a short limit, up to 5 s may go into the connection");
  asks_with(", timeout = 3", &c);
  check(c.connect_timeout_ms == c.timeout_ms, "of a limit below that, all may go into the connection");
}

int main(void) {
  more_time_is_also_for_the_connection();
  a_long_answer_holds_up_nobody();
  requests_may_be_kept();
  snapshots_have_differences();
  a_new_snapshot_is_announced();
  a_host_can_count();
  roles_stay_with_a_provider();
  resolving_is_total_and_idempotent();
  if (!check_folder(directory)) return 1;
  opening_sends_no_requests();
  the_directory_can_be_disabled();
  variables_are_reported();
  renames_are_data();
  ids_are_the_hosts();
  parts_of_the_document_are_documents();
  every_field_has_a_row();
  a_long_id_has_no_candidates();
  a_required_model_is_usable_or_an_error();
  a_refresh_publishes();
  no_document_is_made();
  outages_keep_what_was_proved();
  a_bad_reload_keeps_the_models();
  an_edit_forgets_what_was_proved();
  readers_see_complete_snapshots();
  overlapping_refreshes_share();
  a_small_stack_is_enough();
  a_fork_may_read_but_not_refresh();
  the_locale_does_not_matter();
  wrong_calls_are_errors();
  check_folder_remove(directory);
  return check_close();
}
