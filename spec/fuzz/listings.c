/* listings: fuzzes the names that a listing has, one on each line, and what becomes of them: ids of discovered models.
 *
 * Runs: 1500
 */
#include "fuzz.h"

#include "util/text.h"
#include "util/utf8.h"

static const char DEFINITIONS[] =
    "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\", discover = true,\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", aliases = { \"a\" }, formerly = { \"alpha-0\" } }\n";

/* The section of the one answer, malloc'd. */
static char *listing_of(char *names) {
  json_t *rows = json_array();
  while (names) json_array_append_new(rows, json_pack("{s:o*, s:s}", "id", json_string(fuzz_line(&names)), "type", "chat"));
  json_t *whole = json_pack("{s:o}", "data", rows);
  char *body = json_dumps(whole, 0), *section = malloc(strlen(body) + 8);
  MUST(section != NULL);
  sprintf(section, "200\n\n%s", body);
  json_decref(whole);
  free(body);
  return section;
}

/* Nothing that would steer a terminal, or show something else than it is. */
static void check_text(const char *text) {
  codepoint c;
  for (const char *at = text; *at; at += utf8_read(at, &c)) {
    utf8_read(at, &c);
    MUST(c != UTF8_INVALID && !utf8_is_control(c));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz_transport t;
  char *text = fuzz_text(data, size), *section = listing_of(text);
  fuzz_transport_init(&t, section);
  roster_definition d;
  roster_options o = fuzz_options(&d, "acme.lua", DEFINITIONS);
  o.transport = &t.transport;
  roster *r = NULL;
  MUST(roster_open(&r, &o, NULL) == ROSTER_OK && roster_refresh(r, NULL) == ROSTER_OK);
  const roster_snapshot *s = roster_acquire(r);
  fuzz_check_snapshot(s);
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    check_text(roster_model_id(m));
    check_text(roster_model_reason(m));
    MUST(roster_model_discovered(m) || text_is(roster_model_id(m), "alpha"));
  }
  MUST(!roster_model_discovered(roster_known(s, "alpha")) && roster_known(s, "a") == roster_known(s, "alpha"));
  roster_release(s);
  roster_close(r);
  free(section);
  free(text);
  return 0;
}
