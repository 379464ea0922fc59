/* overlays: fuzzes files of definitions in JSON, which amend a file in Lua that an earlier directory has.
 *
 * Runs: 2500
 */
#include "fuzz.h"

#include <unistd.h>

static const char BASE[] = "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
                           "  credential = secret \"ACME_API_KEY\", headers = { [\"x-team\"] = \"blue\" }, list_proves = \"access\" }\n"
                           "model \"alpha\" { provider = \"acme\", context_window = 200 * K, price = { input = 2, output = 10 } }\n"
                           "model \"beta\" { inherit = \"alpha\", aliases = { \"b\" }, reasoning = true }\n"
                           "gateway \"edge\" { base_url = \"https://edge.example.test\", enabled = false }\n"
                           "role \"cheap\" { \"beta\" }\ndefault { \"alpha\" }\n";

static char base[64];

static void remove_base(void) { unlink(base); }

static void write_base(void) {
  snprintf(base, sizeof base, "/tmp/roster-overlays-%ld.lua", (long)getpid());
  FILE *f = fopen(base, "we");
  MUST(f && fputs(BASE, f) >= 0 && fclose(f) == 0);
  atexit(remove_base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!*base) write_base();
  char *text = fuzz_text(data, size);
  roster_definition d;
  roster_options o = fuzz_options(&d, "overlay.json", text);
  o.config = base;
  roster *r = NULL;
  roster_error err;
  roster_status status = roster_open(&r, &o, &err);
  MUST((status == ROSTER_OK) == (r != NULL));
  MUST(r || (status == ROSTER_EDEFINITIONS && err.count > 0 && *err.message));
  MUST(roster_lint(&o, NULL, NULL) == status);
  if (r) {
    const roster_snapshot *s = roster_acquire(r);
    fuzz_check_snapshot(s);
    MUST(roster_known(s, "alpha") && roster_known(s, "beta"));
    roster_release(s);
  }
  roster_close(r);
  free(text);
  return 0;
}
