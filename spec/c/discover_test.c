/* discover: models that only a listing names: their ids, and what happens to them when the listing fails or changes. */
#include "canned.h"
#include "check.h"

#define BOTH                                                                                                                               \
  "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"wild-1\",\"type\":\"chat\",\"context_length\":5000},{\"id\":\"wild-2\",\"type\":\"chat\"}]}"
#define ONE "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"wild-2\",\"type\":\"chat\"}]}"

static const char DEFINITIONS[] = "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
                                  "  credential = secret \"ACME_API_KEY\", list_proves = \"access\", discover = true }\n"
                                  "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n";

typedef struct seen {
  bool there, usable, stale, discovered;
  int64_t window;
} seen;

static seen look(roster *r, const char *id) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, id);
  seen found = { m != NULL, roster_model_usable(m), roster_model_stale(m), roster_model_discovered(m), roster_model_context_window(m) };
  roster_release(s);
  return found;
}

static void a_listing_comes_and_goes(void) {
  canned c;
  canned_init(&c);
  c.body = BOTH;
  roster_definition d;
  roster_options o = canned_options(&c, &d, DEFINITIONS);
  roster *r = NULL;
  check(roster_open(&r, &o, NULL) == ROSTER_OK && !look(r, "wild-1").there, "nothing is discovered before the first request");
  roster_refresh(r, NULL);
  seen one = look(r, "wild-1"), alpha = look(r, "alpha");
  check(one.usable && one.discovered && !one.stale && one.window == 5000, "a listed model is usable, with the fields from the listing");
  check(alpha.usable && !alpha.discovered, "a model that a block defines does not count as discovered");
  char *command = NULL;
  check(roster_curl_command(&command, r, "acme/wild-1", NULL) == ROSTER_OK && strstr(command, "\"model\":\"wild-1\""),
        "the request of a discovered model is written without another refresh");
  roster_string_free(command);
  check(look(r, "acme/wild-1").there, "the id qualified by the provider leads to the discovered model");
  c.status = 503;
  roster_refresh(r, NULL);
  one = look(r, "wild-1");
  check(one.usable && one.stale && one.discovered && one.window == 5000,
        "a discovered model stays during an outage, marked stale, with its fields");
  c.status = 404;
  c.body = "{}";
  roster_refresh(r, NULL);
  check(!look(r, "wild-1").usable || look(r, "wild-1").stale, "a missing listing leaves no discovered model both usable and fresh");
  c.status = 200;
  c.body = ONE;
  roster_refresh(r, NULL);
  check(!look(r, "wild-1").there && look(r, "wild-2").usable && !look(r, "wild-2").stale,
        "a complete listing without a discovered model removes it");
  c.status = 401;
  c.body = "{\"error\":{\"message\":\"no\",\"code\":\"invalid_api_key\"}}";
  roster_refresh(r, NULL);
  check(!look(r, "wild-2").there && !look(r, "alpha").usable, "a refused key removes all discovered models");
  roster_close(r);
}

static void all_can_be_discovered(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  c.body = BOTH;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  check(!look(r, "wild-1").there, "nothing is discovered if no provider block enables it");
  roster_close(r);
  o.discover_all = true;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  check(look(r, "wild-1").usable, "models of all providers are discovered if the host sets discover_all");
  roster_close(r);
}

static void origins_are_written_like_snprintf(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, DEFINITIONS);
  roster *r = NULL;
  c.body = BOTH;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  char text[32] = "x", small[5];
  check(roster_model_write_origin(roster_known(s, "wild-1"), "context_window", text, sizeof text) == 12 &&
            strcmp(text, "live listing") == 0,
        "the origin of a discovered field is the live listing");
  check(roster_model_write_origin(roster_known(s, "wild-2"), "context_window", text, sizeof text) == 7 && strcmp(text, "default") == 0,
        "the origin of a field that is not set anywhere is the default");
  check(roster_model_write_origin(roster_known(s, "alpha"), "api_name", small, sizeof small) == 10 && strcmp(small, "acme") == 0,
        "the origin of a defined field is its line, cut to the size of the buffer");
  check(roster_model_write_origin(roster_known(s, "alpha"), "nothing", text, sizeof text) == 0 && !*text &&
            roster_model_write_origin(NULL, "api_name", NULL, 0) == 0,
        "an unknown field and a missing model have no origin");
  roster_release(s);
  roster_close(r);
}

typedef struct warnings {
  int count;
  char last[512];
} warnings;

static void note_warning(void *payload, const roster_finding *f) {
  warnings *w = payload;
  w->count += f->severity == ROSTER_WARNING;
  snprintf(w->last, sizeof w->last, "%s:%d: %s", f->file, f->line, f->message);
}

/* The same definitions all along, so no edit is to blame, and nothing holds the refresh back. */
static void a_function_fails_later(void) {
  static const char text[] =
      "\nprotocol \"odd\" { chat_path = \"/chat\", auth = bearer, list = get \"/models\", list_proves = \"access\",\n"
      "  read_list = function (body)\n"
      "    local all = {}\n"
      "    for i, one in ipairs(body.data) do all[i] = { name = one.id, kind = \"chat\" } end\n"
      "    return all\n"
      "  end }\n"
      "provider \"acme\" { protocol = \"odd\", base_url = \"https://api.example.test\",\n"
      "  credential = secret \"ACME_API_KEY\", discover = true, unproven = \"offer\" }\n"
      "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n";
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, text);
  warnings w = { 0 };
  o.on_finding = note_warning;
  o.payload = &w;
  roster *r = NULL;
  c.body = BOTH;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  check(look(r, "alpha").usable && look(r, "wild-1").usable && w.count == 0, "models are usable while the reader of the listing works");
  c.body = "{}";
  check(roster_refresh(r, NULL) == ROSTER_OK, "a function that fails does not fail the refresh");
  check(!look(r, "alpha").usable && !look(r, "wild-1").there && !look(r, "wild-2").there,
        "what was known good is not kept where a function of the definitions fails");
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  check(roster_model_state(m) == ROSTER_DISABLED && roster_model_reason_code(m) == ROSTER_REASON_SCRIPT_FAILED &&
            roster_model_blame(m) == ROSTER_BLAME_DEFINITIONS,
        "it is disabled, and the definitions are to blame");
  roster_release(s);
  check(w.count == 1 && strstr(w.last, ":5: read_list of protocol 'odd' failed for 3 models, first for model 'alpha': "),
        "one warning names the line that failed and the number of models");
  c.body = BOTH;
  roster_refresh(r, NULL);
  check(look(r, "alpha").usable && look(r, "wild-1").usable, "they come back when the function works again");
  roster_close(r);
}

static bool is(const roster_snapshot *s, const char *id, roster_state state, roster_reason code) {
  const roster_model *m = roster_known(s, id);
  return roster_model_state(m) == state && roster_model_reason_code(m) == code;
}

static void an_entry_may_give_a_verdict(void) {
  static const char text[] =
      "protocol \"plain\" { chat_path = \"/chat\", auth = bearer, list = get \"/models\", list_proves = \"access\",\n"
      "  read_list = function (body) return body.data end, read_model = function (item) return item end }\n"
      "provider \"acme\" { protocol = \"plain\", base_url = \"https://api.example.test\", credential = secret \"ACME_API_KEY\" }\n"
      "for _, id in ipairs { \"fine\", \"refused\", \"odd\", \"busy\", \"gone\" } do model(id) { provider = \"acme\" } end\n";
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, text);
  c.body = "{\"data\":[{\"name\":\"fine\",\"verdict\":\"ready\"},{\"name\":\"refused\",\"verdict\":\"no_access\",\"why\":\"for others\"},"
           "{\"name\":\"odd\",\"verdict\":\"odd\"},{\"name\":\"busy\",\"verdict\":\"rate_limited\"},{\"name\":\"gone\",\"verdict\":"
           "\"retired\"}]}";
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  check(is(s, "refused", ROSTER_NO_ACCESS, ROSTER_REASON_NO_ACCESS) &&
            strstr(roster_model_reason(roster_known(s, "refused")), "for others"),
        "an entry that refuses access does so in its own words");
  check(is(s, "odd", ROSTER_NOT_LISTED, ROSTER_REASON_MODEL_INACTIVE) && is(s, "busy", ROSTER_NOT_LISTED, ROSTER_REASON_MODEL_INACTIVE),
        "an entry with another verdict than ready is not served now");
  check(is(s, "gone", ROSTER_NOT_LISTED, ROSTER_REASON_RETIRED), "an entry that is retired is gone");
  check(!is(s, "fine", ROSTER_NOT_LISTED, ROSTER_REASON_MODEL_INACTIVE), "an entry that is ready is ruled out by nothing");
  roster_release(s);
  roster_close(r);
}

int main(void) {
  a_function_fails_later();
  a_listing_comes_and_goes();
  all_can_be_discovered();
  origins_are_written_like_snprintf();
  an_entry_may_give_a_verdict();
  return check_close();
}
