/* definitions: fuzzes files of definitions in Lua: they are opened, and linted as a file, which is read again for what Lua does not tell.
 *
 * Runs: 2500
 */
#include "fuzz.h"

#include <unistd.h>

static void on_finding(void *payload, const roster_finding *f) {
  (void)payload;
  MUST(f->file && f->message && *f->message && f->line >= 0 && !strstr(f->message, FUZZ_KEY));
}

static void ask_everything(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  fuzz_check_snapshot(s);
  for (size_t i = 0; i < roster_known_count(s); i++) {
    char request[4096] = "";
    size_t needed = 0;
    if (roster_write_request(r, roster_model_id(roster_known_at(s, i)), request, sizeof request, &needed, NULL) == ROSTER_OK)
      MUST(needed > 0 && !strstr(request, FUZZ_KEY));
  }
  roster_release(s);
}

static char file[64];

static void remove_file(void) { unlink(file); }

/* What can be linted without an error can be opened. */
static void lint(const roster_options *given, const uint8_t *data, size_t size, roster_status opened) {
  roster_options o = *given;
  if (!*file) {
    snprintf(file, sizeof file, "/tmp/roster-definitions-%ld.lua", (long)getpid());
    atexit(remove_file);
  }
  FILE *f = fopen(file, "we");
  MUST(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
  o.definition_count = 0;
  MUST(roster_lint(&o, file, NULL) != ROSTER_OK || opened == ROSTER_OK || memchr(data, 0, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size);
  roster_definition d;
  roster_options o = fuzz_options(&d, "fuzz.lua", text);
  o.on_finding = on_finding;
  roster *r = NULL;
  roster_error err;
  roster_status status = roster_open(&r, &o, &err);
  MUST((status == ROSTER_OK) == (r != NULL));
  MUST(status == ROSTER_OK || (*err.message && err.status == status && !strstr(err.message, FUZZ_KEY)));
  lint(&o, data, size, status);
  if (r) ask_everything(r);
  roster_close(r);
  free(text);
  return 0;
}
