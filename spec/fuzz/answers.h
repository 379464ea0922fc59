/* answers: fuzzes what providers answer in one protocol, which the file that includes this defines as PROTOCOL: listings, look-ups, proofs
 * of the key and generated answers, with their headers, each read by the protocol's own script. */
#include "fuzz.h"

static const char DEFINITIONS[] =
    "provider \"acme\" { protocol = \"" PROTOCOL "\", base_url = \"https://api.example.test\", discover = true,\n"
    "  credential = secret \"ACME_API_KEY\", prove_key = get \"/key\", unproven = \"generate\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
    "model \"beta\" { provider = \"acme\", aliases = { \"b\" } }\n";

static void check_request(const roster_http_request *q) {
  static const char origin[] = "https://api.example.test/";
  MUST(strncmp(q->url, origin, sizeof origin - 1) == 0);
  MUST(!strstr(q->url, FUZZ_KEY) && !(q->body && strstr(q->body, FUZZ_KEY)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz_transport t;
  char *text = fuzz_text(data, size);
  fuzz_transport_init(&t, text);
  t.on_request = check_request;
  roster_definition d;
  roster_options o = fuzz_options(&d, "acme.lua", DEFINITIONS);
  o.transport = &t.transport;
  roster *r = NULL;
  MUST(roster_open(&r, &o, NULL) == ROSTER_OK);
  MUST(roster_refresh(r, NULL) == ROSTER_OK);
  const roster_snapshot *s = roster_acquire(r);
  fuzz_check_snapshot(s);
  MUST(roster_known(s, "alpha") && roster_known(s, "b"));
  roster_release(s);
  roster_close(r);
  free(text);
  return 0;
}
