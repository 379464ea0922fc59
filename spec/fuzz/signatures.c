/* signatures: fuzzes the text of a minisign signature over a fixed document. Nothing passes but what the owner of the key has signed: the
 * seeds, but for the comment that nobody vouches for.
 *
 * Runs: 250000
 */
#include "fuzz.h"

#include "library/source/signature.h"

static const char KEY[] = "RWRyb3N0ZXIyNY5KV8bMhCKdaBg2AHOsHgT53P3aGxtsiMyFfzM71QkK";
static const char DOCUMENT[] = "{\"model\":{}}";
static const char COMMENT[] = "\ntrusted comment: ";

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  char *text = fuzz_text(data, size);
  int64_t signed_s = -1;
  const char *problem = signature_problem(a, KEY, DOCUMENT, sizeof DOCUMENT - 1, text, &signed_s);
  MUST(problem ? *problem && signed_s == 0 : strstr(text, COMMENT) && (signed_s == 0 || signed_s == 1795000000));
  MUST(signature_problem(a, KEY, "{\"model\":{ }}", 13, text, &signed_s) && signed_s == 0);
  arena_free(a);
  free(text);
  return 0;
}
