/* urls: fuzzes the parsing of addresses, and what puts them together: the first line is an address, the second what goes behind it.
 *
 * Runs: 300000
 */
#include "fuzz.h"

#include "util/suggest.h"
#include "util/text.h"
#include "util/url.h"

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static void check_again(arena *a, const url *u) {
  url again;
  MUST(!strchr(u->origin, '@') && !strchr(u->path, '#') && !text_has_control(u->origin, strlen(u->origin)));
  MUST(!url_parse(a, u->origin, &again) && text_is(again.origin, u->origin) && url_is_near(&again) == url_is_near(u));
  MUST(!url_is_near(u) || url_is_private(u));
}

/* What is put behind an address leaves its host and port alone. */
static void check_appended(arena *a, const url *u, const char *part) {
  url whole;
  const char *text = url_append(a, url_append(a, u->origin, u->path), part);
  if (url_path_problem(part)) return;
  MUST(!url_parse(a, text, &whole) && text_is(whole.origin, u->origin));
}

/* A name is one in a path, whatever it has: it begins no query and no fragment, and leads nowhere else. */
static void check_name(arena *a, const char *name) {
  const char *in_path = url_name_encode(a, name), *segment = url_segment_encode(a, name);
  MUST(!in_path || (!strpbrk(in_path, "?# \\\n") && !strstr(in_path, "/../") && !text_starts(in_path, "../")));
  MUST(!segment || !strpbrk(segment, "/?# \\:\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  char *text = fuzz_text(data, size), *rest = text, *address = fuzz_line(&rest), *part = fuzz_line(&rest);
  url u;
  if (!url_parse(a, address, &u)) {
    check_again(a, &u);
    check_appended(a, &u, part);
  }
  check_name(a, part);
  MUST(!strchr(url_query_encode(a, part), '&') && url_show(a, address));
  suggest(address, (const char *const[]){ "base_url", "protocol" }, 2);
  text_glob(address, "*a*b*");
  arena_free(a);
  free(text);
  return 0;
}
