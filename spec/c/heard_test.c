/* heard_test: every field that a provider may state of a model, heard in a listing and in a look-up: over a block, of a discovered model,
 * kept through an outage, and gone when nobody states it any more. */
#include "canned.h"
#include "check.h"

#define SAID(window, yes)                                                                                                                  \
  "\"context_window\":" #window ",\"max_input_tokens\":900,\"max_output_tokens\":800,\"input_modalities\":[\"text\",\"image\"],"           \
  "\"output_modalities\":[\"text\"],\"reasoning\":" #yes ",\"reasoning_toggle\":" #yes ",\"interleaved\":" #yes                            \
  ",\"reasoning_levels\":[\"low\",\"high\"],\"tool_call\":" #yes ",\"structured_output\":" #yes ",\"temperature\":" #yes                   \
  ",\"attachment\":" #yes ",\"kind\":\"chat\",\"release_date\":\"2026-01-02\",\"last_updated\":\"2026-01-03\","                            \
  "\"knowledge_cutoff\":\"2025-05\",\"status\":\"deprecated\",\"deprecated\":\"2026-02-01\",\"retires\":\"2090-01-01\","                   \
  "\"price\":true,\"reads\":{\"pdf\":true,\"audio\":false},"                                                                               \
  "\"display_name\":\"Said\",\"family\":\"said\""

#define LISTED(id, fields) "{\"name\":\"" id "\"," fields "}"

/* The same body answers the listing and each look-up, and states other things of the one that is looked up. */
static const char FULL[] = "{\"data\":[" LISTED("alpha-1", "\"look_up\":true," SAID(1000, true)) "," LISTED(
    "beta-1", SAID(1000, true)) "," LISTED("wild-1", SAID(1000, true)) "],\"name\":\"alpha-1\"," SAID(2000, false) "}";
static const char BARE[] = "{\"data\":[{\"name\":\"alpha-1\"},{\"name\":\"beta-1\"},{\"name\":\"wild-1\",\"kind\":\"chat\"}]}";

static const char DEFINITIONS[] =
    "protocol \"plain\" { chat_path = \"/chat\", auth = bearer, list = get \"/models\", list_proves = \"access\",\n"
    "  read_list = function (body) return body.data end, read_model = function (item)\n"
    "    local one = {}\n    for name, value in pairs(item) do one[name] = value end\n"
    "    if one.price then one.price = { input = 1, output = 2, above = { [500] = { input = 3 } } } end\n"
    "    return one\n  end,\n"
    "  prove = { function (model) return get(\"/models/\" .. model.api_name) end } }\n"
    "provider \"acme\" { protocol = \"plain\", base_url = \"https://api.example.test\", credential = secret \"ACME_API_KEY\", discover = "
    "true }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
    "model \"beta\" { provider = \"acme\", api_name = \"beta-1\", context_window = 50, max_input_tokens = 40, max_output_tokens = 30,\n"
    "  input_modalities = { \"audio\" }, output_modalities = { \"audio\" }, reasoning = false, reasoning_toggle = false, interleaved = "
    "false,\n"
    "  reasoning_levels = { \"max\" }, tool_call = false, structured_output = false, temperature = false, attachment = false, kind = "
    "\"chat\",\n"
    "  release_date = \"2020-01-01\", last_updated = \"2020-01-02\", knowledge_cutoff = \"2019\", price = { input = 9 } }\n";

static bool has(const roster_model *m, const char *name, const char *text) {
  for (size_t i = 0; roster_field_at(i); i++) {
    const roster_field *f = roster_field_at(i);
    if (strcmp(f->name, name) != 0) continue;
    return f->type == ROSTER_FIELD_LIST ? roster_model_field_item(m, f, 0) && strcmp(roster_model_field_item(m, f, 0), text) == 0
                                        : strcmp(roster_model_field_text(m, f), text) == 0;
  }
  return false;
}

static size_t flags(const roster_model *m, roster_tri answer) {
  const roster_tri all[] = { roster_model_reasoning(m), roster_model_reasoning_toggle(m), roster_model_interleaved(m),
                             roster_model_tool_call(m), roster_model_temperature(m),      roster_model_structured_output(m),
                             roster_model_attachment(m) };
  size_t count = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) count += all[i] == answer;
  return count;
}

/* All that the listing states, of a model that is `window` wide. */
static bool is_as_said(const roster_model *m, int64_t window, roster_tri answer) {
  return m && roster_model_context_window(m) == window && roster_model_max_input_tokens(m) == 900 &&
         roster_model_max_output_tokens(m) == 800 && flags(m, answer) == 7 && has(m, "reasoning_levels", "low") &&
         has(m, "output_modalities", "text") && has(m, "status", "deprecated") && has(m, "retires", "2090-01-01") &&
         has(m, "deprecated", "2026-02-01");
}

static const roster_model *model(const roster_snapshot *s, const char *id) { return roster_known(s, id); }

static void check_full(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *alpha = model(s, "alpha"), *beta = model(s, "beta"), *wild = model(s, "wild-1");
  check(is_as_said(alpha, 2000, ROSTER_NO), "a look-up is heard over the listing, field by field");
  check(is_as_said(beta, 2000, ROSTER_NO), "what is stated of a model is heard over its block");
  check(is_as_said(wild, 2000, ROSTER_NO), "a discovered model has every field");
  check(has(beta, "release_date", "2020-01-01") && has(beta, "knowledge_cutoff", "2019") && has(beta, "last_updated", "2020-01-02"),
        "the days of a block stay as they are");
  check(has(alpha, "release_date", "2026-01-02") && has(wild, "knowledge_cutoff", "2025-05") && has(wild, "last_updated", "2026-01-03"),
        "a day that no block has is the listing's");
  const roster_prices *tier = roster_prices_tier_at(roster_model_prices(wild), 0, NULL);
  check(roster_model_price(wild, ROSTER_PRICE_OUTPUT) > 1.9 && roster_prices_get(tier, ROSTER_PRICE_INPUT) > 2.9 &&
            roster_model_price(beta, ROSTER_PRICE_INPUT) > 8.9,
        "a price is heard with its tiers, and not over one of a block");
  roster_release(s);
}

static void check_kept(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *alpha = model(s, "alpha"), *beta = model(s, "beta"), *wild = model(s, "wild-1");
  check(is_as_said(alpha, 2000, ROSTER_NO) && is_as_said(beta, 2000, ROSTER_NO) && is_as_said(wild, 2000, ROSTER_NO),
        "through an outage every field stays as it was heard");
  check(roster_model_stale(alpha) && roster_model_stale(wild) && roster_model_discovered(wild) && has(wild, "description", "Said") &&
            has(wild, "family", "said"),
        "the models are known to be as they were, and the discovered one keeps its name and family");
  check(roster_model_price(wild, ROSTER_PRICE_OUTPUT) > 1.9 && roster_prices_tier_at(roster_model_prices(wild), 0, NULL),
        "so does its price with its tiers");
  roster_release(s);
}

/* While nobody can be asked, since the key is not there yet. */
static bool waits;

static roster_status host_key(void *payload, const char *provider_id, roster_credential *out) {
  (void)payload, (void)provider_id, (void)out;
  return waits ? ROSTER_EPENDING : ROSTER_EUNKNOWN;
}

static void check_waiting(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *wild = model(s, "wild-1");
  check(is_as_said(wild, 2000, ROSTER_NO) && roster_model_discovered(wild) && has(wild, "release_date", "2026-01-02") &&
            roster_model_price(wild, ROSTER_PRICE_OUTPUT) > 1.9,
        "while its key is pending a discovered model is recalled with every field");
  roster_release(s);
}

static void check_bare(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *beta = model(s, "beta"), *wild = model(s, "wild-1");
  check(roster_model_context_window(beta) == 50 && flags(beta, ROSTER_NO) == 7 && has(beta, "reasoning_levels", "max"),
        "what nobody states any more is the block's again");
  check(roster_model_context_window(wild) == 0 && flags(wild, ROSTER_UNKNOWN) == 7 && !roster_model_prices(wild),
        "of a discovered model nothing is left that its listing no longer has");
  roster_release(s);
}

int main(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, DEFINITIONS);
  roster *r = NULL;
  roster_error err;
  c.body = FULL;
  o.credential = host_key;
  if (roster_open(&r, &o, &err) != ROSTER_OK) return printf("%s\n", err.message);
  roster_refresh(r, NULL);
  check_full(r);
  waits = true;
  roster_refresh(r, NULL);
  check_waiting(r);
  waits = false;
  roster_refresh(r, NULL);
  check_full(r);
  c.status = 503;
  roster_refresh(r, NULL);
  check_kept(r);
  roster_refresh(r, NULL);
  check_kept(r);
  c.status = 200;
  c.body = BARE;
  roster_refresh(r, NULL);
  check_bare(r);
  roster_close(r);
  return check_close();
}
