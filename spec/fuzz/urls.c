/* Fuzzes addresses: whatever is accepted as near must be loopback or link-local, and parsing an origin again changes nothing. */
#include "util/text.h"
#include "util/suggest.h"
#include "util/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  if (!a) return 0;
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  url u, again;
  const char *text = arena_bytes(a, (const char *)data, size);
  if (!url_parse(a, text, &u)) {
    if (strchr(u.origin, '@') || strchr(u.path, '#') || text_has_control(u.origin, strlen(u.origin))) abort();
    if (url_parse(a, u.origin, &again) || strcmp(again.origin, u.origin) != 0 || url_is_near(&again) != url_is_near(&u)) abort();
  }
  suggest(text, (const char *const[]){ "base_url", "protocol" }, 2);
  text_glob(text, "*a*b*");
  arena_free(a);
  return 0;
}
