/* helpers: fuzzes the output of a program that prints a credential. No line that is passed on has it, unless the program printed it before.
 *
 * Runs: 1500
 */
#include "fuzz.h"

#include "library/validate/helper_run.h"

#include <sys/mman.h>
#include <unistd.h>

enum { LONGEST_CODE = 12 }; /* a person's, to be typed in, which is passed on at once */

typedef struct heard {
  char *text;
  size_t length;
} heard;

static void on_line(void *payload, bool error, const char *text) {
  heard *h = payload;
  MUST(!error && strlen(text) <= LONGEST_HELPER_LINE && !strchr(text, '\n'));
  h->text = realloc(h->text, h->length + strlen(text) + 2);
  MUST(h->text != NULL);
  h->length += (size_t)sprintf(h->text + h->length, "%s\n", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  heard h = { NULL, 0 };
  char path[64], *argv[] = { "/bin/cat", path, NULL }, *environment[] = { NULL };
  int fd = memfd_create("helper", 0), stop[2];
  MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size && pipe(stop) == 0);
  snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getpid(), fd);
  helper_result out = { 0 };
  helper_run_through(&(helper_run){ argv, environment, 10 * 1000, false, stop[0], on_line, &h }, &out);
  MUST(out.value ? *out.value && !strpbrk(out.value, "\r\n") : *out.problem);
  char *text = fuzz_text(data, size), *printed = out.value ? strstr(text, out.value) : NULL;
  MUST(!printed || strlen(out.value) <= LONGEST_CODE || strstr(printed + 1, out.value) || !h.text || !strstr(h.text, out.value));
  free(text);
  free(out.value);
  free(h.text);
  close(fd);
  close(stop[0]);
  close(stop[1]);
  return 0;
}
