/* replay: gives the files of its arguments to a fuzz target, each in a process of its own, so that one that crashes is named and the others
 * are still tried. Needs no libFuzzer. */
#include "fuzz.h"

#include <sys/wait.h>
#include <unistd.h>

static int replay(const char *file) {
  FILE *f = fopen(file, "re");
  MUST(f != NULL);
  uint8_t *data = malloc(1 << 20);
  MUST(data != NULL);
  size_t size = fread(data, 1, 1 << 20, f);
  fclose(f);
  uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees a read past the end */
  MUST(exact != NULL);
  memcpy(exact, data, size);
  free(data);
  int result = LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return result;
}

static bool survives(const char *file) {
  int status = 0;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) exit(replay(file));
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int count, char **files) {
  int passed = 0, failed = 0;
  for (int i = 1; i < count; i++) {
    if (survives(files[i])) {
      passed++;
      continue;
    }
    failed++;
    printf("not ok: %s\n", files[i]);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
