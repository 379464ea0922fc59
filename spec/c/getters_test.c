/* getters_test: whatever a host asks of NULL, or past the end of a list, the answer is nothing. */
#include "canned.h"
#include "check.h"

#include <math.h>

static size_t asked, answered;

static void expect(bool nothing) {
  asked++;
  answered += !nothing;
}

static void text(const char *answer) { expect(!answer || !*answer); }
static void pointer(const void *answer) { expect(!answer); }
static void number(double answer) { expect(answer <= 0 || isnan(answer)); }

static void close_subject(const char *sentence) {
  check(asked > 0 && answered == 0, sentence);
  asked = answered = 0;
}

static void ask_no_model(void) {
  const roster_field *first = roster_field_at(0);
  text(roster_model_field_text(NULL, first));
  number((double)roster_model_field_count(NULL, first));
  number(roster_model_field_flag(NULL, first));
  text(roster_model_field_item(NULL, first, 0));
  number(roster_model_field_known(NULL, first));
  number((double)roster_model_assumed_window(NULL, "x"));
  number(roster_model_price(NULL, ROSTER_PRICE_INPUT));
  number(roster_prices_get(NULL, ROSTER_PRICE_INPUT));
  pointer(roster_prices_tier_at(NULL, 0, NULL));
  pointer(roster_prices_change_at(NULL, 0, NULL));
  text(roster_model_id(NULL));
  text(roster_model_canonical_id(NULL));
  text(roster_model_api_name(NULL));
  text(roster_model_protocol(NULL));
  text(roster_model_description(NULL));
  text(roster_model_warning(NULL));
  text(roster_model_snapshot_of(NULL));
  text(roster_model_shadowed_by(NULL));
  text(roster_model_interleaved_field(NULL));
  text(roster_model_family(NULL));
  text(roster_model_kind(NULL));
  text(roster_model_tier(NULL));
  text(roster_model_release_date(NULL));
  text(roster_model_last_updated(NULL));
  text(roster_model_knowledge_cutoff(NULL));
  text(roster_model_status(NULL));
  text(roster_model_deprecated(NULL));
  text(roster_model_retires(NULL));
  text(roster_model_replacement(NULL));
  text(roster_model_answered_by(NULL));
  text(roster_model_extra(NULL));
  text(roster_model_url(NULL));
  text(roster_model_rule(NULL));
  text(roster_model_source(NULL));
  text(roster_model_defined_at(NULL));
  text(roster_model_stale_reason(NULL));
  text(roster_model_stage(NULL));
  text(roster_model_served(NULL));
  text(roster_model_reason(NULL));
  text(roster_model_hint(NULL));
  text(roster_model_said(NULL));
  text(roster_model_checked_at(NULL));
  text(roster_model_disagreement_at(NULL, 0));
  text(roster_model_snapshot_at(NULL, 0));
  text(roster_model_alias_at(NULL, 0));
  text(roster_model_formerly_at(NULL, 0));
  text(roster_model_input_modality_at(NULL, 0));
  text(roster_model_output_modality_at(NULL, 0));
  text(roster_model_reasoning_level_at(NULL, 0));
  text(roster_model_tag_at(NULL, 0));
  pointer(roster_model_provider(NULL));
  pointer(roster_model_prices(NULL));
  pointer(roster_model_header_at(NULL, 0));
  pointer(roster_model_request_at(NULL, 0));
  pointer(roster_model_service(NULL));
  number(roster_model_recommended(NULL));
  number(roster_model_discovered(NULL));
  number(roster_model_usable(NULL));
  number(roster_model_configured(NULL));
  number(roster_model_stale(NULL));
  number(roster_model_context_window(NULL));
  number(roster_model_max_input_tokens(NULL));
  number(roster_model_max_output_tokens(NULL));
  number(roster_model_reasoning_budget_min(NULL));
  number(roster_model_reasoning_budget_max(NULL));
  number(roster_model_reasoning(NULL));
  number(roster_model_reasoning_toggle(NULL));
  number(roster_model_interleaved(NULL));
  number(roster_model_tool_call(NULL));
  number(roster_model_structured_output(NULL));
  number(roster_model_temperature(NULL));
  number(roster_model_attachment(NULL));
  number(roster_model_open_weights(NULL));
  expect(roster_model_state(NULL) == ROSTER_DISABLED);
  number(roster_model_http_status(NULL));
  number(roster_model_reason_code(NULL));
  number(roster_model_blame(NULL));
  number(roster_model_latency_ms(NULL));
}

static void ask_no_provider(void) {
  text(roster_provider_id(NULL));
  text(roster_provider_title(NULL));
  text(roster_provider_protocol(NULL));
  text(roster_provider_endpoint(NULL));
  text(roster_provider_credential_source(NULL));
  text(roster_provider_credential_since(NULL));
  text(roster_provider_credential_until(NULL));
  text(roster_provider_defined_at(NULL));
  text(roster_provider_extra(NULL));
  text(roster_provider_listing_problem(NULL));
  text(roster_provider_hint(NULL));
  text(roster_provider_warning(NULL));
  text(roster_provider_seen(NULL));
  text(roster_provider_retired(NULL));
  text(roster_provider_replacement(NULL));
  text(roster_provider_key_prefix_at(NULL, 0));
  text(roster_provider_tag_at(NULL, 0));
  pointer(roster_provider_limits(NULL));
  number(roster_provider_defined(NULL));
  number(roster_provider_ready(NULL));
  number(roster_provider_credential_set(NULL));
  number(roster_provider_enabled(NULL));
  number(roster_provider_discovers(NULL));
  number(roster_provider_ended(NULL));
  number(roster_provider_listed(NULL));
}

static void ask_no_service(void) {
  text(roster_request_stage(NULL));
  text(roster_request_method(NULL));
  text(roster_request_url(NULL));
  text(roster_request_outcome(NULL));
  text(roster_service_method(NULL));
  text(roster_service_url(NULL));
  text(roster_service_api_name(NULL));
  text(roster_service_protocol(NULL));
  text(roster_service_sdk_base_url(NULL));
  text(roster_service_sdk_api_version(NULL));
  text(roster_service_proxy(NULL));
  text(roster_service_ca_file(NULL));
  text(roster_service_client_cert(NULL));
  text(roster_service_client_key(NULL));
  text(roster_service_auth_header(NULL));
  text(roster_service_auth_scheme(NULL));
  text(roster_service_auth_variable(NULL));
  text(roster_service_body(NULL));
  pointer(roster_service_model(NULL));
  number(roster_request_status(NULL));
  number(roster_request_latency_ms(NULL));
  number(roster_service_auth(NULL));
}

static void ask_no_snapshot(void) {
  size_t bytes = 9;
  int line = 9;
  const char *file = "x";
  text(roster_snapshot_json(NULL, &bytes));
  text(roster_snapshot_json(NULL, NULL));
  text(roster_definitions_error(NULL, &file, &line));
  text(roster_definitions_error(NULL, NULL, NULL));
  pointer(roster_definitions_finding(NULL));
  expect(bytes == 0 && !file && line == 0);
  pointer(roster_find(NULL, "alpha"));
  pointer(roster_known(NULL, "alpha"));
  pointer(roster_role(NULL, "cheap"));
  pointer(roster_role_at(NULL, 0));
  number(roster_role_count(NULL));
  roster_release(NULL);
  roster_close(NULL);
  roster_headers_close(NULL);
  roster_string_free(NULL);
  number((double)roster_headers_count(NULL));
  pointer(roster_headers_at(NULL, 0));
  text(roster_snapshot_day(NULL));
  text(roster_gateway_status(NULL));
  text(roster_default_wanted(NULL));
  text(roster_empty_reason(NULL));
  text(roster_empty_hint(NULL));
  text(roster_billed_since(NULL));
  text(roster_credential_status(NULL));
  pointer(roster_at(NULL, 0));
  pointer(roster_known_at(NULL, 0));
  pointer(roster_default(NULL));
  pointer(roster_rename_at(NULL, 0));
  pointer(roster_source_at(NULL, 0));
  pointer(roster_retirement_at(NULL, 0));
  pointer(roster_provider_at(NULL, 0));
  number(roster_generation(NULL));
  number(roster_count(NULL));
  number(roster_known_count(NULL));
  number(roster_rename_count(NULL));
  number(roster_billed_today(NULL));
  number(roster_billed_per_day(NULL));
  number(roster_source_count(NULL));
  number(roster_retirement_count(NULL));
  number(roster_provider_count(NULL));
  number(roster_llm_configured(NULL));
}

/* Of what there is: past the end of each list, a field that it does not have, an id that nothing has. */
static void ask_past_the_end(const roster_snapshot *s) {
  const size_t far = SIZE_MAX;
  const roster_model *m = roster_known(s, "alpha");
  const roster_provider *p = roster_model_provider(m);
  pointer(roster_at(s, far));
  pointer(roster_known_at(s, far));
  pointer(roster_find(s, "nobody"));
  pointer(roster_find(s, NULL));
  pointer(roster_known(s, NULL));
  pointer(roster_role(s, "nobody"));
  pointer(roster_role_at(s, far));
  pointer(roster_rename_at(s, far));
  pointer(roster_source_at(s, far));
  pointer(roster_retirement_at(s, far));
  pointer(roster_provider_at(s, far));
  text(roster_model_alias_at(m, far));
  text(roster_model_formerly_at(m, far));
  text(roster_model_tag_at(m, far));
  text(roster_model_input_modality_at(m, far));
  text(roster_model_output_modality_at(m, far));
  text(roster_model_reasoning_level_at(m, far));
  text(roster_model_disagreement_at(m, far));
  text(roster_model_snapshot_at(m, far));
  pointer(roster_model_header_at(m, far));
  pointer(roster_model_request_at(m, far));
  text(roster_provider_key_prefix_at(p, far));
  text(roster_provider_tag_at(p, far));
  pointer(roster_prices_tier_at(roster_model_prices(m), far, NULL));
  pointer(roster_prices_change_at(roster_model_prices(m), far, NULL));
  pointer(roster_field_at(far));
  text(roster_origin_field_at(far));
}

static void ask_about_no_field(const roster_snapshot *s) {
  const roster_model *m = roster_known(s, "alpha");
  text(roster_model_field_text(m, NULL));
  number((double)roster_model_field_count(m, NULL));
  number(roster_model_field_flag(m, NULL));
  text(roster_model_field_item(m, NULL, 0));
  number(roster_model_field_known(m, NULL));
  expect(roster_model_write_origin(m, NULL, NULL, 0) == 0 && roster_model_write_origin(NULL, "price", NULL, 0) == 0);
  for (size_t i = 0; roster_field_at(i); i++) { /* each is asked as what it is not */
    const roster_field *f = roster_field_at(i);
    if (f->type > ROSTER_FIELD_DATE && f->type != ROSTER_FIELD_EXTRA) text(roster_model_field_text(m, f));
    if (f->type != ROSTER_FIELD_COUNT) number((double)roster_model_field_count(m, f));
    if (f->type != ROSTER_FIELD_FLAG && f->type != ROSTER_FIELD_TRI) number(roster_model_field_flag(m, f));
    if (f->type != ROSTER_FIELD_LIST) text(roster_model_field_item(m, f, 0));
  }
}

/* A call that has an error to give has it in words. */
static void refused(roster_status status) { expect(status == ROSTER_EINVALID); }

static void ask_no_registry(void) {
  roster_error err;
  const roster_model *m = NULL;
  roster_headers *h = NULL;
  roster_credential_state state = ROSTER_CREDENTIAL_STATE_INIT;
  char *text_of = NULL;
  size_t needed = 0;
  refused(roster_open(NULL, NULL, &err));
  refused(roster_refresh(NULL, &err));
  refused(roster_refresh_forced(NULL, &err));
  refused(roster_refresh_named(NULL, NULL, 0, &err));
  refused(roster_refresh_every(NULL, 1000, &err));
  refused(roster_watch(NULL, &err));
  refused(roster_note_used(NULL, "alpha", &err));
  refused(roster_update_sources(NULL, NULL, 0, false, NULL, NULL, &err));
  refused(roster_resolve(&m, NULL, "alpha", NULL, &err));
  refused(roster_require(&m, NULL, "alpha", &err));
  refused(roster_service_headers(&h, NULL, NULL, &err));
  refused(roster_report(NULL, NULL, 200, NULL));
  refused(roster_read_credential_status(NULL, NULL, &state, &err));
  refused(roster_helper_run(NULL, NULL, NULL, &err));
  refused(roster_helper_invalidate(NULL, NULL, &err));
  refused(roster_helper_wait(NULL, NULL, 0, &err));
  refused(roster_subscribe_helpers(NULL, NULL, NULL, &err));
  refused(roster_subscribe(NULL, NULL, NULL, &err));
  refused(roster_curl_command(&text_of, NULL, "alpha", &err));
  refused(roster_write_request(NULL, "alpha", NULL, 0, &needed, &err));
  refused(roster_transport_record(NULL, NULL, "x", &err));
  refused(roster_transport_replay(NULL, "x", &err));
  expect(*err.message && roster_event_fd(NULL) == -1 && !roster_acquire(NULL));
  roster_unsubscribe(NULL, NULL);
}

/* A list with nothing where a string belongs, and a struct whose size nobody has set. */
static void ask_with_holes(roster *r, const roster_snapshot *s) {
  const char *const holes[] = { "acme", NULL };
  char *text_of = NULL;
  roster_error err;
  roster_merged_choice choice = ROSTER_MERGED_CHOICE_INIT;
  roster_usage usage = ROSTER_USAGE_INIT;
  roster_cost cost = ROSTER_COST_INIT;
  const roster_model *m = roster_known(s, "alpha");
  refused(roster_refresh_named(r, holes, 2, &err));
  expect(strcmp(err.message, "roster_refresh_named: ids[1] is NULL") == 0);
  refused(roster_refresh_named(r, NULL, 1, &err));
  refused(roster_update_sources(r, holes, 2, false, NULL, NULL, &err));
  refused(roster_update_sources(r, NULL, 1, false, NULL, NULL, &err));
  choice.ids = holes, choice.id_count = 2;
  refused(roster_merged_definitions(&text_of, NULL, &choice, &err));
  choice.ids = NULL;
  refused(roster_merged_definitions(&text_of, NULL, &choice, &err));
  choice.size = 0;
  refused(roster_merged_definitions(&text_of, NULL, &choice, &err));
  refused(roster_write_request(r, "alpha", NULL, 5, NULL, &err));
  cost.size = 0;
  refused(roster_model_cost(&cost, m, &usage, NULL, &err));
  cost.size = sizeof cost, usage.size = 0;
  refused(roster_model_cost(&cost, m, &usage, NULL, &err));
  expect(strcmp(err.message, "roster_model_cost: the size of the usage is not set") == 0);
}

static bool begins(const char *message, const char *with) { return strncmp(message, with, strlen(with)) == 0; }

static void refusals_name_their_function(const roster_snapshot *s) {
  roster_error err;
  roster_pick_counts counts = { .size = 0 };
  roster_watch(NULL, &err);
  expect(strcmp(err.message, "roster_watch: the registry is NULL") == 0);
  roster_refresh_named(NULL, NULL, 0, &err);
  expect(begins(err.message, "roster_refresh_named: "));
  roster_refresh_forced(NULL, &err);
  expect(begins(err.message, "roster_refresh_forced: "));
  refused(roster_pick(NULL, 0, &counts, s, NULL, &err));
  expect(strcmp(err.message, "pick: the size of counts is not set") == 0);
}

static void nothing_old_is_left(const roster_snapshot *s) {
  const char *via = "old", *file = "old";
  const roster_model *m = NULL;
  size_t bytes = 9;
  int line = 9;
  expect(roster_resolve(&m, s, "nobody", &via, NULL) == ROSTER_EUNKNOWN && !via);
  via = "old";
  expect(roster_resolve(&m, NULL, "alpha", &via, NULL) == ROSTER_EINVALID && !via);
  expect(!roster_snapshot_json(NULL, &bytes) && bytes == 0);
  expect(!roster_definitions_error(s, &file, &line) && !file && line == 0);
}

static void named(const char *name) { expect(name && *name); }

static void ask_for_names(void) {
  const int far = 9999;
  for (int i = ROSTER_OK; i <= ROSTER_ENONE; i++) named(roster_status_name((roster_status)i));
  for (int i = ROSTER_READY; i <= ROSTER_DISABLED; i++) named(roster_state_name((roster_state)i));
  for (int i = ROSTER_HELPER_STARTED; i <= ROSTER_HELPER_FAILED; i++) named(roster_helper_event_kind_name((roster_helper_event_kind)i));
  expect(roster_status_name((roster_status)far) && roster_reason_name((roster_reason)far) && roster_blame_name((roster_blame)far));
  expect(roster_state_name((roster_state)far) && roster_auth_name((roster_auth)far));
  text(roster_price_name((roster_price)far));
}

int main(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK || roster_refresh(r, NULL) != ROSTER_OK) return 1;
  const roster_snapshot *s = roster_acquire(r);
  ask_no_model();
  close_subject("there is nothing to say of no model");
  ask_no_provider();
  close_subject("there is nothing to say of no provider");
  ask_no_service();
  close_subject("there is nothing to say of no service and of no request");
  ask_no_snapshot();
  close_subject("there is nothing in no snapshot, and nothing to free");
  ask_past_the_end(s);
  close_subject("past the end of a list, and under a name that nothing has, there is nothing");
  ask_about_no_field(s);
  close_subject("a field that is asked for as what it is not has nothing to say");
  ask_no_registry();
  close_subject("what needs a registry refuses NULL in words");
  ask_with_holes(r, s);
  close_subject("a list with a NULL in it, and a struct without its size, are refused in words");
  refusals_name_their_function(s);
  close_subject("a refusal names the function that was called and what was wrong with it");
  nothing_old_is_left(s);
  close_subject("where there is nothing to give, nothing old is left behind the parameters");
  ask_for_names();
  close_subject("each value has a name, and one that does not exist is no crash");
  roster_release(s);
  roster_close(r);
  return check_close();
}
