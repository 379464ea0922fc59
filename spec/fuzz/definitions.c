/* Fuzzes what deployers write: the input is a file of definitions, Lua unless it begins with a brace. */
#include <roster.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_finding(void *payload, const roster_finding *f) {
  (void)payload;
  if (!f->file || !f->message || !*f->message || f->line < 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  if (!text) return 0;
  memcpy(text, data, size);
  text[size] = 0;
  roster_definition d = { text[0] == '{' ? "fuzz.json" : "fuzz.lua", text };
  roster_variable home = { "ACME_API_KEY", "sk-fuzz-0123456789" };
  roster_options o = ROSTER_OPTIONS_INIT;
  o.no_builtin = true;
  o.definitions = &d;
  o.definition_count = 1;
  o.environment = &home;
  o.environment_count = 1;
  o.on_finding = on_finding;
  roster *r = NULL;
  roster_error err;
  roster_status status = roster_open(&r, &o, &err);
  if ((status == ROSTER_OK) != (r != NULL)) abort();
  if (status != ROSTER_OK && !*err.message) abort();
  if (r) {
    const roster_snapshot *s = roster_acquire(r);
    for (size_t i = 0; i < roster_known_count(s); i++) {
      const char *id = roster_model_id(roster_known_at(s, i));
      if (roster_known(s, id) != roster_known_at(s, i)) abort();
      roster_write_request(r, id, NULL, 0, NULL, NULL);
    }
    roster_release(s);
  }
  roster_close(r);
  free(text);
  return 0;
}
