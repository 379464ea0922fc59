/* bare_parse: reads a JSON file with the library that roster uses: parses, counts, frees. It must never include roster.h.
 *
 *     bare_parse FILE */
#include <jansson.h>

#include <stdio.h>

int main(int argc, char **argv) {
  json_error_t problem;
  json_t *whole = argc == 2 ? json_load_file(argv[1], JSON_REJECT_DUPLICATES, &problem) : NULL;
  if (!whole) return 1;
  printf("%zu\n", json_object_size(json_object_get(whole, "model")));
  json_decref(whole);
  return 0;
}
